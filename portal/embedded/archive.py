"""Backups: database, uploaded files and keys together in one file, each part with its checksum."""

import hashlib
import io
import os
import shutil
import subprocess
import tarfile
import tempfile
import time
from pathlib import Path
from typing import Any

from portal.embedded import addresses, postgres
from portal.embedded.console import Trouble, need_space, step

MANIFEST = "MANIFEST.sha256"
DUMP = "database.dump"


def back_up() -> Path:
    """Write `.data/backups/portal-<time>.tar`; returns its path. The file appears only when it is whole.

    The database is read first: files are only ever added, so each that it names is in the backup.
    """
    folder = addresses.DATA / "backups"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    need_space(folder, 200)
    whole = folder / f"portal-{time.strftime('%Y%m%d-%H%M%S')}.tar"
    with tempfile.TemporaryDirectory(dir=folder, prefix="half-") as half_folder:
        half = Path(half_folder)
        with step("Database"):
            _postgres("pg_dump", "--format=custom", "--no-owner", "--file", str(half / DUMP), database=None)
        with step("Files and keys"), tarfile.open(half / "all.tar", "w") as tar:
            sums = _add(tar, half / DUMP, DUMP)
            for name, place in _folders().items():
                for file in sorted(path for path in place.rglob("*") if path.is_file() and not path.is_symlink()):
                    sums += _add(tar, file, f"{name}/{file.relative_to(place)}")
            note = tarfile.TarInfo(MANIFEST)
            note.size = len(sums.encode())
            tar.addfile(note, io.BytesIO(sums.encode()))
        (half / "all.tar").chmod(0o600)
        with (half / "all.tar").open("rb") as written:
            os.fsync(written.fileno())
        (half / "all.tar").rename(whole)
    return whole


def restore(file: Path) -> None:
    """Put back what a backup holds, in place of what is there.

    Every checksum is checked before anything is changed. The database is restored beside the present one and takes
    its name at the end. Raises `Trouble` for a damaged file, and while the portal runs.
    """
    if supervisor_runs():
        raise Trouble("The portal runs: end it first (Ctrl-C where `make run` runs), then restore.")
    if not file.is_file():
        raise Trouble(f"There is no file {file}.")
    with tempfile.TemporaryDirectory(dir=addresses.DATA, prefix="restore-") as folder:
        unpacked = Path(folder)
        with step("Checking the backup"):
            _unpack(file, unpacked)
        with step("Database"):
            _restore_database(unpacked / DUMP)
        with step("Files and keys"):
            for name, place in _folders().items():
                (unpacked / name).mkdir(exist_ok=True)
                before = unpacked / f"{name}-before"
                if place.exists():
                    shutil.move(place, before)
                place.parent.mkdir(parents=True, exist_ok=True)
                shutil.move(unpacked / name, place)


def supervisor_runs() -> bool:
    import fcntl

    from portal.embedded import services

    with services.lock("run", fcntl.LOCK_EX | fcntl.LOCK_NB) as alone:
        return not alone


def _folders() -> dict[str, Path]:
    """The folders that a backup holds, by their names in it."""
    return {"media": Path(_settings().MEDIA_ROOT), "keys": addresses.DATA / "keys"}


def _settings() -> Any:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    from django.conf import settings

    return settings


def _add(tar: tarfile.TarFile, file: Path, name: str) -> str:
    tar.add(file, arcname=name, recursive=False)
    with file.open("rb") as content:
        return f"{hashlib.file_digest(content, 'sha256').hexdigest()}  {name}\n"


def _unpack(file: Path, folder: Path) -> None:
    """Unpack what the manifest names and its checksums confirm; anything else in the file is refused."""
    damaged = Trouble(f"{file} is no whole backup of the portal: nothing was changed.")
    try:
        with tarfile.open(file) as tar:
            manifest = tar.extractfile(MANIFEST)
            if manifest is None:
                raise damaged
            rows = [line.split("  ", 1) for line in manifest.read().decode().splitlines()]
            wanted = {name: checksum for checksum, name in rows}
            for member in tar:
                if member.name == MANIFEST:
                    continue
                target = (folder / member.name).resolve()
                content = tar.extractfile(member) if member.isreg() else None
                if content is None or member.name not in wanted or not target.is_relative_to(folder.resolve()):
                    raise damaged
                target.parent.mkdir(parents=True, exist_ok=True)
                with target.open("wb") as copy:
                    shutil.copyfileobj(content, copy)
                with target.open("rb") as copied:
                    if hashlib.file_digest(copied, "sha256").hexdigest() != wanted.pop(member.name):
                        raise damaged
    except (tarfile.TarError, KeyError, ValueError, EOFError) as error:
        raise damaged from error
    if wanted or not (folder / DUMP).exists():
        raise damaged


def _restore_database(dump: Path) -> None:
    import psycopg
    from psycopg import sql

    name = _settings().DATABASES["default"]["NAME"]
    beside, before = f"{name}_restored", f"{name}_before"
    with psycopg.connect(**_connection(), dbname="postgres", autocommit=True) as server:

        def do(statement: str, *names: str) -> None:
            server.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))

        do("DROP DATABASE IF EXISTS {} WITH (FORCE)", beside)
        do("CREATE DATABASE {}", beside)
        _postgres("pg_restore", "--no-owner", "--exit-on-error", "--dbname", beside, str(dump), database=beside)
        do("DROP DATABASE IF EXISTS {} WITH (FORCE)", before)
        server.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()",
            [name],
        )
        do("ALTER DATABASE {} RENAME TO {}", name, before)
        do("ALTER DATABASE {} RENAME TO {}", beside, name)
        do("DROP DATABASE {} WITH (FORCE)", before)


def _connection() -> dict[str, Any]:
    """How the portal's database is reached, in the words of PostgreSQL's own programs."""
    _settings()
    from django.db import connection

    wanted = ("host", "port", "user", "password", "sslmode", "sslrootcert", "sslcert", "sslkey")
    return {key: value for key, value in connection.get_connection_params().items() if key in wanted and value}


def _postgres(program: str, *arguments: str, database: str | None) -> None:
    """Run one of PostgreSQL's programs against the portal's database; the password travels by environment."""
    settings = _connection() | {"database": database or _settings().DATABASES["default"]["NAME"]}
    env = {**os.environ, **{f"PG{key.upper()}": str(value) for key, value in settings.items()}}
    embedded = postgres.programs() / program
    done = subprocess.run(
        [embedded if embedded.exists() else program, *arguments], env=env, capture_output=True, text=True
    )
    if done.returncode:
        raise Trouble(f"{program} failed: {' '.join(done.stderr.split()) or 'no reason given'}")
