"""The public directory of partners: released commendations, found by name, title, place, trade, year and standing."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.text import slugify

from enterprises.models import City, Enterprise
from portal.search import plain, search
from scheme.models import Commendation
from scheme.queries.commendations import ceremony_order, released

State = Commendation.State


@dataclass(frozen=True)
class Wanted:
    """What a visitor looks for; empty parts do not narrow."""

    text: str = ""
    title: str = ""
    city: Any = None
    industry: Any = None
    year: int | None = None
    standing: str = ""


def of_standing(commendations: QuerySet[Commendation], standing: str) -> QuerySet[Commendation]:
    """Those valid, expired or revoked as of today, whether or not the scheduler has marked them."""
    over = Q(valid_until__lt=timezone.localdate())
    if standing == State.VALID:
        return commendations.filter(~over, state=State.VALID)
    if standing == State.EXPIRED:
        return commendations.filter(Q(state=State.EXPIRED) | Q(state=State.VALID) & over)
    return commendations.filter(state=State.REVOKED)


def cities_called(text: str) -> list[City]:
    """The cities whose whole name was typed, in any script, with or without 市: people look for a place there too."""
    name = plain(text).removesuffix("市")
    if not name:
        return []
    return list(City.objects.filter(Q(name_en__iexact=name) | Q(name_zh_hant=name) | Q(name_zh_hans=name)))


def partners(wanted: Wanted) -> QuerySet[Commendation]:
    """The released commendations a visitor looks for, the latest round first, in ceremony order."""
    found = search(released(), wanted.text, grams_field="name_grams", fields=Commendation.SEARCHED)
    if cities := cities_called(wanted.text):
        found = found | released().filter(city__in=cities)
    if wanted.title:
        found = found.filter(title=wanted.title)
    if wanted.city:
        found = found.filter(city=wanted.city)
    if wanted.industry:
        found = found.filter(industry=wanted.industry)
    if wanted.year:
        found = found.filter(round__year=wanted.year)
    if wanted.standing:
        found = of_standing(found, wanted.standing)
    return ceremony_order(found.select_related("round", "city", "industry", "enterprise"))


def released_years() -> list[int]:
    """The years of the rounds whose outcomes are released and that have commendations, the latest first."""
    years = released().order_by("-round__year").values_list("round__year", flat=True).distinct()
    return list(years)


def slug_of(enterprise: Enterprise) -> str:
    """The address of a partner's page: its number, and its name for the eye."""
    name = slugify(enterprise.name_en)[:80].strip("-")
    return f"{enterprise.pk}-{name}" if name else str(enterprise.pk)


def partner_of(slug: str) -> tuple[Enterprise, list[Commendation]] | None:
    """The enterprise of a slug with its released commendations, the latest first; None where there are none."""
    number = slug.partition("-")[0]
    if not number.isascii() or not number.isdigit() or len(number) > 18:
        return None
    titles = list(
        released()
        .filter(enterprise_id=int(number))
        .select_related("round", "city", "industry", "enterprise")
        .order_by("-round__year", "title")
    )
    return (titles[0].enterprise, titles) if titles else None
