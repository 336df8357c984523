"""Until when Slack has asked us to wait: one place for answers and for the relay, by workspace and conversation."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from typing import Any, Final

MOST: Final = 1_000
"""Pauses that are kept before those that are over are looked for."""


class Pauses:
    """Slack's pauses. Used by the event loop and by the relay's threads; ``now`` is a clock that is never put back."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._lock = threading.Lock()
        self._until: dict[tuple[str, str], float] = {}

    def put(self, team: str, place: str, after: float) -> None:
        """Keep that Slack wants nothing more for so many seconds. A longer pause that is kept already stays."""
        with self._lock:
            now = self._now()
            if len(self._until) >= MOST:
                self._until = {key: until for key, until in self._until.items() if until > now}
            self._until[team, place] = max(now + after, self._until.get((team, place), 0.0))

    def left(self, team: str, place: str) -> float:
        """Return the seconds that are left of a pause; nothing where there is none."""
        with self._lock:
            return max(self._until.get((team, place), 0.0) - self._now(), 0.0)


def place_of(method: str, given: Mapping[str, Any]) -> str:
    """Return by what Slack counts a call: its conversation, else the person whom it is for, else the method."""
    return str(given.get("channel") or given.get("users") or given.get("user_id") or method)
