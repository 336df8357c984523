"""Work under way is waited for, also where it has not yet had its first turn."""

from __future__ import annotations

import asyncio

from adapters.slack.underway import Underway


async def test_what_was_begun_is_waited_for() -> None:
    """Two pieces of work, one of which fails: the wait ends with the last, and not before the first has begun."""
    underway, done = Underway(), []

    @underway.counted
    async def work(seconds: float) -> None:
        await asyncio.sleep(seconds)
        done.append(seconds)
        if seconds < 0.02:
            raise ValueError

    tasks = [asyncio.create_task(work(seconds)) for seconds in (0.01, 0.03)]
    await underway.done()
    assert done == [0.01, 0.03]
    assert underway.count == 0
    await asyncio.gather(*tasks, return_exceptions=True)


async def test_with_nothing_under_way_there_is_no_wait() -> None:
    """The wait ends at once."""
    await asyncio.wait_for(Underway().done(), 1)
