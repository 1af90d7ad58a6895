"""Rule 4: nothing of an incomplete pair of reviews is seen by those it is sealed from, on any page, in any way.

Data that could leak is planted: rare marks, totals, words and names in Guangdong's review; then everything that
Hong Kong's officer, the secretariat, the auditor and the officer of both can reach is searched for them.
"""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from enterprises.models import MemberRole
from portal.accounts.models import Side
from portal.accounts.rules import reset
from portal.errors import NotAllowed
from portal.notifications.models import Message
from scheme.models import PartnerApplication, Review
from scheme.queries.cases import reviews_seen_by, unsealed
from scheme.queries.queue import handled_by, work_for
from scheme.queries.reviews import sights_of
from scheme.services import review as reviewing
from tests import factories as make
from tests.scheme.decide import cases

pytestmark = pytest.mark.django_db
State = PartnerApplication.State
QUEUE = "/admin/scheme/partnerapplication/"
REVIEWS = "/admin/scheme/review/"
# 43 of 50 and 44 of 50 come to a total of 87.00, a number no page shows for another reason.
WORDS = ("Heliotrope furnace", "87.00", "Vermilion Lo")


def scaled(application: PartnerApplication) -> PartnerApplication:
    for code in ("measures", "results"):
        make.CriterionFactory(category=application.category, code=code, scale=50, name_en=code.title())
    return application


@pytest.fixture
def planted() -> PartnerApplication:
    """Guangdong's review is complete, Hong Kong's has not been begun."""
    application = scaled(cases.case_in(State.UNDER_REVIEW, review_due_on=timezone.localdate() - timedelta(days=2)))
    author = make.gdeic_officer(full_name="Vermilion Lo")
    cases.reviewed(application, author, (43, 44), comment="Heliotrope furnace", recommendation="excellent")
    return application


OUTSIDE = {
    "officer of EPD": make.epd_officer,
    "officer of both": cases.both_serving,
    "secretariat of Guangdong": lambda: make.secretariat(Side.GUANGDONG),
    "auditor": make.auditor,
    "administrator": make.administrator,
    "organiser": make.organiser,
    "superuser": lambda: make.UserFactory(is_staff=True, is_superuser=True),
}


def addresses(application: PartnerApplication) -> list[str]:
    """Everything on the desk that stands around a case and its reviews."""
    review = application.reviews.first()
    page = reverse("admin:scheme_partnerapplication_change", args=[application.pk])
    columns = [f"{QUEUE}?o={sign}{column}" for column in range(1, 9) for sign in ("", "-")]
    return [
        page, page.replace("change", "history"), page.replace("change", "delete"), f"{page}?version=1",
        QUEUE, *columns, f"{QUEUE}?q=Heliotrope", f"{QUEUE}?q=Vermilion", f"{QUEUE}?state=under_review",
        f"{QUEUE}?_facets=True", f"{QUEUE}?all=1",
        REVIEWS, f"{REVIEWS}?side=guangdong", f"{REVIEWS}?o=-6", f"{REVIEWS}{review.pk}/change/",
        f"{REVIEWS}{review.pk}/history/", f"{REVIEWS}add/", f"{REVIEWS}{review.pk}/delete/",
        reverse("admin:index"), "/admin/scheme/", "/admin/scheme/extension/", "/admin/scheme/enterpriseconflict/",
        "/admin/scheme/mark/", "/admin/scheme/reconciliation/", "/admin/scheme/reviewmove/",
        "/admin/scheme/reviewevent/", "/admin/scheme/markevent/", "/admin/pghistory/events/", "/admin/admin/logentry/",
    ]  # fmt: skip


@pytest.mark.parametrize("who", OUTSIDE)
def test_no_page_shows_a_mark_a_total_a_word_or_the_author(signed_in, planted, who):
    # The author's name stands in the filter by officer, as everybody's does: only the filter may hold it.
    client = signed_in(OUTSIDE[who]())
    for address in addresses(planted):
        text = client.get(address, follow=True).content.decode()
        text = text.replace(">Vermilion Lo</option>", "></option>").replace("Vermilion Lo\n", "\n")
        assert [word for word in WORDS if word in text] == [], address


@pytest.mark.parametrize("who", OUTSIDE)
@pytest.mark.parametrize("language", ["zh-hant", "zh-hans"])
def test_case_page_keeps_the_seal_in_every_language(signed_in, planted, page_of, who, language):
    text = signed_in(OUTSIDE[who]()).get(f"{page_of(planted)}?lang={language}").content.decode()
    assert [word for word in WORDS if word in text] == []


