"""Reminders: what the scheduler sends, each once, however often and however late it runs (issue 3, section 5)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Max, Q
from django.db.models.functions import Coalesce, Greatest
from django.utils import timezone

from enterprises.models import MemberRole
from portal.accounts.models import Role, User
from portal.accounts.rules import officer_side
from portal.casework.working_days import HONG_KONG_TIME
from portal.notifications.models import Message
from portal.notifications.services import outbox
from scheme.models import PartnerApplication, Review
from scheme.queries.queue import reviews_due
from scheme.services import clarify

# So many days before its closing, a draft that was not submitted is called to mind.
DAYS_BEFORE_CLOSING = (14, 7, 2, 1)
# Reminders and digests leave from this hour on, Hong Kong time.
HOUR = time(9, tzinfo=HONG_KONG_TIME)
MOST_IN_A_DIGEST = 50


def send_reminders(now: datetime | None = None) -> int:
    """Queue every reminder that is due and was not queued before; returns how many were written. By the scheduler."""
    now = now or timezone.now()
    return remind_of_drafts(now) + clarify.remind_due(now) + send_digests(now)


@dataclass(frozen=True)
class Reminder:
    """One reminder of one draft to one reader."""

    key: str
    application: PartnerApplication
    reader: User
    closes_at: datetime


def remind_of_drafts(now: datetime) -> int:
    """Remind owners and editors of drafts that close in 14, 7, 2 and 1 days, each in their language.

    A run that comes late sends the latest reminder that is due and none of those it missed. A reader who joined, or a
    draft that was begun, after a reminder was due does not get it. An extension has reminders of its own.
    """
    due = list(_draft_reminders(now))
    known = set(Message.objects.filter(key__in=[one.key for one in due]).values_list("key", flat=True))
    return sum(_send_draft_reminder(one, now) for one in due if one.key not in known)


def _draft_reminders(now: datetime) -> Iterator[Reminder]:
    closing = Greatest("category__round__closes_at", Coalesce(Max("extensions__until"), "category__round__closes_at"))
    drafts = (
        PartnerApplication.objects.filter(state=PartnerApplication.State.DRAFT, category__round__opens_at__lte=now)
        .annotate(closing=closing)
        .filter(closing__gte=now, closing__lte=now + timedelta(days=max(DAYS_BEFORE_CLOSING) + 1))
        .select_related("enterprise", "category__round")
        .prefetch_related("enterprise__memberships__user")
        .order_by("pk")
    )
    for application in drafts:
        closes_at: datetime = application.closing
        last_day = closes_at.astimezone(HONG_KONG_TIME).date()
        passed = [(days, at) for days in DAYS_BEFORE_CLOSING if (at := _moment(last_day, days)) <= now]
        if not passed or passed[-1][1] < application.created_at:
            continue
        days, at = passed[-1]
        for member in application.enterprise.memberships.all():
            reads = member.role in (MemberRole.OWNER, MemberRole.EDITOR) and member.user.is_active
            if reads and member.joined_at <= at:
                key = f"draft-reminder:{application.pk}:{last_day}:{days}:{member.user_id}"
                yield Reminder(key, application, member.user, closes_at)


def _moment(last_day: date, days_before: int) -> datetime:
    """When the reminder is due: at nine in the morning, so many days before the last day."""
    return datetime.combine(last_day - timedelta(days=days_before), HOUR)


def _send_draft_reminder(one: Reminder, now: datetime) -> bool:
    left = one.closes_at.astimezone(HONG_KONG_TIME).date() - now.astimezone(HONG_KONG_TIME).date()
    return bool(
        outbox.queue(
            kind="reminder-draft",
            key=one.key,
            to=one.reader.email,
            language=one.reader.language,
            person=one.reader,
            application=one.application,
            closes_at=one.closes_at,
            days=left.days,
        )
    )


def send_digests(now: datetime) -> int:
    """One mail a day to each officer who has overdue reviews, from nine o'clock on; nothing to those who have none.

    It tells of the officer's own side only: reviews the officer has begun, and those nobody of that side has begun.
    """
    local = now.astimezone(HONG_KONG_TIME)
    if local.timetz() < HOUR:
        return 0
    today = local.date()
    officers = User.objects.filter(is_active=True, appointments__role=Role.OFFICER).distinct().order_by("pk")
    sent = set(Message.objects.filter(kind="digest-reviews", key__endswith=f":{today}").values_list("key", flat=True))
    return sum(
        _send_digest(officer, today) for officer in officers if f"digest-reviews:{officer.pk}:{today}" not in sent
    )


def _send_digest(officer: User, today: date) -> bool:
    overdue = overdue_reviews(officer, today)
    number = overdue.count()
    if not number:
        return False
    return bool(
        outbox.queue(
            kind="digest-reviews",
            key=f"digest-reviews:{officer.pk}:{today}",
            to=officer.email,
            language=officer.language,
            person=officer,
            cases=overdue[:MOST_IN_A_DIGEST],
            more=number > MOST_IN_A_DIGEST,
            number=number,
        )
    )


def overdue_reviews(officer: Any, today: date) -> Any:
    """The cases whose review by the officer's own government is overdue and falls to the officer, earliest first."""
    others = Review.objects.filter(side=officer_side(officer) or "").exclude(author=officer)
    mine_or_nobodys = ~Q(pk__in=others.values("application"))
    return reviews_due(officer).filter(mine_or_nobodys, review_due_on__lt=today).select_related("enterprise")
