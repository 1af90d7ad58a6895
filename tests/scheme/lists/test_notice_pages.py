from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from enterprises.models import Enterprise
from portal.notifications.models import Message
from scheme.models import Objection, PartnerApplication
from scheme.queries.notices import days_left, past_notices, running_notices
from scheme.services.lists import take_off
from scheme.services.notice import publish_notice
from tests import factories as make

pytestmark = pytest.mark.django_db
# A Tuesday without holidays near: five working days end on the next Tuesday.
PUBLISHED = datetime(2026, 8, 11, 2, 0, tzinfo=UTC)
LAST_SECOND = datetime(2026, 8, 18, 15, 59, 59, tzinfo=UTC)


def published(number: int = 3, notice_days: int = 5, at: datetime = PUBLISHED, **fields):
    with time_machine.travel(at, tick=False):
        return make.on_notice(number, notice_days, **fields).notice


def typed(notice, **changes):
    fields = {"name": "Lee Ka Yan", "email": "lee@objector.example", "text": "The plant was fined in May."}
    return {"entry": notice.content["entries"][0]["uid"], **fields, **changes}


def test_notice_shows_names_title_and_city_and_nothing_else(client):
    notice = published(1)
    enterprise = Enterprise.objects.get()
    page = client.get(reverse("notice", args=[notice.slug])).content.decode()
    assert enterprise.name_en in page
    assert enterprise.name_zh_hant in page
    assert "Partner (Manufacturing)" in page
    assert "Hong Kong" in page
    application = PartnerApplication.objects.get()
    for hidden in (enterprise.br_number, enterprise.contact_name, enterprise.contact_email, application.reference):
        assert hidden not in page


@pytest.mark.parametrize("language", ["en", "zh-hant", "zh-hans"])
def test_notice_speaks_three_languages(client, language):
    notice = published(1)
    enterprise = Enterprise.objects.get()
    page = client.get(reverse("notice", args=[notice.slug]), {"lang": language}).content.decode()
    name = getattr(enterprise, f"name_{language.replace('-', '_')}")
    assert f'<th scope="row">{name}</th>' in page


def test_notice_stays_as_published_when_an_entry_is_taken_off_or_renamed(client):
    notice = published(2)
    url = reverse("notice", args=[notice.slug])
    with time_machine.travel(PUBLISHED + timedelta(hours=1), tick=False):
        before = client.get(url).content
        entry = notice.list.entries.first()
        take_off(entry=entry, by=make.epd_officer(), reason="The committee decided otherwise")
        Enterprise.objects.update(name_en="Renamed Limited")
        assert client.get(url).content == before


def test_notice_counts_down_in_days(client):
    notice = published(1)
    for at, words in (
        (PUBLISHED, "7 days left for objections"),
        (LAST_SECOND - timedelta(days=1), "1 day left for objections"),
        (LAST_SECOND, "Last day for objections"),
        (LAST_SECOND + timedelta(seconds=1), "This notice is over"),
    ):
        with time_machine.travel(at, tick=False):
            assert words in client.get(reverse("notice", args=[notice.slug])).content.decode()


def test_notice_runs_until_the_last_second_of_its_last_working_day():
    notice = published(1)
    assert notice.closes_at == LAST_SECOND
    for at, running in ((PUBLISHED, True), (LAST_SECOND, True), (LAST_SECOND + timedelta(seconds=1), False)):
        with time_machine.travel(at, tick=False):
            assert notice.is_open is running
            assert list(running_notices()) == ([notice] if running else [])
            assert list(past_notices()) == ([] if running else [notice])


def test_notice_of_no_days_is_over_at_once():
    with time_machine.travel(PUBLISHED, tick=False):
        notice = make.on_notice(1, 0).notice
        assert (notice.is_open, list(running_notices()), notice.closes_at) == (False, [], PUBLISHED)
        assert days_left(notice) == 0


def test_working_days_of_both_places_count():
    # 1 October is a holiday in both places; the mainland rests until the 7th, Hong Kong works meanwhile.
    notice = published(1, 1, datetime(2026, 9, 30, 3, 0, tzinfo=UTC))
    assert timezone.localtime(notice.closes_at).date().isoformat() == "2026-10-08"


def test_unpublished_list_is_nowhere_to_be_seen(client):
    partner_list = make.listed(2)
    name = Enterprise.objects.first().name_en
    assert name not in client.get(reverse("notices")).content.decode()
    assert client.get(reverse("notice", args=[partner_list.round.year])).status_code == 404
    publish_notice(partner_list=partner_list, by=make.secretariat())
    assert name in client.get(reverse("notice", args=[partner_list.round.year])).content.decode()


@pytest.mark.parametrize("name", ["notice", "objection", "objection-received"])
def test_unknown_notice_is_not_found(client, name):
    published(1)
    assert client.get(reverse(name, args=["unknown"])).status_code == 404


def test_notice_of_102_takes_as_many_queries_as_of_1(client, django_assert_num_queries):
    few, many = published(1), published(12)
    client.get(reverse("notice", args=[few.slug]))
    for notice in (few, many):
        with django_assert_num_queries(2):
            client.get(reverse("notice", args=[notice.slug]))


