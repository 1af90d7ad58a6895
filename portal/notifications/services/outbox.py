"""The outbox: every mail is a row first, then delivered exactly once by a worker.

A row is written in the transaction that causes the mail. A worker locks it, hands it to the SMTP server and marks it in
one transaction: whoever is killed before the mark leaves a row that waits. Between the server's yes and the commit one
mail is in flight; if the worker dies just there, that one is handed over again, under the same Message-ID.
"""

import logging
import smtplib
import time
from datetime import timedelta
from email.utils import format_datetime
from typing import Any

import kombu.exceptions
from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db import transaction
from django.template import Context, Engine
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import override
from redis.exceptions import RedisError

from portal.accounts import rules
from portal.errors import Conflict, ReasonNeeded
from portal.notifications.models import Message
from portal.words import HTML_LANGUAGE

logger = logging.getLogger(__name__)
MOST_ATTEMPTS = 12
FIRST_PAUSE = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(hours=2)
# After the broker did not answer, nobody asks it again for so many seconds: the sweep delivers meanwhile.
BROKER_REST = 30.0
_broker_rests_until = 0.0
AWAY = (
    smtplib.SMTPServerDisconnected,
    smtplib.SMTPConnectError,
    smtplib.SMTPHeloError,
    smtplib.SMTPAuthenticationError,
)


def queue(*, kind: str, key: str, to: str, language: str, carries_key: bool = False, **facts: Any) -> Message | None:
    """Write the mail `kind` (templates `mail/<kind>.txt` and, for the subject, `mail/<kind>.subject.txt`).

    `key` is unique for ever: a second call with the same key writes nothing and returns None. The words of a mail that
    `carries_key` (a link that lets its reader in) are forgotten once it has left.
    """
    with override(language):
        context = facts | {
            "site": settings.PORTAL_URL,
            "language": language,
            "html_language": HTML_LANGUAGE[language],
        }
        subject = plain(f"mail/{kind}.subject.txt", context)
        text = plain(f"mail/{kind}.txt", context)
    return queue_text(kind=kind, key=key, to=to, language=language, subject=subject, text=text, carries_key=carries_key)


def plain(template: str, context: dict[str, Any]) -> str:
    """A template as plain text: names stand as they are, with no character written for a web page."""
    return str(Engine.get_default().get_template(template).render(Context(context, autoescape=False)))


def queue_text(
    *, kind: str, key: str, to: str, language: str, subject: str, text: str, carries_key: bool = False
) -> Message | None:
    """Write a mail whose words are ready; its HTML is made from the text, in the portal's look.

    A subject is one line, whatever names it was made of: nothing typed by anybody can add a header.
    """
    subject = " ".join(subject.split())[:300]
    with override(language):
        html = render_to_string(
            "mail/layout.html",
            {
                "subject": subject,
                "text": text.strip(),
                "site": settings.PORTAL_URL,
                "html_language": HTML_LANGUAGE[language],
            },
        )
    message, written = Message.objects.get_or_create(
        key=key,
        defaults={
            "kind": kind,
            "to": to,
            "language": language,
            "subject": subject,
            "text": text.strip() + "\n",
            "html": html,
            "carries_key": carries_key,
        },
    )
    if not written:
        return None
    transaction.on_commit(lambda: wake(message.pk), robust=True)
    return message


def wake(message_id: int) -> None:
    """Tell a worker that a mail waits. If the broker is down nothing is lost, nobody is held up: the sweep finds it."""
    global _broker_rests_until
    if time.monotonic() < _broker_rests_until:
        return
    from portal.notifications.tasks import deliver_mail

    try:
        deliver_mail.delay(message_id)
    except (kombu.exceptions.OperationalError, RedisError, OSError) as error:
        _broker_rests_until = time.monotonic() + BROKER_REST
        logger.warning("The broker does not answer; mails wait for the sweep: %s", error)


