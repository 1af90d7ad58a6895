"""From sign-up to the certificate in hand and the exported list, in a real browser on real parts."""

import json
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from scheme.services.demo.paper import paper
from tests.journeys import applicant, desk
from tests.journeys.applicant import YEAR, Enterprise
from tests.journeys.conftest import Pictures
from tests.running import RunningPortal, as_person, link_in, own_page, text_of, until

pytestmark = pytest.mark.xdist_group("portal_up")
FORMATS = {"csv": b"\xef\xbb\xbf", "xlsx": b"PK", "json": b"{", "pdf": b"%PDF-"}

# The one thing no page does: the working day of the notice, which nobody can wait for, lies behind us.
DAYS_PASS = """
from datetime import timedelta
from django.db import connection, transaction
from django.utils import timezone
from scheme.models import Objection, PublicNotice
from scheme.services.notice import closing_of
notice = PublicNotice.objects.latest("pk")
at = notice.published_at - timedelta(days=14)
with transaction.atomic(), connection.cursor() as cursor:
    cursor.execute("SET LOCAL session_replication_role = replica")
    Objection.objects.filter(notice=notice).update(created_at=at + timedelta(minutes=1))
    PublicNotice.objects.filter(pk=notice.pk).update(
        published_at=at, opens_on=timezone.localdate(at), closes_at=closing_of(at, 1)
    )
"""


@dataclass
class Way:
    """The portal, the people on the way, and what is known so far."""

    portal: RunningPortal
    browser: Browser
    pictures: Pictures
    folder: Path
    stack: ExitStack
    enterprise: Enterprise = field(default_factory=Enterprise)
    people: dict[str, Page] = field(default_factory=dict)
    reference: str = ""
    list_address: str = ""
    number: str = ""

    def at_desk(self, name: str) -> Page:
        """The browser of one of the demonstration's people, signed in once."""
        if name not in self.people:
            person = as_person(self.browser, self.portal.base, f"{name}@demo.example")
            self.people[name] = self.stack.enter_context(person)
        return self.people[name]

    @property
    def owner(self) -> Page:
        return self.people["owner"]

    def case(self, page: Page) -> None:
        page.goto(f"/recognition/{self.reference}/")

    def picture(self, page: Page, name: str, *, everywhere: bool = False) -> None:
        self.pictures.take(page, name, everywhere=everywhere)


@pytest.fixture
def way(portal_up: RunningPortal, browser: Browser, pictures: Pictures, tmp_path: Path) -> Iterator[Way]:
    with ExitStack() as stack:
        yield Way(portal_up, browser, pictures, tmp_path, stack)


def test_from_sign_up_to_the_certificate_in_hand(way: Way) -> None:
    register_and_invite(way)
    fill_everything(way)
    two_colleagues_at_once(way)
    submit(way)
    screen_with_a_clarification(way)
    review_under_seal(way)
    reconcile_and_recommend(way)
    propose_and_check(way)
    notice_with_an_objection(way)
    endorse_and_commend(way)
    make_the_certificate(way)
    release(way)
    certificate_in_hand(way)
    known_to_the_public(way)
    export(way)
    assert way.portal.manage("check_invariants") == "all rules hold\n"


def register_and_invite(way: Way) -> None:
    page = applicant.sign_up(way.browser, way.portal, name="Chan Tai Man", email=way.enterprise.owner)
    way.people["owner"] = page
    way.picture(page, "newcomer", everywhere=True)
    applicant.register(page, way.enterprise)
    way.picture(page, "enterprise", everywhere=True)
    applicant.invite(page, way.enterprise)
    way.picture(page, "members")
    way.people["colleague"] = applicant.accept(way.browser, way.portal, way.enterprise)
    way.picture(way.people["colleague"], "colleague")


