"""What is told to people: senders, notices, and the outbox in which they wait."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol

from bot.messages import Card
from bot.people import Account


@dataclass(frozen=True, slots=True)
class Sent:
    """A message that the platform has taken. ``message`` is its id there, with which it can be replaced."""

    message: str = ""


class RetryLater(Exception):
    """Not now; ``after`` is the number of seconds to wait at least."""

    def __init__(self, after: float, why: str = "busy") -> None:
        super().__init__(why)
        self.after = after


class Gone(Exception):
    """The account can no longer be written to: use another one."""


class Refused(Exception):
    """This message can never be sent to this account as it is (a fault on our side)."""


class Sender(Protocol):
    """Writes to one platform. Each call has a limit of ten seconds of its own; no transaction is open meanwhile."""

    def send(self, account: Account, card: Card, key: str) -> Sent:
        """Send a card; ``key`` is written with it where the platform can be asked later.

        A card whose ``key`` was sent before to this account replaces the earlier one where the platform can do so.
        Raise ``RetryLater``, ``Gone`` or ``Refused``; anything else is taken as ``RetryLater``.
        """
        ...

    def arrived(self, account: Account, key: str) -> bool | None:
        """Return whether a message with that key is there; ``None`` where the platform cannot be asked."""
        ...


@dataclass(frozen=True, slots=True)
class Notice:
    """Something to tell somebody: a template's name and ids, never text. ``key`` makes it happen once.

    ``person_id`` is the recipient, or ``None`` with ``outside``: an e-mail address of a contact of the school, or a
    channel of a chat, as ``slack:C0123`` or ``teams:19:…``.
    ``thing`` is the reference or id of what it is about. ``after`` is the number of seconds to wait before sending.
    """

    key: str
    school_id: str
    template: str
    person_id: str | None
    thing: str
    ids: Mapping[str, str] = field(default_factory=dict)
    outside: str = ""
    after: float = 0.0


@dataclass(frozen=True, slots=True)
class Claimed:
    """A notice that this relay holds until its lease ends. ``attempt`` counts from 1; ``age`` is in seconds."""

    id: str
    token: str
    attempt: int
    age: float
    notice: Notice
    account_id: str | None = None
    fallback_done: bool = False


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the notices of one template about one thing have come; ``leaves`` is when the last that waits is due."""

    waiting: int
    sent: int
    leaves: dt.datetime | None = None


OutboxState = Literal["waiting", "sent", "dead", "withdrawn"]


class Outbox(Protocol):
    """What is still to be told, written in the same commit as the fact itself."""

    def add(self, notice: Notice) -> bool:
        """Queue a notice. Return ``False``, with no effect, where its key is there already."""
        ...

    def add_all(self, notices: Iterable[Notice]) -> int:
        """Queue notices in one go. Return how many went in: one whose key is there already has no effect."""
        ...

    def claim(self, limit: int, lease: float) -> tuple[Claimed, ...]:
        """Take up to so many notices that are due, for ``lease`` seconds, in one statement. Nobody else gets them."""
        ...

    def chosen(self, claimed: Claimed, account_id: str) -> bool:
        """Write down, before sending, to which account a notice goes. ``False`` where the lease was lost."""
        ...

    def sent(self, claimed: Claimed, message: str) -> bool:
        """Mark as sent. ``False`` where the lease was lost."""
        ...

    def later(self, claimed: Claimed, after: float, why: str) -> bool:
        """Put back for so many seconds; ``why`` is a code word. ``False`` where the lease was lost."""
        ...

    def end(self, claimed: Claimed, state: OutboxState, why: str) -> bool:
        """Close without sending: dead or withdrawn. ``False`` where the lease was lost."""
        ...

    def fallback_done(self, claimed: Claimed) -> None:
        """Note that the next person was told because of this notice."""
        ...

    def withdraw(self, thing: str, template: str, person_id: str | None = None) -> int:
        """Withdraw waiting notices about a thing (to one person, or to everybody). Return how many."""
        ...

    def counts(self, school_id: str | None = None) -> Mapping[str, int]:
        """Return how many notices stand in each state."""
        ...

    def waiting(self, template: str) -> int:
        """Return how many notices of a template wait, of all schools."""
        ...

    def latest(self, thing: str, template: str) -> Notice | None:
        """Return the notice of a template about a thing that was queued last, or ``None``."""
        ...

    def progress(self, thing: str, template: str) -> Progress:
        """Return how far the notices of a template about a thing have come."""
        ...

    def unreached(self, thing: str, template: str) -> frozenset[str]:
        """Return the people whose last notice of a template about a thing was given up."""
        ...

    def dead(self, school_id: str) -> tuple[Notice, ...]:
        """Return the notices of a school that were given up, latest first."""
        ...

    def hold_all(self) -> None:
        """Stop every notice, waiting or to come, until released (after a restore)."""
        ...

    def release_all(self) -> None:
        """Let notices go out again."""
        ...

    def held(self) -> bool:
        """Return whether nothing is sent until it is released."""
        ...
