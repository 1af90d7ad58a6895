from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from portal.accounts.models import Side
from scheme.models import (
    Commendation,
    ComplianceCheck,
    EnterpriseConflict,
    Meeting,
    Objection,
    PartnerApplication,
    PartnerList,
)
from scheme.queries.lists import list_work_for
from scheme.services.lists import propose_list
from tests import factories as make
from tests.scheme.lists.test_objections import lodged

pytestmark = pytest.mark.django_db
SEERS = ("epd_officer", "gdeic_officer", "secretariat", "auditor")
STRANGERS = ("organiser", "administrator", "UserFactory")


@pytest.fixture
def desk(client):
    """A client signed in as somebody: `desk("epd_officer")` or `desk(person)`."""

    def enter(who):
        client.force_login(getattr(make, who)() if isinstance(who, str) else who)
        return client

    return enter


def page_of(partner_list: PartnerList) -> str:
    return reverse("admin:scheme_partnerlist_change", args=[partner_list.pk])


def step(partner_list: PartnerList, name: str) -> str:
    return reverse(f"admin:scheme_partnerlist_{name}", args=[partner_list.pk])


def evidence(**changes):
    fields = {"side": "hong_kong", "outcome": "clear", "evidence": "Prosecutions", "evidence_on": "2026-01-05"}
    return {**fields, **changes}


def proposed(number: int = 2, **fields) -> PartnerList:
    round_ = make.RoundFactory(notice_working_days=0)
    make.recommended(round_, number, **fields)
    return propose_list(round=round_, by=make.secretariat())


@pytest.mark.parametrize("who", SEERS)
def test_list_page_is_for_officers_secretariat_and_auditors(desk, who):
    partner_list = proposed()
    names = {entry.application.enterprise.name_en for entry in partner_list.entries.all()}
    page = desk(who).get(page_of(partner_list)).content.decode()
    assert all(name in page for name in names)
    assert desk(who).get(reverse("admin:scheme_partnerlist_changelist")).status_code == 200


@pytest.mark.parametrize("who", STRANGERS)
@pytest.mark.parametrize("name", ["changelist", "change", "entry", "add", "publish", "objection", "meeting"])
def test_list_pages_do_not_exist_for_others_before_or_after_release(desk, who, name):
    partner_list = make.on_notice(1, release_at=timezone.now() + timedelta(days=60))
    entry = partner_list.entries.get()
    urls = {
        "changelist": reverse("admin:scheme_partnerlist_changelist"),
        "change": page_of(partner_list),
        "entry": reverse("admin:scheme_partnerlist_entry", args=[partner_list.pk, entry.pk]),
        "add": reverse("admin:scheme_partnerlist_add"),
        "publish": step(partner_list, "publish"),
        "objection": reverse("admin:scheme_objection_changelist"),
        "meeting": reverse("admin:scheme_meeting_changelist"),
    }
    client = desk(who)
    answer = client.post(urls[name]) if name == "publish" else client.get(urls[name])
    assert answer.status_code in ((302, 404) if who == "UserFactory" else (403, 404))
    assert entry.application.enterprise.name_en not in answer.content.decode()


@pytest.mark.parametrize("who", ["epd_officer", "secretariat"])
def test_entry_of_a_conflict_is_neither_shown_nor_counted(desk, who):
    partner_list = make.on_notice(3)
    person = getattr(make, who)()
    hidden = partner_list.entries.first()
    EnterpriseConflict.objects.create(officer=person, enterprise=hidden.application.enterprise, reason="A relative")
    objection = lodged(hidden)
    client = desk(person)
    answer = client.get(page_of(partner_list))
    assert answer.context["figures"].standing == 2
    for url in (page_of(partner_list), reverse("admin:scheme_partnerlist_changelist")):
        page = client.get(url).content.decode()
        assert hidden.application.enterprise.name_en not in page
        assert objection.reference not in page
    row = client.get(reverse("admin:scheme_partnerlist_changelist")).context["cl"].result_list[0]
    assert row.number_seen == 2
    assert objection.reference not in client.get(reverse("admin:scheme_objection_changelist")).content.decode()
    for url in (
        reverse("admin:scheme_partnerlist_entry", args=[partner_list.pk, hidden.pk]),
        reverse("admin:scheme_objection_change", args=[objection.pk]),
        reverse("admin:scheme_objection_history", args=[objection.pk]),
    ):
        assert client.get(url).status_code == 404