def fill_everything(way: Way) -> None:
    page = way.owner
    page.goto("/dashboard/")
    way.picture(page, "before-applying", everywhere=True)
    way.reference = applicant.start(page)
    for section in applicant.SECTIONS:
        applicant.fill_section(page, way.reference, section)
        way.picture(page, section, everywhere=section == "questions-results")
    applicant.add_measures(page, way.reference)
    way.picture(page, "measures", everywhere=True)
    applicant.upload(page, way.reference, "questions-results", a_pdf(way.folder / "meter-records.pdf"))
    applicant.upload(page, way.reference, "documents", a_pdf(way.folder / "photographs.pdf"))
    way.picture(page, "documents")
    way.case(page)
    expect(page.locator("main")).to_contain_text("11 of 11 sections need nothing more")
    way.picture(page, "task-list", everywhere=True)


def two_colleagues_at_once(way: Way) -> None:
    """Both change the same answer: the second sees both values and chooses; the first keeps typing elsewhere."""
    first, second = way.owner, way.people["colleague"]
    address = f"/recognition/{way.reference}/questions-management/"
    first.goto(address)
    second.goto(address)
    applicant.type_into(first, "policy", "The board answers for cleaner production.")
    applicant.saved_by_itself(first, "policy")
    applicant.type_into(second, "policy", "The plant manager answers for cleaner production.")
    clash = second.locator(".clash")
    expect(clash).to_contain_text("The board answers for cleaner production.")
    expect(second.locator("[name=f-policy]")).to_have_value("The plant manager answers for cleaner production.")
    way.picture(second, "clash")
    second.get_by_label("Keep what I typed above").check()
    applicant.saved_by_itself(second, "policy")
    expect(clash).to_have_count(0)
    first.reload()
    expect(first.locator("[name=f-policy]")).to_have_value("The plant manager answers for cleaner production.")


def submit(way: Way) -> None:
    page = way.owner
    way.case(page)
    page.get_by_role("link", name="Check your answers and submit").click()
    way.picture(page, "check", everywhere=True)
    page.get_by_role("button", name="Submit the application").dblclick()
    expect(page.locator("h1")).to_contain_text("has been received")
    way.picture(page, "submitted", everywhere=True)
    receipt = way.portal.mail(way.enterprise.owner, way.reference)
    assert way.reference in str(receipt["subject"]) + text_of(receipt)
    page.goto(f"/recognition/{way.reference}/submitted/")
    text = downloaded(page, "Download a copy (PDF)", way.folder / "copy.pdf")
    assert way.reference in text
    assert way.enterprise.name in text
    moves = f"print(PartnerApplication.objects.get(reference={way.reference!r}).moves.filter(move='submit').count())"
    assert way.portal.shell(f"from scheme.models import PartnerApplication; {moves}") == "1"


def screen_with_a_clarification(way: Way) -> None:
    officer, owner = way.at_desk("secretariat-hk"), way.owner
    officer.goto("/admin/")
    way.picture(officer, "desk", everywhere=True)
    officer.goto("/admin/scheme/partnerapplication/")
    way.picture(officer, "queue", everywhere=True)
    desk.start_screening(officer, way.reference)
    way.picture(officer, "case-screening", everywhere=True)
    desk.ask(officer, "Which meter shows the electricity of the dryers?")
    asked = way.portal.mail(way.enterprise.owner, "clarification")
    owner.goto(link_in(asked, "/clarifications/"))
    expect(owner.locator("blockquote")).to_contain_text("Which meter shows the electricity")
    applicant.type_into(owner, "answer", "Meter D-2, read each month.")
    applicant.saved_by_itself(owner, "answer")
    way.picture(owner, "clarification", everywhere=True)
    clarification = owner.url
    applicant.fill_changed(owner, way.reference, "questions-results", "water", "47,500")
    owner.goto(clarification)
    owner.get_by_role("button", name="Send the answer").click()
    expect(owner.locator("main")).to_contain_text("Your answer has been sent")
    desk.open_case(officer, way.reference)
    expect(officer.locator("#thread")).to_contain_text("Meter D-2, read each month.")
    difference = officer.locator("#thread tbody tr").filter(has_text="Water used")
    expect(difference).to_contain_text("48")
    expect(difference).to_contain_text("47,500")
    way.picture(officer, "case-difference")
    desk.check_and_send_on(officer, way.reference)
    assessor = way.at_desk("secretariat-gd")
    desk.report(assessor, way.reference)
    way.picture(assessor, "case-reported")


