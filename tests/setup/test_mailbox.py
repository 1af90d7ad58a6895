"""From an SMTP server that keeps every mail to the page that shows it."""

import asyncio
import smtplib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from email.message import EmailMessage
from pathlib import Path

import psutil
import pytest
from aiosmtpd.smtp import Envelope
from django.test import Client

from portal.embedded import addresses
from portal.embedded.catcher import Catcher, Keeper
from portal.mailbox import reading
from portal.mailbox.backend import CatcherBackend


@pytest.fixture
def data(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, settings: object) -> Path:
    settings.MAILBOX = True  # type: ignore[attr-defined]
    monkeypatch.setattr(addresses, "DATA", tmp_path)
    monkeypatch.setenv("PORTAL_DATA", str(tmp_path))
    addresses.mail_folder().mkdir()
    (tmp_path / "run").mkdir()
    return tmp_path


@pytest.fixture
def catcher(data: Path) -> Iterator[psutil.Process]:
    process = Catcher().start()
    yield process
    Catcher().stop(process)


def letter(subject: str = "請確認您的電郵地址", to: str = "owner@example.hk", html: str = "") -> EmailMessage:
    message = EmailMessage()
    message["Subject"], message["From"], message["To"] = subject, "portal@example.hk", to
    message["Content-Language"] = "zh-Hant-HK"
    message.set_content("請按此連結：\n\nhttp://127.0.0.1:8000/accounts/confirm/abc/\n")
    message.add_alternative(html or "<html><head><title>x</title></head><body><p>信</p></body></html>", subtype="html")
    return message


def keep(message: EmailMessage) -> str:
    envelope = Envelope()
    envelope.rcpt_tos, envelope.content = (
        [str(message["To"])],
        message.as_bytes(policy=message.policy.clone(linesep="\r\n")),
    )
    return Keeper(addresses.mail_folder()).keep(envelope).stem


def test_mail_sent_by_smtp_is_kept_and_shown(catcher: psutil.Process, client: Client) -> None:
    with smtplib.SMTP("127.0.0.1", addresses.mail_port(), timeout=10) as smtp:
        smtp.send_message(letter())
    (name,) = reading.names()
    listed = client.get("/mailbox/").content.decode()
    shown = client.get(f"/mailbox/{name}/").content.decode()
    assert (f"/mailbox/{name}/" in listed, "請確認您的電郵地址" in listed, "owner@example.hk" in listed) == (True,) * 3
    assert 'href="http://127.0.0.1:8000/accounts/confirm/abc/"' in shown
    assert f'src="/mailbox/{name}/html/"' in shown
    assert 'lang="zh-Hant-HK"' in shown


def test_killed_catcher_comes_back_on_its_port_with_its_mails(catcher: psutil.Process, data: Path) -> None:
    port = addresses.mail_port()
    CatcherBackend().send_messages([])
    keep(letter())
    catcher.kill()
    catcher.wait(timeout=10)
    again = Catcher().start()
    assert (addresses.mail_port(), CatcherBackend().port, len(reading.names())) == (port, port, 1)
    Catcher().stop(again)


def test_mail_that_cannot_be_kept_is_not_accepted(data: Path) -> None:
    envelope = Envelope()
    envelope.rcpt_tos, envelope.content = ["a@example.hk"], b"Subject: x\r\n\r\nx"
    keeper = Keeper(data / "a folder that is not there")
    # In a thread: a browser test of the same process may have left an event loop running in this one.
    with ThreadPoolExecutor(1) as thread:
        answer = thread.submit(asyncio.run, keeper.handle_DATA(None, None, envelope)).result()  # type: ignore[arg-type]
    assert answer.startswith("452 ")
    assert list(data.rglob("*.half")) == []


def test_newest_mail_is_first_and_addresses_narrow_the_list(data: Path, client: Client) -> None:
    for number, to in enumerate(("owner@example.hk", "other@example.hk", "owner@example.hk")):
        keep(letter(subject=f"mail {number}", to=to))
    page = client.get("/mailbox/", {"to": " OWNER@example "})
    assert [mail.subject for mail in page.context["mails"]] == ["mail 2", "mail 0"]
    assert [mail.subject for mail in client.get("/mailbox/").context["mails"]] == ["mail 2", "mail 1", "mail 0"]
    assert list(client.get("/mailbox/", {"to": "nobody"}).context["mails"]) == []


def test_html_of_a_mail_is_shut_in_a_sandbox(data: Path, client: Client) -> None:
    hostile = "<html><head></head><body><script>alert(1)</script><img src='//elsewhere.example/x'></body></html>"
    name = keep(letter(subject="<script>alert(2)</script>", html=hostile))
    frame = client.get(f"/mailbox/{name}/html/")
    policy = frame["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "allow-scripts" not in policy
    assert "allow-same-origin" not in policy
    assert frame["X-Frame-Options"] == "SAMEORIGIN"
    assert '<base target="_top">' in frame.content.decode()
    page = client.get(f"/mailbox/{name}/").content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(2)" in page
    assert "allow-scripts" not in page


def test_mail_that_breaks_the_rules_is_still_shown(data: Path, client: Client) -> None:
    name = "00000000000000000001-1-0"
    broken = (
        b"X-Envelope-To: a@example.hk\r\nContent-Type: text/plain; charset=nonsense\r\nSubject: \xff\xfe\r\n\r\n\xff ok"
    )
    (addresses.mail_folder() / f"{name}.eml").write_bytes(broken)
    assert client.get("/mailbox/").status_code == 200
    assert "ok" in client.get(f"/mailbox/{name}/").content.decode()


@pytest.mark.parametrize("path", ["", "{name}/", "{name}/html/"])
def test_mailbox_is_absent_where_mails_go_to_people(data: Path, client: Client, settings: object, path: str) -> None:
    name = keep(letter())
    assert client.get(f"/mailbox/{path.format(name=name)}").status_code == 200
    settings.MAILBOX = False  # type: ignore[attr-defined]
    assert client.get(f"/mailbox/{path.format(name=name)}").status_code == 404


@pytest.mark.parametrize("name", ["00000000000000000001-1-1", "..%2F..%2Fetc%2Fpasswd", "../run", "1-1-1"])
def test_unknown_mail_is_not_found(data: Path, client: Client, name: str) -> None:
    keep(letter())
    assert client.get(f"/mailbox/{name}/").status_code == 404
    assert client.get(f"/mailbox/{name}/html/").status_code == 404


@pytest.mark.parametrize(
    ("language", "heading"), [("en", "Mailbox"), ("zh-hant", "示範系統郵箱"), ("zh-hans", "演示系统邮箱")]
)
def test_mailbox_speaks_three_languages(data: Path, client: Client, language: str, heading: str) -> None:
    assert heading in client.get("/mailbox/", {"lang": language}).content.decode()


def test_mailbox_only_shows(data: Path, client: Client) -> None:
    assert client.post("/mailbox/").status_code == 405
