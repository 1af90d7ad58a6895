"""The joint note: written by either side, signed by one officer of each, voided by a change."""

import pytest

from portal.errors import Conflict, Incomplete, NotAllowed
from scheme.models import PartnerApplication, Reconciliation
from scheme.services import recommend, reconcile
from tests import factories as make
from tests.scheme.decide import cases

pytestmark = pytest.mark.django_db
State = PartnerApplication.State


@pytest.fixture
def disputed():
    application = cases.under_review()
    epd, gdeic = make.epd_officer(), make.gdeic_officer()
    cases.reviewed(application, epd)
    cases.reviewed(application, gdeic, (3, 3), recommendation="not")
    return Reconciliation.objects.get(), epd, gdeic


def propose(joint, by, note="Weighed.", outcome="partner", **more):
    return reconcile.propose_reconciliation(reconciliation=joint, note=note, outcome=outcome, by=by, **more)


def sign(joint, by, **more):
    return reconcile.sign_reconciliation(reconciliation=joint, by=by, **more)


def test_one_officer_of_each_government_signs_then_it_can_be_recommended(disputed):
    joint, epd, gdeic = disputed
    propose(joint, gdeic)
    sign(joint, epd)
    with pytest.raises(Incomplete):
        recommend.recommend(application=joint.application, by=epd, reason="Half signed.")
    signed = sign(joint, gdeic)
    assert (signed.signed_hong_kong_by, signed.signed_guangdong_by, signed.is_signed) == (epd, gdeic, True)
    recommended = recommend.recommend(application=joint.application, by=gdeic, reason="Signed.")
    assert (recommended.state, recommended.outcome) == (State.RECOMMENDED, "partner")


def test_second_signature_of_the_same_side_changes_nothing(disputed):
    joint, epd, _gdeic = disputed
    propose(joint, epd)
    first = sign(joint, epd)
    again = sign(joint, make.epd_officer())
    assert (again.signed_hong_kong_by, again.signed_hong_kong_at) == (epd, first.signed_hong_kong_at)
    assert again.signed_guangdong_by is None


@pytest.mark.parametrize("change", [{"note": "Weighed again."}, {"outcome": "not"}])
def test_changing_note_or_outcome_voids_both_signatures(disputed, change):
    joint, epd, gdeic = disputed
    propose(joint, epd)
    sign(joint, epd)
    sign(joint, gdeic)
    assert propose(joint, gdeic).is_signed
    changed = propose(joint, gdeic, **change)
    assert (changed.signed_hong_kong_by, changed.signed_guangdong_by, changed.written_by) == (None, None, gdeic)


def test_nobody_signs_or_overwrites_a_note_they_have_not_seen(disputed):
    joint, epd, gdeic = disputed
    seen = propose(joint, epd).fingerprint
    propose(joint, gdeic, note="Another thing.")
    with pytest.raises(Conflict):
        sign(joint, epd, seen=seen)
    with pytest.raises(Conflict):
        propose(joint, epd, note="Mine.", seen=seen)
    joint.refresh_from_db()
    assert (joint.note, joint.signed_hong_kong_by) == ("Another thing.", None)


def test_empty_note_missing_outcome_and_signature_before_the_note_are_refused(disputed):
    joint, epd, _gdeic = disputed
    for attempt in (
        lambda: propose(joint, epd, note="  "),
        lambda: propose(joint, epd, outcome=""),
        lambda: sign(joint, epd),
    ):
        with pytest.raises(Incomplete):
            attempt()


def test_only_officers_of_one_government_without_conflict_write_and_sign(disputed):
    joint, epd, _gdeic = disputed
    propose(joint, epd)
    others = [
        make.secretariat(), make.auditor(), make.administrator(), cases.both_serving(),
        cases.in_conflict(make.epd_officer(), joint.application),
    ]  # fmt: skip
    for person in others:
        for attempt in (propose, sign):
            with pytest.raises(NotAllowed):
                attempt(joint, person)


def test_excellent_is_no_outcome_where_it_is_not_awarded(disputed):
    joint, epd, _gdeic = disputed
    joint.application.category.excellent_mark = None
    joint.application.category.save()
    with pytest.raises(NotAllowed):
        propose(joint, epd, outcome="excellent")


def test_reconciliation_opens_by_rule_only():
    application = cases.under_review()
    epd = make.epd_officer()
    cases.reviewed(application, epd)
    with pytest.raises(Conflict):
        reconcile.open_reconciliation(application=application, by=epd)
    cases.reviewed(application, make.gdeic_officer())
    with pytest.raises(Conflict):
        reconcile.open_reconciliation(application=application, by=epd)


def test_joint_outcome_not_closes_the_case(disputed):
    joint, epd, gdeic = disputed
    propose(joint, epd, outcome="not")
    sign(joint, epd)
    sign(joint, gdeic)
    closed = recommend.not_recommend(application=joint.application, by=epd, reason="Signed.")
    assert (closed.state, closed.outcome) == (State.NOT_RECOMMENDED, "not")
