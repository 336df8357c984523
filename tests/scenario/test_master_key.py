"""Another master key: everything opens before, during and after, wherever the change was interrupted."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import LargeBinary, select

from adapters.db import tables as t
from adapters.db.wrapped_keys import KEPT_IN
from adapters.desk import second_factor
from adapters.sealing import AesSealer, MasterKeys
from bot import rekeying
from bot.audit import verify
from bot.ports import HeadQuestion, Installation
from bot.references import new_form_key
from tests.evidencefiles import add, png
from tests.fakes import World, words

CANARY = "CANARY-0b5e55"


@pytest.fixture
def keys(tmp_path: Path) -> MasterKeys:
    """The master keys of a file that is made when it is first asked for."""
    path = tmp_path / "master.key"
    return MasterKeys("", path, path.exists)


@pytest.fixture
def keyed(database_url: str, keys: MasterKeys) -> Iterator[World]:
    """The demo school over that file, with something sealed in each table that keeps a key."""
    with World(database_url, sealer=keys.sealer()) as world:
        world.references = [world.report("teacher", what=CANARY), world.report("assistant", what=CANARY)]  # type: ignore[attr-defined]
        world.bot.reporting.keep_draft("demo-teacher", "demo", "breach", new_form_key(), {"what": CANARY})
        world.file = add(world, world.references[0], png(note=CANARY.encode()))  # type: ignore[attr-defined]
        with world.store.begin() as work:
            second_factor.keep(work, world.sealer, "demo-head", second_factor.new_factor())
            key = world.sealer.new_key()
            sealed = world.sealer.seal(key, CANARY, "q/question")
            work.questions.put(HeadQuestion("q", "demo", "demo-teacher", world.clock.now(), key, sealed))
            work.installs.put(Installation("T1", "A workspace", world.clock.now(), world.sealer.new_key(), b""))
            work.commit()
        yield world


def wrapped(world: World) -> set[bytes]:
    """Return every wrapped key that is kept."""
    with world.engine.connect() as connection:
        found = [set(connection.execute(select(table.c.key)).scalars()) for table in KEPT_IN]
    assert all(found)
    return set().union(*found)


def everything_opens(world: World, sealer: AesSealer) -> None:
    """Open both reports, the file, the draft, the second factor and the question, in a bot with this sealer."""
    with World(str(world.engine.url.render_as_string(hide_password=False)), sealer=sealer, fresh=False) as other:
        for reference in world.references:  # type: ignore[attr-defined]
            (opened,) = other.press("head", "report.open", reference)
            assert CANARY in words(opened.card)  # type: ignore[union-attr]
        assert CANARY.encode() in other.bot.evidence.read("demo-head", world.file).content  # type: ignore[attr-defined]
        with other.store.look() as work:
            assert other.bot.reporting.draft(work, "demo-teacher") == ("breach", {"what": CANARY})
            assert second_factor.read(work, sealer, "demo-head") is not None
            asked = work.questions.get("q")
            assert asked is not None
            assert sealer.open(asked.key, asked.question, "q/question") == CANARY


def test_every_key_that_is_kept_is_changed() -> None:
    """Each table with a wrapped key is known to the change (the one of ``reports`` only says that there is a key)."""
    with_key = {
        table for table in t.metadata.sorted_tables if isinstance(getattr(table.c.get("key"), "type", 0), LargeBinary)
    }
    assert with_key - {t.reports} == set(KEPT_IN)


def test_a_changed_master_key_opens_everything_and_the_old_one_nothing(
    keyed: World, keys: MasterKeys, tmp_path: Path
) -> None:
    """Every key is wrapped anew and noted; without the earlier master key all opens; the running bot goes on."""
    before, old = wrapped(keyed), (tmp_path / "master.key").read_text()
    done = rekeying.change(keyed.store, keyed.sealer, keys.put_first)
    assert done == rekeying.Rewrapped(len(before), 0)
    assert not before & wrapped(keyed)
    everything_opens(keyed, keyed.sealer)
    keyed.report("assistant", what="After the change.")
    assert rekeying.forget(keyed.store, keyed.sealer, keys.drop_earlier) == rekeying.Rewrapped(0, 0)
    assert keys.number() == 1
    everything_opens(keyed, keys.sealer())
    (tmp_path / "master.key").write_text(old)
    with pytest.raises(AssertionError):
        everything_opens(keyed, keys.sealer())
    with keyed.store.look() as work:
        rows = list(work.audit.rows("demo"))
        assert not list(verify("demo", rows, work.audit.head("demo")))
    assert [row.action for row in rows if row.action.startswith("key.")] == ["key.changed", "key.forgotten"]


def test_the_old_wrapping_is_gone_from_the_files(keyed: World, keys: MasterKeys, tmp_path: Path) -> None:
    """On SQLite neither the database nor its write-ahead log holds a key as it was wrapped before."""
    before = wrapped(keyed)
    rekeying.change(keyed.store, keyed.sealer, keys.put_first)
    kept = b"".join(file.read_bytes() for file in tmp_path.glob("can-i.sqlite3*"))
    assert (len(kept) > 0) == (keyed.engine.dialect.name == "sqlite")
    assert not [key for key in before if key in kept]


@pytest.mark.parametrize("point", ["key.put_first", "key.rewrapped", "key.committed"])
def test_killed_in_the_middle_of_a_change_everything_opens(keyed: World, keys: MasterKeys, point: str) -> None:
    """Killed at any point: the file's keys open everything, and another change brings it to its end."""

    def die(name: str) -> None:
        if name == point:
            os.kill(os.getpid(), signal.SIGKILL)

    keyed.engine.dispose()
    child = os.fork()
    if child == 0:
        try:
            rekeying.change(keyed.store, keyed.sealer, keys.put_first, die)
        finally:
            os._exit(1)
    assert os.WTERMSIG(os.waitpid(child, 0)[1]) == signal.SIGKILL
    everything_opens(keyed, keys.sealer())
    everything_opens(keyed, keyed.sealer)
    assert rekeying.change(keyed.store, keyed.sealer, keys.put_first).broken == 0
    keys.drop_earlier()
    everything_opens(keyed, keys.sealer())


def test_an_earlier_key_that_is_still_in_use_is_not_forgotten(keyed: World, keys: MasterKeys) -> None:
    """Where something is wrapped by an earlier key, that is wrapped anew first, and nothing is dropped until then."""
    keys.put_first()
    there = len(wrapped(keyed))
    assert rekeying.forget(keyed.store, keyed.sealer, keys.drop_earlier) == rekeying.Rewrapped(there, 0)
    assert keys.number() == 2
    assert rekeying.forget(keyed.store, keyed.sealer, keys.drop_earlier) == rekeying.Rewrapped(0, 0)
    assert keys.number() == 1
    everything_opens(keyed, keys.sealer())


def test_what_opens_under_no_master_key_is_counted_and_left(keyed: World, keys: MasterKeys) -> None:
    """One key that was wrapped by a master key that is lost: the others are changed, this one stays as it is."""
    lost = AesSealer((b"lost" * 8,)).new_key()
    with keyed.engine.begin() as connection:
        connection.execute(t.drafts.update().values(key=lost))
    there = len(wrapped(keyed))
    assert rekeying.change(keyed.store, keyed.sealer, keys.put_first) == rekeying.Rewrapped(there - 1, 1)
    assert lost in wrapped(keyed)
