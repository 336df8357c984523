"""What is written lightly: as true as all else while the machine runs, without waiting for the disk."""

from __future__ import annotations

from sqlalchemy import Engine

from adapters.db.engine import make_engine
from adapters.db.store import SqlStore
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
    assert found == [2, 1, 2, 1, 1, 2]
    assert waits(engine) == 2
    engine.dispose()
