"""Clarification: what an officer asks, what the enterprise answers, and what happens when it does not."""

from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from enterprises.models import MemberRole
from portal.casework.models.clarification import REMINDERS_BEFORE_LAPSING
from portal.casework.working_days import after_working_days, end_of
from portal.errors import Closed, Conflict, Incomplete, ReasonNeeded, Refused
from portal.notifications.services import outbox
from scheme import rules
from scheme.models import ApplicationClarification, PartnerApplication
from scheme.services.apply import freeze_version
from scheme.services.screen import locked
from scheme.states import APPLICATION

# The first reminder goes when this much time is left, the second when that much is.
REMIND_BEFORE = (timedelta(days=5), timedelta(days=1))
# When a reminder could not be sent in time, the next follows no sooner than this.
BETWEEN_REMINDERS = timedelta(hours=20)


@transaction.atomic
def ask_clarification(
    *, application: PartnerApplication, question: str, by: Any, due: date | None = None
) -> ApplicationClarification:
    """Ask the enterprise something, to be answered by the end of `due` (Hong Kong time).

    Without `due` the round's number of working days of both places is given. Queues `clarification-asked` to those who
    can answer. Raises `NotAllowed`, `Conflict` (not in screening), `ReasonNeeded` (nothing asked), `Closed` (a day that
    has passed).
    """
    application = locked(application)
    if refusal := APPLICATION.refusal(application, "ask", by=by):
        raise refusal
    if not question.strip():
        raise ReasonNeeded
    due_at = end_of(due or default_due(application))
    if due_at <= timezone.now():
        raise Closed(due_at)
    version = application.current_version
    if version is None:
        raise Conflict(application.get_state_display())
    application = APPLICATION.make(application, "ask", by=by, reason=question)
    asked = ApplicationClarification.objects.create(
        application=application, asked_by=by, question=question.strip(), due_at=due_at, version_before=version
    )
    _tell_the_enterprise("clarification-asked", asked)
    return asked


def default_due(application: PartnerApplication) -> date:
    """The last day to answer when none is chosen: the round's number of working days of both places from today."""
    return after_working_days(timezone.localdate(), application.category.round.clarification_working_days)


@transaction.atomic
def answer_clarification(*, application: PartnerApplication, answer: str, by: Any) -> ApplicationClarification:
    """Answer the open clarification; what the application now says is frozen as a new version (rule 3).

    An owner or editor of the enterprise, until it has run out. The case goes back to screening, and the officer who
    asked is told. Raises `NotAllowed`, `Conflict`, `Closed`, `Incomplete` without an answer or with gaps in the form.
    """
    application = locked(application)
    if refusal := APPLICATION.refusal(application, "answer", by=by):
        raise refusal
    asked = application.open_clarification
    assert asked is not None  # noqa: S101 - the move's condition has just said so
    if not answer.strip():
        raise Incomplete([asked._meta.get_field("answer").verbose_name])
    asked.version_after = freeze_version(application=application, by=by)
    asked.answer, asked.answered_by, asked.answered_at = answer.strip(), by, timezone.now()
    # Closed only after the move: its condition is that the clarification is open.
    application = APPLICATION.make(application, "answer", by=by)
    asked.save(update_fields=["version_after", "answer", "answered_by", "answered_at"])
    if rules.can_screen.test(asked.asked_by, application):
        outbox.queue(
            kind="clarification-answered",
            key=f"clarification-answered:{asked.pk}",
            to=asked.asked_by.email,
            language=asked.asked_by.language,
            person=asked.asked_by,
            application=application,
        )
    return asked


def remind_due(now: datetime | None = None) -> int:
    """Remind of clarifications whose date is near, twice each; returns how many were reminded. Run by the clock.

    A reminder that could not be sent in time is sent late: a case lapses after two reminders, never without them.
    """
    now = now or timezone.now()
    waiting = ApplicationClarification.objects.filter(
        answered_at=None,
        lapsed_at=None,
        reminders__lt=REMINDERS_BEFORE_LAPSING,
        due_at__lte=now + max(REMIND_BEFORE),
        application__state=PartnerApplication.State.CLARIFICATION,
    )
    return sum(_remind(pk, now) for pk in waiting.order_by("pk").values_list("pk", flat=True))


@transaction.atomic
def _remind(pk: int, now: datetime) -> bool:
    asked = ApplicationClarification.objects.select_for_update(of=("self",)).get(pk=pk)
    if not asked.is_open or asked.reminders >= REMINDERS_BEFORE_LAPSING:
        return False
    if asked.due_at - now > REMIND_BEFORE[asked.reminders]:
        return False
    if asked.reminded_at and now - asked.reminded_at < BETWEEN_REMINDERS:
        return False
    asked.reminders, asked.reminded_at = asked.reminders + 1, now
    asked.save(update_fields=["reminders", "reminded_at"])
    _tell_the_enterprise("clarification-reminder", asked, number=asked.reminders)
    return True


def lapse_due(now: datetime | None = None) -> int:
    """Lapse every case whose clarification has run out: its date has passed and it was reminded of twice.

    Run by the clock, safe to run twice or at once. Queues `clarification-lapsed`. Returns how many lapsed.
    """
    now = now or timezone.now()
    waiting = ApplicationClarification.objects.filter(
        answered_at=None,
        lapsed_at=None,
        due_at__lt=now,
        reminders__gte=REMINDERS_BEFORE_LAPSING,
        application__state=PartnerApplication.State.CLARIFICATION,
    )
    return sum(_lapse(pk) for pk in waiting.order_by("pk").values_list("pk", flat=True))


@transaction.atomic
def _lapse(pk: int) -> bool:
    asked = ApplicationClarification.objects.select_related("application").get(pk=pk)
    try:
        APPLICATION.make(asked.application, "lapse", by=None)
    except Refused:  # answered or withdrawn a moment ago
        return False
    asked.lapsed_at = timezone.now()
    asked.save(update_fields=["lapsed_at"])
    _tell_the_enterprise("clarification-lapsed", asked)
    return True


def _tell_the_enterprise(kind: str, asked: ApplicationClarification, number: int = 1) -> None:
    """Queue the mail `kind` to every owner and editor of the enterprise, once."""
    application = asked.application
    members = application.enterprise.memberships.filter(role__in=(MemberRole.OWNER, MemberRole.EDITOR))
    for member in members.select_related("user"):
        if member.user.is_active:
            outbox.queue(
                kind=kind,
                key=f"{kind}:{asked.pk}:{number}:{member.user_id}",
                to=member.user.email,
                language=member.user.language,
                person=member.user,
                application=application,
                clarification=asked,
            )
