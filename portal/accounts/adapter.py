from typing import Any
from uuid import uuid4

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.email_verification import get_email_verification_url
from allauth.account.internal.flows.password_reset import get_reset_password_from_key_url
from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language, override

from portal.accounts.queries import person_at
from portal.notifications.services import outbox
from portal.typed import one_line

# Where a person was on the way to when signing in came between; set by our own views only.
AFTER_SIGN_IN = "after_sign_in"


class AccountAdapter(DefaultAccountAdapter):
    """Account mails leave through the outbox, like every other mail, in their reader's language."""

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        person = context.get("user") or person_at(email)
        language = person.language if person else get_language() or "en"
        with override(language):
            message = self.render_mail(
                template_prefix,
                email,
                {"email": email, "site": settings.PORTAL_URL, **context, "person": person},
            )
        outbox.queue_text(
            kind=template_prefix.rsplit("/", 1)[-1],
            key=f"account:{uuid4()}",
            to=email,
            language=language,
            subject=message.subject,
            text=str(message.body),
            carries_key=True,
        )

    def get_email_confirmation_url(self, request: HttpRequest, emailconfirmation: Any) -> str:
        return on_the_portal(get_email_verification_url(request, emailconfirmation))

    def get_reset_password_from_key_url(self, key: str) -> str:
        return on_the_portal(get_reset_password_from_key_url(self.request, key))

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        return request.session.pop(AFTER_SIGN_IN, None) or super().get_login_redirect_url(request)

    def clean_email(self, email: str) -> str:
        return one_line(email).lower()

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return True


def on_the_portal(url: str) -> str:
    """The same page at the portal's own address: what a request says of its host is not for mails."""
    return f"{settings.PORTAL_URL}/{url.split('/', 3)[3]}"
