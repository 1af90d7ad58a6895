"""Endorsing a list at a recorded meeting: frozen with its checksum (design.md, rule 5)."""

from typing import Any

from django.db import transaction

from portal.accounts.models import User
from portal.casework.services.freeze import sha256
from portal.errors import Conflict
from scheme.models import ListEntry, Meeting, PartnerList, PublicNotice
from scheme.queries.lists import standing_entries
from scheme.states import APPLICATION, LIST


@transaction.atomic
def endorse_list(*, partner_list: PartnerList, meeting: Meeting, by: User) -> PartnerList:
    """Endorse a list whose notice is over, at a meeting held since; freeze its content and checksum.

    The decision is that of the meeting, which both governments chair; one officer of either enters it, without
    interest in an enterprise on the list. Raises `NotAllowed`, `NotYet` while the notice runs, `Incomplete` naming an
    open objection or a meeting that is missing or too early, `Conflict`. What follows goes into a supplement.
    """
    locked = PartnerList.objects.select_for_update(of=("self",)).select_related("round").get(pk=partner_list.pk)
    if locked.state != PartnerList.State.ON_NOTICE:
        # The machine says so too; but an endorsed list cannot even be given another meeting.
        raise LIST.refusal(locked, "endorse", by=by) or Conflict(locked.get_state_display())
    entries = list(standing_entries(locked).select_related("application__enterprise__industry"))
    locked.meeting = meeting
    locked.content = endorsed_content(locked, locked.notice, entries, meeting)
    locked.sha256 = sha256(locked.content)
    locked.save(update_fields=["meeting", "content", "sha256"])
    endorsed: PartnerList = LIST.make(locked, "endorse", by=by)
    for entry in entries:
        APPLICATION.make(entry.application, "endorse", by=by)
    return endorsed


def endorsed_content(
    partner_list: PartnerList, notice: PublicNotice, entries: list[ListEntry], meeting: Meeting
) -> dict[str, Any]:
    """The list in its final form: what was on notice and still stands, with what a commendation is made from.

    `entries` keep the notice's order, names, titles and cities: what the public could object to is what is endorsed.
    """
    standing = {str(entry.pk): entry for entry in entries}
    return {
        "round": partner_list.round.year,
        "supplement": partner_list.number,
        "notice": {"address": notice.slug, "sha256": notice.sha256},
        "meeting": {"number": meeting.number, "held_on": meeting.held_on.isoformat()},
        "entries": [
            {
                **row,
                "application": standing[row["uid"]].application.reference,
                "enterprise": standing[row["uid"]].application.enterprise_id,
                "industry": standing[row["uid"]].application.enterprise.industry.code,
            }
            for row in notice.content["entries"]
            if row["uid"] in standing
        ],
    }
