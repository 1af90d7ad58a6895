"""Database and broker go away and come back: the portal says so, loses nothing, and goes on by itself."""

import json
import secrets
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys import processes
from tests.journeys.applicant import saved_by_itself, type_into
from tests.running import RunningPortal, answers, as_person, own_page, until

pytestmark = pytest.mark.xdist_group("portal_up")
QUEUE = """
from portal.notifications.services import outbox
outbox.queue_text(kind="test", key="away:{token}", to="{token}@away.example", language="en", subject="S", text="T")
"""
SERVERS = {"database": ("postgres", "-D"), "broker": ("redis-server",)}


@contextmanager
def away(portal: RunningPortal, server: str) -> Iterator[None]:
    """A server is killed, and started again at the end."""
    with processes.unattended(portal):
        processes.kill(processes.of_portal(portal, *SERVERS[server]))
        yield


def ready(portal: RunningPortal) -> tuple[int, dict[str, str]]:
    """What /readyz answers."""
    try:
        with urllib.request.urlopen(f"{portal.base}/readyz", timeout=30) as answer:  # noqa: S310 - our own address
            return answer.status, json.loads(answer.read())
    except urllib.error.HTTPError as refused:
        return refused.code, json.loads(refused.read())


def comes_back(portal: RunningPortal) -> None:
    until(lambda: answers(f"{portal.base}/readyz"), "the portal ready again", seconds=120)


def test_database_away(portal_up: RunningPortal, browser: Browser, draft: str) -> None:
    with as_person(browser, portal_up.base, "enterprise@demo.example") as page:
        page.goto(f"/recognition/{draft}/declaration/")
        with away(portal_up, "database"):
            assert ready(portal_up) == (503, {"status": "unavailable", "database": "unavailable", "broker": "ok"})
            type_into(page, "post", f"Director {draft}")
            expect(page.locator("#saved")).to_contain_text("The connection is lost.")
            visitor = own_page(browser, portal_up.base)
            for address in ("/", "/partners/", "/verify/HKGDCPP-2015-M-0001/"):
                answer = visitor.goto(address)
                assert answer is not None
                assert (address, answer.status) == (address, 503)
                expect(visitor.locator("h1")).to_be_visible()
        comes_back(portal_up)
        saved_by_itself(page, "post")
    assert mail_is_delivered(portal_up)


def test_broker_away(portal_up: RunningPortal, browser: Browser) -> None:
    token = secrets.token_hex(4)
    with away(portal_up, "broker"):
        assert ready(portal_up) == (503, {"status": "unavailable", "database": "ok", "broker": "unavailable"})
        portal_up.shell(QUEUE.format(token=token))
        visitor = own_page(browser, portal_up.base)
        for address in ("/", "/partners/", "/accounts/login/"):
            answer = visitor.goto(address)
            assert answer is not None
            assert (address, answer.status in (200, 503)) == (address, True)
            expect(visitor.locator("h1")).to_be_visible()
    comes_back(portal_up)
    until(lambda: portal_up.mails(f"{token}@away.example"), "the mail written while the broker was away", seconds=120)
    assert len(portal_up.mails(f"{token}@away.example")) == 1


def mail_is_delivered(portal: RunningPortal) -> bool:
    """The worker works: a mail written now arrives."""
    token = secrets.token_hex(4)
    portal.shell(QUEUE.format(token=token))
    return bool(portal.mail(f"{token}@away.example"))
