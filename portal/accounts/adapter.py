from typing import Any
from uuid import uuid4

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest
from django.utils.translation import get_language

from portal.notifications.services import outbox


class AccountAdapter(DefaultAccountAdapter):
    """Account mails leave through the outbox, like every other mail."""

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        subject, text = self._rendered(template_prefix, email, context)
        outbox.queue_text(
            kind=template_prefix.rsplit("/", 1)[-1],
            key=f"account:{uuid4()}",
            to=email,
            language=get_language() or "en",
            subject=subject,
            text=text,
        )

    def _rendered(self, template_prefix: str, email: str, context: dict[str, Any]) -> tuple[str, str]:
        message = self.render_mail(template_prefix, email, {"request": self.request, "email": email, **context})
        return message.subject, str(message.body)

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return True
