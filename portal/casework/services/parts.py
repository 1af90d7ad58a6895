"""Saving a part of a draft as it is typed, by several people at once, with nothing overwritten silently."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from django.db import transaction
from django.utils import timezone

Value = str | list[str]


class PartLike(Protocol):
    pk: Any
    data: dict[str, Value]
    saved_by: Any
    saved_at: Any

    def save(self, *, update_fields: list[str]) -> None: ...


@dataclass(frozen=True)
class Clash:
    """One field two people changed: what stands, by whom, and what the second one typed."""

    field: str
    theirs: Value
    mine: Value


@dataclass
class Saved:
    """The result: the part as it now stands, and the fields that still need a choice."""

    part: Any
    clashes: list[Clash] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)


@transaction.atomic
def save_part(
    *,
    part: Any,
    by: Any,
    typed: Mapping[str, Value],
    was: Mapping[str, Value],
    settled: Mapping[str, Value] | None = None,
) -> Saved:
    """Merge what was typed into the part, field by field, by three-way comparison.

    `was` holds the values the page was loaded with. A field the person did not touch keeps what stands; a field nobody
    else touched takes what was typed; a field both touched is a clash and keeps what stands, unless `settled` says that
    the person saw exactly that value (field → value seen) and chose their own over it.
    """
    part = type(part)._default_manager.select_for_update().get(pk=part.pk)
    saved = Saved(part)
    for name, mine in typed.items():
        theirs, before = part.data.get(name, ""), was.get(name, "")
        if mine in (before, theirs):
            continue
        if theirs == before or ((settled or {}).get(name) == theirs and name in (settled or {})):
            part.data[name] = mine
            saved.changed.append(name)
        else:
            saved.clashes.append(Clash(name, theirs, mine))
    if saved.changed:
        part.saved_by, part.saved_at = by, timezone.now()
        part.save(update_fields=["data", "saved_by", "saved_at"])
    return saved
