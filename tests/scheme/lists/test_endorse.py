from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from portal.casework.services.freeze import sha256
from portal.errors import BadValue, Conflict, Incomplete, NotAllowed, NotYet
from scheme.models import EnterpriseConflict, Meeting, PartnerApplication
from scheme.services.apply import withdraw_application
from scheme.services.endorse import endorse_list
from scheme.services.lists import take_off
from scheme.services.meet import record_meeting
from scheme.services.notice import publish_notice
from tests import factories as make

pytestmark = pytest.mark.django_db
PUBLISHED = datetime(2026, 8, 11, 2, 0, tzinfo=UTC)
LAST_SECOND = datetime(2026, 8, 18, 15, 59, 59, tzinfo=UTC)
NEXT_DAY = datetime(2026, 8, 19, 2, 0, tzinfo=UTC)


def published(number: int = 2, days: int = 5):
    with time_machine.travel(PUBLISHED, tick=False):
        return make.on_notice(number, days)


def test_endorsing_freezes_the_list_with_its_checksum():
    partner_list = make.on_notice(3)
    meeting, by = make.a_meeting(), make.epd_officer()
    endorsed = endorse_list(partner_list=partner_list, meeting=meeting, by=by)
    endorsed.refresh_from_db()
    assert (endorsed.state, endorsed.meeting) == ("endorsed", meeting)
    assert endorsed.sha256 == sha256(endorsed.content)
    assert [row["uid"] for row in endorsed.content["entries"]] == [
        row["uid"] for row in partner_list.notice.content["entries"]
    ]
    assert endorsed.content["notice"] == {"address": partner_list.notice.slug, "sha256": partner_list.notice.sha256}
    assert set(PartnerApplication.objects.values_list("state", flat=True)) == {"endorsed"}
    assert [(move.move, move.by) for move in endorsed.moves.all()] == [
        ("publish", endorsed.moves.first().by),
        ("endorse", by),
    ]


def test_endorsing_waits_for_the_last_second_of_the_notice():
    partner_list = published()
    with time_machine.travel(LAST_SECOND, tick=False):
        meeting, by = make.a_meeting(), make.epd_officer()
        with pytest.raises(NotYet):
            endorse_list(partner_list=partner_list, meeting=meeting, by=by)
    with time_machine.travel(NEXT_DAY, tick=False):
        meeting = make.a_meeting()
        assert endorse_list(partner_list=partner_list, meeting=meeting, by=by).state == "endorsed"


def test_endorsing_needs_a_meeting_held_after_the_notice_closed():
    partner_list = published()
    with time_machine.travel(NEXT_DAY, tick=False):
        early = make.a_meeting(held_on=timezone.localdate(LAST_SECOND))
        with pytest.raises(Incomplete) as refused:
            endorse_list(partner_list=partner_list, meeting=early, by=make.epd_officer())
    assert refused.value.missing == ["a meeting held after the public notice had closed"]
    partner_list.refresh_from_db()
    assert (partner_list.state, partner_list.meeting, partner_list.sha256) == ("on_notice", None, "")


def test_meeting_of_the_same_day_serves_a_notice_of_no_days():
    partner_list = published(1, 0)
    with time_machine.travel(PUBLISHED + timedelta(hours=2), tick=False):
        assert endorse_list(partner_list=partner_list, meeting=make.a_meeting(), by=make.epd_officer()).pk


@pytest.mark.parametrize("who", [make.secretariat, make.organiser, make.auditor, make.administrator, make.UserFactory])
def test_endorsing_is_for_officers_of_one_government(who):
    partner_list, meeting = make.on_notice(1), make.a_meeting()
    with pytest.raises(NotAllowed):
        endorse_list(partner_list=partner_list, meeting=meeting, by=who())


def test_endorsing_is_refused_to_whoever_has_an_interest_in_an_entry():
    partner_list, meeting, by = make.on_notice(2), make.a_meeting(), make.epd_officer()
    enterprise = partner_list.entries.first().application.enterprise
    EnterpriseConflict.objects.create(officer=by, enterprise=enterprise, reason="A relative")
    with pytest.raises(NotAllowed):
        endorse_list(partner_list=partner_list, meeting=meeting, by=by)


def test_endorsed_once_and_not_before_the_notice():
    meeting, by = make.a_meeting(), make.epd_officer()
    for partner_list in (make.listed(1), make.endorsed(1)):
        with pytest.raises(Conflict):
            endorse_list(partner_list=partner_list, meeting=meeting, by=by)


def test_endorsed_list_leaves_out_what_was_taken_off_or_withdrawn_during_the_notice():
    partner_list = make.on_notice(3, 5)
    off, withdrawn, standing = partner_list.entries.all()
    take_off(entry=off, by=make.epd_officer(), reason="Decided")
    owner = make.MembershipFactory(enterprise=withdrawn.application.enterprise).user
    withdraw_application(application=withdrawn.application, by=owner, reason="We move abroad")
    later = partner_list.notice.closes_at + timedelta(days=1)
    with time_machine.travel(later, tick=False):
        endorsed = endorse_list(partner_list=partner_list, meeting=make.a_meeting(), by=make.epd_officer())
    assert [row["uid"] for row in endorsed.content["entries"]] == [str(standing.pk)]
    assert standing.application.reference == endorsed.content["entries"][0]["application"]
    assert set(PartnerApplication.objects.values_list("state", flat=True)) == {
        "not_recommended",
        "withdrawn",
        "endorsed",
    }


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("held_on", timezone.localdate() + timedelta(days=1)),
        ("number", 0),
        ("place", " "),
        ("chairs", ""),
        ("minutes", "\n"),
    ],
)
def test_meeting_that_is_none_is_refused(field, value):
    with pytest.raises(BadValue) as refused:
        make.a_meeting(**{field: value})
    assert refused.value.field == field
    assert Meeting.objects.count() == 0


def test_number_of_a_meeting_is_its_own():
    make.a_meeting(number=7)
    with pytest.raises(BadValue):
        make.a_meeting(number=7)
    assert Meeting.objects.count() == 1


@pytest.mark.parametrize("who", [make.organiser, make.auditor, make.administrator, make.UserFactory])
def test_meeting_is_recorded_by_caseworkers(who):
    facts = {"number": 1, "held_on": timezone.localdate(), "place": "A", "chairs": "B", "minutes": "C"}
    with pytest.raises(NotAllowed):
        record_meeting(**facts, by=who())


def test_interest_in_what_was_taken_off_before_the_notice_does_not_hinder_and_so_tells_nothing():
    partner_list = make.listed(2)
    entry = partner_list.entries.first()
    take_off(entry=entry, by=make.epd_officer(), reason="Decided")
    publish_notice(partner_list=partner_list, by=make.secretariat())
    by = make.epd_officer()
    EnterpriseConflict.objects.create(officer=by, enterprise=entry.application.enterprise, reason="A relative")
    assert endorse_list(partner_list=partner_list, meeting=make.a_meeting(), by=by).state == "endorsed"
