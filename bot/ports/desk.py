"""Where the desk keeps who is signed in and what it shows, and the platforms' events that were seen."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Protocol

from bot.messages import Card


class Events(Protocol):
    """Events of the platforms that were seen already."""

    def first_time(self, platform: str, event_id: str, at: dt.datetime) -> bool:
        """Return ``True`` once for each event, on one instance or several."""
        ...

    def forget_before(self, instant: dt.datetime) -> int:
        """Forget events seen before an instant. Return how many."""
        ...


class Sessions(Protocol):
    """The desk's one-time links and sessions, by hashes of their secrets."""

    def add_link(self, token_hash: str, person_id: str, purpose: str, expires: dt.datetime) -> None:
        """Keep a one-time link."""
        ...

    def use_link(self, token_hash: str, now: dt.datetime) -> tuple[str, str] | None:
        """Use a link up: person and purpose the first time before it expires, else ``None``."""
        ...

    def add(self, token_hash: str, person_id: str, expires: dt.datetime) -> None:
        """Keep a session."""
        ...

    def person(self, token_hash: str, now: dt.datetime) -> str | None:
        """Return whose session it is, or ``None`` where there is none or it has ended."""
        ...

    def end(self, token_hash: str) -> None:
        """End a session."""
        ...

    def second_factor(self, person_id: str) -> tuple[bytes, bytes] | None:
        """Return a person's wrapped key and sealed code secret (place ``person/totp``), or ``None``."""
        ...

    def set_second_factor(self, person_id: str, key: bytes, sealed: bytes) -> None:
        """Keep a person's sealed code secret."""
        ...


@dataclass(frozen=True, slots=True)
class InboxMessage:
    """A card in a person's own chat on the desk."""

    id: str
    person_id: str
    at: dt.datetime
    card: Card
    read_at: dt.datetime | None = None


class Inbox(Protocol):
    """The desk's chat: what the bot has written to a person there."""

    def put(self, person_id: str, key: str, card: Card, at: dt.datetime) -> str:
        """Write a card once for its ``key``, in place of an earlier one with its ``Card.key``. Return its id."""
        ...

    def replace(self, person_id: str, card: Card) -> bool:
        """Put a card where the shown one of its ``Card.key`` stands. Return ``False``, with no effect, without one."""
        ...

    def has(self, person_id: str, key: str) -> bool:
        """Return whether a card with that key was written."""
        ...

    def messages(self, person_id: str, limit: int = 50) -> tuple[InboxMessage, ...]:
        """Return a person's latest cards, oldest first."""
        ...

    def read(self, person_id: str, at: dt.datetime) -> None:
        """Note that the person has seen their messages."""
        ...
