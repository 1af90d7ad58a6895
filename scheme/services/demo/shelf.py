"""Rows of the demonstration's history, collected case by case and inserted by kind: a few statements for thousands."""

from collections import defaultdict
from datetime import datetime
from typing import Any, TypeVar

from django.db import models

from portal.casework.machine import Machine
from scheme.models import (
    ApplicationClarification,
    ApplicationMove,
    ApplicationPart,
    ApplicationVersion,
    Mark,
    OnSiteReport,
    PartnerApplication,
    Reconciliation,
    Review,
    ReviewMove,
    ScreeningCheck,
)

# Parents before children.
ORDER: tuple[type[models.Model], ...] = (
    PartnerApplication, ApplicationPart, ApplicationVersion, ApplicationClarification, ApplicationMove, ScreeningCheck,
    OnSiteReport, Review, ReviewMove, Mark, Reconciliation,
)  # fmt: skip
Row = TypeVar("Row", bound=models.Model)


class Shelf:
    """Holds rows until they are inserted together."""

    def __init__(self) -> None:
        self.rows: dict[type[models.Model], list[Any]] = defaultdict(list)

    def put(self, row: Row) -> Row:
        self.rows[type(row)].append(row)
        return row

    def insert(self) -> None:
        """Insert everything; the states are final, so no row is changed afterwards."""
        for model in ORDER:
            model._default_manager.bulk_create(self.rows.pop(model, []))


def record(case: Any, machine: Machine, name: str, *, by: Any, at: datetime, reason: str = "") -> dict[str, Any]:
    """Make the move on a row that is not inserted yet and return the fields of its record.

    History may only take the moves of the machine's own table: another one raises `ValueError`.
    """
    move = machine[name]
    if case.state not in move.sources or (case.state_since and at < case.state_since):
        raise ValueError(f"{name} from {case.state} at {at}")
    source, case.state, case.state_since = case.state, move.target, at
    return {"case": case, "move": name, "source": source, "target": move.target, "by": by, "reason": reason, "at": at}
