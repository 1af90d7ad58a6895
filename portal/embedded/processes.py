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


def bound_to_us(command: Sequence[str]) -> list[str]:
    """The command, told to end by the kernel when its parent dies, however that happens."""
    return ["setpriv", "--pdeathsig", "TERM", *command]


def marked_environment(env: dict[str, str] | None = None) -> dict[str, str]:
    return {**(os.environ if env is None else env), MARK: str(addresses.DATA)}


def start(
    command: Sequence[str], *, log: str, env: dict[str, str] | None = None, bound: bool = False
) -> "subprocess.Popen[bytes]":
    """Start a process in a session of its own (Ctrl-C is for the supervisor alone), output to `.data/log/<log>`.

    A `bound` one ends with the supervisor.
    """
    output = open_log(addresses.DATA / "log" / log)
    try:
        return subprocess.Popen(
            bound_to_us(command) if bound else command,
            cwd=addresses.CHECKOUT,
            env=marked_environment(env),
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