def test_notices_page_lists_running_and_past_apart(client):
    past, running = published(1, 0), published(2, 5)
    with time_machine.travel(PUBLISHED + timedelta(hours=1), tick=False):
        context = client.get(reverse("notices")).context
    assert [facts["notice"] for facts in context["running"]] == [running]
    assert list(context["page"]) == [past]


def test_objection_is_received_and_acknowledged(client):
    notice = published(2)
    with time_machine.travel(LAST_SECOND, tick=False):
        url = reverse("objection", args=[notice.slug])
        answer = client.post(url, typed(notice), headers={"accept-language": "zh-hant"})
        page = client.get(answer.url).content.decode()
    objection = Objection.objects.get()
    assert (objection.name, objection.state, objection.language) == ("Lee Ka Yan", "received", "zh-hant")
    assert str(objection.entry_id) == notice.content["entries"][0]["uid"]
    assert objection.reference in page
    mail = Message.objects.get()
    assert (mail.kind, mail.to, mail.language) == ("objection-received", "lee@objector.example", "zh-hant")
    assert objection.reference in mail.text
    assert objection.text not in mail.text


def test_objection_sent_twice_is_one(client):
    notice = published(1)
    with time_machine.travel(PUBLISHED, tick=False):
        for _time in range(2):
            assert client.post(reverse("objection", args=[notice.slug]), typed(notice)).status_code == 302
    assert (Objection.objects.count(), Message.objects.count()) == (1, 1)


def test_objection_after_the_last_second_is_refused_and_keeps_what_was_typed(client):
    notice = published(1)
    with time_machine.travel(LAST_SECOND + timedelta(seconds=1), tick=False):
        answer = client.post(reverse("objection", args=[notice.slug]), typed(notice))
    page = answer.content.decode()
    assert answer.status_code == 403
    assert "The form is closed" in page
    assert "The plant was fined in May." in page
    assert "lee@objector.example" in page
    assert (Objection.objects.count(), Message.objects.count()) == (0, 0)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"email": "no address"}, "Enter an e-mail address like"),
        ({"name": "x" * 10_000}, "at most 150 characters"),
        ({"text": " \u202e "}, "Write your objection and its grounds."),
        ({"entry": "999999"}, "Choose an enterprise that is on this notice."),
        ({"entry": "x'; --"}, "Choose an enterprise that is on this notice."),
    ],
)
def test_objection_that_is_wrong_keeps_what_was_typed(client, change, words):
    notice = published(1)
    with time_machine.travel(PUBLISHED, tick=False):
        answer = client.post(reverse("objection", args=[notice.slug]), typed(notice, **change))
    page = answer.content.decode()
    assert answer.status_code == 200
    assert words in page
    kept = {"Lee Ka Yan": "name", "lee@objector.example": "email", "The plant was fined in May.": "text"}
    assert all(value in page for value, field in kept.items() if field not in change)
    assert Objection.objects.count() == 0


def test_objection_to_an_enterprise_of_another_notice_is_refused(client):
    notice, other = published(1), published(1)
    with time_machine.travel(PUBLISHED, tick=False):
        fields = typed(notice, entry=other.content["entries"][0]["uid"])
        assert client.post(reverse("objection", args=[notice.slug]), fields).status_code == 200
    assert Objection.objects.count() == 0


def test_objection_to_an_entry_taken_off_is_answered_like_any_other(client):
    notice = published(2)
    with time_machine.travel(PUBLISHED + timedelta(hours=1), tick=False):
        entry = notice.list.entries.get(pk=notice.content["entries"][0]["uid"])
        take_off(entry=entry, by=make.epd_officer(), reason="Decided otherwise")
        answer = client.post(reverse("objection", args=[notice.slug]), typed(notice))
    assert (answer.status_code, Objection.objects.get().entry_id) == (302, entry.pk)


def test_objections_are_throttled_and_nothing_typed_is_lost(client):
    notice = published(1)
    cache.clear()
    url = reverse("objection", args=[notice.slug])
    with time_machine.travel(PUBLISHED, tick=False):
        for number in range(10):
            assert client.post(url, typed(notice, text=f"Ground {number}")).status_code == 302
        answer = client.post(url, typed(notice, text="One ground more"))
    assert answer.status_code == 429
    assert "One ground more" in answer.content.decode()
    assert Objection.objects.count() == 10


def test_objections_are_on_no_public_page(client):
    notice = published(1)
    with time_machine.travel(PUBLISHED, tick=False):
        before = [client.get(url).content for url in (reverse("notices"), reverse("notice", args=[notice.slug]))]
        client.post(reverse("objection", args=[notice.slug]), typed(notice))
        client.cookies.clear()
        after = [client.get(url).content for url in (reverse("notices"), reverse("notice", args=[notice.slug]))]
        received = client.get(reverse("objection-received", args=[notice.slug]))
    assert after == before
    assert received.status_code == 302


def test_reference_of_an_objection_tells_not_how_many_there_are(client):
    notice = published(1)
    with time_machine.travel(PUBLISHED, tick=False):
        for number in range(5):
            client.post(reverse("objection", args=[notice.slug]), typed(notice, text=f"Ground {number}"))
    references = Objection.objects.order_by("pk").values_list("reference", flat=True)
    assert len({reference[:9] for reference in references}) == 1
    assert all(len(reference) == 17 for reference in references)
