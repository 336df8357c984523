"""Who works at a school, in which role, since when, and who stands in for whom. Pure data and questions about it.

One person can have many chat accounts; several schools live side by side. Dates are days in the school's own calendar.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

ROLES: Final = (
    "headteacher",
    "deputy",
    "chair",
    "vice_chair",
    "dsl",
    "nominated_person",
    "data_controller",
    "line_manager",
    "communications",
    "school_officer",
    "office",
    "staff",
    "governor",
    "contractor",
)
"""The roles that a person of a school can hold (docs/packs.md)."""

OUTSIDE: Final = ("lado", "local_authority", "trust", "police", "ceop")
"""Bodies outside the school that a route can name. They have no chat account; they are shown, and mailed."""


@dataclass(frozen=True, slots=True)
class Term:
    """A school term: its first and last day, both school days."""

    name: str
    first: dt.date
    last: dt.date


@dataclass(frozen=True, slots=True)
class OutsideContact:
    """Somebody outside the chat who is told when nobody inside may be: by role (one of ``OUTSIDE``)."""

    role: str
    name: str
    phone: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True)
class School:
    """A school: time zone (IANA name), nation for bank holidays (ENG, WLS, SCT, NIR), adopted policy (pack name).

    ``policy_version`` is the id of the version in force where the policy is the school's own; else empty. ``beside``
    are the ids of further own versions in force.
    """

    id: str
    name: str
    policy: str
    timezone: str = "Europe/London"
    nation: str = "ENG"
    terms: tuple[Term, ...] = ()
    contacts: tuple[OutsideContact, ...] = ()
    policy_version: str = ""
    beside: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Person:
    """A person of one school. ``left`` is the last day; ``manager_id`` the line manager."""

    id: str
    school_id: str
    name: str
    email: str = ""
    started: dt.date | None = None
    left: dt.date | None = None
    manager_id: str | None = None

    def here(self, on: dt.date) -> bool:
        """Return whether the person belongs to the school on that day (absence does not matter)."""
        return (self.started is None or self.started <= on) and (self.left is None or on <= self.left)


@dataclass(frozen=True, slots=True)
class Account:
    """Where a person can be met: ``platform`` is slack, teams, mail or desk, ``tenant`` the workspace.

    ``address`` is the id there; ``details`` holds what an adapter needs to write first (service address,
    conversation id): never an SDK's object. Nobody's account (``person_id`` empty) is an address outside, or a channel
    of a chat with its school's id as ``details``.
    """

    id: str
    person_id: str
    platform: str
    address: str
    tenant: str = ""
    details: str = ""
    gone: bool = False


@dataclass(frozen=True, slots=True)
class Holding:
    """A role held by a person, from a day until a day (both included; open where ``None``)."""

    person_id: str
    role: str
    since: dt.date | None = None
    until: dt.date | None = None

    def on(self, day: dt.date) -> bool:
        """Return whether the role is held on that day."""
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)


@dataclass(frozen=True, slots=True)
class Absence:
    """Days on which a person is away. ``kind`` is leave, sick, parental or other."""

    person_id: str
    first: dt.date
    last: dt.date | None = None
    kind: str = "leave"

    def on(self, day: dt.date) -> bool:
        """Return whether the person is away on that day."""
        return self.first <= day and (self.last is None or day <= self.last)


@dataclass(frozen=True, slots=True)
class StandIn:
    """Who does a person's duties while the person is away, and in school holidays where ``holidays`` is set."""

    person_id: str
    stand_in_id: str
    since: dt.date | None = None
    until: dt.date | None = None
    holidays: bool = False

    def on(self, day: dt.date) -> bool:
        """Return whether the arrangement holds on that day."""
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)


@dataclass(frozen=True, slots=True)
class SharedLogin:
    """``reader_id`` can act under ``owner_id``'s login (a personal assistant who reads the head's messages)."""

    owner_id: str
    reader_id: str


@dataclass(frozen=True, slots=True)
class Acting:
    """A person who does a role's duties on a day, and the holder for whom they stand in (``None``: their own role)."""

    person: Person
    role: str
    stands_in_for: str | None = None


