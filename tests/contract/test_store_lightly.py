"""What is written lightly: as true as all else while the machine runs, without waiting for the disk."""

from __future__ import annotations

import datetime as dt
import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Engine

from adapters.db.engine import make_engine
from adapters.db.store import SqlStore
from bot.ports import StoreBusy
from tests.fakes import MONDAY, World


def test_what_is_written_lightly_is_there_for_all(any_world: World) -> None:
    """An event claimed lightly is claimed: another unit, light or not, does not get it."""
    for lightly, first in ((True, True), (True, False), (False, False)):
        with any_world.store.begin(lightly=lightly) as work:
            assert work.events.first_time("slack", "Ev1", MONDAY) is first
            work.commit()


def test_only_lasting_commits_are_changes(any_world: World) -> None:
    """What is held in memory is looked up anew after a commit, not after a light one, nor after what was undone."""
    store = any_world.store
    seen = [store.changes]
    for lightly, commits in ((True, True), (False, False), (False, True)):
        with store.begin(lightly=lightly) as work:
            work.events.first_time("slack", "Ev1", MONDAY)
            if commits:
                work.commit()
        seen.append(store.changes)
    assert seen[0] == seen[1] == seen[2] != seen[3]


def waits(engine: Engine) -> int:
    """Return how a connection that writes waits for the disk: 2 is always."""
    with engine.connect() as connection:
        return int(connection.exec_driver_sql("PRAGMA synchronous").scalar_one())


def test_a_report_waits_for_the_disk_whatever_was_written_before(world: World, sqlite_url: str) -> None:
    """A connection that wrote lightly waits for the disk again as soon as it writes anything else."""
    engine = make_engine(sqlite_url)
    store, found = SqlStore(engine, world.clock), []
    for lightly in (False, True, False, True, True, False):
        with store.begin(lightly=lightly) as work:
            work.events.first_time("slack", "Ev1", MONDAY)
            found.append(int(work._connection.exec_driver_sql("PRAGMA synchronous").scalar_one()))
            work.commit()
        store.claim("slack", ["Ev2"])
    assert found == [2, 1, 2, 1, 1, 2]
    assert waits(engine) == 2
    engine.dispose()


def test_an_event_is_claimed_once_by_whichever_way(any_world: World) -> None:
    """Of several names each is claimed once, also where a unit of work claimed it; it is forgotten when it is old."""
    store = any_world.store
    with store.begin(lightly=True) as work:
        work.events.first_time("slack", "Ev1", MONDAY)
        work.commit()
    before = store.changes
    assert store.claim("slack", ["Ev1", "Ev2", "Ev2", "Ev3"]) == [False, True, False, True]
    assert store.claim("slack", ["Ev3", "Ev4"]) == [False, True]
    assert store.claim("teams", ["Ev3"]) == [True]
    assert store.claim("slack", []) == []
    assert store.changes == before
    with store.begin() as work:
        assert not work.events.first_time("slack", "Ev4", MONDAY)
        assert work.events.forget_before(any_world.clock.now() + dt.timedelta(seconds=1)) == 5
        work.commit()
    assert store.claim("slack", ["Ev3"]) == [True]


def test_a_locked_database_claims_nothing(world: World, sqlite_url: str) -> None:
    """Whoever cannot claim is told so after a moment, and can claim as soon as the lock is gone."""
    engine = make_engine(sqlite_url)
    store = SqlStore(engine, world.clock)
    with store.begin() as work:
        work.events.first_time("slack", "Ev1", MONDAY)
        with pytest.raises(StoreBusy) as refused:
            store.claim("slack", ["Ev2"])
    assert isinstance(refused.value.__context__, sqlite3.OperationalError)
    assert store.claim("slack", ["Ev1", "Ev2"]) == [True, True]
    engine.dispose()


def test_instances_that_claim_in_another_order_do_not_lock_each_other_out(any_world: World) -> None:
    """Two claim the same events at once, one from the end: each event is claimed once, and nobody is turned away."""
    start = threading.Barrier(2)
    for turn in range(20):
        names = [f"Ev{turn}/{number:02}" for number in range(40)]

        def claimed(order: list[str]) -> list[str]:
            start.wait(30)
            first = any_world.store.claim("slack", order)
            return [name for name, mine in zip(order, first, strict=True) if mine]

        with ThreadPoolExecutor(2) as pool:
            found = [*pool.map(claimed, (names, names[::-1]))]
        assert sorted(name for each in found for name in each) == names
