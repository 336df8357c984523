"""The world around the bot: the time, sealing, and where the policies stand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Protocol

from bot.people import School
from knowledge.model import Policy

Hook = Callable[[str], None]
"""Called with the name of a point in the course of things; the crash tests end the process there."""


def nothing(_point: str) -> None:
    """The hook of a running bot: does nothing."""


class Clock(Protocol):
    """The time. The core reads no other clock."""

    def now(self) -> dt.datetime:
        """Return the present instant, aware, in UTC."""
        ...

    def today(self, timezone: str) -> dt.date:
        """Return the present day in a time zone (IANA name)."""
        ...

    def monotonic(self) -> float:
        """Return seconds that never go back."""
        ...


class SealBroken(Exception):
    """Sealed text cannot be opened: wrong master key, changed bytes, or bytes moved from their place."""


class MasterKeyError(Exception):
    """The master key is missing, damaged, or open to others. The message says how to mend it and holds no key."""


class Sealer(Protocol):
    """Seals text with a key of its own for each report; the key itself is wrapped by the master key."""

    def new_key(self) -> bytes:
        """Return a fresh key, wrapped: what is stored."""
        ...

    def seal(self, key: bytes, plain: str, place: str) -> bytes:
        """Return text sealed with a wrapped key, bound to ``place`` (an id): it opens nowhere else."""
        ...

    def open(self, key: bytes, sealed: bytes, place: str) -> str:
        """Return what was sealed. Raise ``SealBroken``."""
        ...

    def seal_bytes(self, key: bytes, plain: bytes, place: str) -> bytes:
        """Return bytes sealed as ``seal`` seals text."""
        ...

    def open_bytes(self, key: bytes, sealed: bytes, place: str) -> bytes:
        """Return bytes that were sealed. Raise ``SealBroken``."""
        ...

    def rewrap(self, key: bytes) -> bytes:
        """Return a wrapped key wrapped by the master key in use; as it is where that wrapped it. ``SealBroken``."""
        ...


class Shelf(Protocol):
    """Where a school's policy stands."""

    def policy(self, school: School) -> Policy:
        """Return the policy in force, of several the one that leads. Raise ``KeyError`` where there is none."""
        ...

    def policies(self, school: School) -> tuple[Policy, ...]:
        """Return every policy in force, the one that leads first. Raise ``KeyError`` where there is none."""
        ...