def test_list_page_takes_as_many_queries_for_102_entries_as_for_3(desk):
    counts = []
    client = desk(make.secretariat())
    for number in (3, 102):
        partner_list = proposed(number)
        for side in Side:
            ComplianceCheck.objects.bulk_create(
                ComplianceCheck(
                    entry=entry, side=side, outcome="clear", evidence="-", evidence_on="2026-01-01",
                    checked_by=make.secretariat(),
                )
                for entry in partner_list.entries.all()
            )  # fmt: skip
        client.get(page_of(partner_list))
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert len(client.get(page_of(partner_list)).context["rows"]) == number
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert counts[0] <= 25


def test_list_is_proposed_at_the_desk(desk):
    round_ = make.RoundFactory()
    make.recommended(round_, 2)
    client = desk("secretariat")
    url = reverse("admin:scheme_partnerlist_add")
    assert client.get(url).context["waiting"] == [(round_, 2)]
    answer = client.post(url, {"round": round_.pk})
    partner_list = PartnerList.objects.get()
    assert (answer.status_code, answer.url) == (302, page_of(partner_list))
    assert partner_list.entries.count() == 2


def test_later_recommendations_are_added_at_the_desk(desk):
    partner_list = proposed(1)
    make.recommended(partner_list.round, 2)
    client = desk("secretariat")
    assert client.get(page_of(partner_list)).context["may_add"] == 2
    client.post(step(partner_list, "add_recommended"))
    assert partner_list.entries.count() == 3


def test_one_finding_is_recorded_for_many(desk):
    partner_list = proposed(3)
    first, second, third = partner_list.entries.all()
    client = desk("secretariat")
    client.post(step(partner_list, "check"), evidence(entry=[first.pk, second.pk]))
    assert set(ComplianceCheck.objects.values_list("entry", "side")) == {
        (first.pk, "hong_kong"),
        (second.pk, "hong_kong"),
    }
    client.post(step(partner_list, "check"), evidence(everyone="on", evidence="Later"))
    assert ComplianceCheck.objects.get(entry=third).evidence == "Later"
    assert ComplianceCheck.objects.get(entry=first).evidence == "Prosecutions"


@pytest.mark.parametrize(
    "change",
    [
        {"side": "guangdong"},
        {"outcome": "violation"},
        {"evidence": ""},
        {"evidence_on": "soon"},
        {"entry": []},
        {"entry": ["1; --"]},
    ],
)
def test_finding_that_is_wrong_keeps_what_was_typed(desk, change):
    partner_list = proposed(1)
    fields = evidence(entry=[partner_list.entries.get().pk], evidence="Prosecutions of 2025")
    answer = desk("secretariat").post(step(partner_list, "check"), {**fields, **change})
    assert ComplianceCheck.objects.count() == 0
    assert answer.context["check_form"].errors
    assert change.get("evidence", "Prosecutions of 2025") in answer.content.decode()


def test_violation_is_recorded_on_the_entrys_page(desk):
    partner_list = proposed(2)
    entry = partner_list.entries.first()
    url = reverse("admin:scheme_partnerlist_entry", args=[partner_list.pk, entry.pk])
    fields = {f"check-{key}": value for key, value in evidence(outcome="violation").items()}
    assert desk("secretariat").post(url, {"do": "check", **fields}).status_code == 302
    entry.refresh_from_db()
    assert (entry.taken_off_reason, entry.application.state) == ("Prosecutions", "ineligible")


def test_entrys_page_refuses_evidence_of_tomorrow_at_its_field(desk):
    partner_list = proposed(1)
    entry = partner_list.entries.get()
    url = reverse("admin:scheme_partnerlist_entry", args=[partner_list.pk, entry.pk])
    tomorrow = (timezone.localdate() + timedelta(days=1)).isoformat()
    fields = {f"check-{key}": value for key, value in evidence(evidence_on=tomorrow).items()}
    answer = desk("secretariat").post(url, {"do": "check", **fields})
    assert list(answer.context["check_form"].errors) == ["evidence_on"]
    assert ComplianceCheck.objects.count() == 0


def test_entry_is_taken_off_by_an_officer_on_its_page(desk):
    partner_list = proposed(2)
    entry = partner_list.entries.first()
    url = reverse("admin:scheme_partnerlist_entry", args=[partner_list.pk, entry.pk])
    assert desk("secretariat").get(url).context["off_form"] is None
    assert desk("epd_officer").post(url, {"do": "take_off", "off-reason": "Closed down"}).status_code == 302
    entry.refresh_from_db()
    assert entry.taken_off_reason == "Closed down"


def test_steps_say_what_they_wait_for(desk):
    partner_list = proposed(2)
    steps = {step.code: step for step in desk("secretariat").get(page_of(partner_list)).context["steps"]}
    assert "compliance check of 2 enterprises" in steps["publish"].waits_for
    assert steps["endorse"].waits_for == "The list has to be on public notice first."
    assert steps["commend"].waits_for == "The list has to be endorsed first."
    assert not any(step.url for step in steps.values())


