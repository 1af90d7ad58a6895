"""People of the desk: let them in, and close the door after them."""

from hashlib import sha256
from typing import Any

import pghistory
from allauth.account.forms import default_token_generator
from allauth.account.models import EmailAddress
from allauth.account.utils import user_pk_to_url_str
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.accounts import rules
from portal.accounts.models import Appointment, Role, User
from portal.errors import Conflict, Refused
from portal.notifications.services import outbox


class LastAdministrator(Refused):
    """The portal must keep somebody who can configure it."""

    def words(self) -> str:
        return _("This is the last administrator. Appoint another one first.")


class OneselfRefused(Refused):
    """Nobody locks themselves out."""

    def words(self) -> str:
        return _("You cannot deactivate yourself. Ask another administrator.")


@transaction.atomic
def add_person(*, email: str, full_name: str, language: str, by: User) -> User:
    """Add a person to the desk by e-mail address; a mail with a link to set a password goes to that address.

    An administrator does it. Nobody can sign in before the link has been followed, which proves the address.
    Raises `NotAllowed`, or `Conflict` where the address is taken.
    """
    rules.require(by, rules.is_administrator)
    if User.objects.filter(email__iexact=email).exists():
        raise Conflict
    person = User.objects.create_user(email, None, full_name=full_name, language=language)
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    send_password_link(person=person, by=by)
    return person


def send_password_link(*, person: User, by: User) -> None:
    """Mail a link to set a password; it works once and for three days. An administrator does it."""
    rules.require(by, rules.is_administrator)
    token = default_token_generator.make_token(person)
    link = {"uidb36": user_pk_to_url_str(person), "key": token}
    outbox.queue(
        kind="desk-welcome",
        key=f"desk-welcome:{person.pk}:{sha256(token.encode()).hexdigest()[:20]}",
        to=person.email,
        language=person.language,
        carries_key=True,
        person=person,
        path=reverse("account_reset_password_from_key", kwargs=link),
    )


def settle_desk_access(person: User) -> None:
    """Whoever holds a post may enter the desk, others may not. To be called when appointments have changed."""
    rules.reset([person])
    holds = person.appointments.exists()
    if person.is_staff != holds:
        person.is_staff = holds
        person.save(update_fields=["is_staff"])


@transaction.atomic
def deactivate_person(person: User, *, by: User, reason: str) -> User:
    """Close the door: the person can no longer sign in, and every open session ends with the next click.

    An administrator does it; what the person did stays on the record. Raises `NotAllowed`, `LastAdministrator`.
    """
    rules.require(by, rules.is_administrator)
    person = User.objects.select_for_update().get(pk=person.pk)
    if person == by:
        raise OneselfRefused
    require_another_administrator(person)
    with pghistory.context(user=by.pk, reason=reason):
        person.is_active = False
        person.save(update_fields=["is_active"])
    return person


@transaction.atomic
def reactivate_person(person: User, *, by: User, reason: str) -> User:
    """Open the door again. An administrator does it; raises `NotAllowed`."""
    rules.require(by, rules.is_administrator)
    person = User.objects.select_for_update().get(pk=person.pk)
    with pghistory.context(user=by.pk, reason=reason):
        person.is_active = True
        person.save(update_fields=["is_active"])
    return person


def require_another_administrator(person: User) -> None:
    """Raise `LastAdministrator` when nobody else could configure the portal. Locks the administrators' posts."""
    posts = Appointment.objects.select_for_update(of=("self",)).filter(role=Role.ADMINISTRATOR, user__is_active=True)
    holders: set[Any] = {post.user_id for post in posts}
    if holders == {person.pk}:
        raise LastAdministrator
