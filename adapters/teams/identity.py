"""Who somebody of Teams is at the school: by account id, else by e-mail address with a question back.

Every function touches the database and is run in a thread.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from adapters.teams.turns import PLATFORM, Member, Place
from bot.people import Account, Person
from bot.ports import Clock, Store, UnitOfWork

TENANT_SCHOOLS: Final = "="
"""Between a tenant and the school that it may meet, in the setting ``teams_allowed_tenants``."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody on a staff list whose e-mail address fits."""

    person_id: str
    name: str
    school: str


def tenants_of(entries: tuple[str, ...], own: str) -> Mapping[str, frozenset[str]]:
    """Return each allowed tenant with the ids of its schools (none named: every school), from the setting's entries.

    An entry is a tenant's id, or ``tenant=school``; a tenant may stand several times. Without any, ``own`` is allowed.
    """
    found: dict[str, set[str]] = {}
    for entry in entries or (own,):
        tenant, _, school = entry.partition(TENANT_SCHOOLS)
        found.setdefault(tenant.strip(), set()).update({school.strip()} if school.strip() else ())
    return {tenant: frozenset(schools) for tenant, schools in found.items() if tenant}


class Identities:
    """Accounts of Teams and the people behind them, within the schools of each tenant."""

    def __init__(self, store: Store, clock: Clock, tenants: Mapping[str, frozenset[str]]) -> None:
        self._store = store
        self._clock = clock
        self._tenants = tenants
        self._places: dict[tuple[str, str], str] = {}

    def who(self, tenant: str, address: str, place: Place | None) -> str | None:
        """Return the id of the person behind an account, or ``None``. ``place``: their personal chat, to be kept."""
        if not address:
            return None
        with self._store.look() as work:
            person = self._known(work, tenant, address)
        if person is None:
            return None
        details = place.details() if place else ""
        if details and self._places.get((tenant, address)) != details:
            self._keep(person, tenant, address, details)
            if len(self._places) > 20_000:
                self._places.clear()
            self._places[tenant, address] = details
        return person.id

    def candidates(self, tenant: str, member: Member) -> tuple[Candidate, ...]:
        """Return who has a member's e-mail address on the tenant's schools' lists. A guest is never matched so."""
        if member.guest or "@" not in member.email:
            return ()
        with self._store.look() as work:
            schools = [s for s in work.schools.all() if self._allowed(tenant, s.id)]
            found = [(s, work.people.by_email(s.id, member.email)) for s in schools]
        here = [(s, p) for s, p in found if p is not None and p.here(self._clock.today(s.timezone))]
        return tuple(Candidate(person.id, person.name, school.name) for school, person in here)

    def link(self, tenant: str, member: Member, person_id: str, place: Place) -> Person | None:
        """Write down that a member is a person, as they said; ``None`` where their address does not bear it out."""
        if person_id not in {candidate.person_id for candidate in self.candidates(tenant, member)}:
            return None
        with self._store.look() as work:
            person = work.people.get(person_id)
        if person is None or not member.aad:
            return None
        self._keep(person, tenant, member.aad, place.details(), note="account.linked")
        return person

    def left(self, tenant: str, address: str) -> None:
        """Write down that the bot was removed from somebody's chat: another way to reach them is used from then on."""
        with self._store.begin() as work:
            person = self._known(work, tenant, address)
            account = self._account(work, person, tenant, address) if person else None
            if account is not None:
                work.people.account(replace(account, gone=True, details=""))
                work.commit()
        self._places.pop((tenant, address), None)

    def _allowed(self, tenant: str, school_id: str) -> bool:
        schools = self._tenants.get(tenant, frozenset())
        return not schools or school_id in schools

    def _known(self, work: UnitOfWork, tenant: str, address: str) -> Person | None:
        # A staff list names an account without its tenant.
        for named in (tenant, ""):
            person = work.people.by_account(PLATFORM, named, address)
            if person is not None and self._allowed(tenant, person.school_id):
                return person
        return None

    def _keep(self, person: Person, tenant: str, address: str, details: str, note: str = "") -> None:
        with self._store.begin() as work:
            there = self._account(work, person, tenant, address)
            wanted = Account(
                there.id if there else uuid.uuid4().hex,
                person.id,
                PLATFORM,
                address,
                tenant,
                details,
            )
            if wanted != there:
                work.people.account(wanted)
                if note:
                    work.audit.note(person.school_id, person.id, note, person.id)
                work.commit()

    @staticmethod
    def _account(work: UnitOfWork, person: Person, tenant: str, address: str) -> Account | None:
        accounts = work.people.roster(person.school_id).accounts
        fits = [a for a in accounts if a.platform == PLATFORM and a.address == address and a.tenant in {tenant, ""}]
        return next((a for a in fits if a.person_id == person.id), None)
