"""What an applicant does in a browser: signs up, registers an enterprise, fills in an application."""

import secrets
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from playwright.sync_api import Browser, Page, expect
from stdnum.cn import uscc

from tests.running import PASSWORD, RunningPortal, link_in, own_page

YEAR = date.today().year
SECTIONS: dict[str, dict[str, str]] = {
    "enterprise": {"confirmed": "yes"},
    "sites": {"sites": "*"},
    "eligibility": dict.fromkeys(
        (
            "hong-kong-registration", "link-to-factory", "site-in-region", "audit-done", "measures-done",
            "no-serious-violation",
        ),
        "yes",
    ),
    "questions-management": {
        "policy": "Cleaner production stands in the factory's policy. The general manager answers for it.",
        "system": "iso14001",
        "training-hours": "240",
    },
    "questions-results": {
        "base-year": f"1/1/{YEAR - 1}",
        "electricity": "1,250,000",
        "water": "48,000",
        "voc": "3.5",
        "results-summary": "Electricity fell by 14 per cent and water by 11 per cent, read from our own meters.",
    },
    "questions-innovation": {
        "innovation": "Waste heat of the dryers warms the dye baths.",
        "sharing": "Two open days for suppliers.",
    },
    "questions-compliance": {"permits": "A discharge permit, valid for three more years.", "penalties": "no"},
    "audit": {
        "audit_kind": "voluntary",
        "audited_on": f"15/3/{YEAR - 1}",
        "auditor": "South China Audit Demonstration Limited",
        "scope": "Dyeing, drying and the boiler house; nine options were found and seven carried out.",
    },
    "declaration": {"name": "Chan Tai Man", "post": "Director", "agreed": "yes"},
}  # fmt: skip
MEASURES = (
    {"title": "Heat recovery on dryers", "kind": "*", "site": "*", "year": str(YEAR - 1), "investment": "850,000",
     "energy_kwh": "180000", "savings": "160,000"},
    {"title": "Counter-flow rinsing", "kind": "*", "site": "*", "year": str(YEAR - 1), "investment": "120,000",
     "water_m3": "5200"},
    {"title": "Low-VOC printing inks", "kind": "*", "site": "*", "year": str(YEAR - 2), "investment": "90,000",
     "emissions_t": "2.4"},
)  # fmt: skip


@dataclass
class Enterprise:
    """An enterprise nobody has registered yet."""

    token: str = field(default_factory=lambda: f"{secrets.randbelow(10**6):06}")

    @property
    def name(self) -> str:
        return f"Whole Way Textiles & Dyeing {self.token} Limited"

    @property
    def name_zh_hant(self) -> str:
        return f"全程紡織{self.token}有限公司"

    @property
    def owner(self) -> str:
        return f"owner-{self.token}@whole-way.example"

    @property
    def colleague(self) -> str:
        return f"colleague-{self.token}@whole-way.example"

    @property
    def contact(self) -> str:
        return f"contact-{self.token}@whole-way.example"

    @property
    def site_code(self) -> str:
        code = f"91441900MA9{self.token}"
        return code + uscc.calc_check_digit(code)


def sign_up(browser: Browser, portal: RunningPortal, *, name: str, email: str, start: str = "/") -> Page:
    """Register from the page `start` on, confirm by the mailed link, sign in; the page a newcomer then sees."""
    page = own_page(browser, portal.base)
    page.goto(start)
    page.get_by_role("link", name="Register", exact=False).last.click()
    page.get_by_label("Your name").fill(name)
    page.locator("[name=email]").fill(email)
    page.locator("[name=password1]").fill(PASSWORD)
    page.locator("[name=password2]").fill(PASSWORD)
    page.locator("main").get_by_role("button", name="Register").click()
    expect(page.locator("h1")).to_contain_text("e-mail")
    page.goto(link_in(portal.mail(email, "/accounts/confirm-email/"), "/accounts/"))
    page.get_by_role("button", name="Yes, confirm it").click()
    if page.locator("[name=login]").count():
        page.locator("[name=login]").fill(email)
        page.locator("[name=password]").fill(PASSWORD)
        page.locator("main").get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    return page


