"""A whole portal of the tests' own, made by `portal.embedded run` below /tmp: worker, beat, SMTP and web server."""

import email
import email.policy
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from typing import TypeVar

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

T = TypeVar("T")
CHECKOUT = Path(__file__).resolve().parents[1]
PASSWORD = "a-password-for-the-journeys"
NOT_INHERITED = (
    "DATABASE_URL",
    "REDIS_URL",
    "EMAIL_URL",
    "PORTAL_URL",
    "TEST_DATABASE",
    "DEMONSTRATION",
    "STATIC_ROOT",
)
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def until(seen: Callable[[], T], what: str, seconds: float = 60) -> T:
    """Ask again and again until `seen()` is true, and return it; fail with `what` when it does not come about."""
    end = time.monotonic() + seconds
    while not (result := seen()):
        assert time.monotonic() < end, f"did not come about in {seconds} s: {what}"
        signal.sigtimedwait([], 0.2)
    return result


@dataclass
class RunningPortal:
    """A portal that runs: its address, its folder, its mails, its commands."""

    base: str
    data: Path
    env: dict[str, str]
    process: subprocess.Popen[bytes]

    def manage(self, *arguments: str) -> str:
        """Run a management command against it; returns what it printed."""
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments], cwd=CHECKOUT, env=self.env, capture_output=True, timeout=300
        )
        assert done.returncode == 0, done.stdout.decode() + done.stderr.decode()
        return done.stdout.decode()

    def shell(self, code: str) -> str:
        """Run a few lines of Python in it, to arrange or to look at what no page shows."""
        return self.manage("shell", "--no-imports", "-c", code).strip()

    def mails(self, to: str, about: str = "") -> list[EmailMessage]:
        """The mails delivered to an address, oldest first, whose subject or text holds `about`."""
        found = []
        for file in sorted((self.data / "mail").glob("*.eml")):
            mail = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
            if to in str(mail["to"]) and (about in str(mail["subject"]) or about in text_of(mail)):
                found.append(mail)
        return found

    def mail(self, to: str, about: str = "") -> EmailMessage:
        """The latest such mail, waited for."""
        return until(lambda: self.mails(to, about), f"a mail to {to} about “{about}”")[-1]


def text_of(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    return body.get_content() if body else ""


def link_in(mail: EmailMessage, holding: str = "/") -> str:
    """The first link in the mail's text that holds `holding`."""
    return next(link for link in re.findall(r"https?://\S+", text_of(mail)) if holding in link)


def free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


def answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=5) as answer:  # noqa: S310 - our own address
            return answer.status == 200
    except (urllib.error.URLError, OSError):
        return False


@contextmanager
def running_portal() -> Iterator[RunningPortal]:
    data = Path(tempfile.mkdtemp(prefix="cpp-j-", dir="/tmp"))
    port = free_port()
    env = {key: value for key, value in os.environ.items() if key not in NOT_INHERITED}
    env |= {"PORTAL_DATA": str(data), "PORT": str(port), "DEMO_PASSWORD": PASSWORD, "RATELIMIT_ENABLE": "false"}
    log = (data / "run.log").open("wb")
    process = subprocess.Popen(
        [sys.executable, "-m", "portal.embedded", "run"], cwd=CHECKOUT, env=env, stdout=log, stderr=log
    )
    running = RunningPortal(f"http://127.0.0.1:{port}", data, env, process)
    try:
        until(
            lambda: answers(f"{running.base}/readyz") or process.poll() is not None, "the portal answering", seconds=240
        )
        assert process.poll() is None, (data / "run.log").read_text()
        yield running
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(60)
        log.close()
        shutil.rmtree(data, ignore_errors=True)


@contextmanager
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=CHROMIUM_FLAGS)
        yield browser
        browser.close()


def sign_in(page: Page, base: str, person: str, password: str = PASSWORD) -> None:
    page.goto(f"{base}/accounts/login/?lang=en")
    page.fill("input[name=login]", person)
    page.fill("input[name=password]", password)
    page.locator("form:has(input[name=password]) [type=submit]").click()
    page.wait_for_url(lambda url: "/accounts/login" not in url)


def own_page(browser: Browser, base: str, *, javascript: bool = True) -> Page:
    """A page with cookies and storage of its own."""
    context: BrowserContext = browser.new_context(base_url=base, locale="en-GB", java_script_enabled=javascript)
    context.set_default_timeout(20_000)
    return context.new_page()


@contextmanager
def as_person(browser: Browser, base: str, person: str, *, javascript: bool = True) -> Iterator[Page]:
    """A browser of its own, signed in as `person`."""
    page = own_page(browser, base, javascript=javascript)
    sign_in(page, base, person)
    yield page
    page.context.close()
