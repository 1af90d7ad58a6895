"""`make run`'s supervisor as a whole, with a web server, a worker and a scheduler of its own."""

import signal
import socket
import subprocess
import sys
import urllib.request
from contextlib import contextmanager
from typing import Any

from .conftest import CHECKOUT, Elsewhere, until

WEB, WORKER, BEAT = "gunicorn portal.wsgi", "celery -A portal worker", "celery -A portal beat"


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


def answers(port: int, path: str = "readyz") -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/{path}", timeout=10) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


class Run:
    """One `make run`, without make: its parent is this test."""

    def __init__(self, elsewhere: Elsewhere, port: int) -> None:
        self.log = elsewhere.data / "said.txt"
        with self.log.open("w") as said:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "portal.embedded", "run"],
                cwd=CHECKOUT,
                env=elsewhere.env | {"PORT": str(port)},
                stdout=said,
                stderr=said,
            )

    def said(self) -> str:
        return self.log.read_text()

    def wait_until_it_answers(self) -> None:
        until(lambda: "The portal answers" in self.said() or self.process.poll() is not None, seconds=180)
        assert self.process.poll() is None, self.said()

    def end(self) -> int:
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(timeout=60)


@contextmanager
def bystander(elsewhere: Elsewhere) -> Any:
    """A process that looks like ours but works for another data folder."""
    env = elsewhere.env | {"PORTAL_EMBEDDED": f"{elsewhere.data}-another"}
    process = subprocess.Popen([sys.executable, "-c", "input()", *WEB.split()], env=env, stdin=subprocess.PIPE)
    yield process
    assert process.poll() is None
    process.communicate(b"\n")


def test_portal_survives_kills_and_ends_clean(elsewhere: Elsewhere) -> None:
    port = free_port()
    with bystander(elsewhere):
        first = Run(elsewhere, port)
        first.wait_until_it_answers()
        assert answers(port)
        assert answers(port, "mailbox/")
        second = elsewhere.command("run", env={"PORT": str(free_port())})
        assert (second.returncode, "runs already" in second.stderr) == (1, True)
        kill_parts_and_see_them_return(elsewhere, port)
        kill_everything(elsewhere, first)
        third = Run(elsewhere, port)
        third.wait_until_it_answers()
        assert answers(port)
        assert third.end() == 0
    assert elsewhere.processes() == []
    assert third.said().rstrip().endswith("Stopped.")


def kill_parts_and_see_them_return(elsewhere: Elsewhere, port: int) -> None:
    before = {p.pid for words in (WORKER, "bin/postgres -D") for p in elsewhere.processes(words)}
    for process in [*elsewhere.processes(WORKER), *elsewhere.processes("bin/postgres -D")]:
        process.kill()
    until(lambda: {p.pid for p in elsewhere.processes("bin/postgres -D")} - before and answers(port))
    until(lambda: {p.pid for p in elsewhere.processes(WORKER)} - before)


def kill_everything(elsewhere: Elsewhere, run: Run) -> None:
    """The supervisor first: its web server, worker and scheduler follow it; the servers are left as orphans."""
    run.process.kill()
    run.process.wait()
    until(lambda: not [p for words in (WEB, WORKER, BEAT) for p in elsewhere.processes(words)], seconds=60)
    assert elsewhere.processes("bin/postgres -D")
    elsewhere.processes("redis-server")[0].kill()


def test_taken_port_is_named_and_left_alone(elsewhere: Elsewhere) -> None:
    with socket.create_server(("127.0.0.1", 0)) as theirs:
        port = theirs.getsockname()[1]
        done = elsewhere.command("run", env={"PORT": str(port)})
        assert done.returncode == 1
        assert done.stderr.startswith(f"Port {port} is taken by ")
        assert len(done.stderr.splitlines()) == 1
        assert elsewhere.processes() == []
        with socket.create_connection(("127.0.0.1", port), timeout=5):
            pass


def test_port_that_is_none_is_refused(elsewhere: Elsewhere) -> None:
    done = elsewhere.command("run", env={"PORT": "eighty"})
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
