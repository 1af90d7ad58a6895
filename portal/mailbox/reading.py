"""Reading what the mail catcher kept (portal/embedded/catcher.py). There is nothing to write."""

import email
import email.policy
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

from portal.embedded import addresses


@dataclass(frozen=True)
class Mail:
    """One kept mail, as a page shows it."""

    name: str
    kept_at: datetime
    sender: str
    to: str
    subject: str
    language: str
    text: str = ""
    html: str = ""


def names(to: str = "") -> list[str]:
    """The names of all mails, newest first; with `to` only those sent to addresses that contain it."""
    found = sorted(addresses.mail_folder().glob("*.eml"), reverse=True)
    if to:
        found = [file for file in found if to.casefold() in _recipients(file).casefold()]
    return [file.stem for file in found]


def heads(chosen: list[str]) -> list[Mail]:
    """The mails of these names without their bodies; one that was thrown away meanwhile is left out."""
    return [mail for name in chosen if (mail := _read(name, whole=False))]


def mail(name: str) -> Mail | None:
    """The whole mail of this name; None where there is none."""
    return _read(name, whole=True)


def _recipients(file: Path) -> str:
    """The catcher writes them in the first line."""
    try:
        with file.open(encoding="utf-8", errors="replace") as lines:
            return lines.readline().partition(":")[2].strip()
    except OSError:
        return ""


def _read(name: str, *, whole: bool) -> Mail | None:
    file = addresses.mail_folder() / f"{name}.eml"
    try:
        content = file.read_bytes()
    except OSError:
        return None
    if not whole:
        content = content.partition(b"\r\n\r\n")[0]
    message = email.message_from_bytes(content, policy=email.policy.default)
    return Mail(
        name=name,
        kept_at=datetime.fromtimestamp(int(name.split("-")[0]) / 1_000_000_000, tz=UTC),
        sender=_header(message, "From"),
        to=_recipients(file),
        subject=_header(message, "Subject"),
        language=_header(message, "Content-Language"),
        text=_body(message, "plain") if whole else "",
        html=_body(message, "html") if whole else "",
    )


def _header(message: EmailMessage, name: str) -> str:
    return " ".join(str(message.get(name, "")).split())


def _body(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    if part is None:
        return ""
    content = part.get_payload(decode=True)
    if not isinstance(content, bytes):
        return ""
    try:
        return content.decode(part.get_content_charset("utf-8"), errors="replace")
    except LookupError:  # a character set nobody knows
        return content.decode(errors="replace")
