"""PostgreSQL, the broker and the mail catcher of this data folder, shared by every command that needs them.

Who still needs them is known by locks that the kernel frees when a process ends, however it ends: no lock can go
stale. The last user to leave stops what was started for it; what `services-up` started stays until `services-down`,
and what this code did not start is never stopped on leaving.
"""

import fcntl
import json
import os
import signal
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

import psutil

from portal.embedded import addresses, processes
from portal.embedded.broker import Broker
from portal.embedded.catcher import Catcher
from portal.embedded.console import Trouble, need_space, step
from portal.embedded.postgres import Postgres
from portal.embedded.waiting import until


class Server(Protocol):
    """One embedded server. `variable` is the environment variable that replaces it."""

    name: str
    title: str
    variable: str

    def running(self) -> psutil.Process | None: ...
    def answers(self) -> bool: ...
    def start(self) -> psutil.Process: ...
    def stop(self, process: psutil.Process) -> None: ...
    def forget(self) -> None: ...


ALL: tuple[Server, ...] = (Postgres(), Broker(), Catcher())


def embedded() -> list[Server]:
    """The servers that no environment variable replaces."""
    return [server for server in ALL if not os.environ.get(server.variable)]


def make_folders() -> None:
    """The folders of data and sockets, closed to other users: whoever reaches the sockets is let in."""
    inside = [addresses.DATA / name for name in ("log", "run", "static")]
    for folder in (addresses.DATA, *inside, addresses.socket_folder()):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = folder.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid():
            raise Trouble(f"{folder} belongs to another user: run the command as that user, or remove that folder.")
    addresses.socket_folder().chmod(0o700)
    need_space(addresses.DATA, 100)


@contextmanager
def lock(name: str, kind: int) -> Iterator[bool]:
    """Hold `.data/run/<name>.lock`; yields False where `LOCK_NB` was asked for and another process holds it."""
    with (addresses.DATA / "run" / f"{name}.lock").open("a+") as file:
        try:
            fcntl.flock(file, kind)
        except BlockingIOError:
            yield False
        else:
            yield True


class Ledger:
    """Which running servers were started here, and which of them are to stay. Read and written under `services`."""

    def __init__(self) -> None:
        self.file: Path = addresses.DATA / "run" / "services.json"
        try:
            self.rows: dict[str, dict[str, Any]] = json.loads(self.file.read_text())
        except (OSError, ValueError):
            self.rows = {}

    def note(self, server: Server, process: psutil.Process, *, stays: bool) -> None:
        self.rows[server.name] = {"pid": process.pid, "stays": stays}
        self.save()

    def of(self, server: Server, process: psutil.Process) -> dict[str, Any] | None:
        """The row about this process; None when it was started by other hands."""
        row = self.rows.get(server.name)
        return row if row and row["pid"] == process.pid else None

    def save(self) -> None:
        half = self.file.with_suffix(".half")
        half.write_text(json.dumps(self.rows))
        half.rename(self.file)


@contextmanager
def nothing_half_started() -> Iterator[None]:
    """A start that fails or is interrupted leaves no process behind that no record names."""
    us = psutil.Process()
    before = us.children()
    try:
        yield
    except BaseException:
        processes.stop(set(us.children()) - set(before), signal=signal.SIGINT)
        raise


def bring_up(*, stays: bool = False) -> None:
    """Start what is not running; with `stays` it outlives the commands that use it."""
    with lock("services", fcntl.LOCK_EX):
        ledger = Ledger()
        for server in embedded():
            process = server.running()
            if process is None:
                with step(f"Starting {server.title}"), nothing_half_started():
                    process = server.start()
                ledger.note(server, process, stays=stays)
            elif not until(server.answers, seconds=30):
                raise Trouble(
                    f"{server.title[0].upper()}{server.title[1:]} of this folder runs as process {process.pid} but "
                    f"does not answer: end it with `kill -9 {process.pid}`, then run the same command again."
                )
            elif stays and (row := ledger.of(server, process)):
                ledger.note(server, process, stays=row["stays"] or stays)


def take_down() -> list[str]:
    """Stop every embedded server of this data folder, whoever started it; returns their titles.

    Raises `Trouble` while a command still uses them.
    """
    with lock("users", fcntl.LOCK_EX | fcntl.LOCK_NB) as alone:
        if not alone:
            raise Trouble(
                "A command of this folder still uses these servers: end it first (Ctrl-C where `make run` or "
                "`make test` runs)."
            )
        with lock("services", fcntl.LOCK_EX):
            return _stop(only_ours=False)


def _stop(*, only_ours: bool) -> list[str]:
    ledger, stopped = Ledger(), []
    for server in reversed(ALL):
        process = server.running()
        if process is None:
            continue
        row = ledger.of(server, process)
        if only_ours and (row is None or row["stays"]):
            continue
        server.stop(process)
        stopped.append(server.title)
    return stopped


@contextmanager
def using() -> Iterator[None]:
    """The servers are up inside; afterwards those that were started for their users stop with the last user."""
    try:
        with lock("users", fcntl.LOCK_SH):
            bring_up()
            yield
    finally:
        with lock("users", fcntl.LOCK_EX | fcntl.LOCK_NB) as last:
            if last:
                with lock("services", fcntl.LOCK_EX):
                    _stop(only_ours=True)
