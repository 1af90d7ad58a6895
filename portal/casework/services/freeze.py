"""Frozen versions: canonical JSON, its hash, and the difference of two versions."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any


def canonical(content: Any) -> str:
    """JSON in its one canonical form: sorted keys, no spaces, UTF-8 as it is."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def sha256(content: Any) -> str:
    """The SHA-256 of the canonical form, in hexadecimal."""
    return hashlib.sha256(canonical(content).encode()).hexdigest()


@dataclass(frozen=True)
class Difference:
    """One place where two versions differ. `path` names it; None stands for what is not there."""

    path: tuple[str, ...]
    before: Any
    after: Any


def differences(before: Any, after: Any, path: tuple[str, ...] = ()) -> Iterator[Difference]:
    """Every place where `after` differs from `before`; lists of objects are matched by `uid` where they have one."""
    before, after = _keyed(before), _keyed(after)
    if isinstance(before, dict) and isinstance(after, dict):
        for key in [*before, *(k for k in after if k not in before)]:
            yield from differences(before.get(key), after.get(key), (*path, str(key)))
    elif before != after:
        yield Difference(path, before, after)


def _keyed(value: Any) -> Any:
    if isinstance(value, list) and value and all(isinstance(item, dict) and "uid" in item for item in value):
        return {item["uid"]: item for item in value}
    return value
