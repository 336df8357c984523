"""Taking a staff list into a school: who is new, who has changed, which roles begin and end; all of it or nothing.

People are known by their e-mail. Those who are not on the list stay as they are: a list of one department is no notice
to everybody else.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, replace

from bot.audit import digest
from bot.people import Account, Holding, Person, Roster
from bot.ports import UnitOfWork
from bot.staff_csv import StaffList, StaffRow, WrongLine

ONE_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class TakenIn:
    """What a staff list changed: people added, changed and unchanged, by e-mail; and the people it did not name."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    same: tuple[str, ...]
    not_named: tuple[str, ...]


def examined(staff: StaffList, roster: Roster) -> StaffList:
    """Return the list with the lines taken out whose manager is neither on it nor at the school already."""
    known = {row.email for row in staff.rows} | {person.email.casefold() for person in roster.people}
    wrong = tuple(
        WrongLine(row.line, f"the manager {row.manager} is neither in this file nor among the school's people")
        for row in staff.rows
        if row.manager and row.manager not in known
    )
    bad = {line.line for line in wrong}
    return StaffList(tuple(row for row in staff.rows if row.line not in bad), tuple(sorted((*staff.wrong, *wrong))))


def take_in(work: UnitOfWork, school_id: str, staff: StaffList, today: dt.date, new_id: Callable[[], str]) -> TakenIn:
    """Write the good rows of an examined list into a unit of work, which the caller commits.

    ``new_id`` makes an id for a new person. Raise ``KeyError`` for an unknown school.
    """
    roster = work.people.roster(school_id)
    before = {person.email.casefold(): person for person in roster.people if person.email}
    ids = {email: person.id for email, person in before.items()}
    added: list[str] = []
    changed: list[str] = []
    for row in staff.rows:
        if row.email not in ids:
            ids[row.email] = new_id()
            added.append(row.email)
            # A line manager can stand below those whom they manage: everybody is there before anybody is pointed at.
            work.people.put(Person(ids[row.email], school_id, row.name, row.email, row.started, row.left))
    for row in staff.rows:
        was = before.get(row.email)
        manager = ids.get(row.manager) or (was.manager_id if was and not row.manager else None)
        person = Person(ids[row.email], school_id, row.name, row.email, row.started, row.left, manager)
        if was is not None:
            person = replace(person, started=row.started or was.started, left=row.left or was.left)
        roles = _roles(work, roster, person, row, today)
        accounts = _accounts(work, roster, person, row)
        if person != was:
            work.people.put(person)
        if was is not None and (person != was or roles or accounts):
            changed.append(row.email)
    named = {row.email for row in staff.rows}
    facts = digest(*sorted(f"{row.email} {' '.join(row.roles)}" for row in staff.rows))
    work.audit.note(school_id, None, "people.import", school_id, facts)
    return TakenIn(
        tuple(added),
        tuple(changed),
        tuple(email for email in sorted(named) if email not in added and email not in changed),
        tuple(sorted(person.name for person in roster.here(today) if person.email.casefold() not in named)),
    )


def _roles(work: UnitOfWork, roster: Roster, person: Person, row: StaffRow, today: dt.date) -> bool:
    """Begin and end roles as the row says. Return whether any did."""
    held = {h.role for h in roster.holdings if h.person_id == person.id and (h.until is None or h.until >= today)}
    for role in row.roles:
        if role not in held:
            known = roster.person(person.id) is not None
            work.people.hold(Holding(person.id, role, today if known else person.started))
    for role in sorted(held.difference(row.roles)):
        work.people.end_role(person.id, role, today - ONE_DAY)
    return held != set(row.roles)


def _accounts(work: UnitOfWork, roster: Roster, person: Person, row: StaffRow) -> bool:
    """Note the chat accounts and the mail address of a row. Return whether any is new."""
    wanted = (("mail", row.email), ("slack", row.slack), ("teams", row.teams))
    there = {(a.platform, a.address) for a in roster.accounts if a.person_id == person.id}
    new = [(platform, address) for platform, address in wanted if address and (platform, address) not in there]
    for platform, address in new:
        work.people.account(Account(f"{platform}:{person.id}", person.id, platform, address))
    return bool(new)
