from datetime import date, timedelta

import pytest
from django.utils import timezone

from enterprises.models import City
from portal.accounts.models import Side
from portal.errors import BadValue, Conflict, Incomplete, NotAllowed, ReasonNeeded
from scheme.models import ComplianceCheck, EnterpriseConflict, ListEntry, PartnerApplication, PartnerList
from scheme.services.apply import withdraw_application
from scheme.services.comply import check_compliance
from scheme.services.lists import add_to_list, propose_list, propose_supplement, take_off
from scheme.services.notice import publish_notice
from tests import factories as make

pytestmark = pytest.mark.django_db


def proposed(number: int = 2) -> PartnerList:
    round_ = make.RoundFactory(notice_working_days=0)
    make.recommended(round_, number)
    return propose_list(round=round_, by=make.secretariat())


def check(entry: ListEntry, **changes):
    facts = {"side": Side.HONG_KONG, "outcome": "clear", "evidence": "Prosecutions", "evidence_on": date(2026, 1, 5)}
    return check_compliance(entry=entry, **({**facts, "by": make.secretariat()} | changes))


# Proposing ------------------------------------------------------------------------------------------------------------
def test_list_is_made_from_recommended_applications_alone():
    round_ = make.RoundFactory()
    wanted = make.recommended(round_, 2)
    category = wanted[0].category
    for state in PartnerApplication.State.values:
        if state != "recommended":
            make.ApplicationFactory(category=category, state=state, outcome="partner")
    make.recommended(make.RoundFactory(), 1)
    partner_list = propose_list(round=round_, by=make.secretariat())
    assert {entry.application for entry in partner_list.entries.all()} == set(wanted)


@pytest.mark.parametrize(
    ("kind", "outcome", "title"),
    [
        ("manufacturing", "partner", "manufacturing"),
        ("manufacturing", "excellent", "excellent"),
        ("sourcing", "partner", "sourcing"),
        ("technology_service", "partner", "technology_service"),
    ],
)
def test_entry_has_the_title_of_the_outcome(kind, outcome, title):
    round_ = make.RoundFactory()
    make.recommended(round_, 1, kind, outcome=outcome)
    assert propose_list(round=round_, by=make.secretariat()).entries.get().title == title


def test_round_has_one_list_and_its_supplements_follow_endorsement():
    partner_list = proposed()
    make.recommended(partner_list.round, 1)
    by = make.secretariat()
    with pytest.raises(Conflict):
        propose_list(round=partner_list.round, by=by)
    with pytest.raises(Conflict):
        propose_supplement(round=partner_list.round, by=by)
    assert PartnerList.objects.count() == 1


def test_supplement_needs_the_list_and_something_to_list():
    round_ = make.RoundFactory()
    with pytest.raises(Incomplete):
        propose_supplement(round=round_, by=make.secretariat())
    with pytest.raises(Incomplete):
        propose_list(round=round_, by=make.secretariat())
    with pytest.raises(Incomplete):
        propose_supplement(round=make.endorsed().round, by=make.secretariat())


@pytest.mark.parametrize("who", ["epd_officer", "organiser", "auditor", "administrator", "UserFactory"])
def test_list_is_proposed_by_the_secretariat(who):
    round_ = make.RoundFactory()
    make.recommended(round_)
    with pytest.raises(NotAllowed):
        propose_list(round=round_, by=getattr(make, who)())


@pytest.mark.parametrize("state", ["recommended", "not_recommended", "under_review"])
def test_whoever_has_an_interest_in_an_applicant_of_the_round_proposes_no_list(state):
    round_ = make.RoundFactory()
    (other,) = make.recommended(round_)
    concerned = make.ApplicationFactory(category=other.category, state=state, outcome="partner")
    by = make.secretariat()
    EnterpriseConflict.objects.create(officer=by, enterprise=concerned.enterprise, reason="A relative")
    with pytest.raises(NotAllowed):
        propose_list(round=round_, by=by)


def test_interest_in_an_enterprise_of_another_round_does_not_hinder():
    by = make.secretariat()
    EnterpriseConflict.objects.create(officer=by, enterprise=make.ApplicationFactory().enterprise, reason="A relative")
    round_ = make.RoundFactory()
    make.recommended(round_)
    assert propose_list(round=round_, by=by).entries.count() == 1


