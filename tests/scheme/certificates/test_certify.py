import hashlib
import os
import signal
import subprocess
import sys
import threading
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
import time_machine
from django.core.management import call_command
from django.db import ProgrammingError, connection, transaction
from django.utils import timezone

from portal.errors import Conflict, Incomplete, NotAllowed, ReasonNeeded
from portal.notifications.models import Message
from scheme.models import Certificate, Commendation
from scheme.services import certify
from tests import factories as make

pytestmark = pytest.mark.django_db


def ready(commendation: Commendation) -> Certificate:
    certify.request_certificates(round_=commendation.round, by=None)
    certify.issue_waiting()
    return commendation.certificates.order_by("-issue")[0]


def test_request_makes_one_waiting_row_a_commendation_however_often():
    round_ = make.sixth_round()
    for title in ("manufacturing", "manufacturing", "sourcing"):
        make.commendation(round_, title)
    assert len(certify.request_certificates(round_=round_, by=make.organiser())) == 3
    assert certify.request_certificates(round_=round_, by=make.secretariat()) == []
    assert list(Certificate.objects.values_list("issue", "state")) == [(1, "waiting")] * 3


def test_request_is_refused_to_those_who_may_not():
    round_ = make.sixth_round()
    make.commendation(round_)
    for person in (make.epd_officer(), make.auditor(), make.UserFactory()):
        with pytest.raises(NotAllowed):
            certify.request_certificates(round_=round_, by=person)
    assert not Certificate.objects.exists()


def test_request_names_what_the_round_lacks():
    round_ = make.RoundFactory(signed_on=None)
    make.commendation(round_)
    with pytest.raises(Incomplete) as refusal:
        certify.request_certificates(round_=round_, by=None)
    assert [str(item) for item in refusal.value.missing] == [
        "the date of the certificates",
        "who signs for Hong Kong",
        "who signs for Guangdong",
    ]


def test_request_leaves_out_revoked_titles():
    round_ = make.sixth_round()
    make.commendation(round_, state="revoked")
    kept = make.commendation(round_, state="expired")
    certify.request_certificates(round_=round_, by=None)
    assert list(Certificate.objects.values_list("commendation", flat=True)) == [kept.pk]


def test_made_certificate_is_stored_once_with_its_hash():
    commendation = make.commendation(make.sixth_round())
    certificate = ready(commendation)
    content = certificate.file.read()
    assert content.startswith(b"%PDF-")
    assert (certificate.sha256, certificate.size) == (hashlib.sha256(content).hexdigest(), len(content))
    assert certificate.file.name == f"certificates/{certificate.uid.hex[:2]}/{certificate.uid.hex}.pdf"
    made_at = certificate.made_at
    assert certify.make_certificate(certificate.pk) is False
    certificate.refresh_from_db()
    assert certificate.made_at == made_at


def test_made_certificate_cannot_be_changed_or_deleted_even_in_sql():
    certificate = ready(make.commendation(make.sixth_round(release_at=timezone.now() + timedelta(days=1))))
    for statement in (
        "UPDATE scheme_certificate SET sha256 = 'other'",
        "UPDATE scheme_certificate SET state = 'waiting'",
        "DELETE FROM scheme_certificate",
    ):
        with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    Certificate.objects.filter(pk=certificate.pk).update(announced_at=timezone.now())
    with pytest.raises(ProgrammingError), transaction.atomic():
        Certificate.objects.filter(pk=certificate.pk).update(announced_at=None)


def test_file_left_by_a_killed_worker_is_overwritten(settings):
    commendation = make.commendation(make.sixth_round())
    certify.request_certificates(round_=commendation.round, by=None)
    certificate = Certificate.objects.get()
    orphan = Path(settings.MEDIA_ROOT) / certify.certificate_path(certificate, "")
    orphan.parent.mkdir(parents=True)
    orphan.write_bytes(b"half a fi")
    certify.issue_waiting()
    assert orphan.read_bytes().startswith(b"%PDF-")
    assert [path.name for path in orphan.parent.iterdir()] == [orphan.name]


def test_one_that_cannot_be_made_does_not_stop_the_others():
    good, bad = make.sixth_round(), make.sixth_round(year=2016, number=7)
    make.commendation(bad)
    fine = make.commendation(good)
    certify.request_certificates(round_=bad, by=None)
    certify.request_certificates(round_=good, by=None)
    type(bad).objects.filter(pk=bad.pk).update(signed_on=None)
    assert certify.issue_waiting() == 1
    assert list(Certificate.objects.filter(state="ready").values_list("commendation", flat=True)) == [fine.pk]


def test_reissue_replaces_and_asks_for_a_reason():
    commendation = make.commendation(make.sixth_round())
    organiser = make.organiser()
    with pytest.raises(Conflict):
        certify.reissue_certificate(commendation=commendation, by=organiser, reason="Lost in a flood")
    ready(commendation)
    with pytest.raises(ReasonNeeded):
        certify.reissue_certificate(commendation=commendation, by=organiser, reason=" ")
    with pytest.raises(NotAllowed):
        certify.reissue_certificate(commendation=commendation, by=make.auditor(), reason="Lost in a flood")
    second = certify.reissue_certificate(commendation=commendation, by=organiser, reason="Lost in a flood")
    assert (second.issue, second.reason, second.requested_by) == (2, "Lost in a flood", organiser)
    with pytest.raises(Conflict):  # a second click, before the second issue is made
        certify.reissue_certificate(commendation=commendation, by=organiser, reason="Lost in a flood")


