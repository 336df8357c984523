"""Where schools and people are kept."""

from __future__ import annotations

import datetime as dt
from typing import Protocol

from bot.people import Absence, Account, Holding, Person, Roster, School, SharedLogin, StandIn


class Schools(Protocol):
    """Schools."""

    def put(self, school: School) -> None:
        """Add a school, or change it."""
        ...

    def get(self, school_id: str) -> School | None:
        """Return a school or ``None``."""
        ...

    def held(self, school_id: str) -> School:
        """Return a school that nobody else changes until this unit of work ends. Raise ``KeyError``."""
        ...

    def all(self) -> tuple[School, ...]:
        """Return every school by id."""
        ...


class People(Protocol):
    """People, roles, absences, accounts."""

    def put(self, person: Person) -> None:
        """Add a person, or change one."""
        ...

    def get(self, person_id: str) -> Person | None:
        """Return a person or ``None``."""
        ...

    def by_email(self, school_id: str, email: str) -> Person | None:
        """Return the person of a school with that e-mail (in any case) or ``None``."""
        ...

    def by_account(self, platform: str, tenant: str, address: str) -> Person | None:
        """Return who writes from an account, or ``None``."""
        ...

    def roster(self, school_id: str) -> Roster:
        """Return everybody of a school. Raise ``KeyError`` for an unknown school."""
        ...

    def hold(self, holding: Holding) -> None:
        """Give a role."""
        ...

    def end_role(self, person_id: str, role: str, last: dt.date) -> None:
        """End a role after a day."""
        ...

    def absent(self, absence: Absence) -> None:
        """Write down an absence."""
        ...

    def stand_in(self, stand_in: StandIn) -> None:
        """Name a stand-in."""
        ...

    def account(self, account: Account) -> None:
        """Add an account, or change it."""
        ...

    def share(self, shared: SharedLogin) -> None:
        """Write down that somebody can act under another's login."""
        ...
