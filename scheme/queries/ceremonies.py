"""Ceremonies and guests: who of the desk sees them before the round is released, and how many there are."""

from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from portal.accounts.rules import is_organiser
from scheme.models import Ceremony, Guest


def ceremonies_seen_by(user: Any) -> QuerySet[Ceremony]:
    """The ceremonies with the number of guests `user` may see: where and when is no secret, who comes is one."""
    seen = Q() if is_organiser.test(user) else Q(round__release_at__lte=timezone.now())
    return Ceremony.objects.annotate(guests_expected=Count("guests", filter=seen))


def guests_seen_by(user: Any) -> QuerySet[Guest]:
    """Guests name commended enterprises: before the round's release only organisers see them (design.md, rule 11)."""
    if is_organiser.test(user):
        return Guest.objects.all()
    return Guest.objects.filter(ceremony__round__release_at__lte=timezone.now())


def guests_by_kind(ceremony: Ceremony, user: Any) -> list[tuple[Guest.Kind, int]]:
    """How many guests of each kind a ceremony has, among those `user` may see."""
    seen = guests_seen_by(user).filter(ceremony=ceremony)
    found = dict(seen.order_by().values_list("kind").annotate(number=Count("pk")))
    return [(kind, found.get(kind, 0)) for kind in Guest.Kind]
