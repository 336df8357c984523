"""Which of a school's own policies are in force: one that leads, and further ones beside it, each of a name of its own.

The one that leads says who is told of reports. A question is ruled on by all of them (``knowledge.joining``).
"""

from __future__ import annotations

from dataclasses import replace

from bot.people import School
from bot.ports import PolicyVersion, UnitOfWork


def standing(work: UnitOfWork, school: School) -> tuple[PolicyVersion, ...]:
    """Return the own versions that a school answers from, the one that leads first; none where it has a pack."""
    ids = (school.policy_version, *school.beside) if school.policy_version else ()
    return tuple(version for version in map(work.policies.get, ids) if version is not None)


def in_force(work: UnitOfWork, school_id: str | None, policy: str) -> str | None:
    """Return the id of the version of an own policy that a school answers from now, or ``None``."""
    school = work.schools.get(school_id) if school_id else None
    found = standing(work, school) if school is not None else ()
    return next((version.id for version in found if version.policy == policy), None)


def with_version(work: UnitOfWork, school: School, version: PolicyVersion) -> School:
    """Return the school with a version in force: in the place of the same policy, or behind the others.

    A pack that ships with the bot is no policy of the school's: the first own one takes its place.
    """
    there = standing(work, school)
    if any(each.policy == version.policy for each in there):
        return _answering(school, tuple(version if each.policy == version.policy else each for each in there))
    return _answering(school, (*there, version))


def without(work: UnitOfWork, school: School, policy: str) -> School | None:
    """Return the school without one of its policies; ``None`` where that is its only one, or not in force."""
    there = standing(work, school)
    left = tuple(each for each in there if each.policy != policy)
    return _answering(school, left) if left and len(left) < len(there) else None


def led_by(work: UnitOfWork, school: School, policy: str) -> School | None:
    """Return the school with one of the policies in force leading; ``None`` where it is not in force."""
    there = standing(work, school)
    chosen = tuple(each for each in there if each.policy == policy)
    return _answering(school, chosen + tuple(each for each in there if each.policy != policy)) if chosen else None


def _answering(school: School, versions: tuple[PolicyVersion, ...]) -> School:
    first, *others = versions
    beside = tuple(version.id for version in others)
    return replace(school, policy=first.policy, policy_version=first.id, beside=beside)
