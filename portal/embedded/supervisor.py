"""`make run`: the web server, the worker and the scheduler on top of the embedded servers, until Ctrl-C."""

import errno
import fcntl
import os
import signal
import socket
import subprocess
import threading
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field

import psutil

from portal.embedded import addresses, processes, services
from portal.embedded.console import Trouble, last_lines, run, say, step
from portal.embedded.demonstration import SIGN_INS
from portal.embedded.waiting import until

LOOK_EVERY = 0.5
LONGEST_PAUSE = 30
STEADY = 60  # seconds after which an earlier death no longer counts
MOST_DEATHS = 6
PATIENCE = 15  # seconds for work in hand to be finished at the end

PYTHON = str(addresses.CHECKOUT / ".venv" / "bin" / "python")


@dataclass
class Child:
    """One process of the portal itself."""

    name: str
    command: list[str]
    process: "subprocess.Popen[bytes] | None" = None
    deaths: int = 0
    began: float = 0.0
    due: float = 0.0

    @property
    def log(self) -> str:
        return f"{self.name}.log"

    def start(self, env: dict[str, str]) -> None:
        self.process = processes.start(self.command, log=self.log, env=env, bound=True)
        self.began = time.monotonic()


def children(port: int) -> list[Child]:
    celery = [PYTHON, "-m", "celery", "-A", "portal"]
    web = [PYTHON, "-m", "gunicorn", "portal.wsgi:application", "--preload", "--bind", f"127.0.0.1:{port}"]
    return [
        Child("web", [*web, "--workers", "2", "--threads", "4", "--graceful-timeout", "10", "--access-logfile", "-"]),
        Child("worker", [*celery, "worker", "--concurrency", "2", "--hostname", f"{addresses.mark()}@%h"]),
        Child("beat", [*celery, "beat", "--pidfile="]),
    ]


@dataclass
class Supervisor:
    port: int
    ending: threading.Event = field(default_factory=threading.Event)
    parent: int = field(default_factory=os.getppid)

    def run(self) -> None:
        """Everything up, then watch until told to end. Stops what it started, and nothing else."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._told_to_end)
        services.make_folders()
        with services.lock("run", fcntl.LOCK_EX | fcntl.LOCK_NB) as alone:
            if not alone:
                raise Trouble(
                    f"The portal of this folder runs already, at {addresses.portal_url()}: use that one, or end it "
                    "first with Ctrl-C where it runs."
                )
            stop_leftovers()
            check_port(self.port)
            self.portal = children(self.port)
            try:
                with services.using():
                    self._serve()
            finally:
                addresses.web_port_file().unlink(missing_ok=True)

    def _told_to_end(self, number: int, _frame: object) -> None:
        if self.ending.is_set():
            return
        self.ending.set()
        if number == signal.SIGINT:
            say("\nStopping …")
        raise Ending

    def _serve(self) -> None:
        self.env = {**os.environ, "PORT": str(self.port)}
        try:
            prepare(self.env)
            addresses.web_port_file().write_text(str(self.port))
            with step("Starting the portal"):
                for child in self.portal:
                    child.start(self.env)
                self._wait_for_web()
            say(welcome(self.port))
            self._watch()
        finally:
            self.ending.set()
            self._stop_children()

    def _wait_for_web(self) -> None:
        web = self.portal[0]

        def ready() -> bool:
            if web.process is not None and web.process.poll() is not None:
                raise Trouble(f"The web server did not start: {cause(web)}")
            return healthy(self.port)

        if not until(ready, seconds=90):
            raise Trouble(f"The web server did not answer within 90 seconds: {cause(web)}")

    def _watch(self) -> None:
        while not self.ending.wait(LOOK_EVERY):
            if os.getppid() != self.parent:
                say("The command that started this is gone: stopping.")
                return
            for child in self.portal:
                self._look_after(child)
            for server in services.embedded():
                if server.running() is None:
                    say(f"{time.strftime('%H:%M:%S')} {server.title} ended; starting it again.")
                    services.bring_up()

    def _look_after(self, child: Child) -> None:
        now = time.monotonic()
        if child.process is None:
            if now >= child.due:
                child.start(self.env)
            return
        code = child.process.poll()
        if code is None:
            return
        child.process = None
        child.deaths = 1 if now - child.began > STEADY else child.deaths + 1
        if child.deaths >= MOST_DEATHS:
            raise Trouble(f"The {child.name} process ended {child.deaths} times in a row: {cause(child)}")
        pause = min(2 ** (child.deaths - 1), LONGEST_PAUSE)
        child.due = now + pause
        say(f"{time.strftime('%H:%M:%S')} {child.name} ended ({code}); starting it again in {pause} s.")

    def _stop_children(self) -> None:
        started = [psutil.Process(c.process.pid) for c in self.portal if c.process and c.process.poll() is None]
        processes.stop(started, signal=signal.SIGTERM, patience=PATIENCE)
        stop_leftovers()


class Ending(BaseException):
    """Raised by a signal to leave whatever is being done."""


def cause(child: Child) -> str:
    log = addresses.DATA / "log" / child.log
    return f"{' '.join(last_lines(log)) or 'it said nothing'} (log: {log})."


def healthy(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=10) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def stop_leftovers() -> None:
    """Web servers, workers, schedulers and preparations of this data folder that outlived a killed supervisor."""
    kinds = ("gunicorn portal.wsgi", "celery -A portal", "portal.embedded.prepare")
    left = [process for kind in kinds for process in processes.marked(kind)]
    if left:
        processes.stop(left, signal=signal.SIGKILL)


def check_port(port: int) -> None:
    """Refuse a port that another program holds, naming it when that can be known."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind(("127.0.0.1", port))
        except OSError as error:
            if error.errno == errno.EACCES:
                raise Trouble(
                    f"This user may not use port {port}: choose another, for example `make run PORT=8001`."
                ) from error
            raise Trouble(
                f"Port {port} is taken by {holder(port)}: end that, or choose another port, for example "
                f"`make run PORT={port + 1}`."
            ) from error


