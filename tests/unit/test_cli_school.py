"""Schools, people, reports, re-reading and the audit chain from the command line, on both databases."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, event, text

from bot import staff_import
from bot.ports import UnitOfWork
from tests.unit.conftest import Ran, Run

STAFF = """name,email,roles,manager
Ada Head,ada@oak.example,headteacher;staff,
Ben Chair,ben@oak.example,chair;governor,
Cy Vice,cy@oak.example,vice_chair;governor,
Di Teacher,di@oak.example,staff,ada@oak.example
"""

School = Callable[..., Ran]


@pytest.fixture
def at_school(run: Run, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run commands over a database that holds one school, Oak."""
    monkeypatch.setenv("CAN_I_DATABASE_URL", database_url)
    assert run("school", "add", "oak", "--name", "Oak School", "--policy", "stockham").code == 0
    return run


def staff_file(tmp_path: Path, content: str | bytes = STAFF) -> str:
    """Write a staff list and return its path."""
    path = tmp_path / "staff.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return str(path)


def test_a_staff_list_goes_in_and_is_listed(at_school: Run, tmp_path: Path) -> None:
    """Everybody is added with roles; the same file again changes nothing."""
    path = staff_file(tmp_path)
    assert at_school("people", "import", path).out == "Oak School: 4 added, 0 changed, 0 as before.\n"
    assert at_school("people", "import", path).out == "Oak School: 0 added, 0 changed, 4 as before.\n"
    listed = at_school("people", "list").out
    assert "Ada Head    ada@oak.example  headteacher staff" in listed
    assert len(listed.splitlines()) == 5


def test_a_changed_list_begins_and_ends_roles(at_school: Run, tmp_path: Path) -> None:
    """Who is named with other roles gains and loses them from today; who is not named stays, and is told."""
    at_school("people", "import", staff_file(tmp_path))
    ran = at_school("people", "import", staff_file(tmp_path, "name;email;roles\nDi Turner;di@oak.example;office\n"))
    assert "0 added, 1 changed, 0 as before" in ran.out
    assert "left as they are: Ada Head, Ben Chair, Cy Vice." in ran.out
    assert "Di Turner  di@oak.example   office " in at_school("people", "list").out


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("Ed,not-an-address,staff,", "line 6: 'not-an-address' is not an e-mail address"),
        ("Ed,ed@oak.example,wizard,", "line 6: unknown role 'wizard'"),
        ("Ed,ada@oak.example,staff,", "line 6: the e-mail ada@oak.example already stands on line 2"),
        ("Ed,ed@oak.example,staff,nobody@oak.example", "line 6: the manager nobody@oak.example is neither"),
        (",ed@oak.example,staff,", "line 6: the name is missing"),
    ],
)
def test_a_wrong_line_is_named_and_nothing_is_half_written(
    at_school: Run, tmp_path: Path, line: str, says: str
) -> None:
    """Line number and reason; nothing goes in; with --good-lines the good ones do, and the exit code still tells."""
    path = staff_file(tmp_path, STAFF + line + "\n")
    refused = at_school("people", "import", path)
    assert refused.code == 2
    assert says in refused.err
    assert "Nothing was taken in" in refused.err
    assert len(at_school("people", "list").out.splitlines()) == 1
    taken = at_school("people", "import", path, "--good-lines")
    assert taken.code == 2
    assert "4 added" in taken.out
    assert len(at_school("people", "list").out.splitlines()) == 5


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "the file is empty"),
        (b"\x89PNG\r\n\0\0", "is not text"),
        (b"first,second\n1,2\n", "the column 'name' is missing"),
        (b'name,email\n"Ada,ada@oak.example\n', "a quotation mark is not closed"),
    ],
)
def test_a_file_that_is_no_staff_list(at_school: Run, tmp_path: Path, content: bytes, says: str) -> None:
    """Empty, binary, other columns, broken quotation: a plain reason, nothing written, no traceback."""
    ran = at_school("people", "import", staff_file(tmp_path, content))
    assert ran.code == 2
    assert says in ran.err
    assert "Traceback" not in ran.err
    assert len(at_school("people", "list").out.splitlines()) == 1


