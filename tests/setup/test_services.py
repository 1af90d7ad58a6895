"""The embedded servers: up, down, and up again after whatever happened to them."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from portal.embedded import addresses, console, services

from .conftest import CHECKOUT, Elsewhere


def test_services_come_up_and_go_down(elsewhere: Elsewhere) -> None:
    elsewhere.up()
    with elsewhere.database() as database, elsewhere.broker() as broker:
        assert database.execute("SHOW listen_addresses").fetchone() == ("",)
        assert broker.config_get("port") == {"port": "0"}
    again = elsewhere.command("up")
    assert (again.returncode, "Starting" in again.stdout) == (0, False)
    assert elsewhere.command("down").stdout == "Stopped the mail catcher, the broker, PostgreSQL.\n"
    assert elsewhere.processes() == []
    assert elsewhere.command("down").stdout == "Nothing was running.\n"


def test_services_are_closed_to_other_users(elsewhere: Elsewhere) -> None:
    elsewhere.up()
    run = elsewhere.data / "run"
    assert [path.stat().st_mode & 0o077 for path in (run, run / ".s.PGSQL.5432", run / "broker.sock")] == [0, 0, 0]


def test_killed_servers_start_again_with_their_data(elsewhere: Elsewhere) -> None:
    elsewhere.up()
    with elsewhere.database() as database, elsewhere.broker() as broker:
        database.execute("CREATE TABLE kept (word text)")
        database.execute("INSERT INTO kept VALUES ('伙伴')")
        broker.set("kept", "task")
        assert broker.config_set("appendfsync", "always")
    elsewhere.kill_all()
    # As after a restart of the machine: the notes name a process that lives and is somebody else's.
    note = elsewhere.data / "postgres" / "postmaster.pid"
    note.write_text(note.read_text().replace(note.read_text().split("\n")[0], str(os.getpid()), 1))
    (elsewhere.data / "run" / ".s.PGSQL.5432.lock").write_text(f"{os.getpid()}\n")
    assert (elsewhere.data / "run" / "broker.sock").is_socket()
    elsewhere.up()
    with elsewhere.database() as database, elsewhere.broker() as broker:
        assert database.execute("SELECT word FROM kept").fetchall() == [("伙伴",)]
        assert broker.get("kept") == "task"


def test_server_killed_alone_leaves_no_orphan_that_blocks_it(elsewhere: Elsewhere) -> None:
    elsewhere.up()
    (server,) = elsewhere.processes("bin/postgres -D")
    server.kill()
    elsewhere.up()
    with elsewhere.database() as database:
        assert database.execute("SELECT 1").fetchone() == (1,)


def test_making_of_the_database_cut_short_begins_anew(elsewhere: Elsewhere) -> None:
    half = elsewhere.data / "postgres.new"
    half.mkdir()
    (half / "PG_VERSION").write_text("18")
    (elsewhere.data / "postgres").mkdir()
    elsewhere.up()
    assert not half.exists()


def test_damaged_broker_file_is_put_aside(elsewhere: Elsewhere) -> None:
    elsewhere.up()
    elsewhere.command("down")
    (elsewhere.data / "broker" / "appendonly.aof").write_bytes(b"*3\r\n$3\r\nSET\r\nbroken" + b"\0" * 64 + b"*1\r\n")
    done = elsewhere.command("up")
    assert (done.returncode, "is put aside" in done.stdout) == (0, True)


def test_with_starts_for_its_command_and_stops_after_it(elsewhere: Elsewhere) -> None:
    ask = "import os; from portal.embedded.postgres import Postgres; print(Postgres().answers()); raise SystemExit(3)"
    done = elsewhere.command("with", sys.executable, "-c", ask)
    assert (done.returncode, done.stdout.splitlines()[-1], elsewhere.processes()) == (3, "True", [])


def test_with_leaves_running_what_ran_before(elsewhere: Elsewhere) -> None:
    elsewhere.up()
    assert elsewhere.command("with", "true").returncode == 0
    assert len(elsewhere.processes("portal.embedded.catcher")) == 1


def test_variables_replace_the_embedded_servers(monkeypatch: pytest.MonkeyPatch) -> None:
    for server in services.ALL:
        monkeypatch.setenv(server.variable, "elsewhere://")
    assert services.embedded() == []


def test_database_of_another_version_is_refused_in_one_sentence(elsewhere: Elsewhere) -> None:
    (elsewhere.data / "postgres").mkdir(mode=0o700)
    (elsewhere.data / "postgres" / "PG_VERSION").write_text("9")
    done = elsewhere.command("up")
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    assert "written by PostgreSQL 9" in done.stderr


def test_backup_is_restored_and_a_damaged_one_refused(elsewhere: Elsewhere) -> None:
    elsewhere.up()
    media = elsewhere.data / "media" / "2015"
    media.mkdir(parents=True)
    (media / "document").write_bytes(b"as submitted")
    with elsewhere.database() as database:
        database.execute("CREATE TABLE kept AS SELECT 102 AS partners")
    made = elsewhere.command("backup")
    assert made.returncode == 0, made.stderr
    (file,) = (elsewhere.data / "backups").glob("*.tar")
    with elsewhere.database() as database:
        database.execute("DROP TABLE kept")
    (media / "document").write_bytes(b"overwritten")
    damaged = file.with_name("damaged.tar")
    damaged.write_bytes(file.read_bytes().replace(b"as submitted", b"as Submitted"))
    refused = elsewhere.command("restore", str(damaged))
    assert (refused.returncode, "nothing was changed" in refused.stderr) == (1, True)
    with elsewhere.database() as database, pytest.raises(psycopg.errors.UndefinedTable):
        database.execute("SELECT partners FROM kept")
    restored = elsewhere.command("restore", str(file))
    assert restored.returncode == 0, restored.stderr
    with elsewhere.database() as database:
        assert database.execute("SELECT partners FROM kept").fetchone() == (102,)
    assert (media / "document").read_bytes() == b"as submitted"


def test_sockets_of_a_deep_folder_are_short_and_always_the_same() -> None:
    deep = "/" + "/".join(["a-rather-long-folder-name"] * 6)
    ask = "from portal.embedded import addresses as a; print(a.socket_folder())"
    answers = {
        subprocess.run(
            [sys.executable, "-c", ask],
            cwd=CHECKOUT,
            env=os.environ | {"PORTAL_DATA": deep} | surroundings,
            capture_output=True,
            text=True,
        ).stdout.strip()
        for surroundings in ({}, {"XDG_RUNTIME_DIR": "/run/user/0"}, {"TMPDIR": "/elsewhere"})
    }
    (folder,) = answers
    assert len(f"{folder}/.s.PGSQL.5432.lock") < 100


def test_socket_folder_of_somebody_else_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "theirs").mkdir()
    (tmp_path / "ours").symlink_to(tmp_path / "theirs")
    monkeypatch.setattr(addresses, "DATA", tmp_path / "data")
    monkeypatch.setattr(addresses, "socket_folder", lambda: tmp_path / "ours")
    with pytest.raises(console.Trouble, match="belongs to another user"):
        services.make_folders()


def test_catcher_takes_another_port_when_its_own_is_taken(elsewhere: Elsewhere) -> None:
    with socket.create_server(("127.0.0.1", 0)) as theirs:
        taken = theirs.getsockname()[1]
        (elsewhere.data / "run").mkdir()
        (elsewhere.data / "run" / "mail.port").write_text(str(taken))
        elsewhere.up()
        assert int((elsewhere.data / "run" / "mail.port").read_text()) != taken
