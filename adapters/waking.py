"""Between an adapter and the conversation: whatever was done, the relay looks into the outbox at once.

A question queues nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from bot.messages import Asked, Inbound, Outbound, Where


class Talk(Protocol):
    """The bot, as every adapter sees it (``bot.conversation.Conversation``)."""

    def handle(self, person_id: str, where: Where, said: Inbound) -> tuple[Outbound, ...]:
        """Answer what a person did."""
        ...


class Waking:
    """A conversation that calls ``wake`` after each deed, so that what it queued is not sent a second later."""

    def __init__(self, talk: Talk, wake: Callable[[], None]) -> None:
        self._talk = talk
        self._wake = wake

    def handle(self, person_id: str, where: Where, said: Inbound) -> tuple[Outbound, ...]:
        """Answer what a person did."""
        try:
            return self._talk.handle(person_id, where, said)
        finally:
            if not isinstance(said, Asked):
                self._wake()
