"""The applicant's home, and what an applicant may know before the release."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from scheme.models import ListEntry, PartnerApplication, PartnerList, PublicNotice
from scheme.queries.applicant import home_of
from scheme.queries.stages import may_withdraw, stage_for_applicant
from tests import factories as make

pytestmark = pytest.mark.django_db
State = PartnerApplication.State
HIDDEN = [
    State.ASSESSMENT, State.UNDER_REVIEW, State.RECONCILIATION, State.RECOMMENDED, State.NOT_RECOMMENDED,
    State.INELIGIBLE, State.ON_NOTICE, State.ENDORSED, State.COMMENDED,
]  # fmt: skip


def case(state, **more):
    application = make.ApplicationFactory(state=state, **more)
    make.MembershipFactory(enterprise=application.enterprise)
    return application


def plain_page(client, application, name):
    """A page with all that differs from case to case by nature taken out."""
    client.force_login(application.enterprise.memberships.get().user)
    page = client.get(reverse(name, args=() if name == "dashboard" else (application.reference,))).content.decode()
    page = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page)
    enterprise = application.enterprise
    for own in (application.reference, enterprise.name_en, enterprise.name_zh_hant, enterprise.name_zh_hans):
        page = page.replace(own, "·")
    page = page.replace(enterprise.br_number, "·")
    return re.sub(rf"(enterprises/|enterprise-|start/){enterprise.pk}\b", r"\1·", page)


@pytest.mark.parametrize("name", ["dashboard", "application", "application-check"])
def test_every_state_after_screening_looks_the_same_before_the_release(client, name):
    """Endorsed cases have been on a notice that is over: what they may do is tested with one, below."""
    category = make.CategoryFactory()
    endorsed = (State.ENDORSED, State.COMMENDED) if name == "application" else ()
    pages = {
        state: plain_page(client, case(state, category=category), name) for state in HIDDEN if state not in endorsed
    }
    assert set(pages.values()) == {pages[State.UNDER_REVIEW]}


def test_stage_is_one_and_the_same_before_the_release_and_true_after_it():
    category = make.CategoryFactory()
    before = {stage_for_applicant(case(state, category=category)).code for state in HIDDEN}
    assert before == {"considered"}
    with time_machine.travel(category.round.release_at, tick=False):
        after = {one.state: stage_for_applicant(one).code for one in PartnerApplication.objects.all()}
    assert after == dict.fromkeys(HIDDEN, "considered") | {
        State.NOT_RECOMMENDED: "not_recommended", State.INELIGIBLE: "ineligible", State.ENDORSED: "endorsed",
        State.COMMENDED: "endorsed",
    }  # fmt: skip


def on_notice(state, category):
    """A case named by a public notice whose time for objections has ended."""
    application = case(state, category=category)
    person = make.secretariat()
    partner_list, _new = PartnerList.objects.get_or_create(round=category.round, number=0)
    now = make.timezone.now()
    if not PublicNotice.objects.filter(list=partner_list).exists():
        PublicNotice.objects.create(
            list=partner_list, slug=f"n{partner_list.pk}", opens_on=now.date(), working_days=5,
            closes_at=now - timedelta(days=1),
            published_by=person, published_at=now - timedelta(days=10),
        )  # fmt: skip
    ListEntry.objects.create(list=partner_list, application=application, title="manufacturing")
    return application


def endorse_the_list(category):
    """The list as its endorsement leaves it, whatever the states of its cases."""
    rows = PartnerList.objects.filter(round=category.round)
    rows.update(state="on_notice")
    rows.update(state="endorsed", meeting=make.a_meeting(), content={"entries": []}, sha256="0" * 64)


@pytest.mark.parametrize(
    ("states", "is_endorsed"),
    [
        ((State.ON_NOTICE, State.INELIGIBLE, State.NOT_RECOMMENDED), False),
        ((State.ENDORSED, State.INELIGIBLE, State.NOT_RECOMMENDED), True),
    ],
)
def test_withdrawing_is_offered_until_the_endorsement_and_tells_nothing(states, is_endorsed):
    category = make.CategoryFactory()
    cases = [on_notice(state, category) for state in states]
    if is_endorsed:
        endorse_the_list(category)
    assert {may_withdraw(PartnerApplication.objects.get(pk=one.pk)) for one in cases} == {not is_endorsed}


def test_withdrawing_is_still_offered_to_one_taken_off_before_the_notice():
    category = make.CategoryFactory()
    application = on_notice(State.INELIGIBLE, category)
    entry = application.list_entry
    entry.taken_off_at = entry.list.notice.published_at - timedelta(hours=1)
    entry.taken_off_reason, entry.taken_off_by = "Withdrawn by the committee", make.secretariat()
    entry.save()
    endorse_the_list(category)
    assert may_withdraw(PartnerApplication.objects.get(pk=application.pk)) is True


def test_home_holds_only_the_persons_own_enterprises():
    mine, _other = case(State.SUBMITTED), case(State.SUBMITTED)
    (home,) = home_of(mine.enterprise.memberships.get().user)
    assert [one.application for one in home.cases] == [mine]


def test_home_offers_open_rounds_without_a_standing_application():
    application = case(State.WITHDRAWN)
    other = make.CategoryFactory(round=application.category.round, kind="sourcing", excellent_mark=None)
    make.CategoryFactory(round__opens_at=make.timezone.now() + timedelta(days=1))
    user = application.enterprise.memberships.get().user
    (home,) = home_of(user)
    assert home.open_categories == [application.category, other]
    make.ApplicationFactory(enterprise=application.enterprise, category=other)
    (home,) = home_of(user)
    assert home.open_categories == [application.category]


def test_home_says_that_a_round_closed_on_a_draft():
    application = case(State.DRAFT)
    with time_machine.travel(application.category.round.closes_at + timedelta(seconds=1), tick=False):
        assert stage_for_applicant(application).code == "missed"


def test_home_asks_as_often_for_three_cases_as_for_one(client):
    application = case(State.CLARIFICATION)
    user = application.enterprise.memberships.get().user
    client.force_login(user)

    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as found:
            assert client.get(reverse("dashboard")).status_code == 200
        return len(found)

    queries()
    one = queries()
    for _number in range(2):
        more = make.ApplicationFactory(state=State.CLARIFICATION)
        make.MembershipFactory(enterprise=more.enterprise, user=user)
    assert queries() == one


def test_home_of_a_newcomer_says_what_to_do(client):
    client.force_login(make.UserFactory())
    page = client.get(reverse("dashboard")).content.decode()
    assert reverse("enterprises:register") in page


@pytest.mark.parametrize("officer", [make.epd_officer, make.secretariat, make.organiser, make.auditor])
def test_officers_are_sent_on_to_their_desk(client, officer):
    client.force_login(officer())
    assert client.get(reverse("dashboard")).url == reverse("admin:index")


def test_officer_who_belongs_to_an_enterprise_sees_its_cases(client):
    officer = make.epd_officer()
    make.MembershipFactory(user=officer)
    client.force_login(officer)
    assert client.get(reverse("dashboard")).status_code == 200
