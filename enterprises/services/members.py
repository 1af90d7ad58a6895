"""Members of an enterprise: their roles, and their leaving. There is always an owner."""

from django.db import transaction
from django.utils.translation import gettext as _

from enterprises import rules
from enterprises.models import Enterprise, MemberRole, Membership
from portal.accounts.models import User
from portal.accounts.rules import require
from portal.errors import Conflict, Refused


class LastOwner(Refused):
    """The enterprise would be without an owner."""

    def words(self) -> str:
        return _("An enterprise needs an owner. Make another member an owner first.")


@transaction.atomic
def change_role(*, membership: Membership, role: str, by: User) -> Membership:
    """Give a member another role; owners, their own included.

    Raises `NotAllowed`, `Conflict` when the member has gone meanwhile, `LastOwner`.
    """
    membership = _locked(membership, by)
    if role != MemberRole.OWNER:
        _require_another_owner(membership)
    membership.role = MemberRole(role)
    membership.save(update_fields=["role"])
    rules.forget_roles(by)
    return membership


@transaction.atomic
def remove_member(*, membership: Membership, by: User) -> None:
    """Take a member out; owners. Raises `NotAllowed`, `Conflict` when the member has gone meanwhile, `LastOwner`."""
    membership = _locked(membership, by)
    _require_another_owner(membership)
    membership.delete()
    rules.forget_roles(by)


@transaction.atomic
def leave_enterprise(*, enterprise: Enterprise, by: User) -> None:
    """Leave an enterprise; any member. Raises `NotAllowed` for others, `LastOwner`."""
    enterprise = Enterprise.objects.select_for_update().get(pk=enterprise.pk)
    rules.forget_roles(by)
    require(by, rules.is_member, enterprise)
    membership = enterprise.memberships.get(user=by)
    _require_another_owner(membership)
    membership.delete()
    rules.forget_roles(by)


def _locked(membership: Membership, by: User) -> Membership:
    """The membership, freshly read behind the lock on its enterprise: all changes of members queue there."""
    enterprise = Enterprise.objects.select_for_update().get(pk=membership.enterprise_id)
    rules.forget_roles(by)
    require(by, rules.can_manage_members, enterprise)
    try:
        return enterprise.memberships.get(pk=membership.pk)
    except Membership.DoesNotExist as gone:
        raise Conflict from gone


def _require_another_owner(membership: Membership) -> None:
    """Raise `LastOwner` if nobody but this member owns the enterprise."""
    if membership.role != MemberRole.OWNER:
        return
    others = membership.enterprise.memberships.filter(role=MemberRole.OWNER).exclude(pk=membership.pk)
    if not others.exists():
        raise LastOwner