def holder(port: int) -> str:
    try:
        for connection in psutil.net_connections("tcp"):
            if connection.status == psutil.CONN_LISTEN and connection.laddr.port == port and connection.pid:
                return f"{psutil.Process(connection.pid).name()} (process {connection.pid})"
    except (psutil.Error, OSError):
        pass
    return "another program"


def prepare(env: dict[str, str]) -> None:
    """Migrations, static files and demonstration data, as far as they are missing."""
    log = addresses.DATA / "log" / "prepare.log"
    with step("Looking at the database"):
        missing = parts_to_prepare(env)
    for part, title, trouble in (
        ("migrate", "Tables of the database", "The database could not be brought up to date."),
        ("static", "Static files", "The static files could not be collected."),
        ("demonstration", "Demonstration data", "The demonstration data could not be loaded."),
    ):
        if part in missing and (part != "demonstration" or with_demonstration()):
            with step(title):
                command = processes.bound_to_us([PYTHON, "-m", "portal.embedded.prepare", part])
                run(command, log=log, trouble=trouble, env=processes.marked_environment(env))


def parts_to_prepare(env: dict[str, str]) -> list[str]:
    command = [PYTHON, "-m", "portal.embedded.prepare", "list"]
    answer = subprocess.run(command, env=env, cwd=addresses.CHECKOUT, capture_output=True, text=True)
    if answer.returncode:
        said = answer.stderr.strip().splitlines() or ["no reason given"]
        raise Trouble(f"The portal could not be loaded: {said[-1]}")
    return answer.stdout.strip().split("\n")[-1].split()


def with_demonstration() -> bool:
    """`DEMONSTRATION=off` starts with an empty portal."""
    return os.environ.get("DEMONSTRATION", "on") != "off"


def sign_ins() -> list[str]:
    return [f"  {address:<30} {who}" for address, who in SIGN_INS]


def welcome(port: int) -> str:
    """What a newcomer needs to know, once everything answers."""
    site = f"http://127.0.0.1:{port}"
    lines = ["", f"The portal answers at {site}/", f"  officers' desk   {site}/admin/"]
    if not os.environ.get("EMAIL_URL"):
        lines += [f"  every mail sent  {site}/mailbox/"]
    if with_demonstration():
        password = os.environ.get("DEMO_PASSWORD") or "cleaner-production-2015"
        lines += ["", f"Demonstration sign-ins, all with the password {password}", *sign_ins()]
    lines += ["", f"Logs are in {addresses.DATA / 'log'}. Ctrl-C stops what this command started."]
    return "\n".join(lines)
