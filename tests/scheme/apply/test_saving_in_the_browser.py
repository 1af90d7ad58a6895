"""A section saves itself in a real browser, and survives what happens to browsers."""

import pytest
from django.core.management import call_command
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, expect

from scheme.models import ApplicationPart
from tests import factories as make

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _served_files(settings, tmp_path):
    """The live server hands out what lies in STATIC_ROOT."""
    settings.STATIC_ROOT = tmp_path / "static"
    call_command("collectstatic", link=True, interactive=False, verbosity=0)


@pytest.fixture
def address(application, live_server):
    return f"{live_server.url}/recognition/{application.reference}/audit/"


@pytest.fixture
def contexts(live_server, request):
    # Asked for late: the database must be made before the browser's event loop runs.
    browser: Browser = request.getfixturevalue("browser")
    opened: list[BrowserContext] = []

    def new(person) -> BrowserContext:
        client = Client()
        client.force_login(person)
        context = browser.new_context()
        opened.append(context)
        context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}])
        return context

    yield new
    for context in opened:
        context.close()


def open_page(context: BrowserContext, address: str) -> Page:
    page = context.new_page()
    page.goto(address)
    return page


def typed() -> str:
    return ApplicationPart.objects.get(key="audit").data["auditor"]


def test_typing_is_saved_and_what_is_wrong_is_said(contexts, owner, address):
    page = open_page(contexts(owner), address)
    page.fill("#f-auditor", "Typed only")
    page.fill("#f-audited_on", "31/2/2024")
    expect(page.locator("#saved")).to_contain_text("Saved ")
    expect(page.locator("#f-audited_on-under")).to_contain_text("Enter a real date")
    assert typed() == "Typed only"


def test_lost_connection_keeps_what_was_typed_until_it_is_back(contexts, owner, address):
    context = contexts(owner)
    page = open_page(context, address)
    context.set_offline(True)
    page.fill("#f-auditor", "Typed in a tunnel")
    expect(page.locator("#saved")).to_contain_text("The connection is lost")
    assert typed() == "Green Audit Limited"
    context.set_offline(False)
    expect(page.locator("#saved")).to_contain_text("Saved ", timeout=15_000)
    assert typed() == "Typed in a tunnel"
    assert page.evaluate("localStorage.length") == 0


def test_closed_browser_brings_back_what_was_not_saved(contexts, owner, address):
    context = contexts(owner)
    page = open_page(context, address)
    context.set_offline(True)
    page.fill("#f-auditor", "Typed before closing")
    page.close()
    context.set_offline(False)
    page = open_page(context, address)
    expect(page.locator("#f-auditor")).to_have_value("Typed before closing")
    expect(page.locator("#saved")).to_contain_text("Saved ", timeout=10_000)
    assert typed() == "Typed before closing"


def test_expired_session_keeps_what_was_typed_for_after_signing_in(contexts, owner, address):
    context = contexts(owner)
    page = open_page(context, address)
    cookie = next(one for one in context.cookies() if one["name"] == "sessionid")
    context.clear_cookies(name="sessionid")
    page.fill("#f-auditor", "Typed after signing out")
    expect(page.locator("#saved a")).to_have_attribute("href", f"/accounts/login/?next=/{address.split('/', 3)[3]}")
    assert typed() == "Green Audit Limited"
    context.add_cookies([cookie])
    page.goto(address)
    expect(page.locator("#saved")).to_contain_text("Saved ", timeout=10_000)
    assert typed() == "Typed after signing out"


def test_two_colleagues_at_once_choose_between_two_values(contexts, owner, application, address):
    colleague = make.MembershipFactory(enterprise=application.enterprise, role="editor").user
    mine, theirs = open_page(contexts(owner), address), open_page(contexts(colleague), address)
    theirs.fill("#f-auditor", "Theirs")
    expect(theirs.locator("input[name=was-auditor]")).to_have_value("Theirs")
    mine.fill("#f-auditor", "Mine")
    expect(mine.locator(".clash")).to_contain_text("Theirs")
    assert typed() == "Theirs"
    mine.get_by_label("Keep what I typed above").check()
    expect(mine.locator(".clash")).to_have_count(0)
    assert typed() == "Mine"


def test_what_a_colleague_changed_elsewhere_comes_in(contexts, owner, application, address):
    colleague = make.MembershipFactory(enterprise=application.enterprise, role="editor").user
    mine, theirs = open_page(contexts(owner), address), open_page(contexts(colleague), address)
    theirs.fill("#f-auditor", "Theirs")
    expect(theirs.locator("input[name=was-auditor]")).to_have_value("Theirs")
    mine.fill("#f-scope", "Boilers")
    expect(mine.locator("#f-auditor")).to_have_value("Theirs")
    assert ApplicationPart.objects.get(key="audit").data["scope"] == "Boilers"
