"""Production: a clean check, no demonstration secret, and a compose file that fits the settings."""

import json
import os
import re
import subprocess
import sys

import pytest
import yaml
from django.core.management import get_commands

from .conftest import CHECKOUT

# `DJANGO_ALLOW_ASYNC_UNSAFE` is set by the browser tests of the same process.
NOT_INHERITED = ("DEBUG", "DJANGO_ALLOW_ASYNC_UNSAFE")
SOUND = {
    "PORTAL_ENV": "production",
    "SECRET_KEY": "k9-Vt4wq8Zr2Lm6Xc1Bn5Hj7Gf3Ds0Pa-Qe9Wy4Ru8Ti2Yo6Ui1Ap5",
    "DATABASE_URL": "postgres://portal:secret@database:5432/portal",
    "REDIS_URL": "redis://broker:6379/0",
    "EMAIL_URL": "smtp://mail:1025",
    "PORTAL_URL": "https://partners.example.hk",
}


def python(*arguments: str, **changes: str) -> "subprocess.CompletedProcess[str]":
    env = {name: value for name, value in os.environ.items() if name not in (*SOUND, *NOT_INHERITED)} | SOUND | changes
    return subprocess.run([sys.executable, *arguments], cwd=CHECKOUT, env=env, capture_output=True, text=True)


def test_check_for_deployment_is_clean() -> None:
    done = python("manage.py", "check", "--deploy", "--fail-level", "DEBUG")
    assert (done.returncode, "no issues" in done.stdout) == (0, True), done.stderr


def test_sound_settings_are_accepted() -> None:
    wanted = "import portal.settings as s; print(s.MAILBOX, s.DEBUG, s.SESSION_COOKIE_SECURE, s.SECURE_SSL_REDIRECT)"
    assert python("-c", wanted).stdout == "False False True True\n"


@pytest.mark.parametrize(
    "change",
    [
        {"SECRET_KEY": "demonstration-only-secret-key-never-used-in-production"},
        {"SECRET_KEY": "short"},
        {"SECRET_KEY": "ab" * 40},
        {"SECRET_KEY": ""},
        {"DATABASE_URL": ""},
        {"REDIS_URL": ""},
        {"EMAIL_URL": ""},
        {"PORTAL_URL": ""},
        {"DEBUG": "1"},
        {"PORTAL_ENV": "prod"},
    ],
    ids=lambda change: "=".join(*change.items()),
)
def test_settings_refuse_what_must_not_run_in_production(change: dict[str, str]) -> None:
    done = python("-c", "import portal.settings", **change)
    assert (done.returncode, "ImproperlyConfigured" in done.stderr) == (1, True)


@pytest.fixture(scope="module")
def compose() -> dict:
    return yaml.safe_load((CHECKOUT / "docker-compose.yml").read_text())


def test_compose_runs_one_image_as_web_worker_and_scheduler(compose: dict) -> None:
    ours = {name for name, service in compose["services"].items() if "build" in service}
    assert ours == {"web", "worker", "beat", "migrate"}
    assert len({compose["services"][name]["image"] for name in ours}) == 1
    assert set(compose["services"]) - ours == {"database", "broker", "mail"}


def test_compose_sets_only_what_the_settings_read(compose: dict) -> None:
    read = set(re.findall(r'env(?:\.\w+)?\(\s*"(\w+)"', (CHECKOUT / "portal" / "settings.py").read_text()))
    given = set(compose["x-portal"]["environment"])
    assert given - read == set()
    needed = json.loads(python("-c", "import json, portal.settings as s; print(json.dumps(s.needed))").stdout)
    assert set(needed) - given == set()


def test_compose_starts_commands_that_exist(compose: dict) -> None:
    programs = CHECKOUT / ".venv" / "bin"
    dockerfile = (CHECKOUT / "Dockerfile").read_text()
    default = json.loads(re.findall(r"^CMD (\[.*\])$", dockerfile, flags=re.MULTILINE)[0])
    commands = [service.get("command", default) for service in compose["services"].values() if "build" in service]
    assert [command[0] for command in commands if not (programs / command[0]).exists()] == []
    managed = {command[2] for command in commands if command[1] == "manage.py"}
    assert managed - set(get_commands()) == set()
    assert {command[command.index("-A") + 1] for command in commands if command[0] == "celery"} == {"portal"}


def test_compose_waits_for_services_that_are_there(compose: dict) -> None:
    for service in compose["services"].values():
        assert set(service.get("depends_on", {})) - set(compose["services"]) == set()
        for volume in service.get("volumes", []):
            assert volume.split(":")[0] in compose["volumes"]
    hosts = set(re.findall(r"(?:@|//)(\w+):\d+", json.dumps(compose["x-portal"]["environment"])))
    assert hosts == {"database", "broker", "mail"}


def test_image_copies_what_is_there_and_reads_the_hashed_lock() -> None:
    dockerfile = (CHECKOUT / "Dockerfile").read_text()
    copied = {
        name
        for line in re.findall(r"^COPY (?!--from)(.*)$", dockerfile, flags=re.MULTILINE)
        for name in line.split()[:-1]
    }
    assert [name for name in copied if not (CHECKOUT / name).exists()] == []
    assert "--require-hashes --python /opt/portal/bin/python requirements/base.lock" in dockerfile
