"""Sentences for the top of the next page of a session: in memory, shown once."""

from __future__ import annotations

from collections import OrderedDict
from typing import Final

from bot.messages import Card

KEPT_AT_MOST: Final = 1000


class Flashes:
    """What is still to be shown, by cookie value."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._waiting: OrderedDict[str, list[Card]] = OrderedDict()

    def put(self, token: str, cards: list[Card]) -> None:
        """Keep cards for the next page of a session. They must hold nothing confidential."""
        if cards:
            self._waiting.setdefault(token, []).extend(cards)
        while len(self._waiting) > KEPT_AT_MOST:
            self._waiting.popitem(last=False)

    def take(self, token: str) -> list[Card]:
        """Return what waits for a session, and forget it."""
        return self._waiting.pop(token, [])
