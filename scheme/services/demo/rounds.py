"""The demonstration's three rounds: the sixth as it was, a recent one, and one that is open today."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone

from portal.accounts.models import Agency
from portal.casework.working_days import HONG_KONG_TIME
from scheme.models import Category, Round
from scheme.services.standard_form import lay_out_form

SIXTH = 2015
# category → (with on-site assessment, fewest measures, suppliers or projects)
CATEGORIES = {"manufacturing": (True, 3), "sourcing": (False, 2), "technology_service": (False, 2)}


def at(day: date, hour: int, minute: int = 0) -> datetime:
    """That hour of that day in Hong Kong."""
    return datetime.combine(day, time(hour, minute), HONG_KONG_TIME)


def round_rules(year: int) -> dict[str, Any]:
    """The dates and rules of the round of `year`, beyond the usual ones."""
    if year == SIXTH:
        ceremony = date(2015, 2, 5)
        return {
            "number": 6,
            "opens_at": at(date(2014, 6, 3), 9),
            "closes_at": at(date(2014, 8, 29), 17),
            "release_at": at(ceremony, 15),
            "valid_from": ceremony,
            "signed_on": ceremony,
        }
    ceremony = date(year, 10, 30)
    return {
        "opens_at": at(date(year, 3, 3), 9),
        "closes_at": at(date(year, 5, 30), 17),
        "release_at": at(ceremony, 10),
        "valid_from": ceremony,
        "signed_on": ceremony,
    }


def rules_of_the_open_round() -> dict[str, Any]:
    """Open for thirty days, open for thirty more; a public notice of no days, so that a rehearsal takes one sitting."""
    today = timezone.localdate()
    release = today + timedelta(days=44)
    return {
        "opens_at": at(today - timedelta(days=30), 9),
        "closes_at": at(today + timedelta(days=30), 17),
        "release_at": at(release, 10),
        "valid_from": release,
        "signed_on": release,
        "notice_working_days": 0,
    }


def load_round(year: int, rules: dict[str, Any], *, excellent: bool) -> Round:
    """Make the round with its categories and their standard forms; a round that stands keeps its rules."""
    signatories = {
        "signatory_hong_kong": Agency.objects.get(code="ENB"),
        "signatory_guangdong": Agency.objects.get(code="GDEIC"),
    }
    round_, _made = Round.objects.get_or_create(year=year, defaults=rules | signatories)
    for kind, (visited, fewest) in CATEGORIES.items():
        category, _made = Category.objects.get_or_create(
            round=round_,
            kind=kind,
            defaults={
                "on_site_assessment": visited,
                "fewest_measures": fewest,
                "excellent_mark": 80 if excellent and kind == "manufacturing" else None,
            },
        )
        lay_out_form(category=category)
    return round_


def load_rounds() -> None:
    """Make the rounds; the title of Excellent Partner came with the seventh."""
    this_year = timezone.localdate().year
    load_round(SIXTH, round_rules(SIXTH), excellent=False)
    load_round(this_year - 1, round_rules(this_year - 1), excellent=True)
    load_round(this_year, rules_of_the_open_round(), excellent=True)
