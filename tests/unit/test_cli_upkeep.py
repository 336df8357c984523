"""``check``, ``migrate``, ``backup`` and ``serve``."""

from __future__ import annotations

import os
import signal
import socket
import sqlite3
import stat
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Self

import pytest

from tests.unit.conftest import Run

SCHOOL = ("school", "add", "oak", "--name", "Oak School", "--policy", "stockham")


def findings(out: str) -> dict[str, str]:
    """Return the lines of ``check`` by what they are about; of several the last."""
    return {line.split()[1]: line for line in out.splitlines() if len(line.split()) > 2}


def test_check_of_nothing_makes_nothing(run: Run, tmp_path: Path) -> None:
    """On a fresh machine everything is off but the policies, the exit code is 0, and no file is made."""
    ran = run("check")
    found = findings(ran.out)
    assert ran.code == 0
    assert {name: line.split()[0] for name, line in found.items()} == {
        "desk": "off",
        "slack": "off",
        "teams": "off",
        "mail": "off",
        "policies": "ok",
        "database": "off",
    }
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("env", "about", "standing", "says"),
    [
        ({"SLACK_BOT_TOKEN": "xoxb-1"}, "slack", "mend", "CAN_I_SLACK_APP_TOKEN is missing"),
        ({"SLACK_BOT_TOKEN": "xoxp-1"}, "slack", "mend", "must begin with xoxb-"),
        ({"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_MODE": "http"}, "slack", "mend", "CAN_I_SLACK_SIGNING_SECRET is missing"),
        ({"TEAMS_APP_ID": "1"}, "teams", "mend", "CAN_I_TEAMS_APP_PASSWORD and CAN_I_TEAMS_TENANT missing"),
        ({"MAIL_HOST": "smtp.example"}, "mail", "mend", "CAN_I_MAIL_FROM is missing"),
        ({"MAIL_HOST": "smtp.example", "MAIL_FROM": "a@b.example"}, "mail", "mend", "public_url is missing"),
        ({"PUBLIC_URL": "http://school.example"}, "desk", "mend", "must begin with https://"),
        ({"PUBLIC_URL": "https://school.example"}, "desk", "ok", "reached as https://school.example"),
        ({"DEMO": "true"}, "desk", "ok", "on this machine only"),
    ],
)
def test_check_says_what_is_missing_and_how_to_mend_it(
    run: Run, env: dict[str, str], about: str, standing: str, says: str
) -> None:
    """Each half-finished setting is one line with its remedy; something to mend is exit code 2."""
    ran = run("check", env={f"CAN_I_{name}": value for name, value in env.items()})
    line = findings(ran.out)[about]
    assert line.startswith(standing)
    assert says in line
    assert ran.code == (2 if standing == "mend" else 0)


def test_check_never_shows_a_secret(run: Run) -> None:
    """Secrets set right and wrong: none is printed."""
    names = ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "TEAMS_APP_PASSWORD", "MAIL_PASSWORD", "MASTER_KEY")
    run("migrate")
    ran = run("check", env={f"CAN_I_{name}": "canary-secret" for name in names})
    assert "canary-secret" not in ran.out + ran.err


def test_check_shows_a_school_whose_routes_end_nowhere(run: Run) -> None:
    """A school without people cannot take reports: check says so with the remedy, and serve refuses to start."""
    run(*SCHOOL)
    ran = run("check")
    assert ran.code == 2
    assert "mend  routes" in ran.out
    assert "ends nowhere" in ran.out
    served = run("serve")
    assert served.code == 2
    assert "Oak School cannot start" in served.err
    assert "people import" in served.err


def test_check_finds_a_master_key_that_others_may_read(run: Run, tmp_path: Path) -> None:
    """A key file that others may read is to be mended; the message says how."""
    run(*SCHOOL)
    key = tmp_path / "var" / "master.key"
    key.write_text("00" * 32 + "\n")
    key.chmod(0o644)
    ran = run("check")
    assert ran.code == 2
    assert "run chmod 600" in findings(ran.out)["key"]


