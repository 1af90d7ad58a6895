"""Figures about the portal's own health and stock, for the desk's first page."""

from django.db.models import Count

from scheme.models import Round


def commendations_by_round() -> list[tuple[Round, int]]:
    """Each round that has commendations, latest first, with their number."""
    rounds = Round.objects.annotate(number_commended=Count("commendations")).filter(number_commended__gt=0)
    return [(round, round.number_commended) for round in rounds.order_by("-year")]
