"""Conflicts of interest and extensions."""

from datetime import timedelta

import pytest
from django.utils import timezone

from enterprises.models import MemberRole
from portal.accounts.models import Side
from portal.errors import Closed, Conflict, NotAllowed, ReasonNeeded
from scheme.models import EnterpriseConflict, PartnerApplication
from scheme.queries.cases import cases_seen_by, conflicts_seen_by
from scheme.services.apply import submit_application
from scheme.services.conflict import declare_conflict, end_conflict
from scheme.services.extend import grant_extension
from tests import factories as make
from tests.scheme.decide import cases

pytestmark = pytest.mark.django_db
State = PartnerApplication.State


def test_declared_conflict_hides_every_case_of_the_enterprise_until_a_colleague_ends_it():
    officer, colleague = make.epd_officer(), make.epd_officer()
    application, other = cases.case_in(State.SUBMITTED), cases.case_in(State.SUBMITTED)
    conflict = declare_conflict(enterprise=application.enterprise, by=officer, reason="Shares.")
    assert list(cases_seen_by(officer)) == [other]
    for person in (officer, make.gdeic_officer(), make.auditor(), make.administrator()):
        with pytest.raises(NotAllowed):
            end_conflict(conflict=conflict, by=person, reason="Sold.")
    ended = end_conflict(conflict=conflict, by=colleague, reason="Sold.")
    assert (ended.ended_by, ended.ended_reason) == (colleague, "Sold.")
    assert set(cases_seen_by(officer)) == {application, other}
    with pytest.raises(Conflict):
        end_conflict(conflict=conflict, by=colleague, reason="Again.")


def test_colleague_with_a_stake_of_their_own_does_not_end_it():
    officer = make.epd_officer()
    application = cases.case_in(State.SUBMITTED)
    conflict = declare_conflict(enterprise=application.enterprise, by=officer, reason="Shares.")
    declared = cases.in_conflict(make.epd_officer(), application)
    member = cases.member(application, MemberRole.VIEWER, make.epd_officer())
    for person in (declared, member):
        with pytest.raises(NotAllowed):
            end_conflict(conflict=conflict, by=person, reason="Sold.")


def test_declaring_twice_makes_one_and_needs_a_reason_and_a_post():
    officer = make.secretariat()
    enterprise = make.EnterpriseFactory()
    with pytest.raises(ReasonNeeded):
        declare_conflict(enterprise=enterprise, by=officer, reason=" ")
    with pytest.raises(NotAllowed):
        declare_conflict(enterprise=enterprise, by=make.auditor(), reason="Shares.")
    first = declare_conflict(enterprise=enterprise, by=officer, reason="Shares.")
    assert declare_conflict(enterprise=enterprise, by=officer, reason="Shares.") == first
    assert EnterpriseConflict.objects.count() == 1


def test_declarations_are_seen_by_oneself_colleagues_and_auditors():
    officer, colleague = make.epd_officer(), make.secretariat(Side.HONG_KONG)
    conflict = declare_conflict(enterprise=make.EnterpriseFactory(), by=officer, reason="Shares.")
    seen = {
        person: list(conflicts_seen_by(person))
        for person in (officer, colleague, make.auditor(), make.gdeic_officer(), make.organiser())
    }
    assert list(seen.values()) == [[conflict], [conflict], [conflict], [], []]


@pytest.mark.parametrize("who", [make.auditor, make.epd_officer, make.secretariat, cases.both_serving])
def test_member_of_the_enterprise_sees_none_of_its_cases_on_the_desk(who):
    application = cases.case_in(State.SUBMITTED)
    person = who()
    assert list(cases_seen_by(person)) == [application]
    cases.member(application, MemberRole.VIEWER, person)
    assert list(cases_seen_by(person)) == []


def test_extension_opens_one_draft_after_the_closing_and_no_other():
    past = {"opens_at": timezone.now() - timedelta(days=9), "closes_at": timezone.now() - timedelta(days=1)}
    closed = make.CategoryFactory(round__opens_at=past["opens_at"], round__closes_at=past["closes_at"])
    one, two = (make.fill(make.ApplicationFactory(category=closed)) for _ in range(2))
    owners = [cases.member(application, MemberRole.OWNER) for application in (one, two)]
    until = timezone.now() + timedelta(days=2)
    grant_extension(application=one, until=until, reason="Their server was down.", by=make.epd_officer())
    assert submit_application(application=one, by=owners[0]).state == State.SUBMITTED
    with pytest.raises(Closed):
        submit_application(application=two, by=owners[1])


def test_extension_is_refused_without_reason_for_the_past_for_submitted_cases_and_in_conflict():
    application = make.ApplicationFactory()
    later = application.category.round.closes_at + timedelta(days=1)
    officer = make.epd_officer()
    grant = {"application": application, "until": later, "reason": "Flood.", "by": officer}
    for wrong, refusal in (
        ({"reason": " "}, ReasonNeeded),
        ({"until": timezone.now() - timedelta(days=1)}, Closed),
        ({"until": application.category.round.closes_at}, Closed),
        ({"application": cases.case_in(State.SUBMITTED)}, Conflict),
        ({"by": cases.in_conflict(make.epd_officer(), application)}, NotAllowed),
        ({"by": make.auditor()}, NotAllowed),
    ):
        with pytest.raises(refusal):
            grant_extension(**grant | wrong)
    assert not application.extensions.exists()
