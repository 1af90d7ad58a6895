"""Figures about the portal's own health and stock, for the desk's first page."""

from django.db.models import Count, QuerySet

from scheme.models import Certificate, Round


def certificates_waiting() -> QuerySet[Certificate]:
    """Certificates that are ordered and not made yet."""
    return Certificate.objects.filter(state=Certificate.State.WAITING)


def commendations_by_round() -> list[tuple[Round, int]]:
    """Each round that has commendations, latest first, with their number."""
    rounds = Round.objects.annotate(number_commended=Count("commendations")).filter(number_commended__gt=0)
    return [(round, round.number_commended) for round in rounds.order_by("-year")]
