"""The list of a past round: proposed, checked, on notice, objected to, endorsed, commended (rules 5 and 6)."""

from datetime import datetime, timedelta

from django.utils import timezone

from portal.accounts.models import Side, User
from portal.casework.services.freeze import sha256
from scheme.models import (
    Certificate,
    Commendation,
    CommendationMove,
    ComplianceCheck,
    ListEntry,
    ListMove,
    Meeting,
    Objection,
    ObjectionMove,
    PartnerApplication,
    PartnerList,
    PublicNotice,
)
from scheme.queries.lists import standing_entries
from scheme.services.commend import number_and_make
from scheme.services.demo.calendar import DECIDED_AFTER, Calendar
from scheme.services.demo.data import demo_data
from scheme.services.demo.rounds import at
from scheme.services.demo.shelf import record
from scheme.services.demo.texts import text
from scheme.services.endorse import endorsed_content
from scheme.services.notice import closing_of, notice_content
from scheme.states import COMMENDATION, LIST, OBJECTION

CHECKERS = {Side.HONG_KONG: "secretariat-hk", Side.GUANGDONG: "secretariat-gd"}


def decide(calendar: Calendar, people: dict[str, User], fates: dict[int, str]) -> PartnerList:
    """Take the recommended applications of the round, already inserted in their last state, through its list.

    `fates` says for each application's key how its story ends.
    """
    proposed_at = calendar.time("proposed")
    partner_list = PartnerList.objects.create(round=calendar.round, created_at=proposed_at, state_since=proposed_at)
    applications = PartnerApplication.objects.filter(pk__in=fates).select_related("category").order_by("pk")
    entries = ListEntry.objects.bulk_create(
        ListEntry(list=partner_list, application=row, title=row.category.title_for(row.outcome)) for row in applications
    )
    check(entries, calendar, people, fates)
    notice = publish(partner_list, calendar, people["secretariat-gd"])
    object_(notice, calendar, people, fates)
    endorse(partner_list, notice, calendar, people)
    commend(partner_list, calendar, people)
    return partner_list


def check(entries: list[ListEntry], calendar: Calendar, people: dict[str, User], fates: dict[int, str]) -> None:
    """Both places looked up each enterprise; one was found wanting and taken off."""
    checks = []
    for entry in entries:
        key = entry.application.reference
        for side, who in CHECKERS.items():
            wanting = fates[entry.application_id] == "failed_compliance" and side == Side.GUANGDONG
            kind = "compliance-violation" if wanting else "compliance-clear"
            checked_at = calendar.time("compliance", key)
            checks.append(
                ComplianceCheck(
                    entry=entry,
                    side=side,
                    outcome="violation" if wanting else "clear",
                    evidence=text(kind, key, people[who].language),
                    evidence_on=checked_at.date(),
                    checked_by=people[who],
                    checked_at=checked_at,
                )
            )
            if wanting:
                strike(entry, people[who], checked_at, checks[-1].evidence)
    ComplianceCheck.objects.bulk_create(checks)


def strike(entry: ListEntry, by: User, taken_off_at: datetime, reason: str) -> None:
    entry.taken_off_at, entry.taken_off_by, entry.taken_off_reason = taken_off_at, by, reason
    entry.save(update_fields=["taken_off_at", "taken_off_by", "taken_off_reason"])


def standing(partner_list: PartnerList) -> list[ListEntry]:
    rows = standing_entries(partner_list)
    return list(rows.select_related("application__category", "application__enterprise__industry"))


def publish(partner_list: PartnerList, calendar: Calendar, by: User) -> PublicNotice:
    """Put the list on public notice, as the public saw it."""
    published_at = calendar.published_at
    content = notice_content(partner_list, standing(partner_list), published_at)
    move_list(partner_list, "publish", by, published_at)
    return PublicNotice.objects.create(
        list=partner_list,
        slug=str(calendar.round.year),
        content=content,
        sha256=sha256(content),
        opens_on=published_at.date(),
        working_days=calendar.round.notice_working_days,
        closes_at=closing_of(published_at, calendar.round.notice_working_days),
        published_at=published_at,
        published_by=by,
    )


