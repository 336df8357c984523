"""Schools and people in the database."""

from __future__ import annotations

import datetime as dt
import json
from functools import cache
from typing import Any

from sqlalchemy import Connection, Row, Select, Table, bindparam, delete, func, insert, or_, select, update

from adapters.db import tables as t
from adapters.db.types import upsert
from bot.people import (
    Absence,
    Account,
    Holding,
    OutsideContact,
    Person,
    Roster,
    School,
    SharedLogin,
    StandIn,
    Term,
)


class SqlSchools:
    """Schools (``bot.ports.Schools``)."""

    def __init__(self, connection: Connection) -> None:
        self._c = connection

    def put(self, school: School) -> None:
        """Add a school, or change it."""
        terms = [[term.name, term.first.isoformat(), term.last.isoformat()] for term in school.terms]
        contacts = [[c.role, c.name, c.phone, c.email] for c in school.contacts]
        upsert(
            self._c,
            t.schools,
            {
                "id": school.id,
                "name": school.name,
                "policy": school.policy,
                "timezone": school.timezone,
                "nation": school.nation,
                "terms": json.dumps(terms),
                "contacts": json.dumps(contacts),
                "policy_version": school.policy_version or None,
                "beside": json.dumps(school.beside),
            },
        )

    def get(self, school_id: str) -> School | None:
        """Return a school or ``None``."""
        row = self._c.execute(select(t.schools).where(t.schools.c.id == school_id)).first()
        return None if row is None else _school(row)

    def held(self, school_id: str) -> School:
        """Return a school, locked until the end of the transaction. Raise ``KeyError``."""
        query = select(t.schools).where(t.schools.c.id == school_id)
        row = self._c.execute(query.with_for_update()).first()
        if row is None:
            raise KeyError(school_id)
        return _school(row)

    def all(self) -> tuple[School, ...]:
        """Return every school by id."""
        return tuple(_school(row) for row in self._c.execute(select(t.schools).order_by(t.schools.c.id)))


