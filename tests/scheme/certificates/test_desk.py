"""The desk: who sees commendations, certificates, ceremony and guests, and who does what to them."""

from datetime import timedelta

import pytest
from django.utils import timezone

from scheme.models import Ceremony, Certificate, EnterpriseConflict, ExportRecord, Guest
from scheme.services import certify
from tests import factories as make

pytestmark = pytest.mark.django_db
BASE = "/admin/scheme/commendation/"


def secret_round():
    return make.sixth_round(release_at=timezone.now() + timedelta(days=1), valid_from=timezone.localdate())


def listed(client, person, address: str = BASE) -> list[str]:
    client.force_login(person)
    page = client.get(address)
    return [str(row) for row in page.context["cl"].result_list] if page.status_code == 200 else [str(page.status_code)]


def test_list_before_the_release_shows_each_what_they_may_see(client):
    round_ = secret_round()
    hidden, seen = make.commendation(round_), make.commendation(round_)
    conflicted = make.epd_officer()
    EnterpriseConflict.objects.create(officer=conflicted, enterprise=hidden.enterprise, reason="A cousin owns it")
    both = [hidden.number, seen.number]
    assert listed(client, make.organiser()) == both
    assert listed(client, make.gdeic_officer()) == both
    assert listed(client, make.auditor()) == both
    assert listed(client, conflicted) == [seen.number]
    assert listed(client, make.administrator()) == []
    client.force_login(conflicted)
    assert client.get(f"{BASE}{hidden.pk}/change/").status_code == 404


def test_list_is_found_by_two_chinese_characters_and_makes_constant_queries(client, django_assert_num_queries):
    round_ = make.sixth_round()
    wanted = make.commendation(round_, enterprise=make.EnterpriseFactory(name_zh_hant="藍窯陶瓷"))
    organiser = make.organiser()
    client.force_login(organiser)
    client.get(BASE)
    with django_assert_num_queries(8) as one:
        client.get(BASE)
    for _number in range(2):
        make.commendation(round_)
    with django_assert_num_queries(len(one.captured_queries)):
        client.get(BASE)
    assert listed(client, organiser, f"{BASE}?q=藍窯") == [wanted.number]


def test_organiser_issues_and_reissues_with_a_reason(client):
    commendation = make.commendation(make.sixth_round(valid_from=timezone.localdate()))
    client.force_login(make.organiser())
    client.post(f"{BASE}{commendation.pk}/issue/")
    assert Certificate.objects.count() == 1
    certify.issue_waiting()
    without = client.post(f"{BASE}{commendation.pk}/reissue/", {"reason": " "})
    assert without.context["reissue_form"].errors
    client.post(f"{BASE}{commendation.pk}/reissue/", {"reason": "Lost in a flood"})
    client.post(f"{BASE}{commendation.pk}/reissue/", {"reason": "Lost in a flood"})  # a second click
    assert list(Certificate.objects.values_list("issue", "reason")) == [(1, ""), (2, "Lost in a flood")]
    client.post(f"{BASE}{commendation.pk}/revoke/", {"reason": "I wish it"})
    commendation.refresh_from_db()
    assert commendation.state == "valid"


def test_officer_revokes_with_a_reason_and_the_record_says_so(client):
    commendation = make.commendation(make.sixth_round(valid_from=timezone.localdate()))
    client.force_login(make.epd_officer())
    assert client.get(f"{BASE}{commendation.pk}/revoke/").status_code == 405
    client.post(f"{BASE}{commendation.pk}/revoke/", {"reason": "A grave violation"})
    page = client.get(f"{BASE}{commendation.pk}/change/")
    assert page.context["original"].state == "revoked"
    assert page.context["revoke_form"] is None
    assert "A grave violation" in page.content.decode()


def test_auditor_reads_and_changes_nothing(client):
    commendation = make.commendation(make.sixth_round(valid_from=timezone.localdate()))
    client.force_login(make.auditor())
    page = client.get(f"{BASE}{commendation.pk}/change/")
    assert page.status_code == 200
    assert (page.context["may_issue"], page.context["reissue_form"], page.context["revoke_form"]) == (False, None, None)
    for step in ("issue", "reissue", "revoke"):
        client.post(f"{BASE}{commendation.pk}/{step}/", {"reason": "I wish it"})
    commendation.refresh_from_db()
    assert (commendation.state, Certificate.objects.count()) == ("valid", 0)
    actions = (
        {name for name, _label in client.get(BASE).context["action_form"].fields["action"].choices if name}
        if client.get(BASE).context["action_form"]
        else set()
    )
    assert actions == set()


