"""What the first page shows: counted figures of the last round whose outcomes are released, and the rounds now open."""

from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from scheme.models import Commendation, Round, Title


@dataclass(frozen=True)
class RoundFigures:
    """A released round and the number of its commendations by category; Excellent Partners count in manufacturing."""

    round: Round
    total: int
    manufacturing: int
    sourcing: int
    technology_service: int


def open_rounds() -> QuerySet[Round]:
    """The rounds that take applications now, the one that closes first in front."""
    now = timezone.now()
    return Round.objects.filter(opens_at__lte=now, closes_at__gte=now).order_by("closes_at")


def released_figures(most: int = 3) -> list[RoundFigures]:
    """The figures of the latest released rounds that have commendations, newest first."""
    rounds = (
        Round.objects.filter(release_at__lte=timezone.now())
        .annotate(
            total=Count("commendations"),
            manufacturing=_number_of(Title.EXCELLENT, Title.MANUFACTURING),
            sourcing=_number_of(Title.SOURCING),
            technology_service=_number_of(Title.TECHNOLOGY_SERVICE),
        )
        .filter(total__gt=0)
        .order_by("-year")[:most]
    )
    return [RoundFigures(r, r.total, r.manufacturing, r.sourcing, r.technology_service) for r in rounds]


def _number_of(*titles: str) -> Count:
    return Count("commendations", filter=Q(commendations__title__in=titles))


def partners_of_today() -> int:
    """How many enterprises hold a title that is valid today, in rounds whose outcomes are released."""
    return (
        Commendation.objects.filter(
            state=Commendation.State.VALID,
            valid_from__lte=timezone.localdate(),
            valid_until__gte=timezone.localdate(),
            round__release_at__lte=timezone.now(),
        )
        .values("enterprise")
        .distinct()
        .count()
    )
