"""What is known of a person's addresses."""

from typing import Any

from allauth.account.models import EmailAddress

from portal.accounts.models import User


def has_confirmed(user: Any, email: str) -> bool:
    """Whether `user` has shown, by a mailed link, to read the mails of this address."""
    return EmailAddress.objects.filter(user_id=user.pk, verified=True, email__iexact=email).exists()


def person_at(email: str) -> User | None:
    """The person whose address this is. Never tell anybody whether there is one."""
    return User.objects.filter(email__iexact=email, is_active=True).first()
