import re
from threading import Barrier, Thread

import pytest
from allauth.account.models import EmailAddress
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.urls import reverse

from portal.accounts.models import User
from portal.notifications.models import Message
from tests import factories as make

pytestmark = pytest.mark.django_db
PASSWORD = "a-very-long-password-2015"
LINK = r"http://127\.0\.0\.1:\d+(/accounts/[^\s]+)"


@pytest.fixture(autouse=True)
def _throttle_starts_anew(settings):
    settings.PORTAL_URL = "http://127.0.0.1:8000"


def sign_up(client, email="new@demo.example", name="New Person", language="en", **changed):
    typed = {"full_name": name, "email": email, "password1": PASSWORD, "password2": PASSWORD, **changed}
    return client.post(reverse("account_signup") + f"?lang={language}", typed, follow=True)


def sign_in(client, email, password=PASSWORD):
    return client.post(reverse("account_login"), {"login": email, "password": password})


def known(email="known@demo.example", **fields):
    user = make.UserFactory(email=email, **fields)
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    return user


def page_of(answer, *without):
    text = re.sub(r"\s+", " ", re.sub(r"<input[^>]*csrf[^>]*>|nonce=\"[^\"]*\"", "", answer.content.decode()))
    for word in without:
        text = text.replace(word, "")
    return text


def test_person_signs_up_confirms_and_signs_in(client):
    sign_up(client, "New@Demo.example", name="  New\u202e Person ", language="zh-hans")
    user = User.objects.get()
    assert (user.email, user.full_name, user.language) == ("new@demo.example", "New Person", "zh-hans")
    message = Message.objects.get()
    assert (message.to, message.language, message.kind) == (
        "new@demo.example",
        "zh-hans",
        "email_confirmation_signup",
    )
    assert sign_in(client, "new@demo.example").url == reverse("account_email_verification_sent")
    assert not client.get(reverse("dashboard")).wsgi_request.user.is_authenticated
    link = re.search(LINK, message.text).group(1)
    assert client.get(link).status_code == 200
    assert not EmailAddress.objects.get().verified  # a mail scanner that follows links confirms nothing
    client.post(link)
    assert EmailAddress.objects.get().verified
    assert sign_in(client, "NEW@demo.example").url == reverse("dashboard")


def test_sign_up_looks_the_same_for_an_address_that_has_an_account(client):
    known()
    pages = [sign_up(Client(), email) for email in ("known@demo.example", "KNOWN@demo.example", "new@demo.example")]
    assert [page.redirect_chain for page in pages] == [[(reverse("account_email_verification_sent"), 302)]] * 3
    assert len({page_of(page) for page in pages}) == 1
    assert list(Message.objects.order_by("pk").values_list("kind", "to")) == [
        ("account_already_exists", "known@demo.example"),
        ("email_confirmation_signup", "new@demo.example"),
    ]
    assert User.objects.count() == 2


def test_sign_up_with_an_existing_address_hashes_a_password_too(client, monkeypatch):
    """Hashing is what takes time in signing up: an address must not be told by a quick answer."""
    from portal.accounts import forms

    hashed = []
    monkeypatch.setattr(forms, "make_password", hashed.append)
    known()
    sign_up(client, "known@demo.example")
    assert hashed == [PASSWORD]


