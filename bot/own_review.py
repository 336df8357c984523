"""Reviewing a draft clause by clause: accept, change, mark as unclear, add an example; who, and when."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

import msgspec

from bot.access import SchoolMatter, may
from bot.audit import digest
from bot.own_import import worded
from bot.own_policy import Draft, Entry, as_draft
from bot.own_standing import in_force
from bot.people import Roster
from bot.ports import Clock, Store, UnitOfWork
from knowledge.comparing import Pair, compare
from knowledge.importing.model import DraftedNorm, ImportedPolicy
from knowledge.model import Example, Norm, Policy, PolicyHead


class NoDraft(Exception):
    """There is no such draft for this person: none of that id, another school's, or not theirs to see."""


class Closed(Exception):
    """The draft cannot be changed any more: it was signed, adopted or dropped."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A draft with everything that belongs to it, and what the person who opened it may do with it."""

    draft: Draft
    document: ImportedPolicy
    entries: tuple[Entry, ...]
    roster: Roster
    reviews: bool
    adopts: bool

    @property
    def as_draft(self) -> Policy:
        """The policy as the draft has it."""
        return as_draft(self.draft, self.document, self.entries, self.roster.school.name)

    @property
    def waiting(self) -> tuple[Entry, ...]:
        """The clauses that nobody has looked at yet."""
        return tuple(entry for entry in self.entries if entry.waits)


