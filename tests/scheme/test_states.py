"""The machines against a written table: every move, from every state, by every kind of person."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.utils import timezone

from enterprises.models import MemberRole
from portal.accounts.models import Appointment, Role, Side
from portal.errors import Conflict, NotAllowed, ReasonNeeded, Refused
from scheme.models import PartnerApplication, Review
from scheme.states import APPLICATION, REVIEW
from tests import factories as make
from tests.scheme.decide import cases

pytestmark = pytest.mark.django_db
State = PartnerApplication.State

APPLICANTS = {"editor", "owner", "officer who is an editor"}
SECRETARIAT = {"secretariat of Hong Kong", "secretariat of Guangdong"}
OFFICERS = {"officer of EPD", "officer of GDEIC"}
CASEWORKERS = OFFICERS | SECRETARIAT | {"officer of both"}
NOBODY = {
    "clock", "anonymous", "viewer", "editor", "owner", "stranger", "officer of EPD", "officer of GDEIC",
    "officer of both", "officer in conflict", "officer who is an editor", "officer of the past", "locked officer",
    "secretariat of Hong Kong", "secretariat of Guangdong", "organiser", "auditor", "administrator", "superuser",
}  # fmt: skip

# move → (from, to, who). Nothing else is possible; everything below is.
TABLE = {
    "submit": ("draft", "submitted", APPLICANTS),
    "withdraw": (
        "draft submitted screening clarification assessment under_review reconciliation recommended on_notice",
        "withdrawn", APPLICANTS,
    ),
    "withdraw_unreleased": ("not_recommended ineligible", "withdrawn", APPLICANTS),
    "start_screening": ("submitted", "screening", CASEWORKERS),
    "ask": ("screening", "clarification", CASEWORKERS),
    "answer": ("clarification", "screening", APPLICANTS),
    "lapse": ("clarification", "lapsed", {"clock"}),
    "find_ineligible": ("screening", "ineligible", CASEWORKERS),
    "send_to_assessment": ("screening", "assessment", CASEWORKERS),
    "send_to_review": ("screening", "under_review", CASEWORKERS),
    "report_assessment": ("assessment", "under_review", SECRETARIAT),
    "reconcile": ("under_review", "reconciliation", OFFICERS),
    "recommend": ("under_review reconciliation", "recommended", OFFICERS),
    "not_recommend": ("under_review reconciliation", "not_recommended", OFFICERS),
    "put_on_notice": ("recommended", "on_notice", SECRETARIAT),
    "take_off": ("recommended on_notice", "not_recommended", OFFICERS),
    "fail_compliance": ("recommended on_notice", "ineligible", CASEWORKERS),
    "uphold_objection": ("on_notice", "not_recommended", CASEWORKERS),
    "endorse": ("on_notice", "endorsed", OFFICERS),
    "commend": ("endorsed", "commended", OFFICERS | SECRETARIAT),
}  # fmt: skip


def everybody(enterprise):
    """Each kind of person once, as they stand to `enterprise`."""
    application = make.ApplicationFactory(enterprise=enterprise)
    epd, gdeic = make.epd_officer(), make.gdeic_officer()
    past = make.epd_officer()
    Appointment.objects.filter(user=past).update(ends_on=timezone.localdate() - timedelta(days=1))
    return {
        "clock": None,
        "anonymous": AnonymousUser(),
        "viewer": cases.member(application, MemberRole.VIEWER),
        "editor": cases.member(application, MemberRole.EDITOR),
        "owner": cases.member(application, MemberRole.OWNER),
        "stranger": make.MembershipFactory().user,
        "officer of EPD": epd,
        "officer of GDEIC": gdeic,
        "officer of both": cases.both_serving(),
        "officer in conflict": cases.in_conflict(make.epd_officer(), application),
        "officer who is an editor": cases.member(application, MemberRole.EDITOR, make.epd_officer()),
        "officer of the past": past,
        "locked officer": make.epd_officer(is_active=False),
        "secretariat of Hong Kong": make.secretariat(Side.HONG_KONG),
        "secretariat of Guangdong": make.secretariat(Side.GUANGDONG),
        "organiser": make.organiser(),
        "auditor": make.auditor(),
        "administrator": make.administrator(),
        "superuser": make.UserFactory(is_staff=True, is_superuser=True),
    }


def ready_for(move, state, people, enterprise):
    """A case of `enterprise`, born in `state`, in which every condition of `move` holds."""
    application = cases.case_in(state, enterprise=enterprise, category__on_site_assessment=move == "send_to_assessment")
    epd, gdeic = people["officer of EPD"], people["officer of GDEIC"]
    cases.clarification_of(application, epd, days=-1 if move == "lapse" else 5, reminders=2)
    cases.report_of(application, people["secretariat of Hong Kong"])
    outcome = "not" if move == "not_recommend" else "partner"
    other = "excellent" if move == "reconcile" else outcome
    cases.born_review(application, epd, Side.HONG_KONG, outcome)
    cases.born_review(application, gdeic, Side.GUANGDONG, other)
    if state == State.RECONCILIATION:
        cases.signed_note(application, epd, gdeic, outcome)
    return application


def refusal_of(machine, case, move, person):
    """What a person meets who makes the move: None when it is made. Afterwards nothing has happened."""
    before = type(case).objects.get(pk=case.pk).state
    try:
        with transaction.atomic():
            moved = machine.make(case, move, by=person, reason="Because.")
            record = case.moves.get()
            assert (record.by, record.source, record.target) == (person, before, moved.state)
            assert type(case).objects.get(pk=case.pk).state == moved.state == machine[move].target
            transaction.set_rollback(True)
    except Refused as refusal:
        assert not case.moves.exists()
        assert type(case).objects.get(pk=case.pk).state == before
        return type(refusal)
    return None


def test_table_names_every_move_and_every_kind_of_person():
    assert {move.name for move in APPLICATION} == set(TABLE)
    assert set(everybody(make.EnterpriseFactory())) == NOBODY
    for move in APPLICATION:
        sources, target, _who = TABLE[move.name]
        assert (set(move.sources), move.target) == (set(sources.split()), target), move.name


@pytest.mark.parametrize("move", TABLE)
def test_move_is_made_by_those_of_the_table_and_by_nobody_else(move):
    enterprise = make.EnterpriseFactory()
    people = everybody(enterprise)
    sources, _target, who = TABLE[move]
    for state in State.values:
        application = ready_for(move, state, people, enterprise)
        done = None if state in sources.split() else Conflict
        expected = {name: done if name in who else NotAllowed for name in people}
        met = {name: refusal_of(APPLICATION, application, move, person) for name, person in people.items()}
        assert met == expected, state


@pytest.mark.parametrize("move", [move.name for move in APPLICATION if move.reason])
def test_move_that_needs_a_reason_is_not_made_without(move):
    enterprise = make.EnterpriseFactory()
    people = everybody(enterprise)
    sources, _target, who = TABLE[move]
    application = ready_for(move, sources.split()[0], people, enterprise)
    with pytest.raises(ReasonNeeded):
        APPLICATION.make(application, move, by=people[sorted(who)[0]], reason="  ")
    assert not application.moves.exists()


# The review of one government -----------------------------------------------------------------------------------------
AUTHOR, COLLEAGUE = {"officer of EPD"}, {"colleague"}
REVIEW_TABLE = {
    "complete": ("draft", "complete", AUTHOR),
    "hand_over": ("draft", "draft", AUTHOR),
    "take_over": ("draft", "draft", COLLEAGUE),
    "write_again": ("complete", "draft", COLLEAGUE),
}


@pytest.mark.parametrize("state", Review.State.values)
@pytest.mark.parametrize("move", REVIEW_TABLE)
def test_review_moves_by_its_author_or_a_colleague_of_its_government_only(move, state):
    enterprise = make.EnterpriseFactory()
    people = everybody(enterprise) | {"colleague": make.epd_officer()}
    author = people["officer of EPD"]
    sources, _target, who = REVIEW_TABLE[move]
    for case_state in State.values:
        application = cases.case_in(case_state, enterprise=enterprise)
        review = cases.born_review(application, author, Side.HONG_KONG)
        if state == "draft":
            Review.objects.filter(pk=review.pk).update(state="draft")
        if move == "write_again":
            cases.in_conflict(author, application)
        in_review = case_state in (State.UNDER_REVIEW, State.RECONCILIATION)
        done = None if state == sources and in_review else Conflict
        expected = {name: done if name in who else NotAllowed for name in people}
        met = {name: refusal_of(REVIEW, review, move, person) for name, person in people.items()}
        assert met == expected, case_state


def test_review_table_names_every_move():
    assert {move.name for move in REVIEW} == set(REVIEW_TABLE)


def test_completed_review_of_an_author_without_interest_is_not_opened_again():
    application = cases.case_in(State.UNDER_REVIEW)
    review = cases.born_review(application, make.epd_officer(), Side.HONG_KONG)
    with pytest.raises(Conflict):
        REVIEW.make(review, "write_again", by=make.epd_officer(), reason="I would mark it higher.")


def test_by_the_clock_is_for_nobody_in_person():
    application = cases.case_in(State.CLARIFICATION)
    cases.clarification_of(application, make.epd_officer(), days=-1, reminders=2)
    superuser = make.appointed(Role.OFFICER, "EPD", is_superuser=True)
    with pytest.raises(NotAllowed):
        APPLICATION.make(application, "lapse", by=superuser)
