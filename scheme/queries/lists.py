"""Lists of partners: what stands on them, what each step still waits for, and who may see what (rules 4, 5 and 11)."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from enterprises.models import City
from portal.accounts.models import Side
from scheme import rules
from scheme.models import (
    ComplianceCheck,
    ListEntry,
    Meeting,
    Objection,
    PartnerApplication,
    PartnerList,
    PublicNotice,
    Round,
)
from scheme.queries.cases import cases_seen_by
from scheme.queries.commendations import TITLE_RANK

PASSED = (ComplianceCheck.Outcome.CLEAR, ComplianceCheck.Outcome.NOTED)
# The order of the ceremony: title (E, M, S, T), trade, then the name as it is read in pinyin.
CEREMONY_ORDER = (
    TITLE_RANK,
    "application__enterprise__industry__position",
    "application__enterprise__pinyin",
    "application__enterprise__name_en",
    "pk",
)


def standing_entries(partner_list: PartnerList) -> QuerySet[ListEntry]:
    """The entries still on the list, in ceremony order: neither taken off, nor withdrawn by their enterprise."""
    return (
        partner_list.entries.filter(taken_off_at=None)
        .exclude(application__state=PartnerApplication.State.WITHDRAWN)
        .order_by(*CEREMONY_ORDER)
    )


def unchecked_entries(partner_list: PartnerList) -> QuerySet[ListEntry]:
    """Those standing entries that have not passed the compliance check of both places."""
    passed = Count("compliance_checks", filter=Q(compliance_checks__outcome__in=PASSED))
    return standing_entries(partner_list).annotate(passed=passed).filter(passed__lt=len(Side))


def listable_applications(round_: Round) -> QuerySet[PartnerApplication]:
    """The round's recommended applications that are on no list yet: all that a list may be made from."""
    return PartnerApplication.objects.filter(
        category__round=round_, state=PartnerApplication.State.RECOMMENDED, list_entry=None
    ).exclude(outcome__in=("", "not"))


def lists_seen_by(user: Any) -> QuerySet[PartnerList]:
    """The lists `user` may open: officers, secretariat and auditors; nobody else, before release or after."""
    lists = PartnerList.objects.select_related("round", "meeting", "notice")
    return lists if rules.can_see_lists.test(user) else lists.none()


def entries_seen_by(user: Any) -> QuerySet[ListEntry]:
    """The entries that exist for `user`: those of the cases seen. Totals are counted from these alone (rule 4)."""
    return ListEntry.objects.filter(application__in=cases_seen_by(user))


def board(partner_list: PartnerList, user: Any) -> QuerySet[ListEntry]:
    """The list as its page shows it to `user`, in ceremony order, with both checks of each entry; three queries."""
    checks = Prefetch("compliance_checks", ComplianceCheck.objects.select_related("checked_by"))
    return (
        entries_seen_by(user)
        .filter(list=partner_list)
        .select_related("application__enterprise__industry", "application__category", "taken_off_by", "list")
        .prefetch_related(checks)
        .order_by(*CEREMONY_ORDER)
    )


def objections_seen_by(user: Any) -> QuerySet[Objection]:
    """The objections `user` may read: those to entries that exist for them; never anybody without a case's duty."""
    objections = Objection.objects.select_related("entry__application__enterprise", "notice__list__round")
    return objections.filter(entry__in=entries_seen_by(user))


def places_checked_by(user: Any) -> list[Side]:
    """The places whose records `user` looks up, in the order of the table."""
    mine = rules.compliance_sides(user)
    return [side for side in Side if side in mine]


def rounds_to_propose() -> list[Round]:
    """The rounds for which a list, or a supplement, could be proposed now: none is proposed or on notice."""
    busy = PartnerList.objects.exclude(state=PartnerList.State.ENDORSED).values("round")
    return list(Round.objects.exclude(pk__in=busy).order_by("-year"))