def move_list(partner_list: PartnerList, name: str, by: User, moved_at: datetime) -> None:
    fields = record(partner_list, LIST, name, by=by, at=moved_at)
    partner_list.save()
    ListMove.objects.create(**fields)


def object_(notice: PublicNotice, calendar: Calendar, people: dict[str, User], fates: dict[int, str]) -> None:
    """Two objections where the story has one that was upheld: that one, and one that was dismissed."""
    entries = {entry.application_id: entry for entry in standing(notice.list)}
    upheld = [entry for pk, entry in entries.items() if fates[pk] == "objection_upheld"]
    dismissed = [entry for pk, entry in entries.items() if fates[pk] == "commended"][: len(upheld)]
    for n, (entry, decision) in enumerate([*((e, "uphold") for e in upheld), *((e, "dismiss") for e in dismissed)], 1):
        objected(notice, entry, decision, f"OB-{calendar.round.year}-{n:04d}", calendar, people["secretariat-gd"])


def objected(
    notice: PublicNotice, entry: ListEntry, decision: str, reference: str, calendar: Calendar, by: User
) -> None:
    """One objection, its decision and minute."""
    received = calendar.time("objection", entry.application.reference)
    kind = "objection-upheld" if decision == "uphold" else "objection-dismissed"
    objection = Objection(
        notice=notice,
        entry=entry,
        reference=reference,
        name="Demo Neighbour",
        email="neighbour@demo.example",
        text=text("objection", reference, "en"),
        minute=text(kind, reference, by.language),
        created_at=received,
        state_since=received,
    )
    fields = record(objection, OBJECTION, decision, by=by, at=received + DECIDED_AFTER, reason=objection.minute)
    objection.save()
    ObjectionMove.objects.create(**fields)
    if decision == "uphold":
        strike(entry, by, objection.state_since, objection.minute)


def endorse(partner_list: PartnerList, notice: PublicNotice, calendar: Calendar, people: dict[str, User]) -> None:
    """Endorse the list at the meeting of the joint working group on the day of the ceremony."""
    partner_list.meeting = meeting = held(calendar, people["secretariat-hk"])
    partner_list.content = endorsed_content(partner_list, notice, standing(partner_list), meeting)
    partner_list.sha256 = sha256(partner_list.content)
    move_list(partner_list, "endorse", people["gdeic"], calendar.meeting_at(10))


def held(calendar: Calendar, by: User) -> Meeting:
    """The meeting: the first one as it was (domain.md, section 2), later ones invented."""
    known = demo_data("meetings")["meetings"]
    words = known.get(str(calendar.round.year), known["other"])
    meeting, _made = Meeting.objects.get_or_create(
        number=calendar.round.year - 2014, defaults={"held_on": calendar.meeting, "recorded_by": by, **words}
    )
    return meeting


def commend(partner_list: PartnerList, calendar: Calendar, people: dict[str, User]) -> None:
    """Number the commendations in the order of the endorsed list; the titles of the sixth round have run out since."""
    assert partner_list.content is not None  # noqa: S101 - it has just been endorsed
    made = number_and_make(partner_list.content["entries"], calendar.round)
    commended_at = calendar.meeting_at(11)
    rows = Commendation.objects.filter(pk__in=[row.pk for row in made])
    rows.update(created_at=commended_at, state_since=commended_at)
    if calendar.round.valid_until and timezone.localdate() > calendar.round.valid_until:
        expire(list(rows.order_by("pk")), at(calendar.round.valid_until + timedelta(days=1), 0, 10))
    # Asked for today: the worker makes them in the next minutes, or `issue_certificates` does. Nobody is written to
    # any more: the enterprises were told in their time.
    Certificate.objects.bulk_create(
        Certificate(commendation=row, requested_by=people["organiser"], announced_at=calendar.meeting_at(16))
        for row in made
    )


def expire(commendations: list[Commendation], expired_at: datetime) -> None:
    """What the scheduler did on the day after the last day of validity."""
    moves = [record(row, COMMENDATION, "expire", by=None, at=expired_at) for row in commendations]
    Commendation.objects.bulk_update(commendations, ["state", "state_since"])
    CommendationMove.objects.bulk_create(CommendationMove(**fields) for fields in moves)
