"""A school's own policies, found by name on the command line: drafts, and versions in force."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import msgspec

from adapters.terminal.errors import Stop
from bot.answering import Answering
from bot.own_policy import REVIEWED, Draft, as_draft
from bot.own_standing import standing
from bot.ports import Clock, Store, UnitOfWork
from knowledge.model import Policy
from knowledge.reader import Reader


class Kept(Protocol):
    """What looking for own policies needs of the wiring."""

    def kept(self) -> bool:
        """Return whether there is a database already."""
        ...

    def store(self) -> Store:
        """Return the store over an up-to-date database. Raise ``Stop``."""
        ...


class Importing(Kept, Protocol):
    """What these commands need of the wiring."""

    @property
    def clock(self) -> Clock:
        """The time."""
        ...


@dataclass(frozen=True, slots=True)
class Own:
    """One of a school's own policies as it is found by name. ``reviewed`` counts clauses."""

    name: str
    school: str
    policy: Policy
    draft: bool
    reviewed: int


def own_policies(house: Kept, school_id: str = "") -> list[Own]:
    """Return every open draft and every version in force, by name; those of one school where one is named."""
    if not house.kept():
        return []
    with house.store().look() as work:
        found = [*_in_force(work), *_drafts(work)]
    return sorted((own for own in found if school_id in {"", own.school}), key=lambda own: (own.name, own.draft))


def the_own(house: Kept, name: str, *, draft: bool, school_id: str = "") -> Own | None:
    """Return the own policy of a name, or ``None``. Raise ``Stop`` where several schools have one of that name."""
    named = [own for own in own_policies(house, school_id) if own.name == name and own.draft == draft]
    # What was tried out before there was a school stands behind what a school brought under the same name.
    found = [own for own in named if own.school] or named
    if len(found) > 1:
        schools = ", ".join(own.school for own in found)
        raise Stop(f"Several schools have a policy {name!r}. Say which: --school ID. There are: {schools}.")
    return found[0] if found else None


def engine(own: Own, reader: Reader) -> Answering:
    """Return what answers from an own policy."""
    return Answering({own.name: own.policy}, reader)


def _in_force(work: UnitOfWork) -> Iterator[Own]:
    for school in work.schools.all():
        for version in standing(work, school):
            policy = msgspec.json.decode(version.pack, type=Policy)
            yield Own(version.policy, school.id, policy, False, sum(clause.open is None for clause in policy.clauses))


def _drafts(work: UnitOfWork) -> Iterator[Own]:
    schools = {school.id: school.name for school in work.schools.all()}
    for school_id in (None, *schools):
        for draft in work.own.drafts(school_id):
            if draft.state == "open":
                yield _draft(work, draft, schools.get(school_id or "", ""))


def _draft(work: UnitOfWork, draft: Draft, school: str) -> Own:
    entries = work.own.entries(draft.id)
    policy = as_draft(draft, work.own.text(draft.text_id).document, entries, school)
    return Own(draft.policy, draft.school_id or "", policy, True, sum(entry.state in REVIEWED for entry in entries))
