import pytest

from portal.errors import BadValue, Closed, Conflict, Incomplete, NotAllowed, ReasonNeeded
from portal.notifications.models import Message
from scheme.models import EnterpriseConflict, ListEntry, Objection, PublicNotice
from scheme.services.apply import withdraw_application
from scheme.services.endorse import endorse_list
from scheme.services.object import dismiss_objection, lodge_objection, uphold_objection
from tests import factories as make

pytestmark = pytest.mark.django_db


def lodged(entry: ListEntry, **changes: object) -> Objection:
    """An objection to `entry`, received whether or not its notice still runs."""
    notice = PublicNotice.objects.get(list=entry.list_id)
    fields = {"name": "Lee", "email": "lee@objector.example", "text": "It was fined in May.", "language": "zh-hant"}
    return Objection.objects.create(
        notice=notice, entry=entry, reference=f"OBJ-{entry.pk}-{Objection.objects.count()}", **(fields | changes)
    )


def test_objection_upheld_takes_the_entry_off_and_moves_the_application():
    partner_list = make.on_notice(2, 5)
    entry = partner_list.entries.first()
    by = make.secretariat()
    objection = uphold_objection(objection=lodged(entry), by=by, minute="The fine is on record.")
    entry.refresh_from_db()
    assert (objection.state, objection.minute) == ("upheld", "The fine is on record.")
    assert (entry.taken_off_by, entry.taken_off_reason) == (by, "The fine is on record.")
    assert entry.application.state == "not_recommended"
    assert [(m.move, m.by, m.reason) for m in objection.moves.all()] == [("uphold", by, "The fine is on record.")]
    assert entry.application.moves.last().move == "uphold_objection"


def test_objection_dismissed_leaves_the_entry():
    entry = make.on_notice(1, 5).entries.get()
    objection = dismiss_objection(objection=lodged(entry), by=make.epd_officer(), minute="It was another company.")
    entry.refresh_from_db()
    assert (objection.state, entry.taken_off_at, entry.application.state) == ("dismissed", None, "on_notice")


@pytest.mark.parametrize("decide", [uphold_objection, dismiss_objection])
def test_objection_needs_a_minute(decide):
    objection = lodged(make.on_notice(1).entries.get())
    with pytest.raises(ReasonNeeded):
        decide(objection=objection, by=make.secretariat(), minute="  ")
    assert Objection.objects.get().state == "received"


@pytest.mark.parametrize("decide", [uphold_objection, dismiss_objection])
def test_objection_is_decided_once(decide):
    objection = lodged(make.on_notice(1).entries.get())
    dismiss_objection(objection=objection, by=make.secretariat(), minute="No.")
    with pytest.raises(Conflict):
        decide(objection=objection, by=make.secretariat(), minute="Yes.")
    assert Objection.objects.get().minute == "No."


def test_objection_is_not_decided_by_whoever_has_an_interest():
    entry = make.on_notice(1).entries.get()
    by = make.epd_officer()
    EnterpriseConflict.objects.create(officer=by, enterprise=entry.application.enterprise, reason="A relative")
    for decide in (uphold_objection, dismiss_objection):
        with pytest.raises(NotAllowed):
            decide(objection=lodged(entry), by=by, minute="Hm.")
    assert set(Objection.objects.values_list("state", flat=True)) == {"received"}


def test_author_is_told_the_same_whichever_way_it_went():
    first, second = make.on_notice(2).entries.all()
    by = make.secretariat()
    uphold_objection(objection=lodged(first), by=by, minute="Proved.")
    dismiss_objection(objection=lodged(second), by=by, minute="Not proved.")
    one, other = Message.objects.filter(kind="objection-answered").order_by("pk")
    references = [objection.reference for objection in Objection.objects.order_by("pk")]
    assert one.text.replace(references[0], "R") == other.text.replace(references[1], "R")
    assert one.subject.replace(references[0], "R") == other.subject.replace(references[1], "R")
    assert "roved" not in one.text + other.text
    assert first.application.enterprise.name_en not in one.text


def test_second_objection_to_an_entry_taken_off_can_still_be_upheld():
    entry = make.on_notice(2).entries.first()
    by = make.secretariat()
    first, second = lodged(entry), lodged(entry, text="Fined in June too.")
    uphold_objection(objection=first, by=by, minute="Proved.")
    assert uphold_objection(objection=second, by=by, minute="Proved as well.").state == "upheld"
    entry.refresh_from_db()
    assert entry.taken_off_reason == "Proved."


def test_objection_to_a_withdrawn_application_can_be_decided():
    entry = make.on_notice(2, 5).entries.first()
    owner = make.MembershipFactory(enterprise=entry.application.enterprise).user
    objection = lodged(entry)
    withdraw_application(application=entry.application, by=owner, reason="We move abroad")
    uphold_objection(objection=objection, by=make.secretariat(), minute="Withdrawn meanwhile.")
    entry.application.refresh_from_db()
    assert entry.application.state == "withdrawn"


def test_endorsing_waits_for_every_objection():
    partner_list = make.on_notice(2)
    objection = lodged(partner_list.entries.first())
    meeting, officer = make.a_meeting(), make.epd_officer()
    with pytest.raises(Incomplete) as refused:
        endorse_list(partner_list=partner_list, meeting=meeting, by=officer)
    assert refused.value.missing == ["a decision on every objection"]
    uphold_objection(objection=objection, by=make.secretariat(), minute="Proved.")
    endorsed = endorse_list(partner_list=partner_list, meeting=meeting, by=officer)
    assert len(endorsed.content["entries"]) == 1


def test_lodging_is_refused_for_another_notice_and_after_closing():
    running, over = make.on_notice(1, 5), make.on_notice(1, 0)
    fields = {"name": "Lee", "email": "lee@objector.example", "text": "It was fined.", "language": "en"}
    with pytest.raises(BadValue):
        lodge_objection(notice=running.notice, entry=over.entries.get(), **fields)
    with pytest.raises(Closed):
        lodge_objection(notice=over.notice, entry=over.entries.get(), **fields)
    assert Objection.objects.count() == 0
