"""The worker is killed in the middle of certificates and of mails; afterwards each exists once."""

import json
import secrets
from collections import Counter

import pytest

from tests.journeys import processes
from tests.running import RunningPortal, until

pytestmark = pytest.mark.xdist_group("portal_up")
MAILS, CERTIFICATES = 150, 51
IN_HAND = 2  # what a worker with two processes can have handed over without having noted it
# Certificates of the sixth round are issued anew, and between them mails are written: both are under way at once.
ASK = """
import json
from portal.accounts.models import User
from portal.notifications.services import outbox
from scheme.models import Certificate, Commendation
from scheme.services.certify import reissue_certificate
organiser = User.objects.get(email="organiser@demo.example")
rows = list(Commendation.objects.filter(round__year=2015).order_by("pk")[:{certificates}])
asked = []
for number in range({mails}):
    outbox.queue_text(
        kind="test", key=f"killed:{token}:{{number}}", to="{token}@killed.example", language="en",
        subject=f"Mail {{number}}", text="In the middle."
    )
    if number < len(rows):
        asked.append(reissue_certificate(commendation=rows[number], by=organiser, reason="Rehearsal of a kill.").pk)
print(json.dumps(asked))
"""
LOOK = """
import hashlib, json
from collections import Counter
from portal.notifications.models import Message
from scheme.models import Certificate
made = [one for one in Certificate.objects.filter(pk__in={asked}) if one.state == "ready"]
mails = Message.objects.filter(to="{token}@killed.example")
print(json.dumps({{
    "ready": len(made),
    "whole": sum(hashlib.sha256(one.file.read()).hexdigest() == one.sha256 for one in made),
    "files": len({{one.file.name for one in made}}),
    "sent": mails.filter(state="sent").count(),
    "message_ids": sorted(one.message_id for one in mails),
}}))
"""


def test_worker_killed_in_the_middle_of_certificates_and_mails(portal_up: RunningPortal) -> None:
    token = f"killed-{secrets.token_hex(4)}"
    portal_up.manage("issue_certificates", "--round", "2015", "--wait")
    before = processes.worker(portal_up)
    assert len(before) >= 3  # the worker itself and the two that do its work

    for process in before:
        process.suspend()  # so that everything waits in the queue when the work begins
    asked: list[int] = json.loads(portal_up.shell(ASK.format(mails=MAILS, certificates=CERTIFICATES, token=token)))
    for process in before:
        process.resume()
    until(lambda: len(portal_up.mails(f"{token}@killed.example")) >= 20, "the work under way")
    with processes.unattended(portal_up):
        processes.kill(before)
        found = json.loads(portal_up.shell(LOOK.format(asked=asked, token=token)))
    assert 0 < found["ready"] < len(asked)
    assert 0 < found["sent"] < MAILS
    until(lambda: {one.pid for one in processes.worker(portal_up)} - {one.pid for one in before}, "a new worker")

    def finished() -> dict[str, object]:
        now = json.loads(portal_up.shell(LOOK.format(asked=asked, token=token)))
        return now if (now["ready"], now["sent"]) == (len(asked), MAILS) else {}

    found = until(finished, "everything made and sent", seconds=180)
    assert (found["whole"], found["files"]) == (len(asked), len(asked))
    delivered = Counter(str(mail["message-id"]) for mail in portal_up.mails(f"{token}@killed.example"))
    assert sorted(delivered) == found["message_ids"]
    assert delivered.total() - len(delivered) <= IN_HAND
    assert portal_up.manage("check_invariants") == "all rules hold\n"
