"""How files are kept: sealed in their place, deleted with their report, in backups, under another master key."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from adapters.db.backup import back_up, restore
from adapters.db.engine import make_engine
from adapters.db.tables import attachments as table
from bot import rekeying
from bot.audit import verify
from bot.cases import Hidden
from bot.evidence import Evidence, NotTaken, Rule
from bot.ports import SealBroken, StoreBusy
from bot.references import new_form_key
from tests.evidencefiles import CANARY, NAME, SHOT, TAKEN, add, audited, readers, with_file
from tests.fakes import World, facts, words
from tests.scenario.test_report_restore import closed_and_deleted


def test_a_moved_or_changed_seal_is_seen(any_world: World) -> None:
    """Content moved to another file, or cut by a byte, is not opened; the list says so; others stay readable."""
    world = any_world
    reference, first = with_file(world)
    world.clock.move(seconds=1)
    second = add(world, reference, TAKEN["pdf"], "second.pdf")
    with world.engine.begin() as connection:
        rows = connection.exec_driver_sql("SELECT id, sealed, about FROM attachments").all()
        by_id = {row.id: row for row in rows}
        connection.execute(table.update().where(table.c.id == first).values(sealed=by_id[second].sealed))
    with pytest.raises(SealBroken):
        world.bot.evidence.read("demo-head", first)
    assert world.bot.evidence.read("demo-head", second).content == TAKEN["pdf"]
    with world.engine.begin() as connection:
        connection.execute(table.update().where(table.c.id == second).values(about=b"\1" + by_id[second].about[:-1]))
    with pytest.raises(SealBroken):
        world.bot.evidence.read("demo-head", second)
    (opened,) = world.press("head", "report.open", reference)
    assert "seal is broken" in facts(opened.card)["File 2"]  # type: ignore[union-attr]
    assert audited(world, reference)[2:] == [("demo-head", "report.file_opened")]


def test_a_deleted_report_takes_its_files_with_it(any_world: World, tmp_path: Path) -> None:
    """For reader and reporter they are gone; on SQLite their keys and sealed bytes stand in no file any more."""
    world = any_world
    reference, file_id = with_file(world)
    door = world.bot.evidence.door("demo-teacher", "demo", reference)
    with world.engine.connect() as connection:
        (key,) = connection.exec_driver_sql("SELECT key FROM attachment_keys").scalars()
        (sealed,) = connection.exec_driver_sql("SELECT sealed FROM attachments").scalars()

    def files() -> bytes:
        return b"".join(file.read_bytes() for file in tmp_path.glob("can-i.sqlite3*"))

    sqlite = world.engine.dialect.name == "sqlite"
    assert (bytes(key) in files()) == sqlite
    closed_and_deleted(world, reference)
    assert bytes(key) not in files()
    assert bytes(sealed) not in files()
    assert readers(world, file_id) == set()
    with pytest.raises(Hidden):
        world.bot.evidence.own(door, file_id)
    with pytest.raises(Hidden):
        world.bot.evidence.add(door, SHOT, NAME, new_form_key())


def test_a_hold_keeps_the_files_too(any_world: World) -> None:
    """Held for the police nothing of it is deleted, and more may be added."""
    world = any_world
    reference, file_id = with_file(world)
    world.press("head", "report.acknowledge", reference)
    world.send("head", world.form("head", "report.close", reference), outcome="resolved")
    world.send("head", world.form("head", "report.hold", reference), hold="police")
    world.press("head", "report.propose_deletion", reference)
    world.press("head", "report.confirm_deletion", reference)
    assert readers(world, file_id) == {"head"}
    add(world, reference, TAKEN["pdf"], "more.pdf")


def other_url(request: pytest.FixtureRequest, world: World, tmp_path: Path) -> str:
    """Return an address of the same kind where no database is yet."""
    if world.engine.dialect.name == "sqlite":
        return f"sqlite:///{tmp_path}/restored.sqlite3"
    return str(request.getfixturevalue("postgres_url"))


def test_files_come_back_from_a_backup_and_deleted_ones_do_not(
    any_world: World, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    """The copy holds neither bytes, names nor keys of files; with the latest keys what was deleted since stays gone."""
    world, url = any_world, other_url(request, any_world, tmp_path)
    gone, gone_file = with_file(world)
    stays = world.report("assistant")
    kept_file = add(world, stays, who="assistant")
    var = tmp_path / "var"
    copy = back_up(world.engine, tmp_path / "before", var, world.clock.now(), os.environ)
    lines = (var / "report-keys").read_text("ascii").splitlines()
    assert len(lines) == 4
    assert all(bytes.fromhex(line.split()[1]) not in copy.read_bytes() for line in lines)
    assert SHOT not in copy.read_bytes()
    closed_and_deleted(world, gone)
    back_up(world.engine, tmp_path / "after", var, world.clock.now(), os.environ)
    assert len((var / "report-keys").read_text("ascii").splitlines()) == 2
    engine = make_engine(url)
    assert restore(engine, copy, var, os.environ) == (1, 1)
    engine.dispose()
    with World(url, fresh=False) as restored:
        assert restored.bot.evidence.read("demo-head", kept_file).content == SHOT
        with restored.store.look() as work:
            assert work.attachments.get(gone_file) is None
        with pytest.raises(Hidden):
            restored.bot.evidence.read("demo-head", gone_file)


def test_another_master_key_opens_them(any_world: World) -> None:
    """The key of each file is wrapped anew with the others; the file itself stays as it is."""
    world = any_world
    _, file_id = with_file(world)
    with world.engine.connect() as connection:
        before = connection.exec_driver_sql("SELECT key FROM attachment_keys").scalar()

    def put_first() -> None:
        world.sealer._ring = type(world.sealer)((b"n" * 32, b"k" * 32))._ring

    assert rekeying.change(world.store, world.sealer, put_first).broken == 0
    with world.engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT key FROM attachment_keys").scalar() != before
    world.sealer._ring = type(world.sealer)((b"n" * 32,))._ring
    assert world.bot.evidence.read("demo-head", file_id).content == SHOT


def test_a_persons_own_data_names_their_files(any_world: World) -> None:
    """Their own, with name and hash; nobody else's."""
    world = any_world
    with_file(world)
    (mine,) = world.press("teacher", "report.own_data")
    assert facts(mine.card)["File 1"] == NAME  # type: ignore[union-attr]
    for who in ("head", "colleague"):
        (other,) = world.press(who, "report.own_data")
        assert CANARY not in words(other.card)  # type: ignore[union-attr]


def test_files_added_at_once_keep_to_the_number(any_world: World) -> None:
    """Eight files from eight threads where three may be: three are in, five are refused, the chain is whole."""
    world = any_world
    evidence = Evidence(world.store, world.sealer, world.clock, world.shelf, Rule(most=3))
    door = evidence.door("demo-teacher", "demo", world.report("teacher"))

    def add(number: int) -> bool:
        for _ in range(20):
            try:
                return evidence.add(door, b"file %d" % number, f"{number}.txt", new_form_key())
            except StoreBusy:
                continue
            except NotTaken:
                return False
        raise AssertionError

    with ThreadPoolExecutor(8) as pool:
        done = list(pool.map(add, range(8)))
    assert done.count(True) == 3
    assert len(evidence.folder(door).files) == 3
    with world.store.look() as work:
        rows = list(work.audit.rows("demo"))
        assert not list(verify("demo", rows, work.audit.head("demo")))
    assert [row.action for row in rows].count("report.file_added") == 3
