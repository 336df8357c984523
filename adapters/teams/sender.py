"""Messages that the bot begins: alerts, reminders, the card that asks to read again (``bot.ports.Sender``)."""

from __future__ import annotations

import asyncio
import threading
from collections import OrderedDict
from collections.abc import Coroutine
from concurrent.futures import TimeoutError as NotInTime
from typing import Any, Final, TypeVar

from adapters.teams import elements
from adapters.teams.elements import Surface
from adapters.teams.outcomes import message
from adapters.teams.pace import Pace
from adapters.teams.repeats import key_of
from adapters.teams.services import Services
from adapters.teams.turns import Line, Place
from bot.messages import Card
from bot.people import Account
from bot.ports import Gone, RetryLater, Sent

LIMIT: Final = 10.0
AWAY: Final = 5.0
KEPT_AT_MOST: Final = 5_000

Result = TypeVar("Result")


class Shown:
    """Which message shows the card of a key, so that a later card can take its place. In memory only."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[str, str], str] = OrderedDict()
        self._lock = threading.Lock()

    def put(self, conversation: str, key: str, sent: str) -> None:
        """Remember a message."""
        if not key or not sent:
            return
        with self._lock:
            self._kept[conversation, key] = sent
            self._kept.move_to_end((conversation, key))
            while len(self._kept) > KEPT_AT_MOST:
                self._kept.popitem(last=False)

    def get(self, conversation: str, key: str) -> str:
        """Return the message that shows a key's card; empty where none is known."""
        with self._lock:
            return self._kept.get((conversation, key), "")


class TeamsSender:
    """Writes to people from the relay's thread, on the server's event loop.

    Teams cannot be asked whether a message arrived, so one whose answer was lost is sent again: at least once, with the
    same reference. What this process has sent under a key it puts in the place of the first.
    """

    def __init__(self, pace: Pace, shown: Shown, services: Services) -> None:
        self._pace = pace
        self._shown = shown
        self._services = services
        self._loop: asyncio.AbstractEventLoop | None = None
        self._line: Line | None = None

    def connect(self, loop: asyncio.AbstractEventLoop, line: Line) -> None:
        """Begin to send: called once the server's loop runs."""
        self._loop, self._line = loop, line

    def disconnect(self) -> None:
        """Send no more."""
        self._loop = self._line = None

    def send(self, account: Account, card: Card, key: str) -> Sent:
        """Send a card. Raise ``RetryLater``, ``Gone`` or ``Refused``."""
        line = self._line
        if line is None:
            raise RetryLater(AWAY, "not connected")
        place = self._channel(account) or Place.of_details(account.details, account.tenant) or self._open(line, account)
        wait = self._pace.wait(account.tenant, place.conversation)
        if wait > 0.0:
            raise RetryLater(wait, "pace")
        on = Surface(key_of(key, account.id)[:16], desk=self._services.desk)
        cut = elements.parts(card, on)
        sent = ""
        for number, part in enumerate(cut):
            once = f"notice {key} {number}"
            sent = self._write(line, place, part, on, once)
            self._shown.put(place.conversation, once, sent)
            if len(cut) == 1:
                self._shown.put(place.conversation, part.key, sent)
        return Sent(sent)

    def arrived(self, account: Account, key: str) -> bool | None:  # noqa: ARG002 - the port's signature
        """Return ``None``: Teams cannot be asked."""
        return None

    def _write(self, line: Line, place: Place, card: Card, on: Surface, once: str) -> str:
        activity = message(elements.card(card, on), card.summary)
        before = self._shown.get(place.conversation, once)
        if before:
            self._wait(line.update(place, before, activity))
            return before
        return self._wait(line.send(place, activity))

    def _channel(self, account: Account) -> Place | None:
        """Return a channel of a team that the bot is in: nobody's account, with its school's id as details."""
        if account.person_id:
            return None
        ours = self._services
        tenant = next((t for t, schools in ours.tenants.items() if account.details in schools), ours.tenant)
        return Place(ours.first_service, account.address, tenant, ours.bot)

    def _open(self, line: Line, account: Account) -> Place:
        # A staff list names an account without its tenant, and nobody has written from it yet.
        ours = self._services
        tenant = account.tenant or ours.tenant
        if not tenant:
            raise Gone("never met")
        return self._wait(line.open(Place(ours.first_service, "", tenant, ours.bot), account.address))

    def _wait(self, work: Coroutine[Any, Any, Result]) -> Result:
        if self._loop is None:
            work.close()
            raise RetryLater(AWAY, "not connected")
        waiting = asyncio.run_coroutine_threadsafe(work, self._loop)
        try:
            return waiting.result(LIMIT + 2.0)
        except NotInTime:
            waiting.cancel()
            raise RetryLater(AWAY, "no answer in time") from None
