"""Saving a part of a draft as it is typed, by several people at once, with nothing overwritten silently."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils import timezone

Value = str | list[str]


@dataclass(frozen=True)
class Clash:
    """One field two people changed: what stands, by whom, and what the second one typed."""

    field: str
    theirs: Value
    mine: Value


@dataclass
class Saved:
    """The part as it now stands, the fields that need a choice, those changed now, those changed by others."""

    part: Any
    clashes: list[Clash] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    # Fields the person left alone while somebody else changed them: what stands is not what their page shows.
    news: list[str] = field(default_factory=list)


@transaction.atomic
def save_part(
    *,
    part: Any,
    by: Any,
    typed: Mapping[str, Value],
    was: Mapping[str, Value],
    settled: Mapping[str, Value] | None = None,
    tried: Mapping[str, Sequence[Value]] | None = None,
) -> Saved:
    """Merge what was typed into the part, field by field, by three-way comparison.

    `was` holds the values the page was loaded with. A field the person did not touch keeps what stands; a field nobody
    else touched takes what was typed; a field both touched is a clash and keeps what stands, unless `settled` says that
    the person saw exactly that value (field → value seen) and chose their own over it. `tried` holds values this page
    sent before without learning whether they arrived: one of them standing now is the person's own.
    """
    part = type(part)._default_manager.select_for_update().get(pk=part.pk)
    saved = Saved(part)
    for name, mine in typed.items():
        theirs, before = part.data.get(name, ""), was.get(name, "")
        if mine == theirs:
            continue
        if theirs == before or theirs in _own(name, settled, tried):
            part.data[name] = mine
            saved.changed.append(name)
        elif mine == before:
            saved.news.append(name)
        else:
            saved.clashes.append(Clash(name, theirs, mine))
    if saved.changed:
        part.saved_by, part.saved_at = by, timezone.now()
        part.save(update_fields=["data", "saved_by", "saved_at"])
    return saved


def _own(name: str, settled: Mapping[str, Value] | None, tried: Mapping[str, Sequence[Value]] | None) -> list[Value]:
    """The values of a field the person may overwrite: the one chosen against, and those of their own lost messages."""
    chosen = [settled[name]] if settled and name in settled else []
    return [*chosen, *(tried or {}).get(name, ())]