def test_revoke_is_for_one_governments_officer_without_interest():
    round_ = make.sixth_round(valid_from=timezone.localdate())
    commendation = make.commendation(round_)
    conflicted = make.epd_officer()
    make.MembershipFactory(user=conflicted, enterprise=commendation.enterprise)
    for person in (conflicted, make.organiser(), make.secretariat(), make.auditor(), make.administrator()):
        with pytest.raises(NotAllowed):
            certify.revoke_commendation(commendation=commendation, by=person, reason="A grave violation")
    officer = make.gdeic_officer()
    with pytest.raises(ReasonNeeded):
        certify.revoke_commendation(commendation=commendation, by=officer, reason="")
    revoked = certify.revoke_commendation(commendation=commendation, by=officer, reason="A grave violation")
    assert revoked.state == "revoked"
    assert list(commendation.moves.values_list("move", "by", "reason")) == [("revoke", officer.pk, "A grave violation")]


def test_titles_expire_after_their_last_day_in_hong_kong():
    commendation = make.commendation(make.sixth_round())
    with time_machine.travel("2017-02-04T15:59:59Z", tick=False):
        assert certify.expire_titles() == 0
    with time_machine.travel("2017-02-04T16:00:00Z", tick=False):
        assert certify.expire_titles() == 1
        assert certify.expire_titles() == 0
    commendation.refresh_from_db()
    assert commendation.state == "expired"


def test_mail_goes_once_to_owners_and_contact_in_their_language():
    enterprise = make.EnterpriseFactory(contact_email="contact@demo.example", language="zh-hans")
    make.MembershipFactory(enterprise=enterprise, user__email="owner@demo.example", user__language="zh-hant")
    make.MembershipFactory(enterprise=enterprise, user__email="viewer@demo.example", role="viewer")
    commendation = make.commendation(make.sixth_round(), enterprise=enterprise)
    ready(commendation)
    certify.issue_waiting()
    certify.announce_certificates()
    mails = Message.objects.filter(kind="certificate-ready").order_by("to")
    assert [(mail.to, mail.language) for mail in mails] == [
        ("contact@demo.example", "zh-hans"),
        ("owner@demo.example", "zh-hant"),
    ]
    assert all(commendation.number in mail.text for mail in mails)


def test_mail_waits_for_the_release():
    release = timezone.now() + timedelta(days=3)
    ready(make.commendation(make.sixth_round(release_at=release)))
    assert certify.announce_certificates() == 0
    assert not Message.objects.exists()
    with time_machine.travel(release + timedelta(seconds=1), tick=False):
        assert certify.announce_certificates() == 1
    assert Message.objects.count() == 1


def test_mail_is_not_written_for_revoked_or_replaced():
    release = timezone.now() + timedelta(days=3)
    round_ = make.sixth_round(release_at=release, valid_from=timezone.localdate())
    replaced, revoked = make.commendation(round_), make.commendation(round_)
    ready(replaced)
    certify.reissue_certificate(commendation=replaced, by=make.organiser(), reason="A wrong stroke")
    certify.revoke_commendation(commendation=revoked, by=make.epd_officer(), reason="A grave violation")
    certify.issue_waiting()
    with time_machine.travel(release + timedelta(seconds=1), tick=False):
        assert certify.announce_certificates() == 1
    assert [message.key.split(":")[1] for message in Message.objects.filter(kind="certificate-ready")] == [
        str(replaced.certificates.get(issue=2).pk)
    ]


@pytest.mark.django_db(transaction=True)
def test_two_commands_and_many_workers_at_once_make_each_certificate_once():
    round_ = make.sixth_round()
    for _number in range(12):
        make.commendation(round_)
    start = threading.Barrier(4)

    def work() -> None:
        start.wait()
        call_command("issue_certificates", round=2015, stdout=StringIO())
        certify.issue_waiting()
        connection.close()

    threads = [threading.Thread(target=work) for _number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    certify.issue_waiting()
    assert Certificate.objects.count() == 12
    assert Certificate.objects.filter(state="ready", issue=1).count() == 12
    assert Message.objects.filter(kind="certificate-ready").count() == 12


KILLED = """
import sys, django
django.setup()
from scheme.services import certify
real = certify.store
def store_then_wait(certificate, content):
    real(certificate, content)
    print("stored", flush=True)
    sys.stdin.read()
certify.store = store_then_wait
certify.issue_waiting()
"""


@pytest.mark.django_db(transaction=True)
def test_worker_killed_in_the_middle_leaves_nothing_half_done(settings):
    commendation = make.commendation(make.sixth_round())
    Certificate.objects.create(commendation=commendation)
    database = connection.settings_dict
    host = database["HOST"] or database["OPTIONS"]["host"]
    worker = subprocess.Popen(
        [sys.executable, "-c", KILLED],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "portal.settings",
            "DATABASE_URL": f"postgres://{database['USER']}@/{database['NAME']}?host={host}",
            "MEDIA_ROOT": str(settings.MEDIA_ROOT),
            "LOG_LEVEL": "ERROR",
        },
    )
    assert worker.stdout is not None
    assert worker.stdout.readline() == b"stored\n"
    certificate = Certificate.objects.get()
    assert certificate.state == "waiting"
    assert certify.issue_waiting() == 0  # the row is locked by the worker, nobody makes it a second time
    worker.send_signal(signal.SIGKILL)
    worker.wait()
    assert Message.objects.count() == 0
    assert certify.issue_waiting() == 1
    certificate.refresh_from_db()
    assert certificate.state == "ready"
    folder = Path(settings.MEDIA_ROOT) / "certificates"
    assert [path.suffix for path in folder.rglob("*") if path.is_file()] == [".pdf"]
    assert Message.objects.filter(kind="certificate-ready").count() == 1
