import time

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.conf import settings
from django.test import Client
from django.urls import reverse

from portal.notifications.models import Message
from tests import factories as make

pytestmark = pytest.mark.django_db


def code(secret):
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


@pytest.fixture
def person():
    user = make.UserFactory(email="person@demo.example", language="zh-hant")
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def sign_in(client, person):
    return client.post(reverse("account_login"), {"login": person.email, "password": make.PASSWORD})


@pytest.mark.parametrize("language", ["en", "zh-hant", "zh-hans"])
def test_authenticator_app_is_set_up_asked_for_and_taken_away(
    client, person, language, django_capture_on_commit_callbacks
):
    settings_cookie = settings.LANGUAGE_COOKIE_NAME
    client.cookies[settings_cookie] = language
    sign_in(client, person)
    assert client.get(reverse("mfa_index")).status_code == 200
    again = client.get(reverse("mfa_activate_totp")).url
    assert client.get(again).status_code == 200
    assert client.post(again, {"password": make.PASSWORD}).url == reverse("mfa_activate_totp")
    page = client.get(reverse("mfa_activate_totp"))
    secret = page.context["form"].secret
    assert page.status_code == 200
    assert secret in page.content.decode()
    client.post(reverse("mfa_activate_totp"), {"code": "000000"})
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("mfa_activate_totp"), {"code": code(secret)})
    assert client.get(reverse("mfa_view_recovery_codes")).status_code == 200
    assert Message.objects.filter(kind="totp_activated", language="zh-hant").count() == 1

    other = Client()
    other.cookies[settings_cookie] = language
    assert sign_in(other, person).url == reverse("mfa_authenticate")
    assert other.get(reverse("mfa_authenticate")).status_code == 200
    assert other.get(reverse("dashboard")).status_code == 302
    other.post(reverse("mfa_authenticate"), {"code": "123"})
    assert not other.get(reverse("about")).wsgi_request.user.is_authenticated
    recovery = client.get(reverse("mfa_view_recovery_codes")).context["unused_codes"][0]
    assert other.post(reverse("mfa_authenticate"), {"code": recovery}).url == reverse("dashboard")

    client.post(reverse("mfa_deactivate_totp"))
    assert sign_in(Client(), person).url == reverse("dashboard")


def test_demonstration_needs_no_second_step(client, person):
    assert sign_in(client, person).url == reverse("dashboard")
