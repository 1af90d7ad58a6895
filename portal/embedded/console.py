"""What the commands say while they work. Used before `.venv` exists too, so it needs nothing but Python itself."""

import errno
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

HEARTBEAT = 10  # seconds between signs of life of a long step whose output nobody watches
LOG_LARGEST = 5_000_000


class Trouble(Exception):  # noqa: N818 - like the portal's other refusals
    """What went wrong and what to do about it, in one sentence for the person at the keyboard."""


def say(text: str = "") -> None:
    print(text, flush=True)


def end_with(trouble: str) -> NoReturn:
    """Say one sentence and end the command."""
    print(trouble, file=sys.stderr, flush=True)
    raise SystemExit(1)


@contextmanager
def one_sentence() -> Iterator[None]:
    """Turn what can go wrong on any machine into one sentence: a full disk, a folder of somebody else's."""
    try:
        yield
    except Trouble as trouble:
        end_with(str(trouble))
    except OSError as error:
        where = f" ({error.filename})" if error.filename else ""
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            end_with(f"The disk is full{where}: free some space, then run the same command again.")
        if isinstance(error, PermissionError):
            end_with(f"This user may not write here{where}: run the command as the user who owns these files.")
        raise


def need_space(folder: Path, megabytes: int) -> None:
    """Refuse to begin what a nearly full disk would leave half-done."""
    free = shutil.disk_usage(folder).free // 1_000_000
    if free < megabytes:
        raise Trouble(
            f"The disk that holds {folder} is nearly full ({free} MB free, {megabytes} MB needed): "
            "free some space, then run the same command again."
        )


def open_log(path: Path) -> int:
    """A log file to append to, as a descriptor for a child. One that has grown large is put aside first."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists() and path.stat().st_size > LOG_LARGEST:
        path.replace(path.with_suffix(".log.1"))
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)


def last_lines(path: Path, count: int = 1) -> list[str]:
    """The last lines that say something."""
    try:
        with path.open("rb") as log:
            log.seek(max(0, path.stat().st_size - 8192))
            text = log.read().decode(errors="replace")
    except OSError:
        return []
    return [line.strip() for line in text.splitlines() if line.strip()][-count:]


@contextmanager
def step(title: str) -> Iterator[None]:
    """Name what is being done, and how long it took once it is done."""
    began = time.monotonic()
    say(f"· {title} …")
    yield
    seconds = time.monotonic() - began
    if seconds >= 1:
        say(f"  done in {seconds:.0f} s")


def run(command: Sequence[str], *, log: Path, trouble: str, env: dict[str, str] | None = None) -> None:
    """Run one long command with its output in `log`, showing that it is alive; `trouble` is said if it fails."""
    descriptor = open_log(log)
    try:
        os.write(descriptor, f"\n$ {' '.join(command)}\n".encode())
        child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=descriptor, stderr=descriptor, env=env)
        code = watch(child, lambda: " ".join(line for line in last_lines(log) if not line.startswith("$ ")))
    except FileNotFoundError as missing:
        raise Trouble(f"{trouble} The command {missing.filename} is not there.") from missing
    finally:
        os.close(descriptor)
    if code:
        for line in last_lines(log, 12):
            say(f"    {line}")
        raise Trouble(f"{trouble} The whole output is in {log}.")


def watch(child: "subprocess.Popen[bytes]", news: Callable[[], str]) -> int:
    """Wait for `child`, with a sign of life every ten seconds: its newest line of output."""
    began = time.monotonic()
    while True:
        try:
            return child.wait(timeout=HEARTBEAT)
        except subprocess.TimeoutExpired:
            say(f"  {time.monotonic() - began:.0f} s … {news()[:100]}".rstrip())
        except BaseException:
            child.terminate()
            child.wait()
            raise
