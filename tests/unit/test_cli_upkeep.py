"""``check``, ``migrate``, ``backup`` and ``serve``."""

from __future__ import annotations

import os
import sqlite3
import stat
import subprocess
from pathlib import Path

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
        ({"SLACK_CLIENT_ID": "1.2"}, "slack", "mend", "slack_client_id needs slack_mode = http"),
        ({"SLACK_CLIENT_ID": "1.2", "SLACK_MODE": "http"}, "slack", "mend", "CAN_I_SLACK_CLIENT_SECRET and"),
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


def test_migrate_says_where_the_database_stands(run: Run, empty_database_url: str) -> None:
    """An empty database is brought up to date; a second time there is nothing to do."""
    env = {"CAN_I_DATABASE_URL": empty_database_url}
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


def test_a_backup_put_back_holds_everything_until_released(run: Run, tmp_path: Path) -> None:
    """The operator restores, is told that nothing goes out, ``check`` says so too, and releases it."""
    run(*SCHOOL)
    assert run("backup", str(tmp_path / "copy")).code == 0
    assert "move it" in run("restore", str(tmp_path / "copy")).err
    (tmp_path / "var" / "can-i.sqlite3").rename(tmp_path / "old")
    for beside in (tmp_path / "var").glob("can-i.sqlite3-*"):
        beside.unlink()
    assert run("restore", str(tmp_path / "nowhere")).code == 2
    ran = run("restore", str(tmp_path / "copy"))
    assert (ran.code, ran.err) == (0, "")
    assert "Nothing is sent" in ran.out
    assert "oak" in run("school", "list").out
    assert "Nothing is sent" in findings(run("check").out)["outbox"]
    assert "Nothing is sent" in run("outbox", "status").out
    assert run("outbox", "release").code == 0
    assert "Nothing is sent" not in run("outbox", "status").out
    assert "outbox" not in findings(run("check").out)


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
