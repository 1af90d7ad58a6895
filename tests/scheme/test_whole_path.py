"""From registration to the certificate through the services only, in each category; every rule holds at the end."""

from datetime import timedelta

import pytest
import time_machine
from django.core.management import call_command
from django.utils import timezone

from enterprises.models import City, Enterprise, Industry, Site
from enterprises.services.register import register_enterprise
from enterprises.services.sites import add_site
from portal.accounts.models import Agency, Side, User
from portal.notifications.models import Message
from scheme.models import Category, Certificate, Commendation, ListEntry, Meeting, PartnerApplication, Round
from scheme.services import announce, apply, assess, certify, clarify, comply, lists, meet, reconcile, review, screen
from scheme.services import sections as typing
from scheme.services.commend import commend
from scheme.services.demo.answers import typed_entries, typed_sections
from scheme.services.demo.people import load_agencies, load_people, people
from scheme.services.endorse import endorse_list
from scheme.services.notice import publish_notice
from scheme.services.recommend import recommend
from scheme.services.standard_form import lay_out_form
from tests.factories import CategoryFactory, RoundFactory, UserFactory

KINDS = {
    "manufacturing": (Enterprise.Kind.MANUFACTURER, "textiles", "dongguan"),
    "sourcing": (Enterprise.Kind.BUYER, "trading", "hong-kong"),
    "technology_service": (Enterprise.Kind.SERVICE_PROVIDER, "environmental-services", "hong-kong"),
}


@pytest.fixture
def known(db: None) -> dict[str, User]:
    load_agencies()
    load_people()
    return people()


@pytest.fixture
def round_(known: dict[str, User]) -> Round:
    signatories = {
        "signatory_hong_kong": Agency.objects.get(code="ENB"),
        "signatory_guangdong": Agency.objects.get(code="GDEIC"),
    }
    today = timezone.localdate()
    return RoundFactory(year=2030, notice_working_days=0, valid_from=today, signed_on=today, **signatories)


def category_of(round_: Round, kind: str, *, excellent: int | None = None) -> Category:
    visited = kind == "manufacturing"
    category = CategoryFactory(round=round_, kind=kind, on_site_assessment=visited, excellent_mark=excellent)
    lay_out_form(category=category)
    return category


def register(kind: str, owner: User) -> Enterprise:
    """An owner registers an enterprise and its site."""
    enterprise_kind, industry, city = KINDS[kind]
    enterprise = register_enterprise(
        by=owner,
        br_number="90000901",
        name_en=f"Whole Path {kind.title()} Limited",
        name_zh_hant="全程有限公司",
        name_zh_hans="",
        kind=enterprise_kind,
        industry=Industry.objects.get(code=industry),
        contact_name="Demo Contact",
        contact_email="contact@whole-path.example",
        contact_phone="2345 6789",
        language="zh-hant",
    )
    add_site(
        enterprise=enterprise,
        by=owner,
        name_en="Site",
        name_zh="廠",
        city=City.objects.get(code=city),
        address="1 Demonstration Road",
        uscc="91441900MA9000901T" if city == "dongguan" else "",
        headcount=120,
        link=Site.Link.SOLE_OWNER if city == "dongguan" else Site.Link.OFFICE,
    )
    return enterprise


def submit(enterprise: Enterprise, category: Category, owner: User) -> PartnerApplication:
    """The owner starts, types every section and entry, and submits."""
    application = apply.start_application(enterprise=enterprise, category=category, by=owner)
    sites, day = list(enterprise.sites.all()), timezone.localdate()
    for key, typed in typed_sections(category, enterprise, sites, day).items():
        typing.save_section(application=application, key=key, by=owner, typed=typed, was={})
    for key, entries in typed_entries(category, enterprise, sites, day).items():
        for typed in entries:
            uid = str(typing.add_entry(application=application, key=key, by=owner).uid)
            typing.save_section(application=application, key=key, by=owner, typed=typed, was={}, uid=uid)
    return apply.submit_application(application=application, by=owner)


def ask_and_answer(application: PartnerApplication, owner: User, secretariat: User) -> None:
    clarify.ask_clarification(application=application, question="Which meter?", by=secretariat)
    typed, was = {"post": "Director"}, {"post": application.parts.get(key="declaration").data["post"]}
    typing.save_section(application=application, key="declaration", by=owner, typed=typed, was=was)
    clarify.answer_clarification(application=application, answer="The one of line 2.", by=owner)


def screen_and_visit(application: PartnerApplication, secretariat: User) -> None:
    for item in application.category.eligibility_items.all():
        screen.record_check(application=application, item=item, result="met", by=secretariat)
    screen.send_on(application=fresh(application), by=secretariat)
    if application.category.on_site_assessment:
        assess.report_assessment(
            application=fresh(application),
            visited_on=timezone.localdate(),
            assessors="Two",
            facts="Seen.",
            conclusion="As applied for.",
            by=secretariat,
        )


