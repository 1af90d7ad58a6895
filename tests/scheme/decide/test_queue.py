"""The queue: what is shown, found, sorted and filtered, at a constant number of queries."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from enterprises.models import City, MemberRole
from portal.accounts.models import Side
from scheme.models import PartnerApplication
from scheme.queries.queue import work_for
from tests import factories as make
from tests.scheme.decide import cases

pytestmark = pytest.mark.django_db
State = PartnerApplication.State
QUEUE = "/admin/scheme/partnerapplication/"


def listed(response) -> list[str]:
    """The references of the rows, in order."""
    return [case.reference for case in response.context["cl"].result_list]


def rows_of_queries(client, **query) -> int:
    client.get(QUEUE, query)
    with CaptureQueriesContext(
        connection,
    ) as caught:
        assert client.get(QUEUE, query).status_code == 200
    return len(caught)


@pytest.mark.parametrize("who", [make.epd_officer, make.secretariat, make.auditor, cases.both_serving])
def test_queue_takes_as_many_queries_for_three_rows_as_for_one(signed_in, who):
    client = signed_in(who())

    def add() -> None:
        application = cases.under_review()
        make.SiteFactory(enterprise=application.enterprise)
        cases.reviewed(application, make.epd_officer())
        cases.reviewed(application, make.gdeic_officer())

    add()
    one = rows_of_queries(client)
    add()
    add()
    assert rows_of_queries(client) == one
    assert one <= 25


def test_queue_shows_submitted_cases_and_no_drafts(signed_in):
    shown = cases.case_in(State.SUBMITTED)
    cases.case_in(State.DRAFT)
    assert listed(signed_in(make.epd_officer()).get(QUEUE)) == [shown.reference]


def test_longest_waiting_comes_first_and_the_order_can_be_turned(signed_in):
    now = timezone.now()
    late = cases.case_in(State.SUBMITTED, state_since=now - timedelta(days=9))
    early = cases.case_in(State.SUBMITTED, state_since=now - timedelta(days=30))
    client = signed_in(make.secretariat())
    assert listed(client.get(QUEUE)) == [early.reference, late.reference]
    assert listed(client.get(QUEUE, {"o": "-6"})) == [late.reference, early.reference]


@pytest.mark.parametrize("typed", ["東莞", "东莞", "dongguan", "DONGGUAN works", "91234567"])
def test_search_finds_names_in_every_script_and_the_number(signed_in, typed):
    found = cases.case_in(
        State.SUBMITTED, enterprise__name_en="Dongguan Clean Works", enterprise__name_zh_hant="東莞潔業",
        enterprise__name_zh_hans="东莞洁业", enterprise__br_number="91234567",
    )  # fmt: skip
    cases.case_in(State.SUBMITTED, enterprise__name_zh_hant="莞東紙業", enterprise__name_zh_hans="莞东纸业")
    assert listed(signed_in(make.epd_officer()).get(QUEUE, {"q": typed})) == [found.reference]


def test_search_finds_the_reference_however_it_is_typed(signed_in):
    found = cases.case_in(State.SUBMITTED)
    cases.case_in(State.SUBMITTED)
    assert listed(signed_in(make.epd_officer()).get(QUEUE, {"q": f" {found.reference.lower()} "})) == [found.reference]


def test_filters_narrow_by_round_category_state_city_officer_and_waiting_time(signed_in):
    officer = make.epd_officer()
    one = cases.case_in(State.SUBMITTED, state_since=timezone.now() - timedelta(days=20), category__kind="sourcing")
    make.SiteFactory(enterprise=one.enterprise, city=City.objects.get(code="foshan"))
    two = cases.under_review()
    cases.draft_review(two, officer)
    client = signed_in(officer)
    found = {
        f"{name}={value}": listed(client.get(QUEUE, {name: value}))
        for name, value in (
            ("round", one.category.round.year), ("kind", "sourcing"), ("state", "submitted"), ("city", "foshan"),
            ("waiting", "28"), ("officer", "me"), ("officer", officer.pk), ("state", "nonsense"), ("officer", "x'"),
        )
    }  # fmt: skip
    both = [one.reference, two.reference]
    assert found == {
        f"round={one.category.round.year}": both[:1], "kind=sourcing": both[:1], "state=submitted": both[:1],
        "city=foshan": both[:1], "waiting=28": both[:1], "officer=me": both[1:], f"officer={officer.pk}": both[1:],
        "state=nonsense": both, "officer=x'": both,
    }  # fmt: skip


@pytest.mark.parametrize("who", [make.organiser, make.administrator])
def test_queue_does_not_exist_for_people_without_casework(signed_in, who):
    cases.case_in(State.SUBMITTED)
    assert signed_in(who()).get(QUEUE).status_code in (403, 404)


def test_superuser_without_a_post_sees_no_case(signed_in, page_of):
    application = cases.case_in(State.SUBMITTED)
    client = signed_in(make.UserFactory(is_staff=True, is_superuser=True))
    for address in (QUEUE, page_of(application)):
        response = client.get(address)
        assert response.status_code != 200
        assert application.reference not in response.content.decode()


def test_bulk_start_of_screening_needs_a_reason_and_does_each_case(signed_in):
    waiting, done = cases.case_in(State.SUBMITTED), cases.case_in(State.SCREENING)
    client = signed_in(make.secretariat())
    chosen = {"action": "start", "_selected_action": [waiting.pk, done.pk]}
    asked = client.post(QUEUE, chosen)
    assert asked.status_code == 200
    assert PartnerApplication.objects.get(pk=waiting.pk).state == State.SUBMITTED
    client.post(QUEUE, chosen | {"confirmed": "1", "reason": ""})
    assert PartnerApplication.objects.get(pk=waiting.pk).state == State.SUBMITTED
    answer = client.post(QUEUE, chosen | {"confirmed": "1", "reason": "Shared out at the meeting."}, follow=True)
    assert PartnerApplication.objects.get(pk=waiting.pk).state == State.SCREENING
    assert waiting.moves.get().reason == "Shared out at the meeting."
    assert done.reference in answer.content.decode()


def test_bulk_recommendation_is_not_offered_to_the_secretariat_and_not_done_for_it(signed_in):
    application = cases.under_review()
    cases.reviewed(application, make.epd_officer())
    cases.reviewed(application, make.gdeic_officer())
    client = signed_in(make.secretariat())
    assert "recommend_chosen" not in client.get(QUEUE).content.decode()
    client.post(
        QUEUE,
        {"action": "recommend_chosen", "_selected_action": [application.pk], "confirmed": "1", "reason": "Agreed."},
    )
    assert PartnerApplication.objects.get(pk=application.pk).state == State.UNDER_REVIEW


def test_bulk_recommendation_records_outcome_and_reason(signed_in):
    application = cases.under_review()
    epd = make.epd_officer()
    cases.reviewed(application, epd)
    cases.reviewed(application, make.gdeic_officer())
    signed_in(epd).post(
        QUEUE,
        {"action": "recommend_chosen", "_selected_action": [application.pk], "confirmed": "1", "reason": "Agreed."},
    )
    application.refresh_from_db()
    assert (application.state, application.outcome) == (State.RECOMMENDED, "partner")


def test_work_for_an_officer_holds_own_drafts_and_what_is_due():
    officer, colleague = make.epd_officer(), make.epd_officer()
    late = cases.under_review()
    PartnerApplication.objects.filter(pk=late.pk).update(review_due_on=timezone.localdate() - timedelta(days=1))
    cases.draft_review(late, officer)
    cases.draft_review(cases.under_review(), colleague)
    cases.under_review()
    cases.case_in(State.SUBMITTED)
    work = work_for(officer)
    assert [(line.application, line.kind, line.is_overdue) for line in work.mine] == [(late, "review", True)]
    assert (work.to_screen, work.reviews_to_start, work.overdue, work.to_assess) == (1, 1, 1, 0)


def test_work_for_leaves_out_enterprises_of_ones_interest():
    application = cases.case_in(State.SUBMITTED)
    declared = cases.in_conflict(make.epd_officer(), application)
    member = cases.member(application, MemberRole.VIEWER, make.secretariat(Side.GUANGDONG))
    assert [work_for(user).to_screen for user in (declared, member, make.epd_officer())] == [0, 0, 1]


def test_first_page_of_the_desk_leads_to_ones_cases(signed_in):
    officer = make.epd_officer()
    application = cases.under_review()
    cases.draft_review(application, officer)
    page = signed_in(officer).get(reverse("admin:index")).content.decode()
    assert application.reference in page


def test_language_links_keep_the_list(signed_in):
    shown = cases.case_in(State.SUBMITTED)
    client = signed_in(make.epd_officer())
    for address in (QUEUE, f"{QUEUE}?state=submitted&", "/admin/scheme/review/", "/admin/scheme/extension/"):
        answer = client.get(f"{address}{'' if '?' in address else '?'}lang=zh-hant")
        assert answer.status_code == 200
        assert answer.headers["Content-Language"] == "zh-Hant-HK"
    assert listed(client.get(QUEUE, {"lang": "zh-hans"})) == [shown.reference]


def test_queue_holds_cases_in_hand_until_another_state_or_a_search_asks_for_more(signed_in):
    waiting, over = cases.case_in(State.SUBMITTED), cases.case_in(State.COMMENDED)
    client = signed_in(make.epd_officer())
    asked = ({}, {"state": "all"}, {"state": "commended"}, {"q": over.reference}, {"q": " "})
    assert [set(listed(client.get(QUEUE, query))) for query in asked] == [
        {waiting.reference}, {waiting.reference, over.reference}, {over.reference}, {over.reference},
        {waiting.reference},
    ]  # fmt: skip
