"""People and schools held in memory for a moment, so that a question is answered without a look into the database.

For questions only: whatever else somebody does is decided by what the database says at that moment.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from bot.people import Person, School
from bot.ports import Clock, Store

FRESH_FOR: Final = 5.0
"""Seconds after which another process's changes are seen; those of this process are seen at once."""
MOST: Final = 20_000


@dataclass
class _Seen:
    """What was read at one moment and at one state of the database."""

    at: float
    changes: int
    people: dict[str, tuple[Person, School] | None] = field(default_factory=dict)
    schools: dict[str, School] = field(default_factory=dict)


class Acquaintances:
    """Looks people and schools up. Safe to share between threads: what is remembered is replaced as a whole."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._seen = _Seen(-FRESH_FOR, -1)

    def person(self, person_id: str) -> tuple[Person, School] | None:
        """Return a person and their school, or ``None``. Raise ``StoreBusy``."""
        seen = self._fresh()
        if person_id not in seen.people:
            seen.people[person_id] = self._look_up(person_id)
        return seen.people[person_id]

    def school(self, school_id: str) -> School:
        """Return a school. Raise ``KeyError`` for an unknown one, ``StoreBusy``."""
        seen = self._fresh()
        if school_id not in seen.schools:
            with self._store.look() as work:
                school = work.schools.get(school_id)
            if school is None:
                raise KeyError(school_id)
            seen.schools[school_id] = school
        return seen.schools[school_id]

    def _look_up(self, person_id: str) -> tuple[Person, School] | None:
        with self._store.look() as work:
            person = work.people.get(person_id)
            school = work.schools.get(person.school_id) if person else None
        return (person, school) if person and school else None

    def _fresh(self) -> _Seen:
        """Return what is remembered, or nothing where it may no longer be true.

        ``changes`` is read before anything is looked up: what changes meanwhile is looked up again.
        """
        now, changes = self._clock.monotonic(), self._store.changes
        seen = self._seen
        if seen.changes != changes or now - seen.at >= FRESH_FOR or len(seen.people) >= MOST:
            seen = self._seen = _Seen(now, changes)
        return seen