@pytest.mark.parametrize("who", ["officer of EPD", "officer of both", "auditor"])
def test_page_and_queue_are_the_same_letter_for_letter_whether_the_other_side_has_begun_or_not(signed_in, page_of, who):
    person = OUTSIDE[who]()
    application = scaled(cases.case_in(State.UNDER_REVIEW, state_since=timezone.now() - timedelta(days=3)))
    author = make.gdeic_officer()
    client = signed_in(person)

    def everything() -> list[str]:
        found = []
        for address in (page_of(application), QUEUE, REVIEWS, reverse("admin:index"), f"{QUEUE}?officer={author.pk}"):
            text = client.get(address).content.decode()
            found.append("\n".join(line for line in text.splitlines() if "csrfmiddlewaretoken" not in line))
        return found

    before = everything()
    review = cases.draft_review(application, author, (43, 44))
    drafted = everything()
    cases.reviewing.complete_review(review=review, by=author)
    assert [drafted, everything()] == [before, before]


def test_secretariat_is_told_done_or_not_done_and_nothing_else(signed_in, planted, page_of):
    secretariat = make.secretariat()
    assert [(sight.side, sight.done, sight.review, sight.marks) for sight in sights_of(secretariat, planted)] == [
        (Side.HONG_KONG, False, None, []), (Side.GUANGDONG, True, None, []),
    ]  # fmt: skip


def test_secretariat_does_not_learn_that_a_draft_has_been_begun(planted):
    secretariat = make.secretariat()
    before = sights_of(secretariat, planted)
    cases.draft_review(planted, make.epd_officer(), (1, 1))
    assert sights_of(secretariat, planted) == before


@pytest.mark.parametrize("who", ["officer of EPD", "officer of both", "auditor"])
def test_officers_and_auditors_are_not_even_told_done(planted, who):
    assert [(sight.done, sight.review) for sight in sights_of(OUTSIDE[who](), planted)] == [(None, None)] * 2


def test_officer_who_is_also_in_the_secretariat_learns_no_more_than_officers_do(planted):
    from portal.accounts.models import Agency, Appointment, Role

    person = make.epd_officer()
    agency = make.AgencyFactory(code="HKPC", kind=Agency.Kind.SECRETARIAT)
    Appointment.objects.create(user=person, role=Role.SECRETARIAT, agency=agency)
    assert [(sight.done, sight.review) for sight in sights_of(person, planted)] == [(None, None)] * 2


@pytest.mark.parametrize(
    "lookup",
    [
        "reviews__isnull=True", "reviews__isnull=False", "reviews__total__gte=80", "reviews__state=complete",
        "reviews__author__full_name__startswith=V", "reviews=1", "reconciliation__isnull=False",
        "moves__move=reconcile", "reviews__marks__value=43", "pk=1", "outcome=excellent",
    ],
)  # fmt: skip
@pytest.mark.parametrize("who", ["officer of EPD", "secretariat of Guangdong", "auditor", "officer of both"])
def test_queue_answers_no_question_put_into_its_address(signed_in, planted, who, lookup):
    assert signed_in(OUTSIDE[who]()).get(f"{QUEUE}?{lookup}").status_code == 400


@pytest.mark.parametrize("lookup", ["total__gte=80", "application__reviews__total__gte=80", "marks__value=43"])
def test_list_of_reviews_answers_no_question_put_into_its_address(signed_in, planted, lookup):
    assert signed_in(make.epd_officer()).get(f"{REVIEWS}?{lookup}").status_code == 400


def test_filter_by_officer_does_not_find_a_sealed_author(planted):
    author = planted.reviews.get().author
    everything = PartnerApplication.objects.all()
    found = {name: list(handled_by(everything, author.pk, person())) for name, person in OUTSIDE.items()}
    assert found == {name: [] for name in OUTSIDE}
    assert list(handled_by(everything, author.pk, make.gdeic_officer())) == [planted]


def test_figures_of_work_do_not_move_with_the_other_sides_review():
    officer = make.epd_officer()
    application = scaled(cases.case_in(State.UNDER_REVIEW, review_due_on=timezone.localdate()))
    before = work_for(officer)
    cases.reviewed(application, make.gdeic_officer(), (43, 44))
    assert work_for(officer) == before


