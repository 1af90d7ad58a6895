"""A worker is killed in the middle: none lost, and at most the one mail in flight comes twice, recognisably."""

import os
import signal

import pytest
from django.conf import settings
from django.utils import timezone

from portal.notifications.models import Message
from portal.notifications.services import outbox
from tests.notifications import workers as workers_of
from tests.notifications.conftest import Catcher

WORK = "from portal.notifications.services import outbox; outbox.deliver_waiting(10000)"
WRITE_A_HUNDRED = """
import time
from portal.notifications.services import outbox
began = time.monotonic()
for n in range(100):
    outbox.queue_text(kind="test", key=f"m{n}", to="r@demo.example", language="en", subject="S", text="T")
print(time.monotonic() - began)
"""


@pytest.mark.django_db(transaction=True)
def test_killed_workers_lose_nothing_and_repeat_only_what_was_in_flight(catcher: Catcher) -> None:
    now = timezone.now()
    Message.objects.bulk_create(
        Message(key=f"m{n}", kind="test", to=f"r{n}@demo.example", language="en", subject="S", text="T\n", due_at=now)
        for n in range(150)
    )
    kill_at, workers = {20, 75, 130}, []

    def kill(number: int) -> None:
        if number in kill_at:
            os.kill(workers[-1].pid, signal.SIGKILL)

    catcher.on_mail = kill
    for _ in range(len(kill_at) + 1):
        workers.append(workers_of.start(WORK, EMAIL_URL=f"smtp://127.0.0.1:{catcher.port}"))
        workers[-1].wait(timeout=120)
    assert [worker.returncode for worker in workers] == [-signal.SIGKILL] * 3 + [0]
    counted = catcher.counted()
    assert set(counted) == {message.message_id for message in Message.objects.all()}
    assert sum(counted.values()) - len(counted) <= len(kill_at)
    assert set(Message.objects.values_list("state", flat=True)) == {Message.State.SENT}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("broker", ["unix:///nowhere/broker.sock", "redis://127.0.0.1:9/0"])
def test_broker_that_is_away_holds_nobody_up_and_the_sweep_finds_the_mails(catcher: Catcher, broker: str) -> None:
    writer = workers_of.start(WRITE_A_HUNDRED, REDIS_URL=broker)
    told, _errors = writer.communicate(timeout=120)
    assert writer.returncode == 0
    waiting_each_time = 100 * settings.CELERY_BROKER_TRANSPORT_OPTIONS["socket_connect_timeout"]
    assert float(told.split()[-1]) < waiting_each_time / 2
    assert Message.objects.filter(state=Message.State.WAITING).count() == 100
    assert outbox.deliver_waiting() == 100
    assert set(catcher.counted().values()) == {1}
