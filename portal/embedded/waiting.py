"""Waiting for a server to answer."""

import threading
import time
from collections.abc import Callable

PAUSE, HEARTBEAT = 0.1, 10
_never = threading.Event()


def until(ready: Callable[[], bool], *, seconds: float, news: Callable[[], None] | None = None) -> bool:
    """Ask `ready` until it says yes (True) or the time is over (False), calling `news` every ten seconds."""
    began = told = time.monotonic()
    while not ready():
        now = time.monotonic()
        if now - began > seconds:
            return False
        if news and now - told > HEARTBEAT:
            told = now
            news()
        _never.wait(PAUSE)
    return True
