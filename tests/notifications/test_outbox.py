import smtplib
import threading
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portal.errors import Conflict, NotAllowed, ReasonNeeded
from portal.notifications.models import Message
from portal.notifications.services import outbox
from tests import factories
from tests.notifications.conftest import Catcher

State = Message.State


def write(key: str, to: str = "reader@demo.example", **given: Any) -> Message:
    words = {"kind": "test", "language": "en", "subject": "A subject", "text": "A text"} | given
    message = outbox.queue_text(key=key, to=to, **words)
    assert message is not None
    return message


def in_threads(number: int, work: Any) -> None:
    def run() -> None:
        try:
            work()
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run) for _ in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


@pytest.mark.django_db
def test_queue_writes_one_key_once() -> None:
    write("receipt:1")
    assert (
        outbox.queue_text(kind="test", key="receipt:1", to="x@demo.example", language="en", subject="", text="") is None
    )
    assert list(Message.objects.values_list("key", "to")) == [("receipt:1", "reader@demo.example")]


@pytest.mark.django_db(transaction=True)
def test_deliver_sends_once(catcher: Catcher) -> None:
    message = write("one")
    assert [outbox.deliver(message.pk), outbox.deliver(message.pk)] == [True, False]
    message.refresh_from_db()
    assert (message.state, message.attempts) == (State.SENT, 1)
    assert [(m["Message-ID"], m["Subject"], m["To"], m["Content-Language"]) for m in catcher.mails] == [
        (message.message_id, "A subject", "reader@demo.example", "en")
    ]


@pytest.mark.django_db(transaction=True)
def test_deliver_by_many_workers_at_once_sends_each_once(catcher: Catcher) -> None:
    pks = [write(f"m{n}", to=f"reader{n}@demo.example").pk for n in range(60)]
    in_threads(8, lambda: [outbox.deliver(pk) for pk in pks])
    assert set(Message.objects.values_list("state", flat=True)) == {State.SENT}
    assert catcher.counted() == {m.message_id: 1 for m in Message.objects.all()}


@pytest.mark.django_db(transaction=True)
def test_two_sweeps_at_once_send_a_thousand_mails_once(catcher: Catcher) -> None:
    now = timezone.now()
    Message.objects.bulk_create(
        Message(key=f"m{n}", kind="test", to=f"r{n}@demo.example", language="en", subject="S", text="T\n", due_at=now)
        for n in range(1000)
    )
    in_threads(2, lambda: outbox.deliver_waiting(limit=1000))
    outbox.deliver_waiting(limit=1000)
    assert Message.objects.filter(state=State.SENT).count() == 1000
    assert catcher.counted() == {m.message_id: 1 for m in Message.objects.all()}


@pytest.mark.django_db(transaction=True)
def test_sweep_asks_the_same_queries_for_each_mail(catcher: Catcher) -> None:
    def queries(number: int) -> int:
        for n in range(number):
            write(f"{number}:{n}")
        with CaptureQueriesContext(
            connection,
        ) as asked:
            outbox.deliver_waiting()
        return len(asked)

    one, three, ten = queries(1), queries(3), queries(10)
    assert (three - one) / 2 == (ten - three) / 7 <= 4


@pytest.mark.django_db(transaction=True)
def test_refused_address_is_given_up_and_blocks_nobody(catcher: Catcher) -> None:
    catcher.refused["gone@demo.example"] = "550 No such mailbox"
    gone, well = write("gone", to="gone@demo.example"), write("well")
    assert outbox.deliver_waiting() == 1
    gone.refresh_from_db()
    well.refresh_from_db()
    assert (gone.state, well.state) == (State.FAILED, State.SENT)
    assert "No such mailbox" in gone.last_error


@pytest.mark.django_db(transaction=True)
def test_busy_mailbox_is_tried_again_later(catcher: Catcher) -> None:
    catcher.refused["busy@demo.example"] = "450 Try again later"
    busy = write("busy", to="busy@demo.example")
    assert outbox.deliver_waiting() == 0
    busy.refresh_from_db()
    assert (busy.state, busy.attempts) == (State.WAITING, 1)
    assert busy.due_at > timezone.now() + timedelta(seconds=25)
    assert outbox.deliver(busy.pk) is False
    catcher.refused.clear()
    Message.objects.update(due_at=timezone.now())
    assert outbox.deliver_waiting() == 1


