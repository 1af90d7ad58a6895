"""Public notices as the public may read them: what was published, unchanged, and how long it still runs (rule 11)."""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import QuerySet
from django.db.models.functions import Greatest
from django.utils import timezone
from django.utils.translation import get_language

from enterprises.models import City
from portal.words import HTML_LANGUAGE, NEXT_BEST, column
from scheme.models import PublicNotice, Title

# Beside its name in the page's language, an enterprise is shown with the name in the other script.
SECOND_LANGUAGE = {"en": "zh-hant", "zh-hant": "en", "zh-hans": "en"}


@dataclass(frozen=True)
class NoticeRow:
    """An enterprise on a notice. `second` is its name in the other script, "" if it has none there."""

    uid: str
    name: str
    second: str
    city: str


@dataclass(frozen=True)
class NoticeGroup:
    """The enterprises proposed for one title."""

    title: Title
    rows: list[NoticeRow]


def notices() -> QuerySet[PublicNotice]:
    """Every notice that was published, the latest first."""
    return PublicNotice.objects.select_related("list__round").order_by("-published_at")


def running_notices() -> QuerySet[PublicNotice]:
    """The notices objections to which are still taken; the one that closes first in front."""
    last_second = timezone.now() - timedelta(seconds=1)
    return notices().filter(closes_at__gt=Greatest("published_at", last_second)).order_by("closes_at")


def past_notices() -> QuerySet[PublicNotice]:
    """The notices that are over, the latest first."""
    return notices().exclude(pk__in=running_notices().values("pk"))


def days_left(notice: PublicNotice) -> int:
    """How many days are left after today, Hong Kong time: 0 on the last day."""
    return (timezone.localdate(notice.closes_at) - timezone.localdate()).days


def groups_of(notice: PublicNotice) -> list[NoticeGroup]:
    """The frozen entries by title, in their order, in the active language. One query, for the cities' names."""
    language = get_language() or "en"
    cities = {city.code: city.name for city in City.objects.all()}
    rows: dict[str, list[NoticeRow]] = {title: [] for title in Title.values}
    for entry in notice.content["entries"]:
        first, second = _names(entry, language)
        rows[entry["title"]].append(NoticeRow(entry["uid"], first, second, cities.get(entry["city"], entry["city"])))
    return [NoticeGroup(Title(title), found) for title, found in rows.items() if found]


def _names(entry: dict[str, str], language: str) -> tuple[str, str]:
    """The name in `language`, or the next best, and the one in the other script."""
    spoken = (language, *NEXT_BEST.get(language, ()), "en")
    first = next((name for code in spoken if (name := entry[column("name", code)])), "")
    second = entry[column("name", SECOND_LANGUAGE.get(language, "zh-hant"))]
    return first, "" if second == first else second


def second_language() -> str:
    """What the column of second names declares as its language."""
    return HTML_LANGUAGE[SECOND_LANGUAGE.get(get_language() or "en", "en")]


def number_of_entries(notice: PublicNotice) -> int:
    """How many enterprises the notice names, as published."""
    return len(notice.content["entries"])
