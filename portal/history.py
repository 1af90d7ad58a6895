"""What was changed, by whom, from what to what: read from the event tables that triggers fill."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Field, Model, QuerySet
from django.utils.formats import localize
from django.utils.text import capfirst
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from portal.words import HTML_LANGUAGE

MOST_EVENTS = 500
# How a column's name says in which language its text is.
WRITTEN_IN = {f"_{code.replace('-', '_')}": html for code, html in HTML_LANGUAGE.items()}


@dataclass(frozen=True)
class FieldChange:
    """One field: its name in words, and what stood there before and after, as people read it."""

    label: str
    before: str
    after: str
    language: str = ""


@dataclass(frozen=True)
class Entry:
    """One change of one thing. `who` is None for what the portal did by itself."""

    at: datetime
    who: str | None
    what: str
    verb: str
    reason: str = ""
    fields: list[FieldChange] = field(default_factory=list)


def events_of(thing: Model) -> QuerySet[Any]:
    """The recorded events of one object, oldest first."""
    return thing.events.order_by("pgh_id").select_related("pgh_context")  # type: ignore[attr-defined]


def events_where(model: type[Model], **where: Any) -> QuerySet[Any]:
    """The recorded events of the objects of a model that match, those that are gone included; oldest first."""
    events: Any = model._meta.get_field("events").related_model
    return events.objects.filter(**where).order_by("pgh_id").select_related("pgh_context")


def entries(*sets: QuerySet[Any]) -> list[Entry]:
    """What these events tell, newest first. Updates that changed nothing anybody reads are left out."""
    found: list[tuple[datetime, Any, Any]] = []
    for events in sets:
        before: dict[Any, Any] = {}
        for event in events[:MOST_EVENTS]:
            found.append((event.pgh_created_at, event, before.get(event.pgh_obj_id)))
            before[event.pgh_obj_id] = event
    names = _names(event for _at, event, _before in found)
    found.sort(key=lambda entry: entry[0], reverse=True)
    made = (_entry(event, before, names) for _at, event, before in found)
    return [entry for entry in made if entry is not None]


def _names(events: Iterable[Any]) -> dict[int, str]:
    pks = {user for event in events if (user := _context(event).get("user"))}
    return {user.pk: str(user) for user in get_user_model().objects.filter(pk__in=pks)}


def _context(event: Any) -> dict[str, Any]:
    return event.pgh_context.metadata if event.pgh_context else {}


def _entry(event: Any, before: Any, names: dict[int, str]) -> Entry | None:
    changes = list(_changes(event, before)) if event.pgh_label != "delete" else []
    if event.pgh_label == "update" and not changes:
        return None
    verbs = {"insert": _("added"), "update": _("changed"), "delete": _("removed")}
    thing = type(event).pgh_obj.field.related_model
    return Entry(
        at=event.pgh_created_at,
        who=names.get(_context(event).get("user", 0)),
        what=f"{capfirst(thing._meta.verbose_name)}: {_called(event)}",
        verb=verbs.get(event.pgh_label, event.pgh_label),
        reason=_context(event).get("reason", ""),
        fields=changes,
    )


def _called(event: Any) -> str:
    thing = type(event).pgh_obj.field.related_model
    known = {column.attname for column in thing._meta.concrete_fields}
    values = {name: getattr(event, name) for name in known if hasattr(event, name)}
    return str(thing(**values))[:120]


def _changes(event: Any, before: Any) -> Iterator[FieldChange]:
    thing = type(event).pgh_obj.field.related_model
    for column in thing._meta.concrete_fields:
        if column.primary_key or not column.editable or not hasattr(event, column.attname):
            continue
        new = getattr(event, column.attname)
        old = getattr(before, column.attname) if before is not None else None
        if new != old and (before is not None or new not in (None, "", [], {})):
            label = capfirst(str(column.verbose_name))
            language = next((html for ending, html in WRITTEN_IN.items() if column.attname.endswith(ending)), "")
            yield FieldChange(label, _said(column, old), _said(column, new), language)


def _said(column: Field, value: Any) -> str:
    if value is None or value == "":
        return "–"
    if column.choices:
        return str(dict(column.flatchoices).get(value, value))
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if column.is_relation:
        found = column.related_model._default_manager.filter(pk=value).first()  # type: ignore[union-attr]
        return str(found) if found else str(value)
    if isinstance(value, datetime):
        return localize(localtime(value))
    return str(value) if isinstance(value, int) else str(localize(value))  # a year is no quantity
