"""What somebody asked or pressed before we knew who they are: kept in memory for a while, answered once they say so."""

from __future__ import annotations

from collections import OrderedDict
from typing import Final

from bot.messages import Asked, Inbound, Pressed
from bot.ports import Clock

KEPT_FOR: Final = 600.0
"""Seconds; after that it would be an answer to nothing that the person remembers."""
MOST: Final = 1_000


class Unanswered:
    """The last question or press of each account that is not confirmed yet. For one event loop."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._asked: OrderedDict[tuple[str, str], tuple[float, Asked | Pressed]] = OrderedDict()

    def keep(self, team: str, user: str, said: Inbound) -> None:
        """Keep what somebody said, if it is a question or a press: an alert's *Open* by a head who is new here."""
        if isinstance(said, Asked | Pressed):
            self._asked.pop((team, user), None)
            self._asked[team, user] = (self._clock.monotonic(), said)
            while len(self._asked) > MOST:
                self._asked.popitem(last=False)

    def take(self, team: str, user: str) -> Asked | Pressed | None:
        """Return what an account asked and keep it no longer; ``None`` where there is nothing, or it is too old."""
        at, said = self._asked.pop((team, user), (0.0, None))
        return said if said is not None and self._clock.monotonic() - at < KEPT_FOR else None
