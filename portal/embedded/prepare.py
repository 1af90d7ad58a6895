"""What `make run` does with Django before the portal starts: migrations, static files, demonstration data.

In processes of their own: Django is loaded there, and the supervisor stays small.
"""

import hashlib
import os
import sys
from collections.abc import Callable
from pathlib import Path

from portal.embedded import addresses


def unmigrated() -> bool:
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def migrate() -> None:
    from django.core.management import call_command

    call_command("migrate", interactive=False, verbosity=1)


def static_stamp() -> Path:
    return addresses.DATA / "static.stamp"


def static_changed() -> bool:
    from django.conf import settings

    whole = (Path(settings.STATIC_ROOT) / "staticfiles.json").exists()
    return not (whole and static_stamp().exists() and static_stamp().read_text() == fingerprint_of_static_files())


def collect_static() -> None:
    """The stamp is written last: what was cut short is collected again."""
    from django.core.management import call_command

    wanted = fingerprint_of_static_files()
    static_stamp().unlink(missing_ok=True)
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    static_stamp().write_text(wanted)


def fingerprint_of_static_files() -> str:
    from django.contrib.staticfiles.finders import get_finders

    from portal.frontend import StaticFiles

    digest = hashlib.sha256()
    for finder in get_finders():
        for path, storage in finder.list(StaticFiles.ignore_patterns):
            found = os.stat(storage.path(path))
            digest.update(f"{path} {found.st_size} {found.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def demonstration_stamp() -> Path:
    """One for each database."""
    from django.db import connection

    reached = connection.get_connection_params()
    name = f"{reached.get('host')} {reached.get('port')} {reached['dbname']}"
    return addresses.DATA / f"demonstration-{hashlib.sha256(name.encode()).hexdigest()[:12]}.stamp"


def demonstration_missing() -> bool:
    from django.contrib.auth import get_user_model
    from django.db import ProgrammingError

    try:
        there = get_user_model().objects.filter(email="admin@demo.example").exists()
    except ProgrammingError:  # not even the table
        return True
    return not (there and demonstration_stamp().exists())


def load_demonstration() -> None:
    """Loading makes no duplicates, and the stamp is written last: cut short, it goes on the next time."""
    from django.core.management import call_command

    call_command("seed_demo", round=2015)
    demonstration_stamp().write_text("loaded\n")


# The parts in their order: is it to be done, and what does it?
PARTS: dict[str, tuple[Callable[[], bool], Callable[[], None]]] = {
    "migrate": (unmigrated, migrate),
    "static": (static_changed, collect_static),
    "demonstration": (demonstration_missing, load_demonstration),
}


def main() -> None:
    """`list` prints the parts that are to be done; the name of a part does it."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    import django

    django.setup()
    if sys.argv[1] == "list":
        print(*(name for name, (needed, _do) in PARTS.items() if needed()))
    else:
        PARTS[sys.argv[1]][1]()


if __name__ == "__main__":
    main()