def review_under_seal(way: Way) -> None:
    """Guangdong's marks stay Guangdong's until Hong Kong has completed its own."""
    epd, gdeic = way.at_desk("epd"), way.at_desk("gdeic")
    desk.review(gdeic, way.reference, mark=3, recommendation="partner", comment="Sound work, little that is new.")
    way.picture(gdeic, "review-guangdong", everywhere=True)
    desk.open_case(epd, way.reference)
    expect(epd.locator("#reviews table")).to_have_count(0)
    assert "Sound work, little that is new." not in epd.content()
    way.picture(epd, "sealed")
    desk.open_case(way.at_desk("secretariat-hk"), way.reference)
    expect(way.at_desk("secretariat-hk").locator("#reviews")).to_contain_text("done")
    assert "Sound work" not in way.at_desk("secretariat-hk").content()
    desk.review(epd, way.reference, mark=5, recommendation="excellent", comment="New in its trade.")
    for page in (epd, gdeic):
        desk.open_case(page, way.reference)
        expect(page.locator("#reviews table")).to_contain_text("New in its trade.")
        expect(page.locator("#reviews table")).to_contain_text("Sound work, little that is new.")


def reconcile_and_recommend(way: Way) -> None:
    epd, gdeic = way.at_desk("epd"), way.at_desk("gdeic")
    desk.propose_note(epd, way.reference, note="Read together: an excellent partner.", outcome="excellent")
    way.picture(epd, "reconciliation", everywhere=True)
    desk.sign(epd, way.reference)
    desk.sign(gdeic, way.reference)
    desk.recommend(gdeic, way.reference)
    way.picture(gdeic, "recommended")
    way.case(way.owner)
    assert "recommended" not in way.owner.locator("main").inner_text().lower()


def propose_and_check(way: Way) -> None:
    hong_kong, guangdong = way.at_desk("secretariat-hk"), way.at_desk("secretariat-gd")
    way.list_address = desk.propose_list(hong_kong, YEAR)
    expect(hong_kong.locator("main")).to_contain_text(way.enterprise.name)
    desk.check_everyone(hong_kong, way.list_address)
    desk.check_everyone(guangdong, way.list_address)
    way.picture(guangdong, "list-checked", everywhere=True)


def notice_with_an_objection(way: Way) -> None:
    """Somebody objects in writing while the notice runs; the objection is looked into, and its days pass."""
    desk.set_notice_days(way.at_desk("admin"), YEAR, 1)
    desk.step(way.at_desk("secretariat-gd"), way.list_address, "publish")
    visitor = own_page(way.browser, way.portal.base)
    visitor.goto("/notices/")
    visitor.locator("main").get_by_role("link").filter(has_text=str(YEAR)).first.click()
    expect(visitor.locator("main")).to_contain_text(way.enterprise.name)
    way.picture(visitor, "notice", everywhere=True)
    visitor.get_by_role("link", name="Object in writing").click()
    way.picture(visitor, "objection", everywhere=True)
    visitor.locator("[name=entry]").select_option(label=way.enterprise.name)
    visitor.locator("[name=text]").fill("A smell of solvents on the night of 3 May.")
    visitor.locator("[name=name]").fill("A neighbour")
    visitor.locator("[name=email]").fill("neighbour@whole-way.example")
    visitor.get_by_role("button", name="Send the objection").click()
    expect(visitor.locator("h1")).to_contain_text("has been received")
    way.portal.mail("neighbour@whole-way.example")
    officer = way.at_desk("secretariat-hk")
    desk.dismiss_objection(officer)
    way.picture(officer, "objection-dismissed")
    way.portal.shell(DAYS_PASS)


def endorse_and_commend(way: Way) -> None:
    secretariat, officer = way.at_desk("secretariat-hk"), way.at_desk("gdeic")
    desk.record_meeting(secretariat, number=900)
    desk.endorse(officer, way.list_address)
    desk.step(secretariat, way.list_address, "commend")
    way.picture(secretariat, "commended", everywhere=True)


