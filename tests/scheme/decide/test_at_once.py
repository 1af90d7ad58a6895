"""Several people at the same moment, on real connections."""

from collections.abc import Callable
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection

from enterprises.models import City, Industry
from enterprises.services.reference import load_places
from portal.errors import Refused
from scheme.models import ApplicationClarification, PartnerApplication, Reconciliation, Review
from scheme.services import clarify, recommend, reconcile, screen
from scheme.services import review as reviewing
from tests import factories as make
from tests.scheme.decide import cases

State = PartnerApplication.State


@pytest.fixture(autouse=True)
def places(transactional_db: Any) -> None:
    """Emptied by the transactional tests before this one; the portal always has them."""
    if not (City.objects.exists() and Industry.objects.exists()):
        load_places()


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Do all at the same moment; what each came to, or the refusal it met."""
    gate, came = Barrier(len(acts)), [None] * len(acts)

    def run(place: int, act: Callable[[], Any]) -> None:
        try:
            gate.wait(timeout=10)
            came[place] = act()
        except Refused as refusal:
            came[place] = refusal
        finally:
            connection.close()

    threads = [Thread(target=run, args=(place, act)) for place, act in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return came


@pytest.mark.parametrize("_round", range(3))
def test_both_governments_completing_at_once_settle_the_case_exactly_once(_round):
    application = cases.under_review()
    epd, gdeic = make.epd_officer(), make.gdeic_officer()
    one = cases.draft_review(application, epd)
    two = cases.draft_review(application, gdeic, (2, 2), recommendation="not")
    came = at_once(
        lambda: reviewing.complete_review(review=one, by=epd), lambda: reviewing.complete_review(review=two, by=gdeic)
    )
    assert [type(result) for result in came] == [Review, Review]
    assert PartnerApplication.objects.get().state == State.RECONCILIATION
    assert [move.move for move in application.moves.all()] == ["reconcile"]
    assert Reconciliation.objects.count() == 1


def test_two_officers_of_one_government_starting_at_once_make_one_review():
    application = cases.under_review()
    officers = [make.epd_officer() for _ in range(4)]
    came = at_once(*(lambda by=by: reviewing.start_review(application=application, by=by) for by in officers))
    assert sorted(type(result).__name__ for result in came) == ["Conflict", "Conflict", "Conflict", "Review"]
    assert Review.objects.count() == 1


def test_double_click_completes_once():
    application = cases.under_review()
    officer = make.epd_officer()
    review = cases.draft_review(application, officer)
    came = at_once(*[lambda: reviewing.complete_review(review=review, by=officer)] * 3)
    assert sorted(type(result).__name__ for result in came) == ["Conflict", "Conflict", "Review"]
    assert review.moves.count() == 1


def test_two_officers_starting_the_same_screening_make_one_move():
    application = cases.case_in(State.SUBMITTED)
    people = [make.epd_officer(), make.gdeic_officer(), make.secretariat()]
    at_once(*(lambda by=by: screen.start_screening(application=application, by=by) for by in people))
    assert application.moves.count() == 1


def test_recommending_twice_at_once_is_done_once():
    application = cases.under_review()
    epd, gdeic = make.epd_officer(), make.gdeic_officer()
    cases.reviewed(application, epd)
    cases.reviewed(application, gdeic)
    at_once(*(lambda by=by: recommend.recommend(application=application, by=by, reason="Both.") for by in (epd, gdeic)))
    assert application.moves.count() == 1


def test_both_sides_signing_at_once_keep_both_signatures():
    application = cases.under_review()
    epd, gdeic = make.epd_officer(), make.gdeic_officer()
    cases.reviewed(application, epd)
    cases.reviewed(application, gdeic, (2, 2), recommendation="not")
    joint = Reconciliation.objects.get()
    reconcile.propose_reconciliation(reconciliation=joint, note="Weighed.", outcome="partner", by=epd)
    at_once(*(lambda by=by: reconcile.sign_reconciliation(reconciliation=joint, by=by) for by in (epd, gdeic)))
    assert Reconciliation.objects.get().is_signed


def test_signature_never_stands_under_a_note_changed_at_the_same_moment():
    application = cases.under_review()
    epd, gdeic = make.epd_officer(), make.gdeic_officer()
    cases.reviewed(application, epd)
    cases.reviewed(application, gdeic, (2, 2), recommendation="not")
    joint = Reconciliation.objects.get()
    seen = reconcile.propose_reconciliation(
        reconciliation=joint, note="Weighed.", outcome="partner", by=epd
    ).fingerprint
    at_once(
        lambda: reconcile.sign_reconciliation(reconciliation=joint, by=epd, seen=seen),
        lambda: reconcile.propose_reconciliation(reconciliation=joint, note="Other.", outcome="not", by=gdeic),
    )
    joint = Reconciliation.objects.get()
    assert (joint.note, joint.signed_hong_kong_by) == ("Other.", None)


def test_answer_and_lapse_at_the_same_moment_leave_one_of_both():
    application = make.fill(cases.case_in(State.CLARIFICATION))
    clarification = cases.clarification_of(application, make.epd_officer(), days=-1, reminders=2)
    at_once(clarify.lapse_due, clarify.lapse_due)
    clarification = ApplicationClarification.objects.get(pk=clarification.pk)
    assert application.moves.count() == 1
    assert (clarification.lapsed_at is not None, clarification.answered_at) == (True, None)


def test_reminder_goes_out_once_from_two_clocks():
    application = cases.case_in(State.CLARIFICATION)
    cases.clarification_of(application, make.epd_officer(), days=3)
    came = at_once(clarify.remind_due, clarify.remind_due)
    assert sorted(came) == [0, 1]
