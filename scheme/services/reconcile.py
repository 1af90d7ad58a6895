"""Reconciliation: one joint note, one joint outcome, signed by an officer of each government."""

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.accounts.models import Side
from portal.accounts.rules import officer_side, require
from portal.errors import Conflict, Incomplete, NotAllowed
from scheme import rules
from scheme.models import PartnerApplication, Reconciliation
from scheme.queries.outcome import counted_reviews, recommendations_in
from scheme.services.review import settle
from scheme.services.screen import locked


@transaction.atomic
def open_reconciliation(*, application: PartnerApplication, by: Any) -> Reconciliation:
    """The case's reconciliation, opened if rule 4 asks for it and it is not open yet.

    Completing the second review opens it by itself; this is for a case that was left behind. Raises `NotAllowed`,
    `Conflict` when the reviews agree or are not both complete.
    """
    require(by, rules.can_review, application)
    application = settle(application=application, by=by)
    joint = Reconciliation.objects.filter(application=application).first()
    if joint is None:
        raise Conflict(application.get_state_display())
    return joint


def _locked_joint(reconciliation: Reconciliation, by: Any, seen: str | None) -> Reconciliation:
    application = locked(reconciliation.application)
    joint = Reconciliation.objects.select_for_update(of=("self",)).get(pk=reconciliation.pk)
    require(by, rules.can_sign_reconciliation, joint)
    if application.state != PartnerApplication.State.RECONCILIATION or len(counted_reviews(application)) < 2:
        raise Conflict(application.get_state_display())
    if seen is not None and seen != joint.fingerprint:
        raise Conflict(_("another joint note"))
    return joint


@transaction.atomic
def propose_reconciliation(
    *, reconciliation: Reconciliation, note: str, outcome: str, by: Any, seen: str | None = None
) -> Reconciliation:
    """Write or change the joint note and outcome; an officer of either government. A change voids both signatures.

    `seen` is the fingerprint of the note the writer had before them: another one now raises `Conflict`, so nothing is
    overwritten unseen. Raises `NotAllowed`, `Incomplete`.
    """
    joint = _locked_joint(reconciliation, by, seen)
    note = note.strip()
    if not note:
        raise Incomplete([_("the joint note")])
    if not outcome:
        raise Incomplete([_("the joint outcome")])
    if outcome not in recommendations_in(joint.application.category):
        raise NotAllowed
    if (joint.note, joint.outcome) == (note, outcome):
        return joint
    joint.note, joint.outcome, joint.written_by = note, outcome, by
    joint.void_signatures()
    joint.save()
    return joint


@transaction.atomic
def sign_reconciliation(*, reconciliation: Reconciliation, by: Any, seen: str | None = None) -> Reconciliation:
    """Sign the joint note for one's own government. A second signature of the same side changes nothing.

    `seen` is the fingerprint of the note the signer read: another one now raises `Conflict`. Raises `NotAllowed`,
    `Incomplete` before there is a note and an outcome.
    """
    joint = _locked_joint(reconciliation, by, seen)
    if not joint.note or not joint.outcome:
        raise Incomplete([_("the joint note and its outcome")])
    now = timezone.now()
    if officer_side(by) == Side.HONG_KONG:
        if joint.signed_hong_kong_by_id is None:
            joint.signed_hong_kong_by, joint.signed_hong_kong_at = by, now
    elif joint.signed_guangdong_by_id is None:
        joint.signed_guangdong_by, joint.signed_guangdong_at = by, now
    joint.save()
    return joint
