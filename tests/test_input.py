"""What no person types, sent on purpose: addresses, cookies and declared encodings that would break or mislead."""

from typing import Any

import pytest
from django.test import Client

from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def stranger() -> Client:
    return Client(raise_request_exception=False)


@pytest.mark.parametrize("path", ["//elsewhere.example/%00", "///elsewhere.example%00", "/\\elsewhere.example/%00"])
def test_cleaned_address_never_leads_to_another_host(stranger: Client, path: str) -> None:
    answer = stranger.generic("GET", "/", PATH_INFO=path.replace("%00", "\0"))
    assert answer.status_code == 302
    assert answer["Location"].startswith(("/%2F", "/%5C"))


def test_nul_bytes_in_an_address_are_taken_out(stranger: Client) -> None:
    answer = stranger.get("/partners/?q=a%00b&%00=c")
    assert (answer.status_code, answer["Location"]) == (302, "/partners/?q=ab")


def test_cookie_with_a_nul_byte_is_no_cookie(stranger: Client) -> None:
    answer = stranger.get("/dashboard/", HTTP_COOKIE=r'sessionid="\000abcdefghij"; language="\000"; csrftoken="\000"')
    assert (answer.status_code, answer["Location"]) == (302, "/accounts/login/?next=/dashboard/")


def test_no_page_of_a_signed_in_person_is_kept_by_the_browser(stranger: Client) -> None:
    assert not stranger.get("/partners/").has_header("Cache-Control")
    member = factories.MembershipFactory()
    stranger.force_login(member.user)
    pages = (
        "/enterprises/",
        f"/enterprises/{member.enterprise_id}/",
        "/accounts/settings/",
        "/accounts/email/",
        "/partners/",
    )
    assert {stranger.get(page)["Cache-Control"] for page in pages} == {"private, no-store"}


@pytest.mark.parametrize("page", ["abc", "0", "-1", "9" * 40])
def test_search_of_the_desk_has_no_page_beyond_its_last(client: Client, page: str) -> None:
    client.force_login(factories.epd_officer())
    assert client.get("/admin/search/", {"s": "case", "page": page}).status_code == 404
    assert client.get("/admin/search/", {"s": "case"}).status_code == 200


@pytest.mark.parametrize(
    ("proxies", "said", "counted"),
    [
        (0, "203.0.113.9", "127.0.0.1"),
        (1, "198.51.100.1, 203.0.113.9", "203.0.113.9"),
        (2, "198.51.100.1, 203.0.113.9, 10.0.0.2", "203.0.113.9"),
        (2, "203.0.113.9", "127.0.0.1"),
        (1, "2001:db8::1", "2001:db8::1"),
        (1, "nowhere", "127.0.0.1"),
    ],
)
def test_visitors_behind_our_own_proxies_are_told_apart(
    stranger: Client, settings: Any, proxies: int, said: str, counted: str
) -> None:
    settings.TRUSTED_PROXIES = proxies
    assert stranger.get("/about/", HTTP_X_FORWARDED_FOR=said).wsgi_request.META["REMOTE_ADDR"] == counted


def test_throttle_that_closes_for_one_visitor_stays_open_for_the_next(stranger: Client, settings: Any) -> None:
    settings.TRUSTED_PROXIES, number = 1, "/verify/HKGDCPP-2015-M-0001/"
    answers = [stranger.get(number, HTTP_X_FORWARDED_FOR="6.6.6.6, 203.0.113.9").status_code for _time in range(61)]
    assert answers[-1] == 429
    assert stranger.get(number, HTTP_X_FORWARDED_FOR="203.0.113.10").status_code == 200
