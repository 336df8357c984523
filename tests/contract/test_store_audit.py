"""The audit chain in a database: one chain under many writers, and every kind of tampering found."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import delete, update

from adapters.db import tables as t
from bot.audit import verify
from tests.fakes import World


def write_at_once(world: World, writers: int, rows: int) -> None:
    """Let so many threads write so many rows each; the chain must be one, without a gap."""
    faults: list[BaseException] = []

    def write(n: int) -> None:
        try:
            for m in range(rows):
                with world.store.begin(patient=True) as work:
                    work.audit.note("demo", None, "test.written", f"{n}-{m}")
                    work.commit()
        except BaseException as fault:  # noqa: BLE001 - handed to the test
            faults.append(fault)

    threads = [threading.Thread(target=write, args=(n,)) for n in range(writers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    with world.store.look() as work:
        found = list(work.audit.rows("demo"))
        assert [row.seq for row in found] == list(range(1, writers * rows + 2))
        assert list(verify("demo", found, work.audit.head("demo"))) == []
        assert len(work.audit.of_thing("demo", "3-7")) == 1


def test_the_audit_chain_stays_single_under_many_writers(any_world: World) -> None:
    """Eight threads, forty rows each: no fork, no gap, nothing wrong."""
    write_at_once(any_world, 8, 40)


@pytest.mark.soak
def test_the_audit_chain_stays_single_over_ten_thousand_rows(any_world: World) -> None:
    """Four writers, 2,500 rows each."""
    write_at_once(any_world, 4, 2500)


@pytest.mark.parametrize("harm", ["change", "remove", "cut", "swap"])
def test_tampering_with_audit_rows_in_the_database_is_found(any_world: World, harm: str) -> None:
    """Whoever writes into the table past the bot is found."""
    with any_world.store.begin() as work:
        for n in range(20):
            work.audit.note("demo", "demo-head", "report.opened", f"t{n}")
        work.commit()
    a = t.audit.c
    with any_world.engine.begin() as connection:
        if harm == "change":
            connection.execute(update(t.audit).where(a.seq == 7).values(actor_id="demo-chair"))
        elif harm == "remove":
            connection.execute(delete(t.audit).where(a.seq == 7))
        elif harm == "cut":
            connection.execute(delete(t.audit).where(a.seq > 15))
        else:
            for old, new in ((7, 900), (8, 7), (900, 8)):
                connection.execute(update(t.audit).where(a.seq == old).values(seq=new))
    with any_world.store.look() as work:
        assert list(verify("demo", work.audit.rows("demo"), work.audit.head("demo")))
