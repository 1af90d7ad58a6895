"""A recorded permission to submit after the round has closed (design.md, rule 2)."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from portal.accounts.rules import require
from portal.errors import Closed, Conflict, ReasonNeeded
from scheme import rules
from scheme.models import Extension, PartnerApplication
from scheme.services.screen import locked


@transaction.atomic
def grant_extension(*, application: PartnerApplication, until: datetime, reason: str, by: Any) -> Extension:
    """Let one draft be submitted until `until`; an officer or secretariat without conflict, with a reason.

    Raises `NotAllowed`, `Conflict` when it was submitted, `Closed` when `until` has passed or lies before its closing,
    `ReasonNeeded`.
    """
    application = locked(application)
    require(by, rules.can_extend, application)
    if application.state != PartnerApplication.State.DRAFT:
        raise Conflict(application.get_state_display())
    if not reason.strip():
        raise ReasonNeeded
    if until <= timezone.now() or until <= application.closes_at:
        raise Closed(max(timezone.now(), application.closes_at))
    return Extension.objects.create(application=application, until=until, reason=reason.strip(), granted_by=by)
