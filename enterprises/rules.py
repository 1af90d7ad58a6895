"""Who may do what to an enterprise. Predicates on a person and an enterprise."""

from typing import Any

import rules

from enterprises.models import Enterprise, MemberRole


def role_in(user: Any, enterprise: Enterprise) -> str | None:
    """The role `user` has in `enterprise`, read once a request."""
    if not getattr(user, "is_authenticated", False) or not user.is_active:
        return None
    if not hasattr(user, "_member_roles"):
        user._member_roles = dict(user.memberships.values_list("enterprise_id", "role"))
    return user._member_roles.get(enterprise.pk)


def forget_roles(user: Any) -> None:
    """To be called when a membership of `user` has changed within a request."""
    user.__dict__.pop("_member_roles", None)


@rules.predicate
def is_member(user: Any, enterprise: Enterprise) -> bool:
    return role_in(user, enterprise) is not None


@rules.predicate
def is_editor(user: Any, enterprise: Enterprise) -> bool:
    return role_in(user, enterprise) in (MemberRole.OWNER, MemberRole.EDITOR)


@rules.predicate
def is_owner(user: Any, enterprise: Enterprise) -> bool:
    return role_in(user, enterprise) == MemberRole.OWNER


can_view_enterprise = is_member
can_change_enterprise = is_editor
can_manage_members = is_owner
