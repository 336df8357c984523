"""Doing a thing once although Slack tells of it several times: alone, in a crowd, and while the database is busy."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence

import pytest

from adapters.db.store import SqlStore
from adapters.slack.talk import Once
from bot.ports import StoreBusy
from tests.fakes import World

PATIENCE = 20


class Door(SqlStore):
    """A store that can be shut, and that holds up whoever claims until it is let go."""

    shut = False
    entered: threading.Event | None = None
    go: threading.Event | None = None

    def claim(self, platform: str, names: Sequence[str]) -> list[bool]:
        if self.entered and self.go:
            self.entered.set()
            assert self.go.wait(PATIENCE)
        if self.shut:
            raise StoreBusy
        return super().claim(platform, names)


@pytest.fixture
def door(any_world: World) -> Door:
    """A store over the world's database, once on each database."""
    return Door(any_world.engine, any_world.clock, any_world.clock.seconds())


async def test_a_copy_is_done_once_over_two_instances(door: Door) -> None:
    """Two instances are told of twenty things four times each: each is done once, by one of them."""
    both = [Once(door), Once(door)]
    done: list[int] = []
    told = [(once, number) for number in range(20) for once in both for _ in range(2)]
    found = await asyncio.gather(*(once.do(f"e{n}", lambda n=n: done.append(n) or "done") for once, n in told))  # type: ignore[misc]
    assert sorted(done) == list(range(20))
    assert found.count("done") == 20
    assert found.count(None) == 60


async def test_nobody_waits_for_the_answer_to_somebody_else(door: Door) -> None:
    """While what came first is still being worked on, others are claimed and done."""
    once = Once(door)
    working, go = threading.Event(), threading.Event()

    def slow() -> str:
        working.set()
        assert go.wait(PATIENCE)
        return "late"

    first = asyncio.create_task(once.do("slow", slow))
    assert await asyncio.to_thread(working.wait, PATIENCE)
    async with asyncio.timeout(PATIENCE):
        assert await asyncio.gather(*(once.do(f"e{n}", lambda: "soon") for n in range(3))) == ["soon"] * 3
    assert not first.done()
    go.set()
    assert await first == "late"


async def test_who_comes_during_a_claim_is_claimed_after_it(door: Door) -> None:
    """A crowd that comes while one thing is being claimed is done too, each once, also where names are the same."""
    once = Once(door)
    door.entered, door.go = threading.Event(), threading.Event()
    first = asyncio.create_task(once.do("e0", lambda: 0))
    assert await asyncio.to_thread(door.entered.wait, PATIENCE)
    others = [asyncio.create_task(once.do(f"e{n % 4}", lambda n=n: n)) for n in range(9)]  # type: ignore[misc]
    await asyncio.sleep(0)
    door.go.set()
    async with asyncio.timeout(PATIENCE):
        assert await first == 0
        assert await asyncio.gather(*others) == [None, 1, 2, 3, None, None, None, None, None]


async def test_a_busy_database_fails_those_who_wait_and_nobody_after(door: Door) -> None:
    """Everybody who waited is told; nothing was done; the same things are done when they are told of again."""
    once = Once(door)
    door.entered, door.go, door.shut = threading.Event(), threading.Event(), True
    first = asyncio.create_task(once.do("e0", lambda: 0))
    assert await asyncio.to_thread(door.entered.wait, PATIENCE)
    others = [asyncio.create_task(once.do(f"e{n}", lambda: 1)) for n in range(1, 5)]
    await asyncio.sleep(0)
    door.go.set()
    found = await asyncio.gather(first, *others, return_exceptions=True)
    assert all(isinstance(each, StoreBusy) for each in found)
    door.shut = False
    assert await asyncio.gather(*(once.do(f"e{n}", lambda: 2) for n in range(5))) == [2] * 5


async def test_what_the_work_raises_reaches_the_caller_and_blocks_nobody(door: Door) -> None:
    """A fault in one answer is that one's; the next thing is done."""
    once = Once(door)

    def broken() -> str:
        raise LookupError

    with pytest.raises(LookupError):
        await once.do("e1", broken)
    assert await once.do("e1", lambda: "again") is None
    assert await once.do("e2", lambda: "next") == "next"
