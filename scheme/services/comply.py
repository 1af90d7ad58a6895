"""The compliance check of each proposed enterprise: violations and penalties in both places (design.md, rule 5)."""

from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import Side, User
from portal.accounts.rules import require
from portal.errors import BadValue, Conflict, NotAllowed
from scheme import rules
from scheme.models import ComplianceCheck, ListEntry, PartnerList
from scheme.services.lists import strike_entry
from scheme.states import APPLICATION


@transaction.atomic
def check_compliance(
    *, entry: ListEntry, side: str, outcome: str, evidence: str, evidence_on: date, by: User
) -> ComplianceCheck:
    """Record what was found about an entry's enterprise in one place; a later check of the same place replaces it.

    By a caseworker of that place without conflict, until the list is endorsed. A violation takes the entry off and
    makes the application ineligible. Raises `NotAllowed`, `Conflict` (off the list, or endorsed), `BadValue` for
    evidence that is missing or dated in the future. Earlier findings stay in the history.
    """
    partner_list = PartnerList.objects.select_for_update().get(pk=entry.list_id)
    entry = ListEntry.objects.select_for_update(of=("self",)).select_related("application__category").get(pk=entry.pk)
    require(by, rules.can_check_compliance, entry)
    if side not in rules.compliance_sides(by):
        raise NotAllowed
    if partner_list.state == PartnerList.State.ENDORSED:
        raise Conflict(partner_list.get_state_display())
    if not entry.is_standing:
        raise Conflict(_("taken off the list"))
    _look_at(outcome, evidence, evidence_on)
    found = {"outcome": outcome, "evidence": evidence.strip(), "evidence_on": evidence_on}
    check, _new = ComplianceCheck.objects.update_or_create(
        entry=entry, side=Side(side), defaults={**found, "checked_by": by, "checked_at": timezone.now()}
    )
    if outcome == ComplianceCheck.Outcome.VIOLATION:
        reason = evidence.strip()
        strike_entry(entry=entry, by=by, reason=reason)
        APPLICATION.make(entry.application, "fail_compliance", by=by, reason=reason)
    return check


def _look_at(outcome: str, evidence: str, evidence_on: date) -> None:
    if outcome not in ComplianceCheck.Outcome.values:
        raise BadValue("outcome", _("Choose what was found."))
    if not evidence.strip():
        raise BadValue("evidence", _("Say where it was looked up, and what was found."))
    if evidence_on > timezone.localdate():
        raise BadValue("evidence_on", _("The date of the evidence is in the future. Enter the day it was looked up."))
