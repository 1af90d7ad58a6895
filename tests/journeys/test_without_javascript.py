"""What browsers and people do without: no JavaScript, no mouse, no connection, no session any more."""

import secrets

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.applicant import saved_by_itself, type_into
from tests.running import PASSWORD, RunningPortal, as_person, own_page, until

pytestmark = pytest.mark.xdist_group("portal_up")
OWNER, EDITOR = "enterprise@demo.example", "editor@demo.example"


def section(page: Page, draft: str, code: str) -> str:
    address = f"/recognition/{draft}/{code}/"
    page.goto(address)
    return address


def test_section_is_saved_by_its_button_without_javascript(
    portal_up: RunningPortal, browser: Browser, draft: str
) -> None:
    with as_person(browser, portal_up.base, OWNER, javascript=False) as page:
        address = section(page, draft, "questions-management")
        page.fill("#f-policy", "Written without any script.")
        page.select_option("#f-system", "iso50001")
        page.fill("#f-training-hours", "many")
        page.get_by_role("button", name="Save and return").click()
        expect(page.locator("main")).to_contain_text("Saved.")
        page.goto(address)
        expect(page.locator("#f-policy")).to_have_value("Written without any script.")
        expect(page.locator("#f-system")).to_have_value("iso50001")
        expect(page.locator("#f-training-hours")).to_have_value("many")
        expect(page.locator("#f-training-hours-under")).not_to_be_empty()


def test_two_colleagues_without_javascript_choose_on_a_page_of_both_values(
    portal_up: RunningPortal, browser: Browser, draft: str
) -> None:
    with (
        as_person(browser, portal_up.base, OWNER, javascript=False) as first,
        as_person(browser, portal_up.base, EDITOR, javascript=False) as second,
    ):
        address = section(first, draft, "questions-results")
        section(second, draft, "questions-results")
        words = f"The first wrote this: {secrets.token_hex(4)}."
        first.fill("#f-results-summary", words)
        first.get_by_role("button", name="Save and return").click()
        expect(first.locator("main")).to_contain_text("Saved.")
        second.fill("#f-results-summary", "The second wrote that.")
        second.get_by_role("button", name="Save and return").click()
        expect(second.locator(".clash")).to_contain_text(words)
        expect(second.locator("#f-results-summary")).to_have_value("The second wrote that.")
        second.get_by_label("Take your colleague’s").check()
        second.get_by_role("button", name="Save and return").click()
        expect(second.locator("main")).to_contain_text("Saved.")
        second.goto(address)
        expect(second.locator("#f-results-summary")).to_have_value(words)


def focused(page: Page) -> str:
    """What the keyboard is at: the name of a field, or the words of a link or button."""
    return str(page.evaluate("document.activeElement.name || document.activeElement.textContent.trim()"))


def tab_to(page: Page, wanted: str) -> None:
    """Press the tabulator until the keyboard stands at `wanted`, always on something one can see."""
    for _press in range(60):
        page.keyboard.press("Tab")
        if focused(page) == wanted:
            return
    raise AssertionError(f"The keyboard never came to {wanted}; it stands at {focused(page)}.")


def test_sign_in_and_a_section_by_keyboard_alone(portal_up: RunningPortal, browser: Browser, draft: str) -> None:
    page = own_page(browser, portal_up.base)
    page.goto(f"/accounts/login/?next=/recognition/{draft}/questions-innovation/")
    tab_to(page, "login")
    page.keyboard.type(OWNER)
    tab_to(page, "password")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{portal_up.base}/recognition/{draft}/questions-innovation/")
    page.keyboard.press("Tab")
    assert focused(page) == "Skip to the content"
    page.keyboard.press("Enter")
    tab_to(page, "f-innovation")
    page.keyboard.press("Control+A")
    page.keyboard.type("Typed without a mouse.")
    tab_to(page, "f-sharing")
    page.keyboard.press("Control+A")
    page.keyboard.type("So was this.")
    saved_by_itself(page, "sharing")
    tab_to(page, "Save and return")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/recognition/{draft}/?saved=*")
    expect(page.locator("main")).to_contain_text("Saved.")
    page.context.close()


def test_lost_connection_loses_nothing(portal_up: RunningPortal, browser: Browser, draft: str) -> None:
    with as_person(browser, portal_up.base, OWNER) as page:
        section(page, draft, "questions-compliance")
        page.context.set_offline(True)
        type_into(page, "permits", "Typed in a tunnel between two stations.")
        expect(page.locator("#saved")).to_contain_text("The connection is lost.")
        page.context.set_offline(False)
        saved_by_itself(page, "permits")
        page.reload()
        expect(page.locator("#f-permits")).to_have_value("Typed in a tunnel between two stations.")


def test_expired_session_loses_nothing(portal_up: RunningPortal, browser: Browser, draft: str) -> None:
    with as_person(browser, portal_up.base, OWNER) as page:
        address = section(page, draft, "audit")
        page.context.clear_cookies()
        type_into(page, "scope", "Typed long after the session had ended.")
        expect(page.locator("#saved")).to_contain_text("You have been signed out.")
        page.locator("#saved").get_by_role("link", name="Sign in").click()
        page.fill("input[name=login]", OWNER)
        page.fill("input[name=password]", PASSWORD)
        page.locator("form:has(input[name=password]) [type=submit]").click()
        page.wait_for_url(f"{portal_up.base}{address}")
        expect(page.locator("#f-scope")).to_have_value("Typed long after the session had ended.")
        saved_by_itself(page, "scope")
        until(lambda: page.evaluate("localStorage.length") == 0, "nothing kept on the device any longer")


def test_expired_session_loses_nothing_without_javascript(
    portal_up: RunningPortal, browser: Browser, draft: str
) -> None:
    """The button leads to the sign-in; what it sent is saved when the person is back."""
    with as_person(browser, portal_up.base, OWNER, javascript=False) as page:
        section(page, draft, "declaration")
        page.context.clear_cookies(name="sessionid")
        page.fill("#f-name", "Chan Tai Man")
        page.get_by_role("button", name="Save and return").click()
        page.fill("input[name=login]", OWNER)
        page.fill("input[name=password]", PASSWORD)
        page.locator("form:has(input[name=password]) [type=submit]").click()
        expect(page.locator("main")).to_contain_text("What you typed has been saved now")
        expect(page.locator("#f-name")).to_have_value("Chan Tai Man")
        page.reload()
        expect(page.locator("#f-name")).to_have_value("Chan Tai Man")
        expect(page.locator("main")).not_to_contain_text("What you typed has been saved now")