def test_list_is_taken_out_by_a_form_and_recorded(client):
    round_ = make.sixth_round()
    make.commendation(round_)
    organiser = make.organiser()
    client.force_login(organiser)
    response = client.post(f"{BASE}lists/take/", {"round": round_.pk, "format": "csv", "language": "zh-hant"})
    assert response.headers["Content-Disposition"] == 'attachment; filename="commendations-2015-zh-hant.csv"'
    assert "HKGDCPP-2015-M-0001" in b"".join(response.streaming_content).decode("utf-8-sig")
    assert list(ExportRecord.objects.values_list("by", "number")) == [(organiser.pk, 1)]
    wrong = client.post(f"{BASE}lists/take/", {"round": round_.pk, "format": "docx", "language": "en"})
    assert list(wrong.context["form"].errors) == ["format"]


def test_lists_page_counts_certificates_and_is_closed_to_others(client):
    round_ = make.sixth_round()
    for _number in range(3):
        make.commendation(round_)
    make.commendation(round_, state="revoked")
    client.force_login(make.organiser())
    client.post(f"{BASE}lists/issue/2015/")
    line = client.get(f"{BASE}lists/").context["rounds"][0]
    assert (line.total, line.asked, line.ready, line.waiting, line.without) == (3, 3, 0, 3, 0)
    client.force_login(make.administrator())
    assert client.get(f"{BASE}lists/").status_code == 404
    assert client.post(f"{BASE}lists/take/", {"round": round_.pk, "format": "csv", "language": "en"}).status_code == 404


def test_organiser_plans_the_ceremony_and_others_see_guests_after_the_release(client):
    round_ = secret_round()
    ceremony = Ceremony.objects.create(
        round=round_, slug="sixth", name_en="Ceremony", venue_en="Hall", starts_at=timezone.now(), capacity=200,
        city=make.City.objects.get(code="guangzhou"),
    )  # fmt: skip
    organiser, officer = make.organiser(), make.epd_officer()
    client.force_login(organiser)
    client.post(
        "/admin/scheme/guest/add/",
        {"ceremony": ceremony.pk, "kind": "press", "name": "A Reporter", "post": "", "organisation": "", "email": ""},
    )
    assert list(Guest.objects.values_list("name", "kind")) == [("A Reporter", "press")]
    assert listed(client, organiser, "/admin/scheme/guest/") == ["A Reporter"]
    assert listed(client, officer, "/admin/scheme/guest/") == []
    assert client.get("/admin/scheme/guest/add/").status_code in (403, 404)
    for person, number in ((organiser, 1), (officer, 0), (make.administrator(), 0)):
        client.force_login(person)
        assert f"press: {number}</a>" in client.get(f"/admin/scheme/ceremony/{ceremony.pk}/change/").content.decode()
    type(round_).objects.filter(pk=round_.pk).update(release_at=timezone.now())
    assert listed(client, officer, "/admin/scheme/guest/") == ["A Reporter"]
    client.force_login(organiser)
    assert "?ceremony__id__exact=" in client.get(f"/admin/scheme/ceremony/{ceremony.pk}/change/").content.decode()
    assert client.get("/admin/scheme/ceremony/").status_code == 200


def test_certificates_are_listed_and_lead_to_their_commendation(client):
    certificate = Certificate.objects.create(commendation=make.commendation(secret_round()))
    assert listed(client, make.organiser(), "/admin/scheme/certificate/") == [str(certificate)]
    response = client.get(f"/admin/scheme/certificate/{certificate.pk}/change/")
    assert response.headers["Location"] == f"{BASE}{certificate.commendation_id}/change/"
    assert listed(client, make.administrator(), "/admin/scheme/certificate/") == []
    assert client.get(f"/admin/scheme/certificate/{certificate.pk}/change/").status_code == 404


def test_first_page_counts_no_certificates_of_an_unreleased_round_for_administrators(client):
    Certificate.objects.create(commendation=make.commendation(secret_round()))
    for person, number in ((make.organiser(), 1), (make.administrator(), 0)):
        client.force_login(person)
        panels = {str(panel.title): panel for panel in client.get("/admin/").context["panels"]}
        assert [figure.number for figure in panels["Certificates"].figures] == [number, 0]
