"""The school as it stands at one moment: who is there, what day it is, which policy is in force."""

from __future__ import annotations

import datetime as dt
import threading
from dataclasses import dataclass, replace
from typing import Final

from bot.calendars import Calendar
from bot.people import Roster, School
from bot.ports import Clock, Shelf, UnitOfWork
from knowledge.model import Policy
from knowledge.pack import load_installed

READING: Final = threading.Lock()
"""One thread at a time: msgspec 0.21 ends the process where two threads decode a type for the first time."""


@dataclass(frozen=True, slots=True)
class Scene:
    """What every decision needs: roster, instant (UTC), day in the school's zone, calendar, policy.

    ``policy`` is the one that leads, or the one that a round of re-reading is about; ``beside`` are the others.
    """

    roster: Roster
    now: dt.datetime
    today: dt.date
    calendar: Calendar
    policy: Policy
    beside: tuple[Policy, ...] = ()

    @property
    def policies(self) -> tuple[Policy, ...]:
        """Every policy in force, ``policy`` first."""
        return (self.policy, *self.beside)

    def each(self) -> tuple[Scene, ...]:
        """Return the scene as seen by each policy in force, ``policy`` first."""
        return tuple(self.by(policy.id) for policy in self.policies)

    def by(self, policy_id: str) -> Scene:
        """Return the scene with the policy of that name as its ``policy``; as it is where there is none such."""
        found = next((policy for policy in self.beside if policy.id == policy_id), None)
        if found is None:
            return self
        return replace(self, policy=found, beside=tuple(each for each in self.policies if each is not found))

    @property
    def school(self) -> School:
        """The school."""
        return self.roster.school

    @property
    def holiday(self) -> bool:
        """Whether today lies in the school holidays."""
        return self.calendar.school_holiday(self.today)

    def when(self, instant: dt.datetime) -> str:
        """Return an instant as people of the school read it: ``9 March 2026, 14:05``."""
        local = self.calendar.local(instant)
        return f"{local.day} {local:%B %Y}, {local:%H:%M}"

    @staticmethod
    def day(day: dt.date) -> str:
        """Return a day as people read it: ``9 March 2026``."""
        return f"{day.day} {day:%B %Y}"


def look_around(work: UnitOfWork, school_id: str, clock: Clock, shelf: Shelf) -> Scene:
    """Return the scene of a school. Raise ``KeyError`` for an unknown school or one without a policy."""
    roster = work.people.roster(school_id)
    cover = any(stand_in.holidays for stand_in in roster.stand_ins)
    return Scene(
        roster,
        clock.now(),
        clock.today(roster.school.timezone),
        Calendar(roster.school, cover=cover),
        *_in_force(shelf.policies(roster.school)),
    )


def _in_force(policies: tuple[Policy, ...]) -> tuple[Policy, tuple[Policy, ...]]:
    return policies[0], policies[1:]


class InstalledPacks:
    """The shelf of the packs that ship with the bot (``bot.ports.Shelf``)."""

    def policy(self, school: School) -> Policy:
        """Return the pack that the school has adopted. Raise ``KeyError`` for an unknown one."""
        with READING:
            return load_installed(school.policy)

    def policies(self, school: School) -> tuple[Policy, ...]:
        """Return that pack: a school has one at a time."""
        return (self.policy(school),)