@dataclass(frozen=True)
class Roster:
    """Everybody of one school, with roles, absences and stand-ins: all questions about people are asked here."""

    school: School
    people: tuple[Person, ...] = ()
    holdings: tuple[Holding, ...] = ()
    absences: tuple[Absence, ...] = ()
    stand_ins: tuple[StandIn, ...] = ()
    accounts: tuple[Account, ...] = ()
    shared_logins: tuple[SharedLogin, ...] = ()
    _by_id: dict[str, Person] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_by_id", {person.id: person for person in self.people})

    def person(self, person_id: str | None) -> Person | None:
        """Return the person of that id, whether still here or not, or ``None``."""
        return None if person_id is None else self._by_id.get(person_id)

    def name(self, person_id: str | None) -> str:
        """Return the person's name, or words for somebody who is not known (any more)."""
        person = self.person(person_id)
        return "somebody no longer listed" if person is None else person.name

    def here(self, on: dt.date) -> tuple[Person, ...]:
        """Return everybody who belongs to the school on that day, by name."""
        return tuple(sorted((p for p in self.people if p.here(on)), key=lambda p: (p.name.casefold(), p.id)))

    def holders(self, role: str, on: dt.date) -> tuple[Person, ...]:
        """Return who holds a role on a day and is still here, by name."""
        ids = {holding.person_id for holding in self.holdings if holding.role == role and holding.on(on)}
        return tuple(person for person in self.here(on) if person.id in ids)

    def roles(self, person_id: str, on: dt.date) -> frozenset[str]:
        """Return the roles that a person holds on a day; none for somebody who is not here."""
        person = self.person(person_id)
        if person is None or not person.here(on):
            return frozenset()
        return frozenset(h.role for h in self.holdings if h.person_id == person_id and h.on(on))

    def away(self, person_id: str, on: dt.date) -> Absence | None:
        """Return the absence that covers the day, or ``None`` where the person is in."""
        return next((a for a in self.absences if a.person_id == person_id and a.on(on)), None)

    def stand_in(self, person_id: str, on: dt.date, *, holiday: bool = False) -> Person | None:
        """Return who stands in for a person: present, still here, found along the chain of stand-ins.

        In a school holiday (``holiday``) only arrangements marked for holidays count for people who are not away.
        """
        seen = {person_id}
        at = person_id
        while True:
            only_holidays = holiday and self.away(at, on) is None
            following = next(
                (
                    s.stand_in_id
                    for s in self.stand_ins
                    if s.person_id == at and s.on(on) and (s.holidays or not only_holidays)
                ),
                None,
            )
            if following is None or following in seen:
                return None
            seen.add(following)
            person = self.person(following)
            if person is not None and person.here(on) and self.away(following, on) is None:
                return person
            at = following

    def acting(
        self, role: str, on: dt.date, *, barred: frozenset[str] = frozenset(), holiday: bool = False
    ) -> tuple[Acting, ...]:
        """Return who does a role's duties on a day: its holders, or those who stand in for holders who are away.

        A barred holder is passed over together with the stand-in that they have named. An absent head without a
        stand-in is replaced by the deputies.
        """
        found: dict[str, Acting] = {}
        for holder in self.holders(role, on):
            if holder.id in barred:
                continue
            away = self.away(holder.id, on) is not None
            cover = self.stand_in(holder.id, on, holiday=holiday) if away or holiday else None
            if cover is not None and cover.id not in barred:
                found.setdefault(cover.id, Acting(cover, role, holder.id))
            elif not away:
                found[holder.id] = Acting(holder, role)
            elif role == "headteacher":
                for deputy in self.holders("deputy", on):
                    if deputy.id not in barred and self.away(deputy.id, on) is None:
                        found.setdefault(deputy.id, Acting(deputy, role, holder.id))
        return tuple(found.values())

    def one_login(self, person_ids: Iterable[str]) -> frozenset[str]:
        """Return these people and everybody who answers to one of their logins: e-mail, account, shared login.

        What may not be known to a person may not be known to any of these.
        """
        keys: dict[str, set[str]] = {}
        for person in self.people:
            if person.email:
                keys.setdefault(f"mail:{person.email.casefold()}", set()).add(person.id)
        for account in self.accounts:
            keys.setdefault(f"{account.platform}:{account.tenant}:{account.address.casefold()}", set()).add(
                account.person_id
            )
        groups = [ids for ids in keys.values() if len(ids) > 1]
        found = set(person_ids)
        while True:
            more = {reader.reader_id for reader in self.shared_logins if reader.owner_id in found}
            for group in groups:
                if group & found:
                    more |= group
            if more <= found:
                return frozenset(found)
            found |= more