def test_later_recommendations_are_added_until_the_notice():
    partner_list = make.checked(proposed(1))
    make.recommended(partner_list.round, 2)
    assert add_to_list(partner_list=partner_list, by=make.secretariat()) == 2
    assert add_to_list(partner_list=partner_list, by=make.secretariat()) == 0
    make.checked(partner_list)
    publish_notice(partner_list=partner_list, by=make.secretariat())
    make.recommended(partner_list.round, 1)
    with pytest.raises(Conflict):
        add_to_list(partner_list=partner_list, by=make.secretariat())


# Compliance -----------------------------------------------------------------------------------------------------------
def test_check_is_recorded_with_its_evidence():
    entry, by = proposed(1).entries.get(), make.secretariat(Side.GUANGDONG)
    made = check(entry, side=Side.GUANGDONG, evidence=" Credit China ", by=by)
    assert (made.side, made.outcome, made.evidence, made.evidence_on, made.checked_by) == (
        "guangdong", "clear", "Credit China", date(2026, 1, 5), by,
    )  # fmt: skip


def test_later_check_replaces_the_earlier_which_stays_in_the_history():
    entry = proposed(1).entries.get()
    check(entry, evidence="First")
    made = check(entry, outcome="noted", evidence="Second")
    assert ComplianceCheck.objects.get().evidence == "Second"
    assert [event.evidence for event in made.events.order_by("pgh_id")] == ["First", "Second"]


@pytest.mark.parametrize("who", [make.secretariat, make.epd_officer])
def test_check_is_made_by_a_caseworker_of_the_place(who):
    entry = proposed(1).entries.get()
    check(entry, by=who())
    with pytest.raises(NotAllowed):
        check(entry, side=Side.GUANGDONG, by=who())
    assert list(ComplianceCheck.objects.values_list("side", flat=True)) == ["hong_kong"]


@pytest.mark.parametrize("who", [make.organiser, make.auditor, make.administrator, make.UserFactory])
def test_check_is_refused_to_others(who):
    with pytest.raises(NotAllowed):
        check(proposed(1).entries.get(), by=who())


def test_check_is_refused_to_whoever_has_an_interest():
    entry, by = proposed(1).entries.get(), make.secretariat()
    EnterpriseConflict.objects.create(officer=by, enterprise=entry.application.enterprise, reason="A relative")
    with pytest.raises(NotAllowed):
        check(entry, by=by)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("evidence_on", timezone.localdate() + timedelta(days=1)),
        ("evidence", "  "),
        ("outcome", "perhaps"),
    ],
)
def test_check_refuses_evidence_that_is_none(field, value):
    with pytest.raises(BadValue) as refused:
        check(proposed(1).entries.get(), **{field: value})
    assert refused.value.field == field
    assert ComplianceCheck.objects.count() == 0


def test_evidence_of_today_is_good():
    assert check(proposed(1).entries.get(), evidence_on=timezone.localdate()).pk


@pytest.mark.parametrize("ready", [proposed, lambda: make.on_notice(2, 5)])
def test_violation_takes_the_entry_off_and_makes_the_application_ineligible(ready):
    entry, by = ready().entries.first(), make.secretariat()
    check(entry, outcome="violation", evidence="Fined in May", by=by)
    entry.refresh_from_db()
    assert (entry.taken_off_by, entry.taken_off_reason) == (by, "Fined in May")
    move = entry.application.moves.last()
    assert (entry.application.state, move.move, move.reason) == ("ineligible", "fail_compliance", "Fined in May")


def test_check_of_an_entry_that_is_off_is_refused():
    entry = proposed(2).entries.first()
    check(entry, outcome="violation")
    with pytest.raises(Conflict):
        check(entry)
    with pytest.raises(Conflict):
        check(make.endorsed(1).entries.get(), outcome="violation")


# Taking off -----------------------------------------------------------------------------------------------------------
def test_taking_off_is_recorded_and_moves_the_application():
    entry, by = proposed(2).entries.first(), make.gdeic_officer()
    take_off(entry=entry, by=by, reason="Decided in committee")
    entry.refresh_from_db()
    assert (entry.taken_off_by, entry.taken_off_reason) == (by, "Decided in committee")
    assert (entry.application.state, entry.application.moves.last().move) == ("not_recommended", "take_off")


