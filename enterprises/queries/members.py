"""Members, invitations and requests to join of an enterprise."""

from hashlib import sha256
from typing import Any

from django.db.models import Case, IntegerField, QuerySet, Value, When
from django.utils import timezone

from enterprises.models import Enterprise, Invitation, JoinRequest, MemberRole, Membership
from portal.accounts.models import User


def members_of(enterprise: Enterprise) -> QuerySet[Membership]:
    """All members, owners first, then by when they joined."""
    rank = Case(
        *(When(role=role, then=Value(place)) for place, role in enumerate(MemberRole.values)),
        output_field=IntegerField(),
    )
    return enterprise.memberships.select_related("user").order_by(rank, "joined_at", "pk")


def owners_of(enterprise: Enterprise) -> QuerySet[User]:
    """The people who answer requests and manage members."""
    return User.objects.filter(
        memberships__enterprise=enterprise, memberships__role=MemberRole.OWNER, is_active=True
    ).order_by("pk")


def unanswered_invitations(enterprise: Enterprise) -> QuerySet[Invitation]:
    """Invitations neither accepted nor withdrawn; expired ones too, for they can be sent again."""
    return enterprise.invitations.filter(accepted_at=None, withdrawn_at=None).select_related("invited_by")


def waiting_requests(enterprise: Enterprise) -> QuerySet[JoinRequest]:
    """Requests to join that an owner has to answer, oldest first."""
    return enterprise.join_requests.filter(state=JoinRequest.State.WAITING).select_related("user").order_by("pk")


def requests_to_answer(user: Any) -> QuerySet[JoinRequest]:
    """Requests that wait for `user` as an owner, in any enterprise."""
    return JoinRequest.objects.filter(
        state=JoinRequest.State.WAITING,
        enterprise__memberships__user=user,
        enterprise__memberships__role=MemberRole.OWNER,
    ).select_related("user", "enterprise")


def invitation_by_token(token: str) -> Invitation | None:
    """The invitation of a mailed link while it can still be accepted."""
    return (
        Invitation.objects.filter(
            token_sha256=hashed(token), accepted_at=None, withdrawn_at=None, expires_at__gt=timezone.now()
        )
        .select_related("enterprise")
        .first()
    )


def hashed(token: str) -> str:
    """How a link's token is kept."""
    return sha256(token.encode("utf-8", "replace")).hexdigest()
