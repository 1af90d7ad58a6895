"""The secretariat's on-site assessment."""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.accounts.rules import require
from portal.errors import Closed, Conflict, Incomplete
from scheme import rules
from scheme.models import OnSiteReport, PartnerApplication
from scheme.services.screen import locked, set_review_due
from scheme.states import APPLICATION


@transaction.atomic
def report_assessment(
    *, application: PartnerApplication, visited_on: date, assessors: str, facts: str, conclusion: str, by: Any
) -> OnSiteReport:
    """Report the visit and send the case on to review; the secretariat of either side without conflict.

    Raises `NotAllowed`, `Conflict` (not in assessment), `Incomplete` naming what is empty, `Closed` for a visit in the
    future.
    """
    application = locked(application)
    require(by, rules.can_assess_on_site, application)
    if application.state != PartnerApplication.State.ASSESSMENT:
        raise Conflict(application.get_state_display())
    given = {_("the assessors"): assessors, _("the facts seen"): facts, _("the conclusion"): conclusion}
    if missing := [name for name, text in given.items() if not text.strip()]:
        raise Incomplete(missing)
    if visited_on > timezone.localdate():
        raise Closed(timezone.now())
    report = OnSiteReport.objects.create(
        application=application,
        visited_on=visited_on,
        assessors=assessors.strip(),
        facts=facts.strip(),
        conclusion=conclusion.strip(),
        reported_by=by,
    )
    set_review_due(APPLICATION.make(application, "report_assessment", by=by))
    return report