class SqlPeople:
    """People, roles, absences, accounts (``bot.ports.People``)."""

    def __init__(self, connection: Connection) -> None:
        self._c = connection

    def put(self, person: Person) -> None:
        """Add a person, or change one."""
        upsert(
            self._c,
            t.people,
            {
                "id": person.id,
                "school_id": person.school_id,
                "name": person.name,
                "email": person.email.casefold(),
                "started": person.started,
                "left": person.left,
                "manager_id": person.manager_id,
            },
        )

    def get(self, person_id: str) -> Person | None:
        """Return a person or ``None``."""
        row = self._c.execute(select(t.people).where(t.people.c.id == person_id)).first()
        return None if row is None else _person(row)

    def by_email(self, school_id: str, email: str) -> Person | None:
        """Return the person of a school with that e-mail or ``None``; of several, the one with the lowest id."""
        same = (t.people.c.school_id == school_id) & (func.lower(t.people.c.email) == email.casefold())
        row = self._c.execute(select(t.people).where(same).order_by(t.people.c.id)).first()
        return None if row is None else _person(row)

    def by_account(self, platform: str, tenant: str, address: str) -> Person | None:
        """Return who writes from an account, or ``None``."""
        a = t.accounts.c
        here = (a.platform == platform) & (a.tenant == tenant) & (a.address == address)
        joined = select(t.people).join(t.accounts, a.person_id == t.people.c.id).where(here)
        row = self._c.execute(joined).first()
        return None if row is None else _person(row)

    def roster(self, school_id: str) -> Roster:
        """Return everybody of a school. Raise ``KeyError`` for an unknown school."""
        school = SqlSchools(self._c).get(school_id)
        if school is None:
            raise KeyError(school_id)
        people = self._c.execute(select(t.people).where(t.people.c.school_id == school_id).order_by(t.people.c.id))
        return Roster(
            school,
            tuple(_person(row) for row in people),
            tuple(Holding(r.person_id, r.role, r.since, r.until) for r in self._of(t.holdings, school_id)),
            tuple(Absence(r.person_id, r.first, r.last, r.kind) for r in self._of(t.absences, school_id)),
            tuple(
                StandIn(r.person_id, r.stand_in_id, r.since, r.until, r.holidays)
                for r in self._of(t.stand_ins, school_id)
            ),
            tuple(_account(r) for r in self._of(t.accounts, school_id)),
            tuple(SharedLogin(r.owner_id, r.reader_id) for r in self._of(t.shared_logins, school_id, "owner_id")),
        )

    def hold(self, holding: Holding) -> None:
        """Give a role; one that is held already from the same day stays as it is."""
        values = {
            "person_id": holding.person_id,
            "role": holding.role,
            "since": holding.since,
            "until": holding.until,
        }
        h = t.holdings.c
        same = (h.person_id == holding.person_id) & (h.role == holding.role)
        same &= h.since.is_(None) if holding.since is None else h.since == holding.since
        if self._c.execute(select(h.id).where(same)).first() is None:
            self._c.execute(insert(t.holdings).values(**values))

    def end_role(self, person_id: str, role: str, last: dt.date) -> None:
        """End a role after a day."""
        h = t.holdings.c
        held = (h.person_id == person_id) & (h.role == role) & or_(h.until.is_(None), h.until > last)
        self._c.execute(update(t.holdings).where(held).values(until=last))

    def absent(self, absence: Absence) -> None:
        """Write down an absence."""
        self._c.execute(
            insert(t.absences).values(
                person_id=absence.person_id, first=absence.first, last=absence.last, kind=absence.kind
            )
        )

    def stand_in(self, stand_in: StandIn) -> None:
        """Name a stand-in."""
        self._c.execute(
            insert(t.stand_ins).values(
                person_id=stand_in.person_id,
                stand_in_id=stand_in.stand_in_id,
                since=stand_in.since,
                until=stand_in.until,
                holidays=stand_in.holidays,
            )
        )

    def account(self, account: Account) -> None:
        """Add an account, or change it; the same address belongs to whom it was given last."""
        a = t.accounts.c
        taken = (
            (a.platform == account.platform)
            & (a.tenant == account.tenant)
            & (a.address == account.address)
            & (a.id != account.id)
        )
        self._c.execute(delete(t.accounts).where(taken))
        upsert(
            self._c,
            t.accounts,
            {
                "id": account.id,
                "person_id": account.person_id,
                "platform": account.platform,
                "tenant": account.tenant,
                "address": account.address,
                "details": account.details,
                "gone": account.gone,
            },
        )

    def share(self, shared: SharedLogin) -> None:
        """Write down that somebody can act under another's login."""
        s = t.shared_logins.c
        there = (s.owner_id == shared.owner_id) & (s.reader_id == shared.reader_id)
        if self._c.execute(select(s.owner_id).where(there)).first() is None:
            self._c.execute(insert(t.shared_logins).values(owner_id=shared.owner_id, reader_id=shared.reader_id))

    def _of(self, table: Table, school_id: str, column: str = "person_id") -> list[Row[Any]]:
        return list(self._c.execute(_belonging(table, column), {"school": school_id}))


@cache
def _belonging(table: Table, column: str) -> Select[Any]:
    """Return the query for the rows of a table that belong to the people of a school: built once, asked often."""
    return (
        select(table)
        .join(t.people, table.c[column] == t.people.c.id)
        .where(t.people.c.school_id == bindparam("school"))
        .order_by(*table.primary_key.columns)
    )


def _school(row: Row[Any]) -> School:
    return School(
        row.id,
        row.name,
        row.policy,
        row.timezone,
        row.nation,
        tuple(
            Term(name, dt.date.fromisoformat(first), dt.date.fromisoformat(last))
            for name, first, last in json.loads(row.terms)
        ),
        tuple(OutsideContact(*contact) for contact in json.loads(row.contacts)),
        row.policy_version or "",
        tuple(json.loads(row.beside or "[]")),
    )


def _person(row: Row[Any]) -> Person:
    return Person(row.id, row.school_id, row.name, row.email, row.started, row.left, row.manager_id)


def _account(row: Row[Any]) -> Account:
    return Account(row.id, row.person_id, row.platform, row.address, row.tenant, row.details, row.gone)
