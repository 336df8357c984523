"""A turn that comes twice has one effect: a second press, or a copy that Teams sends because an answer was slow.

The copy can bear a new activity id. So beside the id a key of our own counts: what a button's card was drawn with, or
who typed what where. While the first is under way, and for a moment after it, the copy is given the first one's answer;
what another instance or an earlier process has seen is known from the store.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from bot.ports import Clock, Store, StoreBusy

KEPT_FOR: Final = 16.0
"""Seconds for which an answer is kept for a copy. Teams sends one within about fifteen."""
SLOW: Final = 2.5
"""Seconds from which on Teams may send a copy of a message."""
BUCKET: Final = 8
"""Seconds: the same press on another instance counts as a copy for one to two of these."""
PLATFORM: Final = "teams"

Answer = TypeVar("Answer")


class Broken(Exception):
    """The first of two copies was broken off."""


@dataclass(slots=True)
class _Done(Generic[Answer]):
    answer: asyncio.Future[Answer]
    began: float
    ended: float | None = None


class Repeats(Generic[Answer]):
    """Remembers, for a moment, what was just answered. For one event loop."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._done: dict[str, _Done[Answer]] = {}

    async def once(
        self, key: str, act: Callable[[], Awaitable[Answer]], *, only_slow: bool = False
    ) -> tuple[Answer, bool]:
        """Return the answer to a key, and whether it was worked out now (else it is the first one's).

        With ``only_slow`` a finished first counts only where it was slow: a question may be asked twice on purpose.
        """
        now = self._clock.monotonic()
        self._forget(now)
        first = self._done.get(key)
        if first is not None and not (only_slow and first.ended is not None and first.ended - first.began < SLOW):
            return await asyncio.shield(first.answer), False
        mine = _Done[Answer](asyncio.get_running_loop().create_future(), now)
        self._done[key] = mine
        try:
            answer = await act()
        except BaseException as error:
            self._done.pop(key, None)
            mine.answer.set_exception(error if isinstance(error, Exception) else Broken())
            # Nobody may be waiting for it.
            mine.answer.exception()
            raise
        mine.answer.set_result(answer)
        mine.ended = self._clock.monotonic()
        return answer, True

    def _forget(self, now: float) -> None:
        old = [key for key, done in self._done.items() if done.ended is not None and now - done.ended > KEPT_FOR]
        for key in old:
            del self._done[key]


def key_of(*parts: str) -> str:
    """Return a short key of some texts, from which none of them can be read."""
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:40]


def seen_before(store: Store, clock: Clock, ids: tuple[str, ...], press: str = "") -> bool:
    """Return whether any instance has seen a turn: by any of ``ids`` ever, by ``press`` just now. Blocks.

    Where the store cannot be asked the turn counts as new: what must happen once has a key in the bot as well.
    """
    now = clock.now()
    bucket = int(now.timestamp()) // BUCKET
    keys = [*ids, *([f"{press}:{bucket}", f"{press}:{bucket - 1}"] if press else ())]
    if not keys:
        return False
    try:
        return not all(store.claim(PLATFORM, keys))
    except StoreBusy:
        return False
