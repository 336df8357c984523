"""The bot as this adapter sees it, and doing each thing once although Slack may tell of it several times."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from typing import Final, Protocol

from adapters.slack.identity import PLATFORM
from bot.messages import Inbound, Outbound, Where
from bot.ports import Clock, Store

MOST: Final = 5_000
"""Names that an instance remembers to have claimed, so that copies told to it again cost no look into the database."""
AT_ONCE: Final = 200
"""Names that are claimed in one transaction."""


class Talk(Protocol):
    """The conversation."""

    def handle(self, person_id: str, where: Where, said: Inbound) -> tuple[Outbound, ...]:
        """Answer what a person did."""
        ...


class Once:
    """Tells the first time of an event from the others, in the database, so that several instances agree.

    An event is never told by ``X-Slack-Retry-Num``: the first try may have died before it was answered. Events that
    come while others are being claimed are claimed together, so that a crowd does not queue for the database.
    """

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._told: OrderedDict[str, None] = OrderedDict()
        self._waiting: list[tuple[str, asyncio.Future[bool]]] = []
        self._work: asyncio.Task[None] | None = None

    async def first(self, name: str) -> bool:
        """Return whether something of that name comes for the first time. Raise ``StoreBusy``."""
        if not name:
            return True
        if name in self._told:
            return False
        answer: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._waiting.append((name, answer))
        if self._work is None or self._work.done():
            self._work = asyncio.create_task(self._claim_all())
        return await answer

    async def _claim_all(self) -> None:
        while self._waiting:
            some, self._waiting = self._waiting[:AT_ONCE], self._waiting[AT_ONCE:]
            found: list[bool] | Exception
            try:
                found = await asyncio.to_thread(self._claim, [name for name, _ in some])
            except Exception as error:  # noqa: BLE001 - each of those who wait is told
                found = error
            for number, (name, answer) in enumerate(some):
                if answer.done():
                    continue
                if isinstance(found, Exception):
                    answer.set_exception(found)
                else:
                    self._told[name] = None
                    answer.set_result(found[number])
            while len(self._told) > MOST:
                self._told.popitem(last=False)

    def _claim(self, names: list[str]) -> list[bool]:
        # A power cut that undoes this lets a copy be answered that comes after it: better than no answer.
        with self._store.begin(lightly=True) as work:
            first = [work.events.first_time(PLATFORM, name[:255], self._clock.now()) for name in names]
            work.commit()
        return first