def test_list_goes_all_the_way_at_the_desk(desk):
    partner_list = make.checked(proposed(2))
    secretariat, officer = make.secretariat(), make.gdeic_officer()
    answer = desk(secretariat).post(step(partner_list, "publish"), {"slug": "Not An Address"})
    assert list(next(s for s in answer.context["steps"] if s.code == "publish").form.errors) == ["slug"]
    desk(secretariat).post(step(partner_list, "publish"), {"slug": "sixth-round"})
    meeting = {"number": 1, "held_on": timezone.localdate(), "place": "Guangzhou", "chairs": "A, B", "minutes": "Yes"}
    desk(secretariat).post(reverse("admin:scheme_meeting_add"), meeting)
    desk(officer).post(step(partner_list, "endorse"), {"meeting": Meeting.objects.get().pk})
    desk(officer).post(step(partner_list, "commend"))
    desk(officer).post(step(partner_list, "commend"))
    partner_list.refresh_from_db()
    assert (partner_list.state, partner_list.notice.slug) == ("endorsed", "sixth-round")
    assert Commendation.objects.count() == 2
    steps = desk(officer).get(page_of(partner_list)).context["steps"]
    assert all(step.done for step in steps)


@pytest.mark.parametrize("name", ["check", "add_recommended", "publish", "endorse", "commend"])
def test_steps_answer_to_posts_only(desk, name):
    assert desk("secretariat").get(step(make.on_notice(1), name)).status_code == 405


@pytest.mark.parametrize("name", ["publish", "endorse", "commend"])
def test_steps_out_of_turn_change_nothing(desk, name):
    partner_list = proposed(1)
    desk("secretariat").post(step(partner_list, name))
    desk("epd_officer").post(step(partner_list, name))
    assert set(PartnerApplication.objects.values_list("state", flat=True)) == {"recommended"}


def test_unknown_list_is_not_found(desk):
    for key in ("999", "x", "9" * 30):
        assert desk("secretariat").get(f"/admin/scheme/partnerlist/{key}/change/").status_code == 404


def test_meeting_of_tomorrow_is_refused_at_its_field(desk):
    tomorrow = timezone.localdate() + timedelta(days=1)
    fields = {"number": 1, "held_on": tomorrow, "place": "Guangzhou", "chairs": "A, B", "minutes": "Endorsed"}
    answer = desk("secretariat").post(reverse("admin:scheme_meeting_add"), fields)
    assert list(answer.context["form"].errors) == ["held_on"]
    assert (Meeting.objects.count(), "Endorsed" in answer.content.decode()) == (0, True)


def test_objection_is_decided_at_the_desk(desk):
    objection = lodged(make.on_notice(2).entries.first())
    url = reverse("admin:scheme_objection_change", args=[objection.pk])
    client = desk("secretariat")
    assert objection.text in client.get(url).content.decode()
    assert client.post(url, {"decision": "uphold", "minute": ""}).context["form"].errors
    client.post(url, {"decision": "dismiss", "minute": "The fine concerned another company."})
    objection = Objection.objects.get()
    assert (objection.state, objection.minute) == ("dismissed", "The fine concerned another company.")
    assert "form" not in client.get(url).context or client.get(url).context["form"] is None


def test_auditor_reads_and_changes_nothing(desk):
    partner_list = make.on_notice(2)
    objection = lodged(partner_list.entries.first())
    client = desk("auditor")
    assert client.get(page_of(partner_list)).context["check_form"] is None
    client.post(step(partner_list, "check"), evidence(everyone="on"))
    client.post(step(partner_list, "endorse"), {"meeting": make.a_meeting().pk})
    client.post(reverse("admin:scheme_objection_change", args=[objection.pk]), {"decision": "uphold", "minute": "No"})
    assert client.get(reverse("admin:scheme_meeting_add")).status_code == 404
    assert set(PartnerApplication.objects.values_list("state", flat=True)) == {"on_notice"}
    assert Objection.objects.get().state == "received"


def test_first_page_counts_what_the_lists_wait_for_without_conflicts(desk):
    partner_list = make.on_notice(3)
    person = make.secretariat()
    hidden, shown, _other = partner_list.entries.all()
    EnterpriseConflict.objects.create(officer=person, enterprise=hidden.application.enterprise, reason="A relative")
    lodged(hidden)
    lodged(shown)
    proposed(2)
    work = list_work_for(person)
    assert ([row.round.year for row in work.lists].count(partner_list.round.year), len(work.lists)) == (1, 2)
    assert (work.to_check, work.objections) == (2, 1)
    assert str(partner_list) in desk(person).get(reverse("admin:index")).content.decode()
    assert list_work_for(make.organiser()).lists == []
