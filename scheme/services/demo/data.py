"""Reading the demonstration's data files, and choosing from them always in the same way."""

import hashlib
import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

DATA = Path(__file__).resolve().parents[2] / "data" / "demo"
T = TypeVar("T")


@cache
def demo_data(name: str) -> Any:
    """The content of `scheme/data/demo/<name>.json`."""
    return json.loads((DATA / f"{name}.json").read_text(encoding="utf-8"))


def number_of(key: str, least: int, most: int) -> int:
    """A number between the two, both included: chance that is the same on every machine and in every run."""
    drawn = int.from_bytes(hashlib.sha256(key.encode()).digest()[:8])
    return least + drawn % (most - least + 1)


def one_of(key: str, options: Sequence[T]) -> T:
    """One of the options, always the same for the same key."""
    return options[number_of(key, 0, len(options) - 1)]
