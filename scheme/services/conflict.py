"""Conflicts of interest: while one stands, the enterprise's cases do not exist for that officer (rule 4)."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from enterprises.models import Enterprise
from portal.accounts.rules import require
from portal.errors import Conflict, ReasonNeeded
from scheme import rules
from scheme.models import EnterpriseConflict


@transaction.atomic
def declare_conflict(*, enterprise: Enterprise, by: Any, reason: str) -> EnterpriseConflict:
    """Declare one's own interest in `enterprise`; an officer or secretariat. A second declaration finds the first.

    Reviews by this officer no longer count; a colleague takes them over. Raises `NotAllowed`, `ReasonNeeded`.
    """
    require(by, rules.is_caseworker)
    if not reason.strip():
        raise ReasonNeeded
    conflict, _made = EnterpriseConflict.objects.get_or_create(
        officer=by, enterprise=enterprise, ended_at=None, defaults={"reason": reason.strip()}
    )
    return conflict


@transaction.atomic
def end_conflict(*, conflict: EnterpriseConflict, by: Any, reason: str) -> EnterpriseConflict:
    """End a standing conflict, with a reason: a colleague of the same side, never the officer alone.

    Raises `NotAllowed`, `Conflict` when it has ended, `ReasonNeeded`.
    """
    conflict = EnterpriseConflict.objects.select_for_update(of=("self",)).get(pk=conflict.pk)
    require(by, rules.can_end_conflict, conflict)
    if conflict.ended_at is not None:
        raise Conflict
    if not reason.strip():
        raise ReasonNeeded
    conflict.ended_at, conflict.ended_by, conflict.ended_reason = timezone.now(), by, reason.strip()
    conflict.save(update_fields=["ended_at", "ended_by", "ended_reason"])
    return conflict