def test_migrate_says_where_the_database_stands(run: Run, database_url: str) -> None:
    """An empty database is brought up to date; a second time there is nothing to do."""
    env = {"CAN_I_DATABASE_URL": database_url}
    first, second = run("migrate", env=env), run("migrate", env=env)
    assert first.code == second.code == 0
    assert first.out == second.out
    assert first.out.startswith("The database is up to date (")


def test_a_backup_is_whole_private_and_made_while_somebody_writes(run: Run, tmp_path: Path) -> None:
    """A writer keeps the database busy: the copy opens, is sound, holds what was committed, and is for us only."""
    run(*SCHOOL)
    writer = sqlite3.connect(tmp_path / "var" / "can-i.sqlite3", isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    writer.execute("UPDATE schools SET name = 'Half a name'")
    ran = run("backup")
    writer.execute("ROLLBACK")
    writer.close()
    assert ran.code == 0
    [copy] = (tmp_path / "var" / "backups").iterdir()
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    with sqlite3.connect(copy) as opened:
        assert opened.execute("SELECT name FROM schools").fetchall() == [("Oak School",)]
        assert opened.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    opened.close()


def test_a_backup_never_overwrites(run: Run, tmp_path: Path) -> None:
    """A file that is there already stays as it is; without a database there is nothing to copy."""
    assert "There is no database" in run("backup").err
    run(*SCHOOL)
    target = tmp_path / "kept"
    target.write_text("precious")
    ran = run("backup", str(target))
    assert ran.code == 2
    assert "is there already" in ran.err
    assert target.read_text() == "precious"


@pytest.mark.postgres
def test_a_backup_of_postgresql_can_be_restored(
    run: Run, postgres_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """``pg_dump``'s copy, read back by ``pg_restore``, names the school."""
    monkeypatch.setenv("CAN_I_DATABASE_URL", postgres_url)
    run(*SCHOOL)
    ran = run("backup", str(tmp_path / "copy.dump"))
    assert (ran.code, ran.err) == (0, "")
    listed = subprocess.run(
        ["pg_restore", "--data-only", "--table=schools", "--file=-", str(tmp_path / "copy.dump")],
        check=True,
        capture_output=True,
        text=True,
    )
    assert "Oak School" in listed.stdout


def test_a_failed_backup_leaves_nothing(run: Run, tmp_path: Path) -> None:
    """Where the copy cannot be made whole no half of it stays."""
    run(*SCHOOL)
    database = tmp_path / "var" / "can-i.sqlite3"
    content = bytearray(database.read_bytes())
    content[4096 * 3 : 4096 * 5] = os.urandom(4096 * 2)
    database.write_bytes(content)
    (tmp_path / "var" / "can-i.sqlite3-wal").unlink(missing_ok=True)
    ran = run("backup", str(tmp_path / "copy"))
    assert ran.code == 2
    assert "Traceback" not in ran.err
    assert not list(tmp_path.glob("copy*"))


class Served:
    """A bot that runs in a process of its own."""

    def __init__(self, root: Path, folder: Path, *arguments: str, port: int = 0) -> None:
        self.port = port or free_port()
        self.log = folder / "log"
        environ = {name: value for name, value in os.environ.items() if not name.startswith("CAN_I_")}
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, str(root / "app.py"), "serve", *arguments],
                cwd=folder,
                env=environ | {"CAN_I_PORT": str(self.port)},
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        assert self.process.stdout is not None
        self.said = self.process.stdout.readline()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.communicate()

    def get(self, path: str = "/") -> int:
        """Return the status of a page."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=10) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            return error.code

    def end(self, how: signal.Signals = signal.SIGINT) -> tuple[int, str]:
        """End it as a person would; return the exit code and what it still said."""
        self.process.send_signal(how)
        out, _ = self.process.communicate(timeout=30)
        return self.process.returncode, out


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@pytest.fixture
def served(root: Path, tmp_path: Path) -> Iterator[Served]:
    """A demo that runs until the test ends."""
    with Served(root, tmp_path, "--demo") as bot:
        yield bot


def test_serve_prints_its_address_and_answers(served: Served) -> None:
    """The first line names the address; a page is there; Ctrl-C ends it at once and cleanly."""
    assert served.said == f"Can I? with a demo school is running: http://127.0.0.1:{served.port}\n"
    assert served.get() == 200
    start = time.perf_counter()
    code, out = served.end()
    assert code == 0
    assert out.endswith("Ended.\n")
    assert time.perf_counter() - start < 10
    assert "Traceback" not in served.log.read_text()


def test_serve_ends_cleanly_when_the_machine_stops_it(served: Served) -> None:
    """SIGTERM, as a service manager sends, is the same as Ctrl-C."""
    code, out = served.end(signal.SIGTERM)
    assert (code, out.endswith("Ended.\n")) == (0, True)


def test_a_taken_port_is_a_clear_message(served: Served, root: Path, tmp_path: Path) -> None:
    """A second bot on the same port says what to do, and the first goes on."""
    with Served(root, tmp_path, "--demo", port=served.port) as second:
        assert second.process.wait(timeout=30) == 2
    assert f"Port {served.port} on 127.0.0.1 is taken" in served.log.read_text()
    assert "Traceback" not in served.log.read_text()
    assert served.get() == 200


def test_a_second_start_keeps_the_data(served: Served, root: Path, tmp_path: Path) -> None:
    """What was in the database before is there afterwards; the demo school is not put in twice; the key is the same."""
    served.end()
    key = (tmp_path / "var" / "master.key").read_bytes()
    with sqlite3.connect(tmp_path / "var" / "can-i.sqlite3") as database:
        database.execute("UPDATE schools SET name = 'Renamed'")
    database.close()
    with Served(root, tmp_path, "--demo") as again:
        assert again.get() == 200
        assert again.end()[0] == 0
    with sqlite3.connect(tmp_path / "var" / "can-i.sqlite3") as database:
        assert "Renamed" in {name for (name,) in database.execute("SELECT name FROM schools")}
    database.close()
    assert (tmp_path / "var" / "master.key").read_bytes() == key


def test_the_demo_is_refused_where_others_could_reach_it(run: Run) -> None:
    """Any address but loopback: refused before anything is made."""
    ran = run("serve", "--demo", env={"CAN_I_HOST": "0.0.0.0"})
    assert ran.code == 2
    assert "host must be 127.0.0.1" in ran.err


def test_the_demo_is_refused_over_a_real_school(run: Run) -> None:
    """Anybody may be anybody in demo mode: not where a real school's people are."""
    run(*SCHOOL)
    ran = run("serve", "--demo")
    assert ran.code == 2
    assert "holds a real school (oak)" in ran.err


def test_a_lost_master_key_is_never_replaced_by_a_new_one(run: Run, root: Path, tmp_path: Path) -> None:
    """With something sealed and the key gone, a start is refused: a new key would bury the old reports for good."""
    with Served(root, tmp_path, "--demo") as bot:
        assert bot.end()[0] == 0
    with sqlite3.connect(tmp_path / "var" / "can-i.sqlite3") as database:
        columns = [row[1] for row in database.execute("PRAGMA table_info(head_questions)")]
        assert "question" in columns
        database.execute(
            "INSERT INTO head_questions (id, school_id, asker_id, at, key, question, act, verdict, standing) "
            "SELECT 'q1', id, NULL, '2026-01-01 00:00:00', x'00', x'00', '', '', 0 FROM schools LIMIT 1"
        )
    database.close()
    (tmp_path / "var" / "master.key").unlink()
    ran = run("serve", "--demo")
    assert ran.code == 2
    assert "put it back from your safe copy" in ran.err
    assert not (tmp_path / "var" / "master.key").exists()