def deliver(message_id: int, connection: Any = None) -> bool:
    """Send one waiting mail. Safe to call twice or at once from many workers: the row is locked while it is sent."""
    with transaction.atomic():
        message = (
            Message.objects.select_for_update(skip_locked=True)
            .filter(pk=message_id, state=Message.State.WAITING, due_at__lte=timezone.now())
            .first()
        )
        if message is None:
            return False
        message.attempts = min(message.attempts + 1, 30_000)
        try:
            hand_over(message, connection or get_connection())
        except (OSError, ValueError) as error:  # SMTP's own errors are OSErrors, a broken address is a ValueError
            put_off(message, error)
        else:
            message.state = Message.State.SENT
            message.sent_at = timezone.now()
            message.last_error = ""
            if message.carries_key:
                message.text = message.html = ""
        message.save(update_fields=["attempts", "state", "sent_at", "last_error", "due_at", "text", "html"])
    return message.state == Message.State.SENT


def hand_over(message: Message, connection: Any) -> None:
    """Give the mail to the SMTP server, with its stable Message-ID."""
    mail = EmailMultiAlternatives(
        subject=message.subject,
        body=message.text,
        to=[message.to],
        headers={
            "Message-ID": message.message_id,
            "Date": format_datetime(message.created_at),
            "Content-Language": HTML_LANGUAGE[message.language],
            "Auto-Submitted": "auto-generated",
        },
        connection=connection,
    )
    mail.attach_alternative(message.html, "text/html")
    mail.send()


def put_off(message: Message, error: Exception) -> None:
    """Try later, or give up.

    Later means 30 seconds, doubled each time up to two hours. An address that is refused for good is given up at once;
    a server that answers but will not take the mail, after twelve attempts; a server that is away, never.
    """
    message.last_error = f"{type(error).__name__}: {error}"[:2000]
    message.due_at = timezone.now() + min(FIRST_PAUSE * 2 ** min(message.attempts - 1, 20), LONGEST_PAUSE)
    if is_final(error) or (message.attempts >= MOST_ATTEMPTS and not is_away(error)):
        message.state = Message.State.FAILED


def is_away(error: Exception) -> bool:
    """The server could not be reached, or left in the middle: no fault of the mail."""
    if isinstance(error, AWAY):
        return True
    return isinstance(error, OSError) and not isinstance(error, smtplib.SMTPException)


def is_final(error: Exception) -> bool:
    """The server refused this address or this mail for good (5xx), or the address can stand in no mail at all."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(500 <= code < 600 for code, _answer in error.recipients.values())
    if isinstance(error, smtplib.SMTPDataError):
        return 500 <= error.smtp_code < 600
    return isinstance(error, ValueError)


def deliver_waiting(limit: int = 500) -> int:
    """Deliver what waits and is due, oldest first, over one connection; returns how many were sent.

    The safety net under `wake`: safe to run at any time and many times at once. When the server is away it stops and
    leaves the others untouched.
    """
    waiting = Message.objects.filter(state=Message.State.WAITING, due_at__lte=timezone.now()).order_by("pk")
    connection = get_connection()
    sent = 0
    try:
        for pk in list(waiting.values_list("pk", flat=True)[:limit]):
            try:
                connection.open()
            except OSError as error:
                logger.warning("The mail server does not answer; mails wait: %s", error)
                break
            if deliver(pk, connection):
                sent += 1
            elif not Message.objects.filter(pk=pk, state=Message.State.SENT).exists():
                connection.close()  # what was refused may have left the conversation in the middle
    finally:
        connection.close()
    return sent


@transaction.atomic
def retry(message: Message, *, by: Any, reason: str) -> Message:
    """Let a mail that was given up, or waits for its next attempt, leave now. An administrator does it, with a reason.

    Raises `NotAllowed`, `ReasonNeeded`, or `Conflict` for a mail that was sent: none leaves twice.
    """
    rules.require(by, rules.is_administrator)
    if not reason.strip():
        raise ReasonNeeded
    message = Message.objects.select_for_update().get(pk=message.pk)
    if message.state == Message.State.SENT:
        raise Conflict(message.get_state_display())
    message.state, message.attempts, message.due_at = Message.State.WAITING, 0, timezone.now()
    message.save(update_fields=["state", "attempts", "due_at"])
    message.retries.create(by=by, reason=reason.strip())
    transaction.on_commit(lambda: wake(message.pk), robust=True)
    return message
