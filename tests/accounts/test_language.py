import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import translation

from portal.accounts.adapter import AccountAdapter
from portal.accounts.models import User
from portal.notifications.models import Message
from tests import factories as make

pytestmark = pytest.mark.django_db
KINDS = [
    ("account/email", kind)
    for kind in (
        "account_already_exists",
        "email_changed",
        "email_confirm",
        "email_confirmation",
        "email_confirmation_signup",
        "email_deleted",
        "password_changed",
        "password_reset",
        "password_reset_key",
        "password_set",
        "unknown_account",
    )
] + [("mfa/email", kind) for kind in ("totp_activated", "totp_deactivated", "recovery_codes_generated")]


@pytest.mark.parametrize("language", ["zh-hant", "zh-hans", "en"])
def test_language_chosen_by_a_signed_in_person_is_remembered_for_mails(client, language):
    user = make.UserFactory(language="en" if language != "en" else "zh-hant")
    other = make.UserFactory(language="en")
    client.force_login(user)
    client.get(reverse("about") + f"?lang={language}")
    assert list(User.objects.order_by("pk").values_list("language", flat=True)) == [language, other.language]


def test_unknown_language_and_anonymous_choices_change_nothing(client):
    user = make.UserFactory(language="zh-hant")
    client.get(reverse("about") + "?lang=zh-hans")
    client.force_login(user)
    for asked in ("fr", "", "zh-hant'", "\0"):
        client.get(reverse("about"), {"lang": asked})
    user.refresh_from_db()
    assert user.language == "zh-hant"


def test_choosing_the_language_again_writes_nothing(client, django_assert_num_queries):
    client.force_login(make.UserFactory(language="zh-hant"))
    page = reverse("about") + "?lang=zh-hant"
    client.get(page)
    with django_assert_num_queries(2):  # session and person
        client.get(page)


@pytest.mark.parametrize("language", ["en", "zh-hant", "zh-hans"])
@pytest.mark.parametrize(("folder", "kind"), KINDS)
def test_account_mail_is_whole_and_in_the_readers_language(rf, folder, kind, language):
    person = make.UserFactory(language=language, full_name="Click http://spam.example")
    with translation.override("en" if language != "en" else "zh-hans"):
        AccountAdapter(rf.get("/")).send_mail(
            f"{folder}/{kind}",
            person.email,
            {
                "user": person,
                "activate_url": f"{settings.PORTAL_URL}/accounts/a/",
                "password_reset_url": f"{settings.PORTAL_URL}/accounts/r/",
                "from_email": "a@demo.example",
                "to_email": "b@demo.example",
                "deleted_email": "c@demo.example",
            },
        )
    message = Message.objects.get()
    assert (message.language, message.to) == (language, person.email)
    chinese = any("\u4e00" <= character <= "\u9fff" for character in message.subject)
    assert chinese == (language != "en")
    assert "spam" not in message.text  # a name that a stranger typed is not sent to people who did not ask
    assert "example.com" not in message.text
    assert f"{settings.PORTAL_URL}/accounts/" in message.text
    assert "&#x27;" not in message.text
