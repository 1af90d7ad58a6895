"""References people can read out: a prefix, a year, a number that is never given twice."""

from typing import Any

from django.db import models
from django.db.models.functions import Cast, Substr


def next_reference(*, rows: models.Manager[Any], prefix: str) -> str:
    """The next reference `<prefix><nnnnn>` among `rows`. The caller holds the lock that serialises this."""
    numbers = rows.filter(reference__startswith=prefix).annotate(
        running=Cast(Substr("reference", len(prefix) + 1), models.BigIntegerField())
    )
    last = numbers.aggregate(last=models.Max("running"))["last"] or 0
    return f"{prefix}{last + 1:05d}"
