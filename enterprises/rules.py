"""Who may do what to an enterprise, and what makes a site sound. Predicates on a person and an enterprise."""

from typing import Any

import rules
from django.utils.translation import gettext_lazy as _

from enterprises.models import City, Enterprise, MemberRole, Site
from portal.accounts.rules import is_auditor, is_officer, is_secretariat


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
# At the officers' desk.
reads_enterprises = is_officer | is_secretariat | is_auditor
can_correct_number = is_secretariat

# How a site may belong to the Hong Kong business, by where it stands (domain.md, section 3); an office stands anywhere.
HONG_KONG_LINKS = (Site.Link.HONG_KONG_FACTORY, Site.Link.HONG_KONG_WORKSHOP, Site.Link.OFFICE)
MAINLAND_LINKS = (
    Site.Link.SOLE_OWNER,
    Site.Link.JOINT_VENTURE,
    Site.Link.PROCESSING,
    Site.Link.RESIDENT,
    Site.Link.OFFICE,
)


def site_problems(*, city: City, uscc: str, link: str) -> dict[str, list[Any]]:
    """What does not fit together in a site, by field: code and link must suit the place."""
    problems: dict[str, list[Any]] = {}
    if city.in_mainland and not uscc:
        problems["uscc"] = [_("Enter the code of the mainland enterprise; it stands on its business licence.")]
    if not city.in_mainland and uscc:
        problems["uscc"] = [_("A site in Hong Kong has no such code: leave this field empty, or choose another city.")]
    if city.in_mainland and link not in MAINLAND_LINKS:
        problems["link"] = [_("This link is for sites in Hong Kong: choose another link, or choose Hong Kong as city.")]
    if not city.in_mainland and link not in HONG_KONG_LINKS:
        problems["link"] = [_("This link is for sites in the mainland: choose another link, or choose another city.")]
    return problems
