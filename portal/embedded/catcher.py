"""The mail catcher: an SMTP server on a free port of this machine that delivers nothing and keeps everything.

`python -m portal.embedded.catcher` is started by the commands; people read the mails on the page `/mailbox/`.
"""

import email.utils
import itertools
import os
import signal
import socket
import threading
import time
from pathlib import Path

import psutil
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from portal.embedded import addresses, processes
from portal.embedded.console import Trouble, last_lines
from portal.embedded.waiting import until

LOG = "mail.log"
MODULE = "portal.embedded.catcher"


class Keeper:
    """Keeps each mail as one file whose name sorts by time of arrival."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.numbers = itertools.count()

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Answers 250 only when the mail is safely on disk; a sender that hears anything else tries again."""
        try:
            self.keep(envelope)
        except OSError as error:
            return f"452 4.3.1 The mail could not be kept: {error.strerror}"
        return "250 2.0.0 Kept"

    def keep(self, envelope: Envelope) -> Path:
        head = f"X-Envelope-To: {', '.join(envelope.rcpt_tos)}\r\nX-Kept-At: {email.utils.formatdate()}\r\n"
        content = envelope.content if isinstance(envelope.content, bytes) else str(envelope.content).encode()
        name = f"{time.time_ns():020d}-{os.getpid()}-{next(self.numbers)}"
        half, whole = self.folder / f"{name}.half", self.folder / f"{name}.eml"
        try:
            with half.open("xb") as file:
                file.write(head.encode() + content)
                file.flush()
                os.fsync(file.fileno())
            half.rename(whole)
        except OSError:
            half.unlink(missing_ok=True)
            raise
        return whole


class Catcher:
    """The mail catcher as one of the embedded servers."""

    name, title, variable = "mail", "the mail catcher", "EMAIL_URL"

    def running(self) -> psutil.Process | None:
        return next(processes.marked(MODULE), None)

    def answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", addresses.mail_port()), timeout=5) as connection:
                connection.settimeout(5)
                return connection.recv(3) == b"220"
        except OSError:
            return False

    def start(self) -> psutil.Process:
        for half in addresses.mail_folder().glob("*.half"):
            half.unlink()
        child = processes.start([str(python()), "-m", MODULE], log=LOG)
        log = addresses.DATA / "log" / LOG
        until(lambda: child.poll() is not None or self._is_served_by(child.pid), seconds=60)
        if child.poll() is not None or not self.answers():
            raise Trouble(f"The mail catcher did not start: {' '.join(last_lines(log))} (log: {log}).")
        return psutil.Process(child.pid)

    def stop(self, process: psutil.Process) -> None:
        processes.stop([process], signal=signal.SIGTERM)

    def forget(self) -> None:
        for file in addresses.mail_folder().glob("*.eml"):
            file.unlink()

    def _is_served_by(self, pid: int) -> bool:
        """The file may still name the port of a catcher that was killed, or one that is somebody else's now."""
        file = addresses.mail_port_file().with_suffix(".pid")
        return file.exists() and file.read_text() == str(pid) and self.answers()


def python() -> Path:
    return addresses.CHECKOUT / ".venv" / "bin" / "python"


def listening_socket() -> socket.socket:
    """The port used last time if it is free, for senders may still know it; otherwise any free one."""
    for port in (addresses.mail_port(), 0) if addresses.mail_port_file().exists() else (0,):
        found = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            found.bind(("127.0.0.1", port))
        except OSError:
            found.close()
            continue
        return found
    raise Trouble("No port of this machine is free for the mail catcher.")


class OnSocket(Controller):
    """aiosmtpd's server on a socket that is bound already."""

    def __init__(self, handler: Keeper, bound: socket.socket) -> None:
        port = bound.getsockname()[1]
        super().__init__(handler, hostname="127.0.0.1", port=port, server_hostname="localhost")
        self.bound = bound

    def _create_server(self):  # type: ignore[no-untyped-def]
        return self.loop.create_server(self._factory_invoker, sock=self.bound)


def main() -> None:
    folder = addresses.mail_folder()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    bound = listening_socket()
    server = OnSocket(Keeper(folder), bound)
    server.start()
    port_file = addresses.mail_port_file()
    for file, number in ((port_file, bound.getsockname()[1]), (port_file.with_suffix(".pid"), os.getpid())):
        half = file.with_suffix(".half")
        half.write_text(str(number))
        half.rename(file)
    ending = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ending.set())
    ending.wait()
    server.stop()


if __name__ == "__main__":
    main()
