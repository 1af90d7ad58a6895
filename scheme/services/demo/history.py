"""The past rounds of the demonstration, whole: cases, list, commendations, certificates asked for.

History is inserted in its final states; the open round goes through the services like any other (open_round.py).
"""

from collections import defaultdict

from django.utils import timezone

from enterprises.models import Enterprise, MemberRole, Membership, Site
from portal.accounts.models import User
from scheme.models import Category, PartnerApplication, Round
from scheme.queries.applicant_sections import form_of
from scheme.services.demo.calendar import Calendar
from scheme.services.demo.cases import Case, story_of, tell
from scheme.services.demo.data import demo_data
from scheme.services.demo.decisions import decide
from scheme.services.demo.enterprises import CATEGORY_OF, enterprises_of
from scheme.services.demo.people import people
from scheme.services.demo.rounds import SIXTH
from scheme.services.demo.shelf import Shelf

LISTED = ("commended", "failed_compliance", "objection_upheld")
ENDED_BEFORE = ("not_recommended", "ineligible", "withdrawn", "lapsed")
# Of the recent round's renewals, so many are excellent.
EXCELLENT = 3


def load_sixth_round() -> None:
    """The sixth round: 102 partners, and a few that did not become one."""
    fates = [(one, "commended", "partner") for one in enterprises_of("sixth")]
    for fate in (*ENDED_BEFORE, "failed_compliance", "objection_upheld"):
        level = "not" if fate == "not_recommended" else "partner"
        fates += [(one, fate, level) for one in enterprises_of(f"sixth-{fate}")]
    load_history(Round.objects.get(year=SIXTH), fates)


def load_recent_round(year: int) -> None:
    """The round before the one that is open: a dozen partners, half of them renewing, some of them excellent."""
    renewing = Enterprise.objects.filter(br_number__in=demo_data("enterprises")["renewed_recently"])
    fates = [
        (one, "commended", "excellent" if n < EXCELLENT else "partner")
        for n, one in enumerate(renewing.order_by("br_number"))
    ]
    fates += [(one, "commended", "partner") for one in enterprises_of("recent")]
    fates += [(one, "not_recommended", "not") for one in enterprises_of("recent-not_recommended")]
    load_history(Round.objects.get(year=year), fates)


def load_history(round_: Round, fates: list[tuple[Enterprise, str, str]]) -> None:
    """Insert the round's cases and take them through the list; nothing when the round has cases already."""
    if PartnerApplication.objects.filter(category__round=round_).exists():
        return
    shelf, calendar, known = Shelf(), Calendar(round_, timezone.localdate(round_.closes_at)), people()
    categories = {category.kind: category for category in with_forms(round_)}
    everybody = [enterprise for enterprise, _fate, _level in fates]
    sites, owners = sites_of(everybody), owners_of(everybody)
    all_sites = [site for rows in sites.values() for site in rows]
    forms = {kind: form_of(category, sites=all_sites) for kind, category in categories.items()}
    told = []
    for number, (enterprise, fate, level) in enumerate(fates, 1):
        category = categories[CATEGORY_OF[enterprise.kind]]
        case = Case(enterprise, category, f"RS-{round_.year}-{number:05d}", owners[enterprise.pk], fate, level)
        story = story_of(case, shelf=shelf, calendar=calendar, people=known)
        tell(story, category, forms[category.kind], sites[enterprise.pk])
        told.append(story)
    shelf.insert()
    decide(calendar, known, {s.application.pk: s.fate for s in told if s.fate in LISTED})


def with_forms(round_: Round) -> list[Category]:
    """The round's categories with everything a form asks, read once."""
    rows = round_.categories.select_related("round")
    return list(rows.prefetch_related("eligibility_items", "question_sections__questions", "criteria"))


def sites_of(enterprises: list[Enterprise]) -> dict[int, list[Site]]:
    found: dict[int, list[Site]] = defaultdict(list)
    for site in Site.objects.filter(enterprise__in=enterprises).select_related("city").order_by("pk"):
        found[site.enterprise_id].append(site)
    return found


def owners_of(enterprises: list[Enterprise]) -> dict[int, User]:
    rows = Membership.objects.filter(enterprise__in=enterprises, role=MemberRole.OWNER).select_related("user")
    return {row.enterprise_id: row.user for row in rows.order_by("-pk")}
