"""The commands behind the Makefile: run, with, up, down, reset, backup, restore."""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

from portal.embedded import addresses, archive, services, supervisor
from portal.embedded.console import Trouble, end_with, one_sentence, say


def run() -> int:
    port = os.environ.get("PORT") or "8000"
    if not port.isdigit() or not 0 < int(port) < 65536:
        raise Trouble(f"PORT must be a number from 1 to 65535, not “{port}”.")
    try:
        supervisor.Supervisor(int(port)).run()
    except supervisor.Ending:
        say("Stopped.")
    return 0


def run_with(command: list[str]) -> int:
    """Run a command while the servers are up; its exit status is ours, and what it prints last stays last."""
    services.make_folders()
    with services.using():
        child = subprocess.Popen(command)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            # Ctrl-C reaches the command by itself; we wait for it to end in its own way.
            signal.signal(number, lambda got, _: child.send_signal(got) if got != signal.SIGINT else None)
        code = child.wait()
    return code if code >= 0 else 128 - code


def up() -> int:
    services.make_folders()
    services.bring_up(stays=True)
    say("The embedded servers are up; `make services-down` stops them.")
    return 0


def down() -> int:
    if not addresses.DATA.exists():
        say("Nothing was running.")
        return 0
    services.make_folders()
    stopped = services.take_down()
    say(f"Stopped {', '.join(stopped)}." if stopped else "Nothing was running.")
    return 0


def reset() -> int:
    """Throw the demonstration away. What environment variables point to is never touched."""
    services.make_folders()
    services.take_down()
    for server in services.ALL:
        server.forget()
    for folder in ("media", "static", "keys"):
        shutil.rmtree(addresses.DATA / folder, ignore_errors=True)
    for stamp in addresses.DATA.glob("*.stamp"):
        stamp.unlink()
    say("The demonstration is thrown away; `make run` makes it anew.")
    return 0


def main() -> int:
    action, *rest = sys.argv[1:] or ["help"]
    with one_sentence():
        match action, rest:
            case "run", []:
                return run()
            case "with", [_, *_]:
                return run_with(rest)
            case "up", []:
                return up()
            case "down", []:
                return down()
            case "reset", []:
                return reset()
            case "backup", []:
                say(f"Backed up to {archive.back_up()}")
                return 0
            case "restore", [file] if file:
                archive.restore(Path(file))
                say("Restored.")
                return 0
            case "restore", _:
                raise Trouble("Say which backup to restore: make restore FILE=.data/backups/….tar")
    say(__doc__ or "")
    return 2


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        end_with("Stopped.")
