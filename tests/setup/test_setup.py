"""`bin/setup`: what it asks of the machine, and that it leaves nothing half-done."""

import errno
import importlib.machinery
import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from .conftest import CHECKOUT


@pytest.fixture
def script() -> Iterator[ModuleType]:
    before = list(sys.path)
    loader = importlib.machinery.SourceFileLoader("portal_setup", str(CHECKOUT / "bin" / "setup"))
    spec = importlib.util.spec_from_loader("portal_setup", loader)
    assert spec
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    yield module
    sys.path[:] = before


def test_user_who_cannot_install_is_told_every_package_at_once(
    script: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setattr(script, "LOG", tmp_path / "log" / "setup.log")
    (tmp_path / "dpkg-query").write_text("#!/bin/sh\nexit 1\n")
    (tmp_path / "dpkg-query").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(script.Trouble) as told:
        script.install_packages()
    assert [name for name in script.PACKAGES if name not in str(told.value)] == []
    assert str(told.value).count("\n") == 0
    assert not (tmp_path / "log").exists()


def test_only_missing_packages_are_installed(
    script: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    asked = tmp_path / "asked"
    (tmp_path / "dpkg-query").write_text("#!/bin/sh\necho gettext installed\necho chromium deinstalled\n")
    (tmp_path / "apt-get").write_text(f'#!/bin/sh\necho "$@" >> {asked}\n')
    for program in ("dpkg-query", "apt-get"):
        (tmp_path / program).chmod(0o755)
    for program in ("env", "sh"):
        (tmp_path / program).symlink_to(shutil.which(program) or "")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(script, "LOG", tmp_path / "log" / "setup.log")
    script.install_packages()
    update, install = asked.read_text().splitlines()
    assert update.split()[-1] == "update"
    wanted = install.split()[install.split().index("--no-install-recommends") + 1 :]
    assert wanted == sorted(set(script.PACKAGES) - {"gettext"} | ({"python3-venv"} if script.lacks_venv() else set()))


def test_stamp_of_another_lock_is_not_current(script: ModuleType, tmp_path: Path) -> None:
    lock, stamp = tmp_path / "lock", tmp_path / "stamp"
    lock.write_text("one")
    stamp.write_text(script.stamp_of(lock))
    assert script.is_current(stamp, script.stamp_of(lock))
    lock.write_text("two")
    assert not script.is_current(stamp, script.stamp_of(lock))


def test_full_disk_is_told_in_one_sentence(script: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended, script.one_sentence():
        raise OSError(errno.ENOSPC, "No space left on device", "somewhere")
    assert ended.value.code == 1
    assert capsys.readouterr().err == (
        "The disk is full (somewhere): free some space, then run the same command again.\n"
    )


def test_nearly_full_disk_is_refused_before_anything_is_begun(script: ModuleType, tmp_path: Path) -> None:
    with pytest.raises(script.Trouble, match="nearly full"):
        script.need_space(tmp_path, 10**9)


def test_second_setup_does_nothing(script: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("BOOTSTRAP", "VENV", "MODULES"):
        monkeypatch.setattr(script, name, tmp_path / name)
        (tmp_path / name).mkdir()
    monkeypatch.setattr(script, "PACKAGES", {})
    done: list[list[str]] = []
    monkeypatch.setattr(script, "run", lambda command, **_: done.append(command))
    parts = (script.make_bootstrap, script.make_environment, script.compile_words)
    for part in parts:
        part()
    assert len(done) == 5
    for part in parts:
        part()
    assert len(done) == 5


def test_every_command_of_the_makefile_is_listed() -> None:
    listed = subprocess.run(["make", "help"], cwd=CHECKOUT, capture_output=True, text=True).stdout
    named = {line.split()[1] for line in listed.splitlines()}
    expected = "help run test setup services-up services-down reset lock messages lint bench backup restore"
    assert named == set(expected.split())
