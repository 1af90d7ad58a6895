"""Screening: the checklist, and where it leads."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from portal.accounts.rules import require
from portal.casework.working_days import after_working_days
from portal.errors import Conflict, NotAllowed
from scheme import rules
from scheme.models import EligibilityItem, PartnerApplication, ScreeningCheck
from scheme.states import APPLICATION


def locked(application: PartnerApplication) -> PartnerApplication:
    """The application, read freshly and locked until the transaction ends. Every service of a case locks it first."""
    return PartnerApplication.objects.select_for_update(of=("self",)).get(pk=application.pk)


@transaction.atomic
def start_screening(*, application: PartnerApplication, by: Any, reason: str = "") -> PartnerApplication:
    """Take a submitted application up for screening; any officer or secretariat without conflict.

    Raises `NotAllowed`, or `Conflict` when it is not (or no longer) waiting.
    """
    return APPLICATION.make(application, "start_screening", by=by, reason=reason)


@transaction.atomic
def record_check(
    *, application: PartnerApplication, item: EligibilityItem, result: str, by: Any, note: str = ""
) -> ScreeningCheck:
    """Record the result of one line of the checklist (`met`, `not_met`, `unclear`); an earlier result is replaced.

    Raises `NotAllowed` for people who cannot screen it and for a line of another category, `Conflict` when the
    application is not in screening.
    """
    application = locked(application)
    require(by, rules.can_screen, application)
    if item.category_id != application.category_id or result not in ScreeningCheck.Result.values:
        raise NotAllowed
    if application.state != PartnerApplication.State.SCREENING:
        raise Conflict(application.get_state_display())
    check, _made = ScreeningCheck.objects.update_or_create(
        application=application,
        item=item,
        defaults={"result": result, "note": note.strip(), "checked_by": by, "checked_at": timezone.now()},
    )
    return check


@transaction.atomic
def find_ineligible(*, application: PartnerApplication, by: Any, reason: str) -> PartnerApplication:
    """End the case as not eligible, with the reason. Raises `NotAllowed`, `Conflict`, `ReasonNeeded`."""
    return APPLICATION.make(application, "find_ineligible", by=by, reason=reason)


@transaction.atomic
def send_on(*, application: PartnerApplication, by: Any, reason: str = "") -> PartnerApplication:
    """Eligible: on to the on-site assessment where the category asks for it, else to review.

    Raises `Incomplete` naming the requirements that are not met, `NotAllowed`, `Conflict`.
    """
    if application.category.on_site_assessment:
        return APPLICATION.make(application, "send_to_assessment", by=by, reason=reason)
    return set_review_due(APPLICATION.make(application, "send_to_review", by=by, reason=reason))


def set_review_due(application: PartnerApplication) -> PartnerApplication:
    """Set the day by which both reviews are due: the round's number of working days of both places from today."""
    days = application.category.round.review_working_days
    application.review_due_on = after_working_days(timezone.localdate(), days)
    application.save(update_fields=["review_due_on"])
    return application