def test_signing_up_twice_looks_the_same_whether_or_not_there_was_an_account(client):
    known()
    emails = ("new@demo.example", "new@demo.example", "known@demo.example", "known@demo.example")
    pages = [page_of(sign_up(Client(), email)) for email in emails]
    assert len(set(pages)) == 1
    assert User.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_two_sign_ups_with_one_address_at_once_make_one_account_and_look_the_same():
    start, pages = Barrier(3), []

    def run():
        client = Client(raise_request_exception=True)
        start.wait()
        try:
            pages.append(page_of(sign_up(client)))
        finally:
            connection.close()

    threads = [Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(pages) == 3
    assert len(set(pages)) == 1
    assert User.objects.count() == 1


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"full_name": ""}, "required"),
        ({"full_name": "\u202e\0"}, "required"),
        ({"full_name": "A" * 10_000}, "150"),
        ({"full_name": "See https://spam.example"}, "without a web address"),
        ({"email": "nobody"}, "e-mail|email"),
        ({"email": "a" * 10_000 + "@demo.example"}, "e-mail|email|254|320"),
        ({"password1": "short", "password2": "short"}, "10"),
        ({"password2": "another-long-password"}, "same password"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(client, changed, said):
    answer = sign_up(client, **changed)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert 'role="alert"' in page
    assert re.search(said, page, re.IGNORECASE)
    if "email" not in changed:
        assert 'value="new@demo.example"' in page
    assert User.objects.count() == 0


def test_reset_looks_the_same_for_addresses_with_and_without_account(client):
    known(language="zh-hant")
    pages = []
    for email in ("known@demo.example", "nobody@demo.example"):
        pages.append(Client().post(reverse("account_reset_password"), {"email": email}, follow=True))
    assert page_of(pages[0]) == page_of(pages[1])
    assert list(Message.objects.order_by("pk").values_list("kind", "to", "language")) == [
        ("password_reset_key", "known@demo.example", "zh-hant"),
        ("unknown_account", "nobody@demo.example", "en"),
    ]


def test_password_is_reset_by_the_mailed_link_once(client):
    user = known()
    client.post(reverse("account_reset_password"), {"email": user.email})
    link = re.search(LINK, Message.objects.latest("pk").text).group(1)
    form = client.get(link).url
    client.post(form, {"password1": PASSWORD + "x", "password2": PASSWORD + "x"})
    assert Message.objects.latest("pk").kind == "password_reset"
    assert sign_in(Client(), user.email, PASSWORD + "x").url == reverse("dashboard")
    assert Client().get(link).status_code == 200  # says that the link has been used, and leads nowhere
    user.refresh_from_db()
    assert user.check_password(PASSWORD + "x")


def test_links_in_mails_do_not_follow_the_host_of_the_request(client):
    known()
    for path, typed in (
        ("account_reset_password", {"email": "known@demo.example"}),
        (
            "account_signup",
            {"full_name": "N", "email": "new@demo.example", "password1": PASSWORD, "password2": PASSWORD},
        ),
    ):
        client.post(reverse(path), typed, HTTP_HOST="localhost")
    assert Message.objects.count() == 2
    for message in Message.objects.all():
        assert "localhost" not in message.text
        assert "http://127.0.0.1:8000/accounts/" in message.text


def test_sign_in_says_the_same_of_a_wrong_password_and_an_unknown_address(client):
    known()
    pages = [page_of(sign_in(Client(), email, "wrong"), email) for email in ("known@demo.example", "no@demo.example")]
    assert pages[0] == pages[1]


def test_guessing_a_password_is_throttled(client):
    user = known()
    user.set_password(PASSWORD)
    user.save()
    for _ in range(5):
        sign_in(Client(), user.email, "wrong")
    assert sign_in(Client(), user.email).status_code == 200  # not even the right one, for a while
    cache.clear()
    assert sign_in(Client(), user.email).status_code == 302


def test_signing_up_and_resetting_are_throttled(client):
    answers = [client.post(reverse("account_reset_password"), {"email": "x@demo.example"}) for _ in range(6)]
    assert answers[-1].status_code == 429
    assert Message.objects.count() == 5
    cache.clear()
    pages = [sign_up(Client(), f"new{number}@demo.example") for number in range(21)]
    assert pages[-1].status_code == 429
    assert User.objects.count() == 20


def test_unconfirmed_link_that_is_broken_gets_a_friendly_page(client):
    for key in ("broken", "MQ:1abc:xyz"):
        assert client.get(reverse("account_confirm_email", args=[key])).status_code in (200, 404)
    assert client.get("/accounts/password/reset/key/1-set-password/").status_code == 200