def test_refusals_say_the_same_whether_the_other_side_is_done_or_not(signed_in, page_of, planted):
    untouched = scaled(cases.case_in(State.UNDER_REVIEW))
    officer = make.epd_officer()
    cases.reviewed(untouched, officer, (30, 30))
    client = signed_in(officer)
    chosen = {"action": "recommend_chosen", "confirmed": "1", "reason": "Now."}
    said = []
    for application in (planted, untouched):
        answer = client.post(QUEUE, chosen | {"_selected_action": [application.pk]}, follow=True)
        said.append([str(message).replace(application.reference, "") for message in answer.context["messages"]])
    assert said[0] == said[1] != []


def test_own_side_reads_the_review_and_an_officer_who_changed_sides_does_not(planted):
    review = planted.reviews.get()
    assert list(reviews_seen_by(make.gdeic_officer())) == [review]
    author = review.author
    author.appointments.all().delete()
    assert list(reviews_seen_by(author)) == []


def test_both_complete_opens_both_reviews_to_everybody_who_sees_the_case(signed_in, planted, page_of):
    cases.reviewed(planted, make.epd_officer(full_name="Cerulean Ip"), (30, 30), comment="Plain words.")
    assert list(unsealed(PartnerApplication.objects.all())) == [planted]
    for who in ("officer of EPD", "officer of both", "secretariat of Guangdong", "auditor"):
        text = signed_in(OUTSIDE[who]()).get(page_of(planted)).content.decode()
        assert [word for word in (*WORDS, "Plain words.", "60.00") if word not in text] == [], who


def test_no_mail_is_written_by_a_review(planted):
    assert list(Message.objects.all()) == []


def test_conflicted_officer_meets_the_case_nowhere(signed_in, planted):
    cases.reviewed(planted, make.epd_officer(), (30, 30))
    planted.refresh_from_db()
    declared = cases.in_conflict(make.epd_officer(), planted)
    member = cases.member(planted, MemberRole.EDITOR, make.gdeic_officer())
    for person in (declared, member):
        client = signed_in(person)
        page = reverse("admin:scheme_partnerapplication_change", args=[planted.pk])
        nothing = client.get(page.replace(str(planted.pk), "999999"))
        for address in (page, page.replace("change", "history")):
            answer = client.get(address)
            assert (answer.status_code, planted.reference in answer.content.decode()) == (nothing.status_code, False)
        assert client.post(page, {"work": "declare_conflict"}).status_code == nothing.status_code
        for address in (QUEUE, f"{QUEUE}?q={planted.reference}", REVIEWS, reverse("admin:index")):
            text = client.get(address).content.decode()
            assert (page in text, planted.enterprise.name_en in text) == (False, False), address
        assert Review.objects.filter(pk__in=reviews_seen_by(person)).count() == 0


def test_review_by_an_author_in_conflict_unseals_nothing_for_whoever_writes_it_again(signed_in, planted, page_of):
    """Else a colleague could read Guangdong's marks first, and write Hong Kong's review after them."""
    author, colleague = make.epd_officer(), make.epd_officer()
    review = cases.draft_review(planted, author, (30, 30))
    cases.in_conflict(author, planted)
    Review.objects.filter(pk=review.pk).update(state="complete", completed_at=timezone.now())
    assert list(unsealed(PartnerApplication.objects.all())) == []
    for person in (colleague, make.auditor(), make.secretariat(Side.HONG_KONG)):
        client = signed_in(person)
        for address in (page_of(planted), QUEUE, REVIEWS, reverse("admin:index")):
            text = client.get(address).content.decode()
            assert [word for word in WORDS[:2] if word in text] == [], address
    assert {seen.side for seen in reviews_seen_by(colleague)} == {Side.HONG_KONG}
    reviewing.take_over_review(review=review, by=colleague, reason="The author has an interest.")
    cases.reviewed(planted, colleague, (30, 30))
    assert list(unsealed(PartnerApplication.objects.all())) == [planted]


def test_what_was_decided_stays_open_when_an_author_declares_an_interest_later():
    application = cases.case_in(State.COMMENDED)
    author = make.epd_officer()
    cases.born_review(application, author, Side.HONG_KONG)
    cases.born_review(application, make.gdeic_officer(), Side.GUANGDONG)
    cases.in_conflict(author, application)
    assert list(unsealed(PartnerApplication.objects.all())) == [application]


def test_officer_of_one_side_who_works_for_the_other_sides_secretariat_serves_both(planted):
    both = make.gdeic_officer()
    assert reviews_seen_by(both).count() == 1
    agency = make.secretariat(Side.HONG_KONG).appointments.get().agency
    both.appointments.create(role="secretariat", agency=agency)
    reset([both])
    assert reviews_seen_by(both).count() == 0
    with pytest.raises(NotAllowed):
        reviewing.start_review(application=cases.under_review(), by=both)