@pytest.mark.parametrize(
    ("error", "attempts", "state"),
    [
        (ConnectionRefusedError(), 400, State.WAITING),
        (TimeoutError(), 12, State.WAITING),
        (smtplib.SMTPServerDisconnected("gone"), 50, State.WAITING),
        (smtplib.SMTPAuthenticationError(535, b"no"), 50, State.WAITING),
        (smtplib.SMTPRecipientsRefused({"a@b": (450, b"later")}), 11, State.WAITING),
        (smtplib.SMTPRecipientsRefused({"a@b": (450, b"later")}), 12, State.FAILED),
        (smtplib.SMTPRecipientsRefused({"a@b": (550, b"never")}), 1, State.FAILED),
        (smtplib.SMTPDataError(554, b"spam"), 1, State.FAILED),
        (ValueError("a header with a line break"), 1, State.FAILED),
    ],
)
def test_put_off_gives_up_only_what_will_never_arrive(error: Exception, attempts: int, state: str) -> None:
    message = Message(attempts=attempts)
    outbox.put_off(message, error)
    assert message.state == state
    assert timezone.now() < message.due_at <= timezone.now() + outbox.LONGEST_PAUSE


@pytest.mark.django_db(transaction=True)
def test_sweep_leaves_mails_untouched_while_the_server_is_away(settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    for n in range(20):
        write(f"m{n}")
    assert outbox.deliver_waiting() == 0
    assert set(Message.objects.values_list("state", "attempts")) == {(State.WAITING, 0)}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", ["Evil\r\nBcc: all@demo.example", "Evil\nX-Header: 1", "Evil\x0bline"])
def test_subject_cannot_add_a_header(catcher: Catcher, name: str) -> None:
    write("evil", subject=f"Receipt for {name}")
    assert outbox.deliver_waiting() == 1
    assert (catcher.mails[0]["Bcc"], catcher.mails[0]["X-Header"]) == (None, None)
    assert catcher.mails[0]["Subject"] == " ".join(f"Receipt for {name}".split())


@pytest.mark.django_db(transaction=True)
def test_address_with_a_line_break_is_given_up_and_blocks_nobody(catcher: Catcher) -> None:
    bad, well = write("bad", to="a@demo.example\nBcc: b@demo.example"), write("well")
    assert outbox.deliver_waiting() == 1
    bad.refresh_from_db()
    well.refresh_from_db()
    assert (bad.state, well.state) == (State.FAILED, State.SENT)


@pytest.mark.django_db
@pytest.mark.parametrize(("language", "html"), [("en", "en"), ("zh-hant", "zh-Hant-HK"), ("zh-hans", "zh-Hans-CN")])
def test_mail_is_html_and_text_in_its_readers_language(language: str, html: str) -> None:
    message = write("m", language=language, text="<b>Not bold</b>")
    assert f'lang="{html}"' in message.html
    assert "&lt;b&gt;Not bold&lt;/b&gt;" in message.html
    assert outbox.deliver(message.pk)
    assert (mail.outbox[0].body, mail.outbox[0].alternatives[0][1]) == ("<b>Not bold</b>\n", "text/html")


@pytest.mark.django_db
def test_retry_is_for_administrators_with_a_reason_and_never_for_what_was_sent() -> None:
    boss = factories.administrator()
    failed, sent = write("failed"), write("sent")
    Message.objects.filter(pk=failed.pk).update(state=State.FAILED, attempts=12)
    Message.objects.filter(pk=sent.pk).update(state=State.SENT)
    for other in (factories.auditor(), factories.epd_officer(), factories.UserFactory()):
        with pytest.raises(NotAllowed):
            outbox.retry(failed, by=other, reason="please")
    with pytest.raises(ReasonNeeded):
        outbox.retry(failed, by=boss, reason=" ")
    with pytest.raises(Conflict):
        outbox.retry(sent, by=boss, reason="again")
    outbox.retry(failed, by=boss, reason="The mailbox is back.")
    failed.refresh_from_db()
    assert (failed.state, failed.attempts) == (State.WAITING, 0)
    assert list(failed.retries.values_list("by", "reason")) == [(boss.pk, "The mailbox is back.")]


@pytest.mark.django_db(transaction=True)
def test_words_that_let_somebody_in_are_forgotten_once_they_have_left(catcher: Catcher) -> None:
    key, other = write("invitation:1", carries_key=True), write("receipt:1")
    assert (outbox.deliver(key.pk), outbox.deliver(other.pk)) == (True, True)
    assert list(Message.objects.order_by("pk").values_list("text", flat=True)) == ["", "A text\n"]
