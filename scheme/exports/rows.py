"""The rows of a commendation list: one query, in ceremony order, read as they are written."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from django.db.models import QuerySet, TextField
from django.db.models.functions import Cast
from django.utils.translation import gettext as _
from django.utils.translation import override

from enterprises.models import City, Industry
from portal.words import in_language
from scheme.models import Category, Commendation, Title
from scheme.queries.commendations import kind_of

# So many rows are fetched at a time from the server's cursor.
FETCHED = 2000


class Row(NamedTuple):
    """One commendation of a list, in the list's language."""

    number: str
    title: str
    category: str
    name_en: str
    name_zh_hant: str
    name_zh_hans: str
    industry: str
    city: str
    contact_name: str
    contact_post: str
    contact_email: str
    contact_phone: str
    valid_from: date
    valid_until: date
    state: str


@dataclass(frozen=True)
class Labels:
    """The words of a list, looked up once."""

    columns: tuple[str, ...]
    titles: dict[str, str]
    categories: dict[str, str]
    kinds: dict[str, str]
    cities: dict[int, str]
    industries: dict[int, str]
    states: dict[str, str]

    @classmethod
    def of(cls, language: str) -> "Labels":
        with override(language):
            kinds = {kind.value: str(kind.label) for kind in Category.Kind}
            return cls(
                columns=column_names(),
                titles={title.value: str(title.label) for title in Title},
                categories={title.value: kinds[kind_of(title)] for title in Title},
                kinds={title.value: str(kind_of(title)) for title in Title},
                cities={city.pk: in_language(city, "name", language) for city in City.objects.all()},
                industries={trade.pk: in_language(trade, "name", language) for trade in Industry.objects.all()},
                states={state.value: str(state.label) for state in Commendation.State},
            )


def column_names() -> tuple[str, ...]:
    """The head of the list, in the active language."""
    return (
        _("Number"),
        _("Title"),
        _("Category"),
        _("Name in English"),
        _("Name in Traditional Chinese"),
        _("Name in Simplified Chinese"),
        _("Industry"),
        _("City"),
        _("Contact person"),
        _("Post"),
        _("E-mail address"),
        _("Telephone"),
        _("Valid from"),
        _("Valid until"),
        _("State"),
    )


def rows(commendations: QuerySet[Commendation], labels: Labels) -> Iterator[Row]:
    """The rows of `commendations` (ordered by `awarded`), fetched from the server as they are read."""
    # As the text it is stored as: taking every number apart would cost more than all the rest of the row.
    phone = Cast("enterprise__contact_phone", TextField())
    found = commendations.values_list(
        "number", "title", "title", "name_en", "name_zh_hant", "name_zh_hans", "industry_id", "city_id",
        "enterprise__contact_name", "enterprise__contact_post", "enterprise__contact_email",
        phone, "valid_from", "valid_until", "state",
    )  # fmt: skip
    titles, categories, states = labels.titles, labels.categories, labels.states
    industries, cities = labels.industries, labels.cities
    for number, title, kind, en, hant, hans, industry, city, *more, state in found.iterator(chunk_size=FETCHED):
        yield Row._make(
            (
                number, titles[title], categories[kind], en, hant, hans, industries[industry], cities[city],
                *more, states[state],
            )
        )  # fmt: skip
