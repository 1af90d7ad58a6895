"""What `make run` does with Django before the portal starts: `python -m portal.embedded.prepare migrate|static|…`."""

import hashlib
import os
import sys
from pathlib import Path

from portal.embedded import addresses


def migrate() -> None:
    from django.core.management import call_command

    call_command("migrate", interactive=False, verbosity=1)


def collect_static() -> None:
    """Collected anew only when a file has changed: compressing them takes longest of all."""
    from django.conf import settings
    from django.core.management import call_command

    wanted = fingerprint_of_static_files()
    stamp = addresses.DATA / "static.stamp"
    if stamp.exists() and stamp.read_text() == wanted and (Path(settings.STATIC_ROOT) / "staticfiles.json").exists():
        return
    stamp.unlink(missing_ok=True)
    call_command("collectstatic", interactive=False, clear=True, verbosity=1)
    stamp.write_text(wanted)


def fingerprint_of_static_files() -> str:
    from django.contrib.staticfiles.finders import get_finders

    digest = hashlib.sha256()
    for finder in get_finders():
        for path, storage in finder.list([]):
            found = os.stat(storage.path(path))
            digest.update(f"{path} {found.st_size} {found.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def load_demonstration() -> None:
    """Once for each database. The stamp is written last, and loading makes no duplicates: cut short, it goes on."""
    from django.conf import settings
    from django.contrib.auth import get_user_model
    from django.core.management import call_command

    database = settings.DATABASES["default"]
    name = f"{database.get('HOST')} {database.get('PORT')} {database['NAME']}"
    stamp = addresses.DATA / f"demonstration-{hashlib.sha256(name.encode()).hexdigest()[:12]}.stamp"
    if stamp.exists() and get_user_model().objects.filter(email="admin@demo.example").exists():
        return
    call_command("seed_demo", round=2015)
    stamp.write_text(name)


PARTS = {"migrate": migrate, "static": collect_static, "demonstration": load_demonstration}


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    import django

    django.setup()
    PARTS[sys.argv[1]]()


if __name__ == "__main__":
    main()
