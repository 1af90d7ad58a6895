"""Processes of this data folder: how they are marked, found again, and stopped; nobody else's are ever touched."""

import os
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import psutil

from portal.embedded import addresses
from portal.embedded.console import open_log

# Each process we start carries this variable; its children inherit it. So they are known for ours
# even when the process that knew their numbers is gone.
MARK = "PORTAL_EMBEDDED"
GONE = (psutil.NoSuchProcess, psutil.AccessDenied, psutil.ZombieProcess)


def start(
    command: Sequence[str], *, log: str, env: dict[str, str] | None = None, bound: bool = False
) -> "subprocess.Popen[bytes]":
    """Start a process in a session of its own (Ctrl-C is for the supervisor alone), output to `.data/log/<log>`.

    A `bound` one is told to end by the kernel when the supervisor dies, however that happens.
    """
    output = open_log(addresses.DATA / "log" / log)
    if bound:
        command = ["setpriv", "--pdeathsig", "TERM", *command]
    try:
        return subprocess.Popen(
            command,
            cwd=addresses.CHECKOUT,
            env={**(os.environ if env is None else env), MARK: str(addresses.DATA)},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    finally:
        os.close(output)


def is_alive(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except GONE:
        return False


def find(pid: int) -> psutil.Process | None:
    try:
        process = psutil.Process(pid)
    except psutil.NoSuchProcess:
        return None
    return process if is_alive(process) else None


def marked(words: str = "") -> Iterator[psutil.Process]:
    """Processes that carry this data folder's mark and have `words` in their command line."""
    for process in psutil.process_iter():
        try:
            if (
                process.pid != os.getpid()
                and process.environ().get(MARK) == str(addresses.DATA)
                and words in " ".join(process.cmdline())
                and is_alive(process)
            ):
                yield process
        except (*GONE, OSError):
            continue


def at_work_in(folder: Path, name: str) -> Iterator[psutil.Process]:
    """Processes called `name` whose working folder is `folder`: PostgreSQL and its children sit in their data."""
    for process in psutil.process_iter():
        try:
            if process.name() == name and Path(process.cwd()) == folder and is_alive(process):
                yield process
        except (*GONE, OSError):
            continue


def stop(found: Iterable[psutil.Process], *, signal: int, patience: float = 10) -> None:
    """Ask each to end; after `patience` seconds end it."""
    asked = []
    for process in found:
        try:
            process.send_signal(signal)
            asked.append(process)
        except GONE:
            continue
    _gone, left = psutil.wait_procs(asked, timeout=patience)
    for process in left:
        try:
            process.kill()
        except GONE:
            continue
    psutil.wait_procs(left, timeout=5)