def write_review(application: PartnerApplication, author: User, value: int, recommendation: str) -> None:
    draft = review.start_review(application=application, by=author)
    marks = {criterion.code: value for criterion in application.category.criteria.all()}
    review.save_review_draft(review=draft, marks=marks, comment="Sound.", recommendation=recommendation, by=author)
    review.complete_review(review=draft, by=author)


def decide_list(round_: Round, known: dict[str, User]) -> None:
    """Proposed, checked in both places, on notice, endorsed at a meeting, commended."""
    secretariat = {Side.HONG_KONG: known["secretariat-hk"], Side.GUANGDONG: known["secretariat-gd"]}
    partner_list = lists.propose_list(round=round_, by=secretariat[Side.HONG_KONG])
    for entry in ListEntry.objects.filter(list=partner_list):
        for side, by in secretariat.items():
            comply.check_compliance(
                entry=entry, side=side, outcome="clear", evidence="Register.", evidence_on=timezone.localdate(), by=by
            )
    publish_notice(partner_list=partner_list, by=secretariat[Side.GUANGDONG])
    meeting = meet.record_meeting(
        number=Meeting.objects.count() + 1,
        held_on=timezone.localdate(),
        place="Guangzhou",
        chairs="Both",
        minutes="Endorsed.",
        by=secretariat[Side.HONG_KONG],
    )
    endorse_list(partner_list=partner_list, meeting=meeting, by=known["gdeic"])
    assert commend(partner_list=partner_list, by=secretariat[Side.HONG_KONG]) == 1
    assert commend(partner_list=partner_list, by=secretariat[Side.HONG_KONG]) == 0


def fresh(application: PartnerApplication) -> PartnerApplication:
    return PartnerApplication.objects.get(pk=application.pk)


def every_rule_holds(capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    call_command("check_invariants")
    assert capsys.readouterr().out == "all rules hold\n"


@pytest.mark.parametrize(("kind", "letter"), [("manufacturing", "M"), ("sourcing", "S"), ("technology_service", "T")])
def test_an_enterprise_is_certified(
    kind: str, letter: str, round_: Round, known: dict[str, User], capsys: pytest.CaptureFixture[str]
) -> None:
    owner, category = UserFactory(), category_of(round_, kind)
    application = submit(register(kind, owner), category, owner)
    screen.start_screening(application=application, by=known["secretariat-hk"])
    ask_and_answer(fresh(application), owner, known["secretariat-hk"])
    screen_and_visit(fresh(application), known["secretariat-gd"])
    write_review(application, known["epd"], 4, "partner")
    write_review(application, known["gdeic"], 4, "partner")
    recommend(application=application, by=known["gdeic"], reason="Both agree.")
    decide_list(round_, known)
    assert certify.issue_waiting() == 1

    commendation = Commendation.objects.get()
    assert commendation.number == f"HKGDCPP-2030-{letter}-0001"
    assert (commendation.standing, commendation.application) == ("valid", application)
    certificate = Certificate.objects.get()
    assert certificate.file.open().read(5) == b"%PDF-"
    assert [version.number for version in application.versions.all()] == [1, 2]
    assert not Message.objects.filter(kind__in=("certificate-ready", "outcome-commended")).exists()
    every_rule_holds(capsys)

    with time_machine.travel(round_.release_at + timedelta(minutes=1), tick=True):
        assert announce.announce_outcomes() == 1
        assert certify.announce_certificates() == 1
        assert certify.announce_certificates() == 0
        told = set(
            Message.objects.filter(kind__in=("certificate-ready", "outcome-commended")).values_list("kind", "to")
        )
    assert told == {
        (kind, to)
        for kind in ("certificate-ready", "outcome-commended")
        for to in (owner.email, "contact@whole-path.example")
    }


def test_two_governments_that_differ_come_to_an_excellent_partner(
    round_: Round, known: dict[str, User], capsys: pytest.CaptureFixture[str]
) -> None:
    owner, category = UserFactory(), category_of(round_, "manufacturing", excellent=80)
    application = submit(register("manufacturing", owner), category, owner)
    screen.start_screening(application=application, by=known["secretariat-hk"])
    screen_and_visit(fresh(application), known["secretariat-gd"])
    write_review(application, known["gdeic"], 5, "excellent")
    write_review(application, known["epd"], 3, "partner")
    joint = reconcile.open_reconciliation(application=fresh(application), by=known["epd"])
    for by in (known["epd"], known["gdeic2"]):
        note = {"note": "Looked at together.", "outcome": "excellent"}
        joint = reconcile.propose_reconciliation(reconciliation=joint, by=by, **note)
        reconcile.sign_reconciliation(reconciliation=joint, by=by)
    recommend(application=fresh(application), by=known["epd"], reason="Signed by both.")
    decide_list(round_, known)
    assert Commendation.objects.get().number == "HKGDCPP-2030-E-0001"
    every_rule_holds(capsys)
