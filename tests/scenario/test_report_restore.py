"""A backup holds no key; put back it sends nothing until it is released; what was deleted since is gone from it too."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from adapters.db.backup import back_up, restore
from adapters.db.engine import make_engine
from bot.ports import BackupError
from tests.fakes import World, facts, words

CANARY = "CANARY-51c0de"


def kept(world: World, tmp_path: Path, name: str = "copy") -> tuple[Path, Path]:
    """Make a backup; return it and the folder in which the keys are."""
    var = tmp_path / "var"
    return back_up(world.engine, tmp_path / name, var, world.clock.now(), os.environ), var


def closed_and_deleted(world: World, reference: str) -> None:
    """Bring a report to its deletion."""
    world.press("head", "report.acknowledge", reference)
    world.send("head", world.form("head", "report.close", reference), outcome="resolved")
    world.press("head", "report.propose_deletion", reference)
    world.press("head", "report.confirm_deletion", reference)


@pytest.fixture
def other_url(request: pytest.FixtureRequest, any_world: World, tmp_path: Path) -> str:
    """An address of the same kind where no database is yet."""
    if any_world.engine.dialect.name == "sqlite":
        return f"sqlite:///{tmp_path}/restored.sqlite3"
    return str(request.getfixturevalue("postgres_url"))


def test_put_back_everything_is_readable_and_nothing_is_sent(any_world: World, other_url: str, tmp_path: Path) -> None:
    """Reports open with their words; old and new notices wait for the operator; then they go out."""
    reference = any_world.report("teacher", what=CANARY)
    target, var = kept(any_world, tmp_path)
    engine = make_engine(other_url)
    assert restore(engine, target, var, os.environ) == (1, 0)
    engine.dispose()
    with World(other_url, fresh=False) as world:
        (opened,) = world.press("head", "report.open", reference)
        assert facts(opened.card)["What happened?"] == CANARY  # type: ignore[union-attr]
        world.report("assistant")
        world.clock.move(days=3)
        world.chasing.chase("demo")
        assert world.deliver() == 0
        with world.store.begin() as work:
            work.outbox.release_all()
            work.commit()
        assert world.deliver() > 0


def test_what_was_deleted_is_in_no_older_backup(any_world: World, other_url: str, tmp_path: Path) -> None:
    """Backed up, then deleted: with the keys of the next backup the first one shows nothing of it."""
    deleted, stays = any_world.report("teacher", what=CANARY), any_world.report("assistant", what="Stays.")
    target, _ = kept(any_world, tmp_path, "before")
    closed_and_deleted(any_world, deleted)
    _, var = kept(any_world, tmp_path, "after")
    engine = make_engine(other_url)
    assert restore(engine, target, var, os.environ) == (1, 1)
    engine.dispose()
    with World(other_url, fresh=False) as world:
        (opened,) = world.press("head", "report.open", stays)
        assert "Stays." in words(opened.card)  # type: ignore[union-attr]
        assert world.press("head", "report.open", deleted) == world.press("head", "report.open", "0000-0000-0000-0000")


def test_a_backup_holds_neither_words_nor_keys(world: World, tmp_path: Path) -> None:
    """Not the text, not a draft, and none of the wrapped keys; the keys' file is for this user only."""
    form = world.form("teacher", "report.kind", "breach")
    world.send("teacher", form, what=CANARY)
    world.report("teacher", what=CANARY)
    target, var = kept(world, tmp_path)
    keys = var / "report-keys"
    (line,) = keys.read_text("ascii").splitlines()
    copy = target.read_bytes()
    assert CANARY.encode() not in copy
    assert bytes.fromhex(line.split()[1]) not in copy
    assert stat.S_IMODE(keys.stat().st_mode) == stat.S_IMODE(target.stat().st_mode) == 0o600


def test_a_restore_that_cannot_be_is_refused(any_world: World, other_url: str, tmp_path: Path) -> None:
    """No backup, no keys, a file that is none, a database in the way: each is said, nothing is made."""
    any_world.report("teacher")
    target, var = kept(any_world, tmp_path)
    engine = make_engine(other_url)
    with pytest.raises(BackupError, match="no backup at"):
        restore(engine, tmp_path / "nowhere", var, os.environ)
    with pytest.raises(BackupError, match="keys of reports are missing"):
        restore(engine, target, tmp_path / "no-keys", os.environ)
    broken = tmp_path / "broken"
    broken.write_bytes(b"no database at all" * 999)
    with pytest.raises(BackupError, match=r"no backup of|failed"):
        restore(engine, broken, var, os.environ)
    engine.dispose()
    with pytest.raises(BackupError, match=r"There is a database|not empty"):
        restore(any_world.engine, target, var, os.environ)
