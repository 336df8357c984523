"""The bot as this adapter sees it, and doing each thing once although Slack may tell of it several times."""

from __future__ import annotations

from typing import Protocol

from adapters.slack.identity import PLATFORM
from bot.messages import Inbound, Outbound, Where
from bot.ports import Clock, Store


class Talk(Protocol):
    """The conversation."""

    def handle(self, person_id: str, where: Where, said: Inbound) -> tuple[Outbound, ...]:
        """Answer what a person did."""
        ...


class Once:
    """Tells the first time of an event from the others, in the database, so that several instances agree.

    An event is never told by ``X-Slack-Retry-Num``: the first try may have died before it was answered.
    """

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def first(self, name: str) -> bool:
        """Return whether something of that name comes for the first time. Raise ``StoreBusy``."""
        if not name:
            return True
        with self._store.begin() as work:
            first = work.events.first_time(PLATFORM, name[:255], self._clock.now())
            work.commit()
        return first
