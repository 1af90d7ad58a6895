from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from scheme.models import Certificate, Commendation
from scheme.queries.verification import LONGEST_NUMBER, NUMBER, normal, verify
from tests import factories as make

pytestmark = pytest.mark.django_db
WORDS = {
    "valid": {"en": "Valid", "zh-hant": "有效", "zh-hans": "有效"},
    "expired": {"en": "Expired", "zh-hant": "已過期", "zh-hans": "已过期"},
    "revoked": {"en": "Revoked", "zh-hant": "已撤銷", "zh-hans": "已撤销"},
    "replaced": {"en": "Replaced", "zh-hant": "已被取代", "zh-hans": "已被替换"},
    "unknown": {"en": "Not in the register", "zh-hant": "登記冊並無記錄", "zh-hans": "登记册无记录"},
}


def in_state(state: str) -> tuple[Commendation | None, str]:
    """A commendation that verifies as `state`, and the address that asks for it."""
    if state == "unknown":
        return None, "/verify/HKGDCPP-2015-M-0009/"
    today = timezone.localdate()
    started = today - timedelta(days=1000) if state == "expired" else today
    commendation = make.commendation(
        make.sixth_round(valid_from=started), state="revoked" if state == "revoked" else "valid"
    )
    address = f"/verify/{commendation.number}/"
    if state == "replaced":
        for issue in (1, 2):
            Certificate.objects.create(commendation=commendation, issue=issue)
        address += "?issue=1"
    return commendation, address


@pytest.mark.parametrize("language", ["en", "zh-hant", "zh-hans"])
@pytest.mark.parametrize("state", list(WORDS))
def test_page_says_the_standing_in_each_language(client, state, language):
    commendation, address = in_state(state)
    page = client.get(address, {**({"issue": 1} if state == "replaced" else {}), "lang": language}, follow=False)
    if state == "replaced":
        page = client.get(f"/verify/{commendation.number}/", {"issue": 1, "lang": language})
    text = page.content.decode()
    assert page.status_code == 200
    assert page.context["verdict"].standing == state
    for words in WORDS[state].values():  # the answer stands there in all three, whoever reads it
        assert words in text
    if commendation:
        assert commendation.name_en in text
        assert commendation.name_zh_hant in text


@pytest.mark.parametrize(
    "typed",
    [
        "HKGDCPP-2015-M-0001",
        "  hkgdcpp-2015-m-0001 ",
        "HKGDCPP 2015 M 0001",
        "ＨＫＧＤＣＰＰ－２０１５－Ｍ－０００１",
        "hkgdcpp—2015—m—1",
        "hkgdcpp2015m0001",
        "HKGDCPP-2015-M-0001\u200b",
    ],
)
def test_number_is_understood_however_it_is_typed(client, typed):
    make.commendation(make.sixth_round())
    assert normal(typed) == ("HKGDCPP-2015-M-0001", None)
    page = client.get("/verify/", {"number": typed}, follow=True)
    assert page.redirect_chain[-1] == ("/verify/HKGDCPP-2015-M-0001/", 302)
    assert page.context["verdict"].standing == "expired"


@given(st.text(max_size=80))
def test_anything_typed_comes_back_tidied_and_short(typed):
    number, _issue = normal(typed)
    assert len(number) <= LONGEST_NUMBER
    assert not any(character.isspace() for character in number)
    if NUMBER.fullmatch(number):  # where a page leads to is an address of its own: no page leads on for ever
        assert normal(number) == (number, None)


def test_what_is_no_number_stays_in_the_form_with_an_explanation(client):
    page = client.get("/verify/", {"number": "<b>Lucky Star</b>"})
    text = page.content.decode()
    assert page.status_code == 200
    assert "This is not the number of a certificate." in text
    assert "&lt;b&gt;Lucky Star&lt;/b&gt;" in text
    assert "<b>Lucky" not in text


def test_number_is_unknown_before_the_release_and_looks_like_one_that_never_was(client):
    release = timezone.now() + timedelta(hours=1)
    commendation = make.commendation(make.sixth_round(release_at=release))
    Certificate.objects.create(commendation=commendation)
    before = client.get(f"/verify/{commendation.number}/")
    never = client.get("/verify/HKGDCPP-2015-M-0777/")
    assert before.status_code == never.status_code == 200
    assert before.content.decode().replace("M-0001", "M-0777") == never.content.decode()
    with time_machine.travel(release, tick=False):
        assert client.get(f"/verify/{commendation.number}/").context["verdict"].standing == "expired"


def test_later_issue_is_in_force_and_an_issue_that_never_was_is_unknown():
    commendation = make.commendation(make.sixth_round(valid_from=timezone.localdate()))
    for issue in (1, 2):
        Certificate.objects.create(commendation=commendation, issue=issue)
    standings = {issue: verify(commendation.number, issue).standing.value for issue in (None, 1, 2, 3)}
    assert standings == {None: "valid", 1: "replaced", 2: "valid", 3: "unknown"}


def test_page_shows_public_facts_only(client):
    enterprise = make.EnterpriseFactory(contact_name="Au Yeung Secret", contact_email="secret@demo.example")
    commendation = make.commendation(make.sixth_round(), enterprise=enterprise)
    Certificate.objects.create(commendation=commendation, reason="Flooded in the private cellar")
    text = client.get(f"/verify/{commendation.number}/").content.decode()
    for hidden in ("Au Yeung Secret", "secret@demo.example", enterprise.br_number, "23456789", "private cellar"):
        assert hidden not in text


def test_asking_too_often_is_answered_by_a_wait(client, settings):
    settings.RATELIMIT_ENABLE = True
    with time_machine.travel("2026-01-01T00:00:10Z", tick=False):
        answers = [client.get("/verify/HKGDCPP-2015-M-0777/").status_code for _number in range(61)]
        other = client.get("/verify/HKGDCPP-2015-M-0777/", REMOTE_ADDR="198.51.100.7")
        form = client.get("/verify/", {"number": "HKGDCPP-2015-M-0777"})
    assert answers == [200] * 60 + [429]
    assert other.status_code == 200
    assert (form.status_code, form.headers["Retry-After"]) == (429, "60")


def test_query_count_does_not_grow_with_the_register(client, django_assert_num_queries):
    round_ = make.sixth_round()
    commendation = make.commendation(round_)
    with django_assert_num_queries(2):
        verify(commendation.number)
    for _number in range(2):
        make.commendation(round_)
    with django_assert_num_queries(2):
        verify(commendation.number)


def test_title_whose_validity_has_not_begun_is_not_said_to_be_held_today(client):
    begins = timezone.localdate() + timedelta(days=10)
    commendation = make.commendation(make.sixth_round(valid_from=begins))
    text = client.get(f"/verify/{commendation.number}/?lang=en").content.decode()
    assert ("held today" in text, f"valid from {begins.day} {begins:%B %Y}" in text) == (False, True)
