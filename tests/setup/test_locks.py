"""The lock files: whole, checked by hashes, and silent about where packages come from."""

import json
import re

import pytest

from .conftest import CHECKOUT

LOCKS = sorted((CHECKOUT / "requirements").glob("*.lock"))


@pytest.mark.parametrize("lock", [*LOCKS, CHECKOUT / "package-lock.json"], ids=lambda path: path.name)
def test_lock_holds_no_address(lock) -> None:
    assert re.findall(r"https?://\S+|--(?:extra-)?index-url|--find-links|\"resolved\"", lock.read_text()) == []


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.name)
def test_every_python_package_is_pinned_and_hashed(lock) -> None:
    text = re.sub(r"^\s*#.*$", "", lock.read_text(), flags=re.MULTILINE).replace("\\\n", " ")
    rows = [row for row in text.splitlines() if row.strip()]
    assert rows
    assert [row for row in rows if not re.search(r"==\S+.*--hash=sha256:[0-9a-f]{64}", row)] == []


def test_front_end_lock_fits_its_wishes_and_is_hashed() -> None:
    wishes = json.loads((CHECKOUT / "package.json").read_text())
    packages = json.loads((CHECKOUT / "package-lock.json").read_text())["packages"]
    root = packages.pop("")
    for kind in ("dependencies", "devDependencies"):
        assert root[kind] == wishes[kind]
    assert [name for name, package in packages.items() if not package["integrity"].startswith("sha512-")] == []