def test_a_list_saved_by_a_windows_spreadsheet(at_school: Run, tmp_path: Path) -> None:
    """The code page of western Europe is read, so that Siân keeps her name."""
    at_school("people", "import", staff_file(tmp_path, "name,email\nSiân Owen,sian@oak.example\n".encode("cp1252")))
    assert "Siân Owen" in at_school("people", "list").out


def test_an_import_that_fails_half_way_leaves_nothing(
    at_school: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An error after the last person was written, before the commit: nobody is there."""
    whole = staff_import.take_in

    def fails(work: UnitOfWork, *rest: object) -> None:
        whole(work, *rest)  # type: ignore[arg-type]
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(staff_import, "take_in", fails)
    ran = at_school("people", "import", staff_file(tmp_path))
    monkeypatch.undo()
    assert (ran.code, ran.err) == (2, "The disk is full: make room, then try again.\n")


def test_files_and_folders_that_are_not_there(at_school: Run, tmp_path: Path) -> None:
    """A missing file and a folder are named for what they are."""
    assert "There is no file" in at_school("people", "import", str(tmp_path / "none.csv")).err
    assert "is a folder" in at_school("people", "import", str(tmp_path)).err


def test_several_schools_have_to_be_told_apart(at_school: Run, tmp_path: Path) -> None:
    """With two schools the command asks which; each has its own people; an unknown one is named."""
    at_school("school", "add", "elm", "--name", "Elm School", "--policy", "beaumont", "--nation", "WLS")
    assert at_school("people", "list").err == "Say which school: --school ID. There are: elm, oak.\n"
    at_school("people", "import", staff_file(tmp_path), "--school", "elm")
    assert len(at_school("people", "list", "--school", "oak").out.splitlines()) == 1
    assert len(at_school("people", "list", "--school", "elm").out.splitlines()) == 5
    assert "There is no school 'ash'" in at_school("people", "list", "--school", "ash").err
    assert "elm     Elm School  beaumont  Europe/London  WLS" in at_school("school", "list").out


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("oak", "--name", "x", "--policy", "stockham"), "There is a school 'oak' already."),
        (("ash", "--name", "x", "--policy", "stokham"), "There is no policy 'stokham'. There are: stockham"),
        (("a b", "--name", "x", "--policy", "stockham"), "letters, digits and hyphens only"),
        (("ash", "--name", "x", "--policy", "stockham", "--nation", "FRA"), "There is no nation 'FRA'"),
        (("ash", "--name", "x", "--policy", "stockham", "--timezone", "Mars/Base"), "no time zone 'Mars/Base'"),
    ],
)
def test_a_school_that_cannot_be_added(at_school: Run, arguments: tuple[str, ...], says: str) -> None:
    """Each reason is plain, and the school is not there afterwards."""
    ran = at_school("school", "add", *arguments)
    assert ran.code == 2
    assert says in ran.err
    assert len(at_school("school", "list").out.splitlines()) == 2


def test_without_a_school_the_first_step_is_told(run: Run, database_url: str) -> None:
    """Every command over an empty database says how to add a school."""
    env = {"CAN_I_DATABASE_URL": database_url}
    for command in (("people", "list"), ("report", "list"), ("reread", "status")):
        ran = run(*command, env=env)
        assert ran.code == 2
        assert "python app.py school add" in ran.err


def test_the_chain_is_verified_and_tampering_found(at_school: Run, tmp_path: Path, database_url: str) -> None:
    """Whole after honest work, with an anchor; a changed row is named; an anchor finds a chain that was cut."""
    at_school("people", "import", staff_file(tmp_path))
    whole = at_school("audit", "verify")
    assert whole.code == 0
    assert whole.out.startswith("oak: whole, 2 rows. Anchor: oak:2:")
    anchor = whole.out.rsplit(" ", 1)[1].strip()
    assert at_school("audit", "verify", "--anchor", anchor).code == 0
    engine = create_engine(database_url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE audit SET action = 'nothing' WHERE seq = 1"))
    engine.dispose()
    ran = at_school("audit", "verify", "--anchor", anchor)
    assert ran.code == 2
    assert "oak row 1: was changed" in ran.err
    assert at_school("audit", "verify", "--anchor", "rubbish").err.startswith("An anchor is written")
    assert "is not here: ash" in at_school("audit", "verify", "--anchor", f"ash:1:{'0' * 64}").err


def test_an_unknown_report_is_said_to_be_unknown(at_school: Run) -> None:
    """A reference that was never given out, and one that cannot be one."""
    for reference in ("7K3Q-M0XR-2B9T-HW5C", "rubbish"):
        ran = at_school("report", "show", reference)
        assert ran.code == 2
        assert ran.err == f"There is no report {reference!r} in Oak School.\n"


def test_a_locked_database_is_waited_for_and_then_told(run: Run, tmp_path: Path) -> None:
    """Another program holds the lock: after two seconds one sentence, and nothing was written."""
    assert run("school", "add", "oak", "--name", "Oak", "--policy", "stockham").code == 0
    other = sqlite3.connect(tmp_path / "var" / "can-i.sqlite3", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    ran = run("school", "add", "elm", "--name", "Elm", "--policy", "stockham")
    other.close()
    assert ran.code == 2
    assert ran.err.startswith("The database is locked by another program, and nothing was written")
    assert "elm" not in run("school", "list").out


def test_a_full_disk_loses_nothing(run: Run, tmp_path: Path) -> None:
    """SQLite may take no more pages: one sentence; what was there stays, and with room the same file goes in."""
    assert run("school", "add", "oak", "--name", "Oak", "--policy", "stockham").code == 0
    many = "name,email\n" + "".join(f"Person {n},p{n}@oak.example\n" for n in range(500))
    path = staff_file(tmp_path, many)

    def no_more_pages(connection: sqlite3.Connection, _record: object) -> None:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages}")

    event.listen(Engine, "connect", no_more_pages)
    try:
        ran = run("people", "import", path)
    finally:
        event.remove(Engine, "connect", no_more_pages)
    assert (ran.code, ran.err) == (2, "The disk is full, and nothing was written: make room, then try again.\n")
    assert len(run("people", "list").out.splitlines()) == 1
    assert "500 added" in run("people", "import", path).out


@pytest.mark.parametrize(
    ("env", "says"),
    [
        ({"CAN_I_DATABASE_URL": "mysql://u@h/d"}, "database_url must begin with sqlite:/// or postgresql+psycopg://"),
        ({"CAN_I_DATABASE_URL": "postgresql+psycopg://u:hush@127.0.0.1:1/d"}, "Nothing was written"),
        ({"CAN_I_VAR": "/proc/nowhere"}, "/proc/nowhere"),
    ],
)
def test_a_database_that_cannot_be_reached(run: Run, env: dict[str, str], says: str) -> None:
    """Wrong kind, nobody there, a folder that cannot be made: one sentence without the password."""
    ran = run("school", "list", env=env)
    assert ran.code == 2
    assert says in ran.err
    assert "hush" not in ran.err
    assert "Traceback" not in ran.err


def test_a_file_that_is_no_database(run: Run, tmp_path: Path) -> None:
    """Something else under the database's name is said to be unusable, and is left as it is."""
    (tmp_path / "var").mkdir()
    (tmp_path / "var" / "can-i.sqlite3").write_text("a shopping list\n" * 100)
    ran = run("school", "list")
    assert ran.code == 2
    assert "SQLITE_NOTADB" in ran.err
    assert (tmp_path / "var" / "can-i.sqlite3").read_text().startswith("a shopping list")
