"""Where the embedded servers of this checkout are found: their data, their sockets, their URLs."""

import hashlib
import os
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
DATA = Path(os.path.abspath(os.environ.get("PORTAL_DATA") or CHECKOUT / ".data"))

# A Unix socket's path must stay below 108 characters, and PostgreSQL adds a name of its own to the folder.
LONGEST_SOCKET_FOLDER = 80


def mark() -> str:
    """A short name for this data folder, where the whole path is too long."""
    return hashlib.sha256(str(DATA).encode()).hexdigest()[:12]


def socket_folder() -> Path:
    """The folder of the sockets: `.data/run`, or a short one for a deep checkout.

    The short one depends on nothing that differs from one shell to the next: every command must find it.
    """
    inside = DATA / "run"
    if len(str(inside)) <= LONGEST_SOCKET_FOLDER:
        return inside
    return Path("/tmp") / f"cpp-{os.getuid()}-{mark()}"  # noqa: S108 - made 0700, and refused if somebody else's


def postgres_place_file() -> Path:
    """Names the folder of PostgreSQL's own, where it had to run as a user of its own (see `postgres.py`)."""
    return DATA / "postgres.place"


def postgres_place() -> Path | None:
    try:
        return Path(postgres_place_file().read_text().strip())
    except OSError:
        return None


def database_socket_folder() -> Path:
    place = postgres_place()
    return place / "run" if place else socket_folder()


def database_url(name: str = "portal") -> str:
    """PostgreSQL over its Unix socket; nothing listens on a port."""
    return f"postgres://portal@/{name}?host={database_socket_folder()}"


def broker_socket() -> Path:
    return socket_folder() / "broker.sock"


def broker_url() -> str:
    """Redis over its Unix socket, in the form Celery, redis-py and Django's cache read."""
    return f"unix://{broker_socket()}"


def mail_port_file() -> Path:
    """The file in which the mail catcher writes the port it found free."""
    return DATA / "run" / "mail.port"


def mail_folder() -> Path:
    """Where the mail catcher keeps every mail, one file each."""
    return DATA / "mail"


def mail_port() -> int:
    """The mail catcher's port; while it was never started 1, where nobody answers and mails wait in the outbox."""
    return _number_in(mail_port_file()) or 1


def email_url() -> str:
    """The mail catcher's SMTP address."""
    return f"smtp://127.0.0.1:{mail_port()}"


def web_port_file() -> Path:
    """Written by `make run`, so that commands in another shell link to the address people use."""
    return DATA / "run" / "web.port"


def portal_url() -> str:
    """Where the portal answers: `PORT`, the port of the running `make run`, or 8000."""
    return f"http://127.0.0.1:{os.environ.get('PORT') or _number_in(web_port_file()) or 8000}"


def _number_in(file: Path) -> int | None:
    try:
        return int(file.read_text())
    except (OSError, ValueError):
        return None
