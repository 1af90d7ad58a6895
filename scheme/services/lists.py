"""The committee's proposed list, its supplements, and what is taken off them (design.md, rule 5)."""

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import User
from portal.accounts.rules import require
from portal.errors import Conflict, Incomplete, ReasonNeeded
from scheme import rules
from scheme.models import ListEntry, PartnerApplication, PartnerList, Round
from scheme.queries.lists import listable_applications
from scheme.states import APPLICATION


@transaction.atomic
def propose_list(*, round: Round, by: User) -> PartnerList:
    """Propose the list of `round`: an entry for each recommended application, with the title of its outcome.

    By the secretariat, without interest in an enterprise that applied. Raises `NotAllowed`, `Conflict` when the round
    has its list, `Incomplete` when nothing is recommended (design.md, rule 5).
    """
    locked = Round.objects.select_for_update().get(pk=round.pk)
    require(by, rules.can_propose_list, locked)
    if (found := locked.lists.order_by("-number").first()) is not None:
        raise Conflict(found.get_state_display())
    return _propose(locked, number=0)


@transaction.atomic
def propose_supplement(*, round: Round, by: User) -> PartnerList:
    """Propose the next numbered supplement to the endorsed list of `round`: the only change after endorsement.

    Raises `NotAllowed`, `Conflict` unless the list and every supplement before it are endorsed, `Incomplete` when no
    recommended application is left.
    """
    locked = Round.objects.select_for_update().get(pk=round.pk)
    require(by, rules.can_propose_list, locked)
    latest = locked.lists.order_by("-number").first()
    if latest is None:
        raise Incomplete([_("the endorsed list of the round")])
    if latest.state != PartnerList.State.ENDORSED:
        raise Conflict(latest.get_state_display())
    return _propose(locked, number=latest.number + 1)


def _propose(round_: Round, *, number: int) -> PartnerList:
    partner_list = PartnerList.objects.create(round=round_, number=number)
    if not _enter(partner_list, listable_applications(round_)):
        raise Incomplete([_("a recommended application")])
    return partner_list


@transaction.atomic
def add_to_list(*, partner_list: PartnerList, by: User) -> int:
    """Add the applications recommended since the list was proposed; returns how many. Before the notice only.

    Raises `NotAllowed`, and `Conflict` once the list is on notice: what comes later waits for a supplement.
    """
    locked = PartnerList.objects.select_for_update(of=("self",)).select_related("round").get(pk=partner_list.pk)
    require(by, rules.can_propose_list, locked.round)
    if locked.state != PartnerList.State.PROPOSED:
        raise Conflict(locked.get_state_display())
    return _enter(locked, listable_applications(locked.round))


def _enter(partner_list: PartnerList, applications: QuerySet[PartnerApplication]) -> int:
    # The applications are locked: one that is withdrawn meanwhile does not come onto the list.
    rows = applications.select_related("category").select_for_update(of=("self",)).order_by("pk")
    entries = [ListEntry(list=partner_list, application=row, title=row.category.title_for(row.outcome)) for row in rows]
    try:
        with transaction.atomic():
            return len(ListEntry.objects.bulk_create(entries))
    except IntegrityError as error:  # another list took one of them in the same moment
        raise Conflict from error


@transaction.atomic
def take_off(*, entry: ListEntry, by: User, reason: str) -> ListEntry:
    """Take an entry off by a recorded decision; its application becomes *not recommended*.

    By one government's officer without conflict, until the list is endorsed. Raises `NotAllowed`, `Conflict` when it
    is off already or the list is endorsed, `ReasonNeeded`.
    """
    require(by, rules.can_take_off_list, entry)
    entry = strike_entry(entry=entry, by=by, reason=reason)
    APPLICATION.make(entry.application, "take_off", by=by, reason=reason)
    return entry


def strike_entry(*, entry: ListEntry, by: User, reason: str) -> ListEntry:
    """Mark the locked entry as taken off, within the transaction of a decision that also moves its application.

    Raises `Conflict` when it is off already or its list is endorsed, `ReasonNeeded`.
    """
    partner_list = PartnerList.objects.select_for_update().get(pk=entry.list_id)
    locked = ListEntry.objects.select_for_update().get(pk=entry.pk)
    if partner_list.state == PartnerList.State.ENDORSED:
        raise Conflict(partner_list.get_state_display())
    if locked.taken_off_at is not None:
        raise Conflict(_("taken off the list"))
    if not reason.strip():
        raise ReasonNeeded
    locked.taken_off_at, locked.taken_off_by, locked.taken_off_reason = timezone.now(), by, reason.strip()
    locked.save(update_fields=["taken_off_at", "taken_off_by", "taken_off_reason"])
    return locked