def cities_of(applications: Iterable[PartnerApplication]) -> dict[int, str]:
    """The city code of each application: of the first site it names, else of the enterprise's first, else Hong Kong.

    Reads the frozen version, in three queries for any number of applications.
    """
    rows = PartnerApplication.objects.filter(pk__in=[a.pk for a in applications])
    rows = rows.prefetch_related("versions", "enterprise__sites__city")
    known = set(City.objects.values_list("code", flat=True))
    return {row.pk: next((code for code in _cities(row) if code in known), "hong-kong") for row in rows}


def _cities(application: PartnerApplication) -> Iterable[str]:
    versions = sorted(application.versions.all(), key=lambda version: version.number)
    for site in versions[-1].content.get("sites", []) if versions else []:
        yield site.get("city", "")
    for site in application.enterprise.sites.all():
        if site.closed_on is None:
            yield site.city.code


@dataclass(frozen=True)
class ListFigures:
    """The totals of a list, counted from the entries that exist for one person."""

    standing: int
    off: int
    unchecked: dict[Side, int]


def figures_of(entries: Iterable[ListEntry]) -> ListFigures:
    """The totals of `entries` as `board` gives them; reads nothing more."""
    rows = list(entries)
    standing = [row for row in rows if row.is_standing]
    checked = {side: sum(side in passed_places(row) for row in standing) for side in Side}
    return ListFigures(
        standing=len(standing),
        off=len(rows) - len(standing),
        unchecked={side: len(standing) - checked[side] for side in Side},
    )


def passed_places(entry: ListEntry) -> set[str]:
    """The places in which the entry's enterprise has passed its compliance check (from prefetched rows)."""
    return {check.side for check in entry.compliance_checks.all() if check.outcome in PASSED}


def not_yet_checked(partner_list: PartnerList, side: str, user: Any) -> QuerySet[ListEntry]:
    """The standing entries `user` sees that nobody has checked in the place `side`."""
    checked = ComplianceCheck.objects.filter(entry=OuterRef("pk"), side=side)
    return board(partner_list, user).filter(pk__in=standing_entries(partner_list)).exclude(Exists(checked))


def with_numbers(lists: QuerySet[PartnerList], user: Any) -> QuerySet[PartnerList]:
    """`lists` with `number_seen`: how many enterprises still on each exist for `user`."""
    seen = (
        entries_seen_by(user)
        .filter(list=OuterRef("pk"), taken_off_at=None)
        .exclude(application__state=PartnerApplication.State.WITHDRAWN)
        .order_by()
        .values("list")
        .annotate(number=Count("pk"))
        .values("number")
    )
    return lists.annotate(number_seen=Coalesce(Subquery(seen), 0))


def meetings_for(notice: PublicNotice) -> QuerySet[Meeting]:
    """The recorded meetings at which what was on `notice` may be endorsed: held since it closed."""
    return Meeting.objects.filter(held_on__gte=notice.first_meeting_day)


def waiting_for(user: Any, round_: Round) -> int:
    """How many recommended applications of the round, among those that exist for `user`, are on no list."""
    return listable_applications(round_).filter(pk__in=cases_seen_by(user)).count()


@dataclass(frozen=True)
class ListWork:
    """What the lists that are not endorsed wait for, among the entries and objections that exist for one person."""

    lists: list[PartnerList]
    to_check: int
    objections: int


def list_work_for(user: Any) -> ListWork:
    """The lists under way, the entries not yet passed in the places `user` looks up, the objections to decide."""
    under_way = lists_seen_by(user).exclude(state=PartnerList.State.ENDORSED)
    standing = (
        entries_seen_by(user)
        .filter(list__in=under_way, taken_off_at=None)
        .exclude(application__state=PartnerApplication.State.WITHDRAWN)
    )
    passed = ComplianceCheck.objects.filter(entry=OuterRef("pk"), outcome__in=PASSED)
    return ListWork(
        lists=list(under_way),
        to_check=sum(standing.exclude(Exists(passed.filter(side=side))).count() for side in places_checked_by(user)),
        objections=objections_seen_by(user).filter(state=Objection.State.RECEIVED).count(),
    )