class Reviewing:
    """Everything that is done with a draft before it is adopted. All of it passes the gate and is audited."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def open(self, person_id: str, school_id: str, draft_id: str) -> Opened:
        """Return a draft for somebody who reviews or adopts it. Raise ``NoDraft``."""
        with self._store.look() as work:
            return self._open(work, person_id, school_id, draft_id)

    def drafts(self, person_id: str, school_id: str) -> tuple[Draft, ...]:
        """Return a school's drafts, latest first. Raise ``NoDraft`` for somebody who may see none."""
        with self._store.look() as work:
            reviews, adopts = self._rights(work.people.roster(school_id), person_id)
            if not (reviews or adopts):
                raise NoDraft
            return work.own.drafts(school_id)

    def accept(self, person_id: str, school_id: str, draft_id: str, places: Iterable[int]) -> int:
        """Accept what was drafted of clauses that wait. Return how many."""
        return self._each(person_id, school_id, draft_id, places, lambda entry: replace(entry, state="accepted"))

    def unclear(self, person_id: str, school_id: str, draft_id: str, place: int) -> int:
        """Mark a clause as one that the headteacher must explain."""
        return self._each(
            person_id, school_id, draft_id, (place,), lambda entry: replace(entry, state="unclear"), again=True
        )

    def reopen(self, person_id: str, school_id: str, draft_id: str, place: int) -> int:
        """Put a clause back to what was drafted of it, to be looked at again."""
        return self._each(
            person_id,
            school_id,
            draft_id,
            (place,),
            lambda entry: replace(entry, state="drafted", norms=entry.drafted),
            again=True,
        )

    def change(self, person_id: str, school_id: str, draft_id: str, place: int, number: int, norm: Norm | None) -> int:
        """Put a rule in the place of the one of that number, add it behind the last one, or (``None``) take it away."""

        def changed(entry: Entry) -> Entry:
            norms = list(entry.norms)
            source = norms[number].source if number < len(norms) else ""
            norms[number : number + 1] = [] if norm is None else [DraftedNorm(norm, source, 1.0)]
            return replace(entry, state="changed", norms=tuple(norms))

        return self._each(person_id, school_id, draft_id, (place,), changed, again=True)

    def example(self, person_id: str, school_id: str, draft_id: str, place: int, number: int, example: Example) -> int:
        """Add a question that a rule must decide."""

        def added(entry: Entry) -> Entry:
            norms = list(entry.norms)
            if number >= len(norms):
                return entry
            old = norms[number]
            norm = msgspec.structs.replace(old.norm, examples=(*old.norm.examples, example))
            norms[number] = msgspec.structs.replace(old, norm=norm)
            return replace(entry, state="changed", norms=tuple(norms))

        return self._each(person_id, school_id, draft_id, (place,), added, again=True)

    def optional(self, person_id: str, school_id: str, draft_id: str, place: int, *, optional: bool) -> str:
        """Say whether schools that take the policy as their base may leave a clause out. Return the clause's number.

        It stands in the text, which is kept anew: the text as it was stays too. Raise ``NoDraft`` where the policy
        itself stands on a base, for there it is the trust that says so.
        """
        with self._store.begin() as work:
            opened = self._to_change(work, person_id, school_id, draft_id)
            if opened.draft.head.base is not None or place >= len(opened.document.clauses):
                raise NoDraft
            clauses = list(opened.document.clauses)
            clauses[place] = msgspec.structs.replace(clauses[place], optional=optional)
            document = msgspec.structs.replace(opened.document, clauses=tuple(clauses))
            before = work.own.text(opened.draft.text_id)
            text = replace(before, id=uuid.uuid4().hex, at=self._clock.now(), by=person_id, document=document)
            work.own.put_text(text)
            work.own.put_draft(replace(opened.draft, text_id=text.id))
            facts = digest(f"{place}:{'optional' if optional else 'binding'}")
            work.audit.note(school_id, person_id, "policy.reviewed", draft_id, facts)
            work.commit()
        return clauses[place].id

    def about(self, person_id: str, school_id: str, draft_id: str, head: PolicyHead) -> None:
        """Change what the draft says of the policy beyond its clauses: title, version, dates."""
        with self._store.begin() as work:
            opened = self._to_change(work, person_id, school_id, draft_id)
            work.own.put_draft(replace(opened.draft, head=msgspec.structs.replace(head, id=opened.draft.policy)))
            work.audit.note(school_id, person_id, "policy.reviewed", draft_id, digest("head"))
            work.commit()

    def drop(self, person_id: str, school_id: str, draft_id: str) -> None:
        """Drop a draft. It is kept, and nobody can go on with it."""
        with self._store.begin() as work:
            opened = self._to_change(work, person_id, school_id, draft_id)
            work.own.put_draft(replace(opened.draft, state="dropped"))
            work.audit.note(school_id, person_id, "policy.dropped", draft_id)
            work.commit()

    def changes(self, person_id: str, school_id: str, draft_id: str) -> tuple[ImportedPolicy, tuple[Pair, ...]] | None:
        """Return the text in force before a draft, and how each clause of both stands; ``None`` for a first version."""
        with self._store.look() as work:
            opened = self._open(work, person_id, school_id, draft_id)
            base = opened.draft.base_id or in_force(work, school_id, opened.draft.policy)
            before = next((d for d in work.own.drafts(school_id) if base and d.version_id == base), None)
            if before is None:
                return None
            text = work.own.text(before.text_id).document
        return text, compare(worded(text.clauses), worded(opened.document.clauses))

    def _each(
        self,
        person_id: str,
        school_id: str,
        draft_id: str,
        places: Iterable[int],
        act: Callable[[Entry], Entry],
        *,
        again: bool = False,
    ) -> int:
        """Do something to entries of a draft: those that wait, or (``again``) those reviewed already too."""
        wanted = frozenset(places)
        with self._store.begin() as work:
            opened = self._to_change(work, person_id, school_id, draft_id)
            now = self._clock.now()
            chosen = [e for e in opened.entries if e.place in wanted and (again or e.waits)]
            done = [replace(act(e), by=person_id, at=now, carried=False) for e in chosen]
            if done:
                work.own.put_entries(done)
                facts = digest(*(f"{e.place}:{e.state}" for e in done))
                work.audit.note(school_id, person_id, "policy.reviewed", draft_id, facts)
                work.commit()
        return len(done)

    def _to_change(self, work: UnitOfWork, person_id: str, school_id: str, draft_id: str) -> Opened:
        opened = self._open(work, person_id, school_id, draft_id)
        if not opened.reviews:
            raise NoDraft
        if not opened.draft.open:
            raise Closed
        return opened

    def _open(self, work: UnitOfWork, person_id: str, school_id: str, draft_id: str) -> Opened:
        roster = work.people.roster(school_id)
        reviews, adopts = self._rights(roster, person_id)
        draft = work.own.draft(draft_id)
        if draft is None or draft.school_id != school_id or not (reviews or adopts):
            raise NoDraft
        document = work.own.text(draft.text_id).document
        return Opened(draft, document, work.own.entries(draft_id), roster, reviews, adopts)

    def _rights(self, roster: Roster, person_id: str) -> tuple[bool, bool]:
        today, school = self._clock.today(roster.school.timezone), roster.school.id
        reviews = may(person_id, "manage", SchoolMatter(school, "draft"), roster, today)
        return bool(reviews), bool(may(person_id, "manage", SchoolMatter(school, "policy"), roster, today))