def test_taking_off_needs_a_reason_and_happens_once():
    entry, by = proposed(2).entries.first(), make.gdeic_officer()
    with pytest.raises(ReasonNeeded):
        take_off(entry=entry, by=by, reason=" ")
    take_off(entry=entry, by=by, reason="Decided")
    with pytest.raises(Conflict):
        take_off(entry=entry, by=by, reason="Decided again")


@pytest.mark.parametrize("who", [make.secretariat, make.organiser, make.auditor, make.administrator])
def test_taking_off_is_for_officers(who):
    with pytest.raises(NotAllowed):
        take_off(entry=proposed(1).entries.get(), by=who(), reason="Decided")


def test_nothing_is_taken_off_an_endorsed_list():
    entry = make.endorsed(2).entries.first()
    with pytest.raises(Conflict):
        take_off(entry=entry, by=make.epd_officer(), reason="Decided")


# The notice -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("left", [1, 2])
def test_publishing_waits_for_both_checks_of_every_entry(left):
    partner_list = make.listed(2)
    ComplianceCheck.objects.filter(pk__in=ComplianceCheck.objects.values("pk")[:left]).delete()
    with pytest.raises(Incomplete):
        publish_notice(partner_list=partner_list, by=make.secretariat())
    partner_list.refresh_from_db()
    assert (partner_list.state, hasattr(partner_list, "notice")) == ("proposed", False)


def test_publishing_leaves_out_what_was_taken_off_or_withdrawn():
    partner_list = make.listed(4)
    off, withdrawn, *standing = partner_list.entries.all()
    check(off, outcome="violation")
    owner = make.MembershipFactory(enterprise=withdrawn.application.enterprise).user
    withdraw_application(application=withdrawn.application, by=owner, reason="We move abroad")
    notice = publish_notice(partner_list=partner_list, by=make.secretariat())
    assert {row["uid"] for row in notice.content["entries"]} == {str(entry.pk) for entry in standing}
    assert set(PartnerApplication.objects.values_list("state", flat=True)) == {"ineligible", "withdrawn", "on_notice"}


def test_publishing_needs_an_enterprise_on_the_list():
    partner_list = make.listed(1)
    check(partner_list.entries.get(), outcome="violation")
    with pytest.raises(Incomplete):
        publish_notice(partner_list=partner_list, by=make.secretariat())


def test_notice_is_published_once():
    partner_list = make.on_notice(1)
    with pytest.raises(Conflict):
        publish_notice(partner_list=partner_list, by=make.secretariat())


@pytest.mark.parametrize("slug", ["Not An Address", "x" * 61, "../up", "第六屆"])
def test_address_of_a_notice_is_sound(slug):
    partner_list = make.listed(1)
    with pytest.raises(BadValue):
        publish_notice(partner_list=partner_list, by=make.secretariat(), slug=slug)
    partner_list.refresh_from_db()
    assert partner_list.state == "proposed"


def test_address_of_a_notice_is_its_own():
    taken = make.on_notice(1).notice.slug
    with pytest.raises(BadValue) as refused:
        publish_notice(partner_list=make.listed(1), by=make.secretariat(), slug=taken)
    assert refused.value.field == "slug"


def test_notice_holds_nothing_but_what_it_must_show():
    content = make.on_notice(1).notice.content
    assert set(content) == {"round", "supplement", "published_on", "entries"}
    assert set(content["entries"][0]) == {"uid", "title", "name_en", "name_zh_hant", "name_zh_hans", "city"}


def test_city_is_that_of_the_first_site_applied_for():
    partner_list = make.listed(3)
    named, open_site, none = (entry.application for entry in partner_list.entries.order_by("pk"))
    named.versions.create(number=1, content={"sites": [{"city": "foshan"}]}, sha256="0" * 64, made_by=named.started_by)
    make.SiteFactory(enterprise=named.enterprise)
    make.SiteFactory(enterprise=open_site.enterprise, closed_on=date(2020, 1, 1), city=City.objects.get(code="zhuhai"))
    make.SiteFactory(enterprise=open_site.enterprise)
    rows = publish_notice(partner_list=partner_list, by=make.secretariat()).content["entries"]
    cities = {int(row["uid"]): row["city"] for row in rows}
    assert [cities[a.list_entry.pk] for a in (named, open_site, none)] == ["foshan", "dongguan", "hong-kong"]
