"""Trying again: after pauses that grow, for as long as the bot runs, and with one line an hour about the same fault."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator
from typing import Final

from bot.ports import Clock

log = logging.getLogger(__name__)

FIRST: Final = 2.0
LONGEST: Final = 300.0
SAID_EVERY: Final = 3600.0
"""Seconds between two lines to the operator about the same fault."""


def growing(first: float = FIRST, longest: float = LONGEST) -> Iterator[float]:
    """Yield the seconds before each next try: each is twice the one before, up to the longest."""
    while True:
        yield first
        first = min(2 * first, longest)


async def kept_going(name: str, work: Callable[[], Awaitable[None]], first: float = FIRST) -> None:
    """Do work until it ends of itself. What it raises is logged by its type, and after a pause it is begun anew."""
    loop = asyncio.get_running_loop()
    tries = growing(first)
    while True:
        begun = loop.time()
        try:
            await work()
        except Exception as error:  # noqa: BLE001 - whatever it is, no part of the bot may end in silence
            log.error("slack %s failed and is begun anew error=%s", name, type(error).__name__)  # noqa: TRY400
        else:
            return
        if loop.time() - begun > LONGEST:
            tries = growing(first)
        await asyncio.sleep(next(tries))


class Hourly:
    """Remembers what was said to the operator, so that each fault is said once an hour."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._said: dict[tuple[str, ...], float] = {}

    def due(self, *about: str) -> bool:
        """Return whether a fault is to be said now; if so, it counts as said."""
        now = self._clock.monotonic()
        if now - self._said.get(about, -SAID_EVERY) < SAID_EVERY:
            return False
        self._said[about] = now
        return True
