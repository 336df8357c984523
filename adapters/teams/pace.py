"""How fast Teams may be written to, so that it has no reason to refuse.

https://learn.microsoft.com/microsoftteams/platform/bots/how-to/rate-limit : each conversation takes 7 messages in a
second, 60 in half a minute, 1,800 in an hour; each tenant 50 requests in a second.
"""

from __future__ import annotations

import asyncio
import threading
from collections import OrderedDict, deque
from typing import Final

from bot.ports import Clock

CONVERSATION: Final = ((7, 1.0), (60, 30.0), (1_800, 3_600.0))
TENANT: Final = ((50, 1.0),)
KEPT_AT_MOST: Final = 10_000


class Pace:
    """Counts what was written to whom. Safe to share between threads."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._written: OrderedDict[str, deque[float]] = OrderedDict()
        self._lock = threading.Lock()

    def wait(self, tenant: str, conversation: str) -> float:
        """Return the seconds to wait before writing; where that is 0.0, the message is counted as written."""
        now = self._clock.monotonic()
        with self._lock:
            kept = (self._of(f"t {tenant}"), TENANT), (self._of(f"c {conversation}"), CONVERSATION)
            wait = max(_wait(written, limits, now) for written, limits in kept)
            if wait <= 0.0:
                for written, limits in kept:
                    written.append(now)
                    while now - written[0] > limits[-1][1]:
                        written.popleft()
                return 0.0
            return wait

    async def turn(self, tenant: str, conversation: str) -> None:
        """Wait until a message may be written, and count it."""
        while True:
            wait = self.wait(tenant, conversation)
            if wait <= 0.0:
                return
            await asyncio.sleep(wait)

    def _of(self, key: str) -> deque[float]:
        found = self._written.setdefault(key, deque())
        self._written.move_to_end(key)
        while len(self._written) > KEPT_AT_MOST:
            self._written.popitem(last=False)
        return found


def _wait(written: deque[float], limits: tuple[tuple[int, float], ...], now: float) -> float:
    wait = 0.0
    for most, seconds in limits:
        if len(written) >= most:
            wait = max(wait, written[-most] + seconds - now)
    return wait
