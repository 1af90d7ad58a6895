"""What must always be true of the data (design.md, section 3), as small named questions that return breaches.

Each app registers its own questions; `manage.py check_invariants` asks them all. They are asked in SQL where they can
be: a fixed number of statements, however many rows there are.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core.files.storage import default_storage
from django.db import connection

from portal.casework.machine import Machine

# Whatever a worker or the scheduler should have done is late after this.
LONGEST_WAIT = timedelta(days=1)


@dataclass(frozen=True)
class World:
    """What the questions are asked about: the machines by their model's label, the time, and whether files are read."""

    machines: Mapping[str, Machine]
    now: datetime
    read_files: bool = True


@dataclass(frozen=True)
class Invariant:
    """One rule. `find` returns a line for each breach, naming the row."""

    name: str
    rule: str
    find: Callable[[World], Iterable[str]]


REGISTRY: dict[str, Invariant] = {}
Find = Callable[[World], Iterable[str]]


def invariant(rule: str) -> Callable[[Find], Find]:
    """Register a question under its function's name; `rule` says where the rule stands."""

    def register(find: Find) -> Find:
        name = find.__name__
        if REGISTRY.setdefault(name, Invariant(name, rule, find)).find is not find:
            raise ValueError(f"two invariants are called {name}")
        return find

    return register


def breaches(world: World) -> Iterator[str]:
    """One line for each breach of any rule: the rule, the question's name, and the row."""
    for one in REGISTRY.values():
        for line in one.find(world):
            yield f"{one.rule} · {one.name}: {line}"


def lines(sql: str, **values: Any) -> list[str]:
    """The first column of each row the statement returns, as text."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return [str(row[0]) for row in cursor.fetchall()]


def file_problem(name: str, *, size: int | None, sha256: str, read: bool) -> str:
    """What is wrong with a stored file, "" if nothing: it is not there, its size or its hash differ."""
    if not name or not default_storage.exists(name):
        return "the file is not there"
    if size is not None and default_storage.size(name) != size:
        return "the file has another size"
    if read:
        with default_storage.open(name) as file:
            if hashlib.file_digest(file, "sha256").hexdigest() != sha256:
                return "the file has another SHA-256"
    return ""
