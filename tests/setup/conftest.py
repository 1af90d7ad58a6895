"""A data folder of its own for each test, so that no server of this checkout is touched."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import psycopg
import pytest
import redis

CHECKOUT = Path(__file__).resolve().parents[2]
REPLACED = ("DATABASE_URL", "REDIS_URL", "EMAIL_URL", "PORTAL_URL", "PORT", "TEST_DATABASE", "DEMONSTRATION")


def until(ready: Callable[[], object], seconds: float = 90) -> None:
    end = time.monotonic() + seconds
    while not ready():
        assert time.monotonic() < end, "it did not come about in time"
        signal.sigtimedwait([], 0.1)


@dataclass
class Elsewhere:
    """A data folder below /tmp (short enough for sockets) and the commands at work in it."""

    data: Path
    env: dict[str, str] = field(default_factory=dict)

    def command(self, *arguments: str, env: dict[str, str] | None = None) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "-m", "portal.embedded", *arguments],
            cwd=CHECKOUT,
            env=self.env | (env or {}),
            capture_output=True,
            text=True,
            timeout=240,
        )

    def up(self) -> None:
        done = self.command("up")
        assert done.returncode == 0, done.stdout + done.stderr

    def processes(self, words: str = "") -> list[psutil.Process]:
        """What carries this folder's mark, or (Redis writes over it) names the folder in its command line."""
        found = []
        for process in psutil.process_iter():
            try:
                line = " ".join(process.cmdline())
                ours = process.environ().get("PORTAL_EMBEDDED") == str(self.data) or f"{self.data}/" in line
                if ours and words in line:
                    found.append(process)
            except (psutil.Error, OSError):
                continue
        return [p for p in found if p.is_running() and p.status() != psutil.STATUS_ZOMBIE]

    def kill_all(self) -> None:
        killed = self.processes()
        for process in killed:
            process.kill()
        psutil.wait_procs(killed, timeout=10)

    def database(self) -> "psycopg.Connection[tuple[object, ...]]":
        return psycopg.connect(host=str(self.data / "run"), user="portal", dbname="portal", autocommit=True)

    @contextmanager
    def broker(self) -> "Iterator[redis.Redis]":
        with redis.Redis(unix_socket_path=str(self.data / "run" / "broker.sock"), decode_responses=True) as broker:
            yield broker


@pytest.fixture
def elsewhere() -> Iterator[Elsewhere]:
    data = Path(tempfile.mkdtemp(prefix="cpp-test-", dir="/tmp"))
    env = {name: value for name, value in os.environ.items() if name not in REPLACED}
    place = Elsewhere(data, env | {"PORTAL_DATA": str(data), "DEMONSTRATION": "off", "POSTGRES_FSYNC": "off"})
    yield place
    place.kill_all()
    shutil.rmtree(data, ignore_errors=True)