def register(page: Page, enterprise: Enterprise) -> None:
    """Register the enterprise and a site in Dongguan."""
    page.goto("/dashboard/")
    page.get_by_role("link", name="Register an enterprise").click()
    page.locator("[name=br_number]").fill(f"90{enterprise.token}")
    page.locator("[name=name_en]").fill(enterprise.name)
    page.locator("[name=name_zh_hant]").fill(enterprise.name_zh_hant)
    page.locator("[name=kind]").select_option("manufacturer")
    page.locator("[name=industry]").select_option(label="Textiles")
    page.locator("[name=contact_name]").fill("Chan Tai Man")
    page.locator("[name=contact_email]").fill(enterprise.contact)
    page.locator("[name=contact_phone]").fill("2345 6789")
    page.locator("main").get_by_role("button", name="Register").click()
    expect(page.locator("h1")).to_contain_text(enterprise.name)
    page.get_by_role("link", name="Add a site").click()
    page.locator("[name=name_en]").fill("Dongguan works")
    page.locator("[name=name_zh]").fill("東莞廠")
    page.locator("[name=city]").select_option(label="Dongguan")
    page.locator("[name=address]").fill("1 Demonstration Road, Dongguan")
    page.locator("[name=uscc]").fill(enterprise.site_code)
    page.locator("[name=headcount]").fill("320")
    page.locator("[name=link][value=sole_owner]").check()
    page.locator("main form").get_by_role("button").first.click()
    expect(page.get_by_role("table")).to_contain_text("Dongguan works")


def invite(page: Page, enterprise: Enterprise) -> None:
    page.get_by_role("link", name="Manage members and invite colleagues").click()
    page.locator("[name=email]").fill(enterprise.colleague)
    page.locator("form:has([name=email]) [name=role]").select_option("editor")
    page.locator("form:has([name=email])").get_by_role("button").click()
    expect(page.locator("main")).to_contain_text(enterprise.colleague)


def accept(browser: Browser, portal: RunningPortal, enterprise: Enterprise) -> Page:
    """The colleague opens the invitation, registers, and accepts."""
    invitation = link_in(portal.mail(enterprise.colleague), "/invitations/")
    page = sign_up(browser, portal, name="Lee Siu Ming", email=enterprise.colleague, start=invitation)
    if "/invitations/" not in page.url:
        page.goto(invitation)
    page.get_by_role("button", name="Accept the invitation").click()
    expect(page.locator("main")).to_contain_text(enterprise.name)
    return page


def start(page: Page, category: str = "Manufacturing") -> str:
    """Start an application in the open round; returns its reference."""
    page.goto("/dashboard/")
    opening = page.locator(".openings form").filter(has_text=category).filter(has_text=str(YEAR))
    opening.get_by_role("button").click()
    page.wait_for_url("**/recognition/RS-*/")
    return page.url.rstrip("/").rsplit("/", 1)[-1]


def type_into(page: Page, code: str, value: str) -> None:
    """Put a value into the field of a section, whatever kind of field it is; `*` takes the first choice there is."""
    inputs = page.locator(f"[name='f-{code}']")
    kind = inputs.first.evaluate("element => element.type")
    if kind in ("radio", "checkbox"):
        (inputs.first if value == "*" else page.locator(f"[name='f-{code}'][value='{value}']")).check()
    elif kind == "select-one":
        inputs.select_option(index=1) if value == "*" else inputs.select_option(value)
    else:
        inputs.fill(value)


def saved_by_itself(page: Page, code: str) -> None:
    """What stands in a field has reached the portal: it has answered with that very value."""
    wanted = page.locator(f"[name='f-{code}']").evaluate_all(
        "all => (all.find(one => !['radio', 'checkbox'].includes(one.type) || one.checked) || {value: ''}).value"
    )
    expect(page.locator(f"#was [name='was-{code}']").first).to_have_value(wanted, timeout=20_000)
    expect(page.locator("#saved .tag.good")).to_contain_text("Saved")


def fill_section(page: Page, reference: str, section: str) -> None:
    """Type a section and see that it is saved without any button pressed."""
    page.goto(f"/recognition/{reference}/{section}/")
    for code, value in SECTIONS[section].items():
        type_into(page, code, value)
    for code in SECTIONS[section]:
        saved_by_itself(page, code)


def add_measures(page: Page, reference: str) -> None:
    for measure in MEASURES:
        page.goto(f"/recognition/{reference}/measures/")
        page.get_by_role("button", name="Add").click()
        for code, value in measure.items():
            type_into(page, code, value)
        for code in measure:
            saved_by_itself(page, code)
        page.get_by_role("button", name="Save and return").click()


def upload(page: Page, reference: str, section: str, file: Path) -> None:
    page.goto(f"/recognition/{reference}/{section}/")
    page.locator("input[type=file]").first.set_input_files(file)
    page.get_by_role("button", name="Upload").last.click()
    expect(page.locator("main")).to_contain_text(file.name)


def fill_changed(page: Page, reference: str, section: str, code: str, value: str) -> None:
    """Change one answer of a section, and see that it is saved."""
    page.goto(f"/recognition/{reference}/{section}/")
    type_into(page, code, value)
    saved_by_itself(page, code)
