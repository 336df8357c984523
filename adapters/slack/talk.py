"""The bot as this adapter sees it, and doing each thing once although Slack may tell of it several times."""

from __future__ import annotations

from collections import OrderedDict
from typing import Final, Protocol

from adapters.slack.identity import PLATFORM
from bot.messages import Inbound, Outbound, Where
from bot.ports import Clock, Store

MOST: Final = 5_000
"""Names that an instance remembers to have claimed, so that copies told to it again cost no look into the database."""


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
        self._told: OrderedDict[str, None] = OrderedDict()

    def told(self, name: str) -> bool:
        """Return whether this instance was told of something before. Touches no database."""
        return name in self._told

    def first(self, name: str) -> bool:
        """Return whether something of that name comes for the first time. Raise ``StoreBusy``."""
        if not name:
            return True
        if self.told(name):
            return False
        # A power cut that undoes this lets a copy be answered that comes after it: better than no answer.
        with self._store.begin(lightly=True) as work:
            first = work.events.first_time(PLATFORM, name[:255], self._clock.now())
            work.commit()
        self._told[name] = None
        if len(self._told) > MOST:
            self._told.popitem(last=False)
        return first
