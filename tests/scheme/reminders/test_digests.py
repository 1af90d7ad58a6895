from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from portal.accounts.models import Side, User
from portal.notifications.models import Message
from scheme.models import EnterpriseConflict, PartnerApplication, Review
from scheme.services import remind
from tests import factories

HONG_KONG = ZoneInfo("Asia/Hong_Kong")
TODAY = date(2030, 6, 20)
NINE = datetime(2030, 6, 20, 9, 0, tzinfo=HONG_KONG)


def under_review(due: date = date(2030, 6, 18), **fields: Any) -> PartnerApplication:
    return factories.ApplicationFactory(state="under_review", review_due_on=due, **fields)


def review(application: PartnerApplication, author: User, side: Side, state: str = "draft") -> Review:
    done = {"total": 70, "completed_at": timezone.now()} if state == "complete" else {}
    return Review.objects.create(application=application, author=author, side=side, state=state, **done)


@pytest.fixture
def epd(db: None) -> User:
    return factories.epd_officer(email="epd@demo.example")


@pytest.fixture
def gdeic(db: None) -> User:
    return factories.gdeic_officer(email="gdeic@demo.example", language="zh-hans")


def told(to: str) -> list[str]:
    """The references in the digests `to` got."""
    texts = Message.objects.filter(kind="digest-reviews", to=to).values_list("text", flat=True)
    return sorted(a.reference for a in PartnerApplication.objects.all() if any(a.reference in text for text in texts))


def test_digest_comes_once_a_day_from_nine_o_clock_and_only_when_there_is_something(epd: User) -> None:
    assert remind.send_digests(NINE) == 0
    application = under_review()
    assert [remind.send_digests(NINE + timedelta(minutes=m)) for m in (-1, 0, 15, 60 * 14)] == [0, 1, 0, 0]
    assert remind.send_digests(NINE + timedelta(days=1, minutes=-1)) == 0
    assert remind.send_digests(NINE + timedelta(days=1)) == 1
    assert told("epd@demo.example") == [application.reference]


@pytest.mark.parametrize(("due", "written"), [(date(2030, 6, 19), 1), (date(2030, 6, 20), 0), (None, 0)])
def test_review_is_overdue_the_day_after_it_was_due(epd: User, due: date | None, written: int) -> None:
    under_review(due)
    assert remind.send_digests(NINE) == written


def test_digest_tells_nothing_of_the_other_side(epd: User, gdeic: User) -> None:
    begun, done, untouched = under_review(), under_review(), under_review()
    review(begun, epd, Side.HONG_KONG)
    review(done, epd, Side.HONG_KONG, "complete")
    review(untouched, gdeic, Side.GUANGDONG, "complete")
    remind.send_digests(NINE)
    assert told("epd@demo.example") == sorted([begun.reference, untouched.reference])
    assert told("gdeic@demo.example") == sorted([begun.reference, done.reference])
    assert "GDEIC" not in Message.objects.get(to="epd@demo.example").text
    lines = Message.objects.get(to="gdeic@demo.example").text.splitlines()
    assert f"{begun.reference}，{begun.enterprise.name_zh_hans}：期限2030年6月18日" in lines


def test_review_a_colleague_has_begun_is_the_colleagues(epd: User) -> None:
    colleague = factories.epd_officer(email="colleague@demo.example")
    application = under_review()
    review(application, colleague, Side.HONG_KONG)
    assert remind.send_digests(NINE) == 1
    assert (told("epd@demo.example"), told("colleague@demo.example")) == ([], [application.reference])


def test_case_with_a_conflict_of_interest_is_in_no_digest(epd: User) -> None:
    application = under_review()
    EnterpriseConflict.objects.create(officer=epd, enterprise=application.enterprise, reason="My brother's")
    assert remind.send_digests(NINE) == 0


@pytest.mark.parametrize("state", [s for s in PartnerApplication.State if s not in ("draft", "under_review")])
def test_cases_in_other_states_are_not_overdue(epd: User, state: str) -> None:
    factories.ApplicationFactory(state=state, review_due_on=date(2030, 6, 1))
    assert remind.send_digests(NINE) == 0


def test_nobody_but_officers_of_one_side_gets_a_digest(db: None) -> None:
    under_review()
    for make in (factories.secretariat, factories.organiser, factories.auditor, factories.administrator):
        make()
    both = factories.epd_officer(email="both@demo.example")
    agency = factories.AgencyFactory(code="GDEIC", side=Side.GUANGDONG)
    both.appointments.create(role="officer", agency=agency)
    factories.epd_officer(is_active=False)
    assert remind.send_digests(NINE) == 0


def test_long_digest_is_cut_and_says_so(epd: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remind, "MOST_IN_A_DIGEST", 2)
    for _ in range(3):
        under_review()
    remind.send_digests(NINE)
    mail = Message.objects.get()
    assert (mail.subject, mail.text.count("due on")) == ("3 overdue reviews wait for you", 2)
    assert "There are more" in mail.text
