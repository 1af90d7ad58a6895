"""The outbox: every mail is a row first, then delivered exactly once by a worker."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import override

from portal.notifications.models import Message
from portal.words import HTML_LANGUAGE

MOST_ATTEMPTS = 12
FIRST_PAUSE = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(hours=2)


def queue(*, kind: str, key: str, to: str, language: str, **facts: Any) -> Message | None:
    """Write the mail `kind` (templates `mail/<kind>.txt` and, for the subject, `mail/<kind>.subject.txt`).

    `key` is unique for ever: a second call with the same key writes nothing and returns None.
    """
    with override(language):
        context = facts | {
            "site": settings.PORTAL_URL,
            "language": language,
            "html_language": HTML_LANGUAGE[language],
        }
        subject = " ".join(render_to_string(f"mail/{kind}.subject.txt", context).split())
        text = render_to_string(f"mail/{kind}.txt", context)
    return queue_text(kind=kind, key=key, to=to, language=language, subject=subject, text=text)


def queue_text(*, kind: str, key: str, to: str, language: str, subject: str, text: str) -> Message | None:
    """Write a mail whose words are ready; its HTML is made from the text, in the portal's look."""
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
            "subject": subject[:300],
            "text": text.strip() + "\n",
            "html": html,
        },
    )
    if not written:
        return None
    transaction.on_commit(lambda: wake(message.pk), robust=True)
    return message


def wake(message_id: int) -> None:
    """Tell a worker that a mail waits. If the broker is down nothing is lost: the sweep finds the row."""
    from portal.notifications.tasks import deliver_mail

    deliver_mail.delay(message_id)


def deliver(message_id: int) -> bool:
    """Send one waiting mail. Safe to call twice or at once from many workers: the row is locked while it is sent."""
    with transaction.atomic():
        message = (
            Message.objects.select_for_update(skip_locked=True)
            .filter(pk=message_id, state=Message.State.WAITING, due_at__lte=timezone.now())
            .first()
        )
        if message is None:
            return False
        message.attempts += 1
        try:
            hand_over(message)
        except OSError as error:  # SMTP's own errors are OSErrors too
            put_off(message, error)
        else:
            message.state = Message.State.SENT
            message.sent_at = timezone.now()
            message.last_error = ""
        message.save()
    return message.state == Message.State.SENT


def hand_over(message: Message) -> None:
    """Give the mail to the SMTP server, with its stable Message-ID."""
    mail = EmailMultiAlternatives(
        subject=message.subject,
        body=message.text,
        to=[message.to],
        headers={
            "Message-ID": message.message_id,
            "Content-Language": HTML_LANGUAGE[message.language],
            "Auto-Submitted": "auto-generated",
        },
        connection=get_connection(),
    )
    mail.attach_alternative(message.html, "text/html")
    mail.send()


def put_off(message: Message, error: OSError) -> None:
    """Back off: 30 seconds, doubled each time up to two hours; after twelve attempts the mail is given up."""
    message.last_error = f"{type(error).__name__}: {error}"[:2000]
    message.due_at = timezone.now() + min(FIRST_PAUSE * 2 ** (message.attempts - 1), LONGEST_PAUSE)
    if message.attempts >= MOST_ATTEMPTS:
        message.state = Message.State.FAILED


def deliver_waiting(limit: int = 500) -> int:
    """Deliver what waits and is due, oldest first; returns how many were sent. The safety net under `wake`."""
    waiting = Message.objects.filter(state=Message.State.WAITING, due_at__lte=timezone.now()).order_by("pk")
    return sum(deliver(pk) for pk in waiting.values_list("pk", flat=True)[:limit])
