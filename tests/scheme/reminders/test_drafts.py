from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from enterprises.models import MemberRole
from portal.notifications.models import Message
from scheme.models import Extension, PartnerApplication
from scheme.services import remind
from tests import factories

HONG_KONG = ZoneInfo("Asia/Hong_Kong")
CLOSES = datetime(2030, 6, 28, 17, 0, tzinfo=HONG_KONG)
BEGUN = datetime(2030, 5, 1, 12, 0, tzinfo=HONG_KONG)


def at(day: int, hour: int = 12, month: int = 6) -> datetime:
    return datetime(2030, month, day, hour, 0, tzinfo=HONG_KONG)


@pytest.fixture
def draft(db: None) -> PartnerApplication:
    """A draft of May, closing on 28 June, with an owner, an editor, a viewer, a former and an inactive member."""
    with time_machine.travel(BEGUN, tick=False):
        round_ = factories.RoundFactory(
            opens_at=BEGUN - timedelta(days=1), closes_at=CLOSES, release_at=CLOSES + timedelta(days=90)
        )
        application = factories.ApplicationFactory(category__round=round_, enterprise__name_zh_hans="洁业有限公司")
        for role, person in (
            (MemberRole.OWNER, {"email": "owner@demo.example", "language": "zh-hans"}),
            (MemberRole.EDITOR, {"email": "editor@demo.example"}),
            (MemberRole.VIEWER, {"email": "viewer@demo.example"}),
            (MemberRole.OWNER, {"email": "gone@demo.example", "is_active": False}),
        ):
            factories.MembershipFactory(
                enterprise=application.enterprise, user=factories.UserFactory(**person), role=role
            )
        factories.MembershipFactory(user=factories.UserFactory(email="stranger@demo.example"))
    return application


def subjects(to: str = "editor@demo.example") -> list[str]:
    return list(Message.objects.filter(to=to, kind="reminder-draft").order_by("pk").values_list("subject", flat=True))


def test_reminders_over_the_whole_span_go_14_7_2_and_1_days_before(draft: PartnerApplication) -> None:
    moment, sent = BEGUN, {}
    while moment < CLOSES + timedelta(days=30):
        if written := remind.remind_of_drafts(moment):
            sent[moment.astimezone(HONG_KONG).date().isoformat()] = written
        moment += timedelta(hours=1)
    # Two readers each: owner and editor.
    assert sent == {"2030-06-14": 2, "2030-06-21": 2, "2030-06-26": 2, "2030-06-27": 2}
    assert subjects() == [f"Application {draft.reference} closes in {n} day{'s' * (n > 1)}" for n in (14, 7, 2, 1)]
    assert set(Message.objects.values_list("to", flat=True)) == {"owner@demo.example", "editor@demo.example"}


def test_reminder_is_in_its_readers_language_and_names_the_closing_time(draft: PartnerApplication) -> None:
    remind.remind_of_drafts(at(14))
    mail = Message.objects.get(to="owner@demo.example")
    assert mail.subject == f"申请{draft.reference}将于14天后截止"
    assert "洁业有限公司" in mail.text
    assert "2030年6月28日" in mail.text
    assert f"/recognition/{draft.reference}/" in mail.text


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        (at(14, 8), []),
        (at(14, 9), ["closes in 14 days"]),
        (at(20), ["closes in 8 days"]),
        (at(26), ["closes in 2 days"]),
        (at(28, 10), ["closes today"]),
        (CLOSES, ["closes today"]),
        (CLOSES + timedelta(seconds=1), []),
    ],
)
def test_late_run_sends_only_the_latest_reminder(
    draft: PartnerApplication, when: datetime, expected: list[str]
) -> None:
    remind.remind_of_drafts(when)
    remind.remind_of_drafts(when)
    assert [subject.split(maxsplit=2)[2] for subject in subjects()] == expected


@pytest.mark.parametrize("state", [state for state in PartnerApplication.State if state != "draft"])
def test_only_drafts_are_reminded_of(draft: PartnerApplication, state: str) -> None:
    other = factories.ApplicationFactory(category=draft.category, state=state, enterprise=factories.EnterpriseFactory())
    factories.MembershipFactory(enterprise=other.enterprise, user=factories.UserFactory(email="other@demo.example"))
    remind.remind_of_drafts(at(14))
    assert subjects("other@demo.example") == []
    assert len(subjects()) == 1


def test_draft_begun_after_a_reminder_was_due_gets_the_next_one_only(draft: PartnerApplication) -> None:
    PartnerApplication.objects.update(created_at=at(22))
    remind.remind_of_drafts(at(23))
    assert subjects() == []
    remind.remind_of_drafts(at(26))
    assert len(subjects()) == 1


def test_editor_who_joined_after_a_reminder_was_due_gets_the_next_one_only(draft: PartnerApplication) -> None:
    draft.enterprise.memberships.filter(role="editor").update(joined_at=at(15))
    remind.remind_of_drafts(at(16))
    assert subjects() == []
    remind.remind_of_drafts(at(21))
    assert len(subjects()) == 1


def test_extension_has_reminders_of_its_own(draft: PartnerApplication) -> None:
    remind.remind_of_drafts(at(27))
    with time_machine.travel(at(28), tick=False):
        Extension.objects.create(
            application=draft, until=at(5, 17, month=7), reason="Flood", granted_by=factories.epd_officer()
        )
    remind.remind_of_drafts(at(29))
    remind.remind_of_drafts(at(3, month=7))
    remind.remind_of_drafts(at(4, month=7))
    said = [subject.split(maxsplit=2)[2] for subject in subjects()]
    assert said == ["closes in 1 day", "closes in 6 days", "closes in 2 days", "closes in 1 day"]


@given(hours=st.lists(st.integers(0, 24 * 70), max_size=12))
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_sequence_of_runs_sends_each_reminder_at_most_once(draft: PartnerApplication, hours: list[int]) -> None:
    Message.objects.all().delete()
    for hour in hours:
        remind.remind_of_drafts(BEGUN + timedelta(hours=hour))
    keys = list(Message.objects.values_list("key", flat=True))
    assert len(keys) == len(set(keys)) <= 2 * len(remind.DAYS_BEFORE_CLOSING)
    # Each run sends at most one reminder to a reader.
    assert len(subjects()) <= min(len(hours), 4)


def test_queries_do_not_grow_with_the_drafts_that_were_reminded_of(
    draft: PartnerApplication, django_assert_max_num_queries: Any
) -> None:
    for _ in range(3):
        more = factories.ApplicationFactory(category=draft.category, enterprise=factories.EnterpriseFactory())
        PartnerApplication.objects.filter(pk=more.pk).update(created_at=BEGUN)
        member = factories.MembershipFactory(enterprise=more.enterprise)
        type(member).objects.filter(pk=member.pk).update(joined_at=BEGUN)
    assert remind.remind_of_drafts(at(14)) == 5
    with django_assert_max_num_queries(4):
        assert remind.remind_of_drafts(at(14, 13)) == 0


def test_send_reminders_uses_the_servers_clock(draft: PartnerApplication) -> None:
    with time_machine.travel(at(14).astimezone(UTC), tick=False):
        assert timezone.now() == at(14)
        assert remind.send_reminders() == 2
        assert remind.send_reminders() == 0