def make_the_certificate(way: Way) -> None:
    """Commending has asked for it; the real worker makes it. Nobody outside knows yet."""
    page = way.at_desk("organiser")
    page.goto(f"/admin/scheme/commendation/?q={way.enterprise.token}")
    way.number = page.locator("#result_list tbody th, #result_list tbody td").filter(has_text="HKGDCPP").inner_text()
    page.get_by_role("link", name=way.number).click()
    expect_after_reload(page, "Download issue 1")
    way.picture(page, "commendation", everywhere=True)
    visitor = own_page(way.browser, way.portal.base)
    visitor.goto(f"/verify/{way.number}/")
    expect(visitor.locator("main")).to_contain_text("No certificate has this number")
    assert way.portal.mails(way.enterprise.owner, way.number) == []
    way.case(way.owner)
    expect(way.owner.locator("main")).not_to_contain_text(way.number)


def release(way: Way) -> None:
    """The administrator ends the round and lets outcomes be known; the scheduler then writes to the enterprises."""
    page = way.at_desk("admin")
    desk.act_on_round(page, YEAR, "close_now", "Rehearsal: applications are over.")
    desk.act_on_round(page, YEAR, "release_now", "Rehearsal: the ceremony was today.")
    way.picture(page, "rounds", everywhere=True)
    for address in (way.enterprise.owner, way.enterprise.contact):
        assert way.number in text_of(way.portal.mail(address, way.number))
    way.portal.mail(way.enterprise.owner, "/dashboard/")


def certificate_in_hand(way: Way) -> None:
    page = way.owner
    page.goto("/dashboard/")
    way.picture(page, "outcome", everywhere=True)
    text = downloaded(page, "Download the certificate", way.folder / "certificate.pdf")
    assert way.number in text
    assert way.enterprise.name in " ".join(text.split())
    assert way.enterprise.name_zh_hant in "".join(text.split())


def known_to_the_public(way: Way) -> None:
    visitor = own_page(way.browser, way.portal.base)
    visitor.goto("/verify/")
    visitor.locator("main input[type=text], main input[type=search]").first.fill(way.number.lower())
    visitor.locator("main").get_by_role("button", name="Verify").click()
    expect(visitor.locator("h1")).to_contain_text("valid", ignore_case=True)
    expect(visitor.locator("main")).to_contain_text(way.enterprise.name)
    way.picture(visitor, "verified", everywhere=True)
    visitor.goto("/partners/")
    visitor.locator("main input[name=q]").fill(way.enterprise.name_zh_hant)
    visitor.locator("main input[name=q]").press("Enter")
    visitor.locator("main").get_by_role("link", name=way.enterprise.name).click()
    expect(visitor.locator("main")).to_contain_text(way.number)
    way.picture(visitor, "partner", everywhere=True)


def export(way: Way) -> None:
    page = way.at_desk("organiser")
    page.goto("/admin/scheme/commendation/lists/")
    rounds = page.locator("[name=round]")
    rounds.select_option(label=rounds.locator("option").filter(has_text=str(YEAR)).first.inner_text())
    way.picture(page, "lists", everywhere=False)
    for format_, beginning in FORMATS.items():
        page.locator("[name=format]").select_option(format_)
        with page.expect_download() as waited:
            page.get_by_role("button", name="Take out the list").click()
        content = Path(waited.value.path()).read_bytes()
        assert content.startswith(beginning)
        if format_ == "json":
            found = json.loads(content)
            assert way.number in [one["number"] for one in found["commendations"]]
            assert found["counts"]["total"] == len(found["commendations"])


def downloaded(page: Page, link: str, file: Path) -> str:
    """Follow a link that downloads a PDF; returns the text in it."""
    with page.expect_download() as waited:
        page.get_by_role("link", name=link).first.click()
    waited.value.save_as(file)
    return subprocess.run(["pdftotext", "-layout", file, "-"], check=True, capture_output=True, text=True).stdout


def expect_after_reload(page: Page, words: str) -> None:
    """Look again until the page says what a worker is about to bring."""

    def seen() -> bool:
        page.reload()
        return words in page.locator("main").inner_text()

    until(seen, words)


def a_pdf(file: Path) -> Path:
    """A small real PDF."""
    file.write_bytes(paper(file.name, f"Demonstration - {file.stem}").read())
    return file
