"""Clarification: asked, answered with a new version, reminded of, lapsed."""

from datetime import datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from enterprises.models import MemberRole
from portal.casework.working_days import HONG_KONG_TIME
from portal.errors import Closed, Conflict, Incomplete, NotAllowed, ReasonNeeded
from portal.notifications.models import Message
from scheme.models import ApplicationPart, PartnerApplication
from scheme.services import clarify
from tests import factories as make
from tests.scheme.decide import cases

pytestmark = pytest.mark.django_db
State = PartnerApplication.State


def asked(days: int = 5, reminders: int = 0) -> tuple[PartnerApplication, object, object]:
    application = make.fill(cases.case_in(State.CLARIFICATION))
    officer = make.epd_officer()
    clarification = cases.clarification_of(application, officer, days=days, reminders=reminders)
    return application, clarification, officer


def test_asking_gives_the_rounds_working_days_and_mails_those_who_can_answer():
    application = cases.case_in(State.SCREENING, category__round__clarification_working_days=2)
    owner, editor = (cases.member(application, role) for role in (MemberRole.OWNER, MemberRole.EDITOR))
    cases.member(application, MemberRole.VIEWER)
    with time_machine.travel("2025-04-16T10:00:00+08:00"):
        clarification = clarify.ask_clarification(
            application=application, question="Which site is meant?", by=make.epd_officer()
        )
    assert clarification.due_at == datetime(2025, 4, 22, 23, 59, 59, tzinfo=HONG_KONG_TIME)
    assert PartnerApplication.objects.get(pk=application.pk).state == State.CLARIFICATION
    mails = Message.objects.filter(kind="clarification-asked")
    assert set(mails.values_list("to", flat=True)) == {owner.email, editor.email}
    assert "Which site is meant?" in mails[0].text


def test_asking_needs_words_a_day_to_come_and_a_case_in_screening():
    application = cases.case_in(State.SCREENING)
    officer = make.epd_officer()
    with pytest.raises(ReasonNeeded):
        clarify.ask_clarification(application=application, question=" ", by=officer)
    with pytest.raises(Closed):
        clarify.ask_clarification(
            application=application, question="Why?", by=officer, due=timezone.localdate() - timedelta(days=1)
        )
    with pytest.raises(NotAllowed):
        clarify.ask_clarification(application=application, question="Why?", by=make.auditor())
    clarify.ask_clarification(application=application, question="Why?", by=officer)
    with pytest.raises(Conflict):
        clarify.ask_clarification(application=application, question="Why?", by=officer)
    assert application.clarifications.count() == 1


def test_answer_freezes_a_new_version_and_tells_the_officer():
    application, clarification, officer = asked()
    owner = cases.member(application, MemberRole.OWNER)
    part = ApplicationPart.objects.get(application=application, key="measures")
    part.data["title"] = "Heat pumps"
    part.save()
    clarify.answer_clarification(application=application, answer=" The year is 2024. ", by=owner)
    clarification.refresh_from_db()
    assert (clarification.answer, clarification.answered_by) == ("The year is 2024.", owner)
    assert (clarification.version_before.number, clarification.version_after.number) == (1, 2)
    assert clarification.version_after.content["measures"][0]["title"] == "Heat pumps"
    assert PartnerApplication.objects.get(pk=application.pk).state == State.SCREENING
    assert Message.objects.get(kind="clarification-answered").to == officer.email
    with pytest.raises(Conflict):
        clarify.answer_clarification(application=application, answer="Again.", by=owner)
    assert application.versions.count() == 2


def test_officer_who_has_an_interest_by_now_is_not_told():
    application, _clarification, officer = asked()
    cases.in_conflict(officer, application)
    clarify.answer_clarification(application=application, answer="2024", by=cases.member(application, MemberRole.OWNER))
    assert not Message.objects.filter(kind="clarification-answered").exists()


@pytest.mark.parametrize("role", [MemberRole.VIEWER, None])
def test_viewers_and_strangers_do_not_answer(role):
    application, _clarification, _officer = asked()
    person = cases.member(application, role) if role else make.MembershipFactory().user
    with pytest.raises(NotAllowed):
        clarify.answer_clarification(application=application, answer="2024", by=person)


def test_empty_answer_is_refused():
    application, _clarification, _officer = asked()
    with pytest.raises(Incomplete):
        clarify.answer_clarification(
            application=application, answer=" ", by=cases.member(application, MemberRole.OWNER)
        )


def test_two_reminders_go_out_then_it_lapses_and_each_happens_once():
    application, clarification, _officer = asked(days=10)
    owner = cases.member(application, MemberRole.OWNER)
    due = clarification.due_at
    happened = []
    for left in (timedelta(days=6), timedelta(days=4), timedelta(days=2), timedelta(hours=20), timedelta(seconds=-1)):
        with time_machine.travel(due - left, tick=False):
            happened.append((clarify.remind_due(), clarify.remind_due(), clarify.lapse_due(), clarify.lapse_due()))
    assert happened == [(0, 0, 0, 0), (1, 0, 0, 0), (0, 0, 0, 0), (1, 0, 0, 0), (0, 0, 1, 0)]
    assert PartnerApplication.objects.get(pk=application.pk).state == State.LAPSED
    assert [m.kind for m in Message.objects.filter(to=owner.email).order_by("pk")] == [
        "clarification-reminder", "clarification-reminder", "clarification-lapsed",
    ]  # fmt: skip


def test_case_does_not_lapse_before_both_reminders_were_sent_and_can_be_answered_until_then():
    _application, clarification, _officer = asked(days=-1)
    assert clarify.lapse_due() == 0
    assert clarify.remind_due() == 1
    assert clarify.remind_due() == 0
    with time_machine.travel(timezone.now() + timedelta(days=1)):
        assert clarify.remind_due() == 1
        assert clarify.lapse_due() == 1
    clarification.refresh_from_db()
    assert (clarification.reminders, clarification.lapsed_at is not None) == (2, True)


def test_answer_is_taken_until_the_last_second_and_refused_after():
    application, clarification, _officer = asked(reminders=2)
    owner = cases.member(application, MemberRole.OWNER)
    with time_machine.travel(clarification.due_at + timedelta(seconds=1), tick=False), pytest.raises(Closed):
        clarify.answer_clarification(application=application, answer="2024", by=owner)
    with time_machine.travel(clarification.due_at, tick=False):
        clarify.answer_clarification(application=application, answer="2024", by=owner)
    assert PartnerApplication.objects.get(pk=application.pk).state == State.SCREENING
