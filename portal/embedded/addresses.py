"""Where the embedded servers of this checkout are found: their data, their sockets, their URLs."""

import hashlib
import os
import tempfile
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
DATA = Path(os.environ.get("PORTAL_DATA", CHECKOUT / ".data"))

# A Unix socket's path must stay below 108 characters, and PostgreSQL adds a name of its own to the folder.
LONGEST_SOCKET_FOLDER = 80


def socket_folder() -> Path:
    """The folder of the sockets: `.data/run`, or a short one in the runtime folder for a deep checkout."""
    inside = DATA / "run"
    if len(str(inside)) <= LONGEST_SOCKET_FOLDER:
        return inside
    runtime = Path(os.environ.get("XDG_RUNTIME_DIR") or tempfile.gettempdir())
    return runtime / f"cpp-{os.getuid()}-{hashlib.sha256(str(DATA).encode()).hexdigest()[:12]}"


def database_url(name: str = "portal") -> str:
    """PostgreSQL over its Unix socket; nothing listens on a port."""
    return f"postgres://portal@/{name}?host={socket_folder()}"


def broker_url() -> str:
    """Redis over its Unix socket, in the form Celery, redis-py and Django's cache read."""
    return f"unix://{socket_folder() / 'broker.sock'}"


def mail_port_file() -> Path:
    """The file in which the mail catcher writes the port it found free."""
    return DATA / "run" / "mail.port"


def email_url() -> str:
    """The mail catcher's SMTP address."""
    try:
        port = int(mail_port_file().read_text())
    except (OSError, ValueError):
        port = 1025
    return f"smtp://127.0.0.1:{port}"
