"""Every page that a person can reach by links is opened in Chromium, wide and on a phone: nothing may be wrong with it.

Each kind of page (a named address) is looked at once for each person who reaches it.
"""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.urls import Resolver404, resolve
from playwright.sync_api import Browser, Page

from tests.running import RunningPortal, sign_in

pytestmark = pytest.mark.xdist_group("portal_up")

AXE = (Path(__file__).resolve().parents[2] / "node_modules/axe-core/axe.min.js").read_text()
WIDE, PHONE = {"width": 1280, "height": 900}, {"width": 360, "height": 740}
MOST_PAGES = 120
# What is no page: files, and what ends the session.
NOT_LOOKED_AT = (
    "logout",
    "download",
    "copy",
    "application-document",
    "mailbox-mail-html",
    "jsi18n",
    "readyz",
    "healthz",
)
LINKS = "() => [...document.querySelectorAll('a[href]')].map(a => a.href)"
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
DUPLICATES = """() => { const ids = [...document.querySelectorAll('[id]')].map(e => e.id);
  return [...new Set(ids.filter((id, place) => ids.indexOf(id) !== place))]; }"""
VIOLATIONS = """() => axe.run().then(found => found.violations.map(v => `${v.id} at ${v.nodes[0].target[0]}`))"""


def in_language(address: str, language: str) -> str:
    return f"{address}{'&' if '?' in address else '?'}lang={language}"


def kind_of(address: str) -> str:
    """The name of the address, with the name of the model's page at the desk; empty for what is no page of ours."""
    try:
        found = resolve(urlsplit(address).path)
    except Resolver404:
        return ""
    return found.view_name or ""


def looked_over(page: Page, address: str) -> Iterator[str]:
    """What is wrong with the page: status, console, ids, violations of axe-core, sideways overflow, language."""
    errors: list[str] = []
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.set_viewport_size(WIDE)
    answer = page.goto(address, wait_until="load")
    if answer is None or answer.status >= 400:
        yield f"status {answer.status if answer else 'none'}"
        return
    yield from (f"id used twice: {name}" for name in page.evaluate(DUPLICATES))
    page.evaluate(AXE)
    for width in (WIDE, PHONE):
        page.set_viewport_size(width)
        yield from (f"axe at {width['width']} px: {violation}" for violation in page.evaluate(VIOLATIONS))
        if (over := page.evaluate(OVERFLOW)) > 1:
            yield f"{over} px wider than {width['width']} px"
    yield from (f"console: {error}" for error in errors)


def in_chinese(page: Page, address: str, language: str, declared: str) -> Iterator[str]:
    page.goto(in_language(address, language), wait_until="load")
    if page.evaluate("document.documentElement.lang") != declared:
        yield f"not declared as {declared}"
    if (over := page.evaluate(OVERFLOW)) > 1:
        yield f"{over} px wider than a phone in {declared}"


def walk(page: Page, base: str, starts: list[str]) -> list[str]:
    """Follow links from the first pages, one page of each kind; returns what was found wrong."""
    waiting, seen, findings = [f"{base}{path}" for path in starts], set(), []
    while waiting and len(seen) < MOST_PAGES:
        address = waiting.pop(0).split("#")[0]
        kind = kind_of(address)
        if not address.startswith(base) or not kind or kind in seen or kind.endswith(NOT_LOOKED_AT):
            continue
        seen.add(kind)
        findings += [f"{kind} {urlsplit(address).path}: {f}" for f in looked_over(page, in_language(address, "en"))]
        # A mail may lead its reader where somebody else finds nothing.
        waiting += [] if kind == "mailbox-mail" else page.evaluate(LINKS)
        for language, declared in (("zh-hant", "zh-Hant-HK"), ("zh-hans", "zh-Hans-CN")):
            findings += [f"{kind} {urlsplit(address).path}: {f}" for f in in_chinese(page, address, language, declared)]
    assert len(seen) > 3
    return findings


@pytest.mark.parametrize(
    ("person", "starts"),
    [
        (
            "",
            ["/", "/accounts/login/", "/accounts/signup/", "/accounts/password/reset/", "/verify/HKGDCPP-2015-M-0001/"],
        ),
        ("enterprise", ["/dashboard/", "/enterprises/"]),
        ("epd", ["/admin/", "/admin/scheme/partnerapplication/?state=under_review"]),
        ("secretariat-gd", ["/admin/", "/admin/scheme/partnerapplication/?state=screening"]),
        ("organiser", ["/admin/"]),
        ("auditor", ["/admin/"]),
        ("admin", ["/admin/"]),
    ],
)
def test_every_page_reached_by_links_is_sound(
    portal_up: RunningPortal, browser: Browser, person: str, starts: list[str]
):
    context = browser.new_context(bypass_csp=True, locale="en-GB", timezone_id="Asia/Hong_Kong")
    page = context.new_page()
    if person:
        sign_in(page, portal_up.base, f"{person}@demo.example")
    found = walk(page, portal_up.base, starts)
    context.close()
    assert not found, "\n".join(found)
