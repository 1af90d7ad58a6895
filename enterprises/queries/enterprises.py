"""Which enterprises a person may see, and where a number stands."""

from collections.abc import Callable
from typing import Any

from django.db.models import Count, F, Prefetch, Q, QuerySet

from enterprises.models import Enterprise, JoinRequest, MemberRole, Membership, Site

# The scheme knows who has a conflict of interest; this app may not ask it. So the scheme, when it starts, puts a
# function here: from a person to the numbers of the enterprises that must not exist for that person at the desk.
hidden_from: list[Callable[[Any], set[int]]] = []


def enterprises_of(user: Any) -> QuerySet[Enterprise]:
    """The enterprises `user` belongs to, in any role."""
    return Enterprise.objects.filter(memberships__user=user).select_related("industry")


def enterprises_changed_by(user: Any) -> QuerySet[Enterprise]:
    """The enterprises whose data `user` may change, as owner or editor."""
    return enterprises_of(user).filter(
        memberships__user=user, memberships__role__in=(MemberRole.OWNER, MemberRole.EDITOR)
    )


def memberships_of(user: Any) -> QuerySet[Membership]:
    """The memberships of `user`, each with its enterprise and the number of its open sites, for the list page."""
    return (
        Membership.objects.filter(user=user)
        .select_related("enterprise__industry")
        .annotate(open_sites=Count("enterprise__sites", filter=Q(enterprise__sites__closed_on=None)))
        .order_by("enterprise__name_en", "pk")
    )


def sites_of(enterprise: Enterprise) -> QuerySet[Site]:
    """All sites of an enterprise with their cities, open ones first."""
    return enterprise.sites.select_related("city").order_by(F("closed_on").desc(nulls_first=True), "pk")


def requests_of(user: Any) -> QuerySet[JoinRequest]:
    """What `user` has asked to join and is not a member of, newest first: waiting, or declined."""
    return (
        JoinRequest.objects.filter(user=user)
        .exclude(state=JoinRequest.State.ACCEPTED)
        .exclude(enterprise__memberships__user=user)
        .select_related("enterprise")
        .order_by("-pk")
    )


def seen_at_the_desk(user: Any, rows: QuerySet[Enterprise]) -> QuerySet[Enterprise]:
    """`rows` without the enterprises that must not exist for `user` at the officers' desk."""
    hidden = {pk for hides in hidden_from for pk in hides(user)}
    return rows.exclude(pk__in=hidden) if hidden else rows


def with_cities(rows: QuerySet[Enterprise]) -> QuerySet[Enterprise]:
    """`rows`, each with its sites that are not closed, and their cities, in `open_sites`."""
    open_ones = Site.objects.filter(closed_on=None).select_related("city").order_by("city__position", "pk")
    return rows.prefetch_related(Prefetch("sites", open_ones, to_attr="open_sites"))
