"""The bot as this adapter sees it, and doing each thing once although Slack may tell of it several times."""

from __future__ import annotations

import asyncio
import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Final, Protocol, TypeVar

from adapters.slack.identity import PLATFORM
from bot.messages import Inbound, Outbound, Where
from bot.ports import Store

T = TypeVar("T")

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
    """Does a thing the first time that it is told of, in the database, so that several instances agree.

    An event is never told by ``X-Slack-Retry-Num``: the first try may have died before it was answered. An event that
    comes alone is claimed and answered in one go, in one thread. Those that come while one is being claimed are claimed
    together, so that a crowd does not queue for the database, and then answered each in a thread.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._told: OrderedDict[str, None] = OrderedDict()
        self._waiting: list[tuple[str, asyncio.Future[bool]]] = []
        self._claiming = False
        self._work: asyncio.Task[None] | None = None

    async def first(self, name: str) -> bool:
        """Return whether something of that name comes for the first time. Raise ``StoreBusy``."""
        return bool(await self.do(name, lambda: True))

    async def do(self, name: str, work: Callable[[], T]) -> T | None:
        """Do something in a thread, and return what came of it; ``None`` where its name was told before.

        What has no name is always done. Raise ``StoreBusy``, and whatever the work raises.
        """
        if not name:
            return await asyncio.to_thread(work)
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[bool] | None = None
        with self._lock:
            if name in self._told:
                return None
            if self._claiming:
                answer = loop.create_future()
                self._waiting.append((name, answer))
            self._claiming = True
        if answer is None:
            return await asyncio.to_thread(self._alone, loop, name, work)
        return await asyncio.to_thread(work) if await answer else None

    def _alone(self, loop: asyncio.AbstractEventLoop, name: str, work: Callable[[], T]) -> T | None:
        """Claim a name and do its work. Whoever came meanwhile waits for the claim only."""
        try:
            (first,) = self._claim([name])
        finally:
            with self._lock:
                self._claiming = bool(self._waiting)
                if self._claiming:
                    loop.call_soon_threadsafe(self._begin)
        return work() if first else None

    def _begin(self) -> None:
        self._work = asyncio.get_running_loop().create_task(self._claim_all())

    async def _claim_all(self) -> None:
        """Claim what waits, a crowd at a time, until nothing does."""
        while some := self._taken():
            found: list[bool] | Exception
            try:
                found = await asyncio.to_thread(self._claim, [name for name, _ in some])
            except Exception as error:  # noqa: BLE001 - each of those who wait is told
                found = error
            for number, (_, answer) in enumerate(some):
                if answer.done():
                    continue
                if isinstance(found, Exception):
                    answer.set_exception(found)
                else:
                    answer.set_result(found[number])

    def _taken(self) -> list[tuple[str, asyncio.Future[bool]]]:
        with self._lock:
            some, self._waiting = self._waiting[:AT_ONCE], self._waiting[AT_ONCE:]
            self._claiming = bool(some)
        return some

    def _claim(self, names: list[str]) -> list[bool]:
        # A power cut that undoes this lets a copy be answered that comes after it: better than no answer.
        first = self._store.claim(PLATFORM, [name[:255] for name in names])
        with self._lock:
            self._told.update(dict.fromkeys(names))
            while len(self._told) > MOST:
                self._told.popitem(last=False)
        return first
