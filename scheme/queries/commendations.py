"""Commendations: the order of the ceremony, and what an enterprise held before."""

from collections.abc import Iterable

from django.db.models import Case, IntegerField, QuerySet, Value, When

from scheme.models import Category, Commendation, Round, Title

# Titles stand as they are declared: excellent, manufacturing, sourcing, technology service.
TITLE_RANK = Case(
    *(When(title=title, then=Value(rank)) for rank, title in enumerate(Title.values)), output_field=IntegerField()
)


def ceremony_order(commendations: QuerySet[Commendation]) -> QuerySet[Commendation]:
    """`commendations` in the order in which they are called: latest round first, by title, then by number.

    The numbers themselves were given in that order: by title, trade, and the name as it is read in pinyin.
    """
    return commendations.order_by("-round__year", TITLE_RANK, "sequence")


def kind_of(title: str) -> str:
    """The kind of category a title belongs to: *excellent* is a title of manufacturing."""
    return Category.Kind.MANUFACTURING if title == Title.EXCELLENT else Category.Kind(title)


def earlier_titles(round_: Round, enterprises: Iterable[int]) -> dict[tuple[int, str], Commendation]:
    """What a title of `round_` renews: each enterprise's latest earlier title of the same kind that was not revoked."""
    held = (
        Commendation.objects.filter(enterprise__in=set(enterprises), round__year__lt=round_.year)
        .exclude(state=Commendation.State.REVOKED)
        .order_by("round__year", "pk")
    )
    return {(row.enterprise_id, kind_of(row.title)): row for row in held}
