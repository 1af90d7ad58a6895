"""The small family of refusals. Each carries the facts; `words` turns them into the reader's language."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _


class Refused(Exception):  # noqa: N818 - the family reads as sentences: "raises NotAllowed"
    """An action was refused; nothing has changed."""

    def words(self) -> str:
        return _("This cannot be done. Nothing has been changed.")

    def __str__(self) -> str:
        return self.words()


class NotAllowed(Refused):
    """The person may not do this, to this object, now."""

    def words(self) -> str:
        return _("You may not do this. Nothing has been changed.")


class Conflict(Refused):
    """Somebody else was quicker, or the object is no longer in the state the action begins from."""

    def __init__(self, now: Any = "") -> None:
        super().__init__()
        self.now = now

    def words(self) -> str:
        if self.now:
            return _(
                "This has been changed in the meantime; it now stands at “%(state)s”. Look again, then decide."
            ) % {"state": self.now}
        return _("This has been changed in the meantime. Look again, then decide.")


class Closed(Refused):
    """The time for this action has passed, or has not come."""

    def __init__(self, at: datetime) -> None:
        super().__init__()
        self.at = at

    def words(self) -> str:
        return _("This is closed: the time was %(time)s, Hong Kong time.") % {
            "time": date_format(localtime(self.at), "DATETIME_FORMAT")
        }


class NotYet(Closed):
    """The time for this action has not come."""

    def words(self) -> str:
        return _("This cannot be done yet: it is possible after %(time)s, Hong Kong time.") % {
            "time": date_format(localtime(self.at), "DATETIME_FORMAT")
        }


class BadValue(Refused):
    """A value was refused; `field` names it as the service's argument does, `why` is a translated sentence."""

    def __init__(self, field: str, why: Any) -> None:
        super().__init__()
        self.field = field
        self.why = why

    def words(self) -> str:
        return str(self.why)


class Incomplete(Refused):
    """Something required is missing; `missing` names it in words."""

    def __init__(self, missing: Sequence[Any]) -> None:
        super().__init__()
        self.missing = list(missing)

    def words(self) -> str:
        return _("Not complete yet. Still missing: %(missing)s.") % {"missing": "; ".join(str(m) for m in self.missing)}


class ReasonNeeded(Refused):
    """The action must be explained."""

    def words(self) -> str:
        return _("Give a reason. It is kept on the record.")


class BadDocument(Refused):
    """An upload was refused; `why` is a translated sentence."""

    def __init__(self, why: Any) -> None:
        super().__init__()
        self.why = why

    def words(self) -> str:
        return str(self.why)


class Invalid(Refused):
    """What was given is not sound; `problems` holds, by field, sentences that say how to put it right."""

    def __init__(self, problems: Mapping[str, Sequence[Any]]) -> None:
        super().__init__()
        self.problems = {field: [str(problem) for problem in found] for field, found in problems.items()}

    def words(self) -> str:
        return " ".join(problem for found in self.problems.values() for problem in found)
