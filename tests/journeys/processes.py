"""The processes of a running portal: found by the data folder they were given, so that nothing else is ever hit."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager

import psutil

from tests.running import RunningPortal, until


def of_portal(portal: RunningPortal, *words: str) -> list[psutil.Process]:
    """The portal's processes whose command line holds all of `words`."""
    found = []
    for process in psutil.process_iter():
        try:
            line = " ".join(process.cmdline())
            # A server that writes its own title forgets its environment; the title then names its socket.
            ours = f"{portal.data}/" in line or process.environ().get("PORTAL_DATA") == str(portal.data)
            if ours and all(word in line for word in words):
                found.append(process)
        except psutil.Error:
            continue
    return found


def worker(portal: RunningPortal) -> list[psutil.Process]:
    return of_portal(portal, "celery", "worker")


def kill(found: list[psutil.Process]) -> None:
    """`kill -9` of all of them."""
    assert found != []
    for process in found:
        process.send_signal(signal.SIGKILL)
    until(lambda: all(is_dead(process) for process in found), "their end")


def is_dead(process: psutil.Process) -> bool:
    """It works no longer; whoever started it may not have noticed yet."""
    try:
        return process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


@contextmanager
def unattended(portal: RunningPortal) -> Iterator[None]:
    """The supervisor is held: what is killed meanwhile is started again only afterwards."""
    supervisor = of_portal(portal, "portal.embedded", "run")
    assert supervisor != []
    for process in supervisor:
        process.suspend()
    try:
        yield
    finally:
        for process in supervisor:
            process.resume()
