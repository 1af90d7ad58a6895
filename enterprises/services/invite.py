"""Invitations by mailed link. The link's token is kept as its SHA-256 only, and works for one confirmed address."""

from secrets import token_urlsafe

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from enterprises import rules
from enterprises.models import Enterprise, Invitation, JoinRequest, MemberRole, Membership
from enterprises.models.membership import in_two_weeks
from enterprises.queries.members import hashed, unanswered_invitations
from portal.accounts.models import User
from portal.accounts.queries import has_confirmed, person_at
from portal.accounts.rules import require
from portal.errors import Conflict, Refused
from portal.notifications.services import outbox


class IsMember(Refused):
    """The person belongs to the enterprise already."""

    def words(self) -> str:
        return _("This person is a member already. You can change the role in the list of members.")


class InvitationGone(Refused):
    """The link is unknown, used, withdrawn or too old; which of these is not told."""

    def words(self) -> str:
        return _("This invitation can no longer be accepted. Ask the person who invited you to send a new one.")


class OtherAddress(Refused):
    """The invitation was sent to an address that this person has not confirmed as their own."""

    def words(self) -> str:
        return _("This invitation was sent to another address. Sign in with the account of the address it came to.")


@transaction.atomic
def invite_member(*, enterprise: Enterprise, email: str, role: str, language: str, by: User) -> Invitation:
    """Invite the reader of an address by mail; owners. The link works for 14 days.

    An unanswered invitation to the same address is renewed instead; its older link stops working. Raises `NotAllowed`,
    `IsMember`. Whether the address has an account is not told.
    """
    enterprise = _locked(enterprise, by)
    email = email.strip().lower()
    if enterprise.memberships.filter(user__email__iexact=email).exists():
        raise IsMember
    invitation = unanswered_invitations(enterprise).filter(email__iexact=email).first() or Invitation(
        enterprise=enterprise, email=email
    )
    invitation.role, invitation.language, invitation.invited_by = MemberRole(role), language, by
    return _send(invitation)


@transaction.atomic
def resend_invitation(*, invitation: Invitation, by: User) -> Invitation:
    """Send a new link for another 14 days; owners. The older link stops working. Raises `NotAllowed`, `Conflict`."""
    return _send(_unanswered(invitation, by))


@transaction.atomic
def withdraw_invitation(*, invitation: Invitation, by: User) -> Invitation:
    """Make a link worthless; owners. Raises `NotAllowed`, `Conflict` when it was answered meanwhile."""
    invitation = _unanswered(invitation, by)
    invitation.withdrawn_at = timezone.now()
    invitation.save(update_fields=["withdrawn_at"])
    return invitation


@transaction.atomic
def accept_invitation(*, token: str, by: User) -> Membership:
    """Become a member by the mailed link, signed in with the address it was sent to, once confirmed.

    Who is a member already stays what they are. Raises `InvitationGone`, `OtherAddress`.
    """
    found = Invitation.objects.filter(token_sha256=hashed(token)).first()
    if found is None:
        raise InvitationGone
    enterprise = Enterprise.objects.select_for_update().get(pk=found.enterprise_id)
    invitation = Invitation.objects.get(pk=found.pk)
    own = has_confirmed(by, invitation.email)
    membership = enterprise.memberships.filter(user=by).first()
    if own and membership and invitation.accepted_at:
        return membership  # a second click
    if invitation.token_sha256 != found.token_sha256 or not invitation.is_open:
        raise InvitationGone
    if not own:
        raise OtherAddress
    invitation.accepted_at = timezone.now()
    invitation.save(update_fields=["accepted_at"])
    membership = membership or enterprise.memberships.create(user=by, role=invitation.role)
    # What the same person asked for is answered by this.
    enterprise.join_requests.filter(user=by, state=JoinRequest.State.WAITING).update(
        state=JoinRequest.State.ACCEPTED, answered_at=timezone.now(), answered_by=invitation.invited_by
    )
    rules.forget_roles(by)
    return membership


def _locked(enterprise: Enterprise, by: User) -> Enterprise:
    enterprise = Enterprise.objects.select_for_update().get(pk=enterprise.pk)
    rules.forget_roles(by)
    require(by, rules.can_manage_members, enterprise)
    return enterprise


def _unanswered(invitation: Invitation, by: User) -> Invitation:
    enterprise = _locked(invitation.enterprise, by)
    found = unanswered_invitations(enterprise).filter(pk=invitation.pk).first()
    if found is None:
        raise Conflict
    return found


def _send(invitation: Invitation) -> Invitation:
    """Make a new link, keep its hash, mail it in the reader's language as far as that is known."""
    token = token_urlsafe(32)
    invitation.token_sha256, invitation.expires_at = hashed(token), in_two_weeks()
    invitation.save()
    reader = person_at(invitation.email)
    outbox.queue(
        kind="invitation",
        key=f"invitation:{invitation.pk}:{invitation.token_sha256[:16]}",
        to=invitation.email,
        language=reader.language if reader else invitation.language,
        carries_key=True,
        invitation=invitation,
        enterprise=invitation.enterprise,
        token=token,
    )
    return invitation
