from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from scheme.models import Certificate, EnterpriseConflict
from scheme.services import certify
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def certificate() -> Certificate:
    """A certificate that is ready, of a round that is released tomorrow."""
    commendation = make.commendation(make.sixth_round(release_at=timezone.now() + timedelta(days=1)))
    certificate = Certificate.objects.create(commendation=commendation)
    certify.store(certificate, b"%PDF-1.7 a certificate")
    return certificate


def answer(client, certificate: Certificate, person) -> int:
    client.force_login(person)
    return client.get(f"/recognition/certificates/{certificate.uid}/").status_code


def people(certificate: Certificate) -> dict[str, object]:
    enterprise = certificate.commendation.enterprise
    conflicted = make.epd_officer()
    EnterpriseConflict.objects.create(officer=conflicted, enterprise=enterprise, reason="A cousin owns it")
    return {
        "owner": make.MembershipFactory(enterprise=enterprise).user,
        "viewer": make.MembershipFactory(enterprise=enterprise, role="viewer").user,
        "stranger": make.MembershipFactory().user,
        "organiser": make.organiser(),
        "officer": make.gdeic_officer(),
        "officer in conflict": conflicted,
        "secretariat": make.secretariat(),
        "auditor": make.auditor(),
        "administrator": make.administrator(),
    }


def test_download_before_and_after_the_release(client, certificate):
    found = people(certificate)
    before = {name: answer(client, certificate, person) for name, person in found.items()}
    assert before == {
        "owner": 404, "viewer": 404, "stranger": 404, "organiser": 200, "officer": 200, "officer in conflict": 404,
        "secretariat": 200, "auditor": 200, "administrator": 404,
    }  # fmt: skip
    with time_machine.travel(timezone.now() + timedelta(days=1, seconds=1)):
        after = {name: answer(client, certificate, person) for name, person in found.items()}
    assert after == {
        "owner": 200, "viewer": 200, "stranger": 404, "organiser": 200, "officer": 200, "officer in conflict": 200,
        "secretariat": 200, "auditor": 200, "administrator": 200,
    }  # fmt: skip


def test_download_is_an_attachment_named_by_its_number(client, certificate):
    client.force_login(make.organiser())
    response = client.get(f"/recognition/certificates/{certificate.uid}/")
    assert response.headers["Content-Disposition"] == 'attachment; filename="HKGDCPP-2015-M-0001.pdf"'
    assert response.headers["Content-Type"] == "application/pdf"
    assert b"".join(response.streaming_content) == b"%PDF-1.7 a certificate"


def test_visitor_is_asked_to_sign_in(client, certificate):
    response = client.get(f"/recognition/certificates/{certificate.uid}/")
    assert response.headers["Location"].startswith("/accounts/login/?next=/recognition/certificates/")


def test_certificate_still_to_be_made_is_not_there(client):
    waiting = Certificate.objects.create(commendation=make.commendation(make.sixth_round()))
    assert answer(client, waiting, make.organiser()) == 404
