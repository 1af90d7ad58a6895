"""Commendations: made once, from an endorsed list and from nothing else (design.md, rules 5 and 6)."""

from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from enterprises.models import City, Industry
from portal.accounts.models import User
from portal.accounts.rules import require
from portal.casework.services.freeze import sha256
from portal.errors import Conflict, Incomplete, Refused
from portal.search import grams
from scheme import rules
from scheme.models import Commendation, ListEntry, PartnerApplication, PartnerList, Round, Title
from scheme.queries.commendations import earlier_titles, kind_of
from scheme.services import certify
from scheme.states import APPLICATION


@transaction.atomic
def commend(*, partner_list: PartnerList, by: User) -> int:
    """Make the commendations of an endorsed list, in ceremony order, and return how many were made.

    By the secretariat or one government's officer, without interest in an enterprise on the list. However often, and
    from however many workers it is called, each entry gets one commendation: the round is locked, all happens in one
    transaction, and a second call makes 0. Numbers continue without gaps after those the round and title have.
    The certificates are asked for in the same breath where the round says when and by whom they are signed.
    Raises `NotAllowed`, `Conflict` for a list that is not endorsed, whose checksum fails, or that comes before an
    earlier one is commended; `Incomplete` where the round has no day from which titles are valid.
    """
    round_ = Round.objects.select_for_update().get(pk=partner_list.round_id)
    partner_list = PartnerList.objects.select_for_update(of=("self",)).get(pk=partner_list.pk)
    require(by, rules.can_commend, partner_list)
    rows = _rows_to_commend(partner_list, round_)
    made = number_and_make(rows, round_)
    for commendation in made:
        APPLICATION.make(commendation.entry.application, "commend", by=by)
    if made and not certify.what_is_missing(round_):
        certify.ask_for_first(round_, by=by)
    return len(made)


def why_not_commend(partner_list: PartnerList, by: User) -> Refused | None:
    """What `commend` would refuse now, without doing anything; None when it would go through, or has."""
    try:
        require(by, rules.can_commend, partner_list)
        _rows_to_commend(partner_list, partner_list.round)
    except Refused as refusal:
        return refusal
    return None


def _rows_to_commend(partner_list: PartnerList, round_: Round) -> list[dict[str, Any]]:
    """The entries of the frozen content that have no commendation yet."""
    if partner_list.state != PartnerList.State.ENDORSED or not partner_list.content:
        raise Conflict(partner_list.get_state_display())
    if sha256(partner_list.content) != partner_list.sha256:
        raise Conflict(_("a content that does not fit its checksum"))
    if round_.valid_from is None:
        raise Incomplete([_("the day from which the round's titles are valid")])
    earlier = ListEntry.objects.filter(list__round=round_, list__number__lt=partner_list.number)
    if earlier.filter(application__state=PartnerApplication.State.ENDORSED).exists():
        raise Incomplete([_("the commendations of the list before this one")])
    commended = set(Commendation.objects.filter(entry__list=partner_list).values_list("entry_id", flat=True))
    return [row for row in partner_list.content["entries"] if int(row["uid"]) not in commended]


def number_and_make(rows: list[dict[str, Any]], round_: Round) -> list[Commendation]:
    """One commendation a row, in the rows' order, numbered after those there are; names as the list froze them."""
    reached = dict(
        Commendation.objects.filter(round=round_).values_list("title").annotate(last=Max("sequence")).order_by()
    )
    cities = {city.code: city for city in City.objects.all()}
    industries = {industry.code: industry for industry in Industry.objects.all()}
    entries = ListEntry.objects.select_related("application__category").in_bulk([int(row["uid"]) for row in rows])
    renewed = earlier_titles(round_, [row["enterprise"] for row in rows])
    made = []
    for row in rows:
        title = Title(row["title"])
        sequence = reached[title] = reached.get(title, 0) + 1
        number = f"HKGDCPP-{round_.year}-{title.letter}-{sequence:04d}"
        names = {column: row[column] for column in ("name_en", "name_zh_hant", "name_zh_hans")}
        made.append(
            Commendation(
                number=number,
                round=round_,
                title=title,
                sequence=sequence,
                enterprise_id=row["enterprise"],
                entry=entries[int(row["uid"])],
                city=cities[row["city"]],
                industry=industries[row["industry"]],
                valid_from=round_.valid_from,
                valid_until=round_.valid_until,
                renews=renewed.get((row["enterprise"], kind_of(title))),
                name_grams=grams([*names.values(), number]),
                **names,
            )
        )
    return Commendation.objects.bulk_create(made)
