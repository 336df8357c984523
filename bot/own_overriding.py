"""A school's own clauses in a trust's policy: its words in place of the trust's, a clause more, a clause left out.

Every step makes a new text, as if the document had been written anew; the texts before it are kept. Nothing of it
answers anybody before it is adopted, like every version.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

import msgspec

from bot.access import SchoolMatter, may
from bot.audit import digest
from bot.own_base import own_number, theirs
from bot.own_import import Press
from bot.own_policy import Draft, Entry
from bot.own_review import Closed, NoDraft
from bot.own_standing import in_force
from bot.ports import Clock, Store, UnitOfWork
from knowledge.importing.model import DraftedClause, DraftedNorm, ImportedClause, ImportedPolicy

LONGEST_CLAUSE: Final = 4000
LONGEST_NUMBER: Final = 20


class NotOverridden(Exception):
    """A clause cannot be changed so; ``why`` names a sentence under ``policy.base``."""

    def __init__(self, why: str, **values: str) -> None:
        super().__init__(why)
        self.why = why
        self.values = values


@dataclass(frozen=True, slots=True)
class _Step:
    """A document after a step, with where the clause stands; ``by`` is how many places those behind it move."""

    document: ImportedPolicy
    place: int
    by: int = 0


class Overriding:
    """Makes clauses of a trust's policy a school's own. ``person_id`` is empty for an operator.

    Every method raises ``NoDraft``, ``Closed`` or ``NotOverridden``.
    """

    def __init__(self, store: Store, clock: Clock, press: Press) -> None:
        self._store = store
        self._clock = clock
        self._press = press

    def replace(self, person_id: str | None, school_id: str, draft_id: str, place: int, words: str) -> str:
        """Let a clause be in the school's own words. Return its number."""
        text = _written(words)

        def step(document: ImportedPolicy, entries: tuple[Entry, ...]) -> _Step:
            clause = document.clauses[place]
            own = clause.origin == "school"
            kept = clause.theirs if own else theirs(clause, entries[place])
            made = msgspec.structs.replace(clause, text=text, stem=None, origin="school", theirs=kept)
            return _Step(_with(document, place, made), place)

        return self._worded(person_id, school_id, draft_id, step, "replaced")

    def add(
        self,
        person_id: str | None,
        school_id: str,
        draft_id: str,
        after: int,
        words: str,
        number: str = "",
    ) -> str:
        """Add a clause of the school's own behind another one. Return its number: the one given, or one made up."""
        text, wanted = _written(words), " ".join(number.split())[:LONGEST_NUMBER]

        def step(document: ImportedPolicy, entries: tuple[Entry, ...]) -> _Step:  # noqa: ARG001 - one of several steps
            before, taken = document.clauses[after], [clause.id for clause in document.clauses]
            if wanted in taken:
                raise NotOverridden("number_taken", number=wanted)
            made = ImportedClause(wanted or own_number(before.id, taken), before.section, text, origin="school")
            clauses = (*document.clauses[: after + 1], made, *document.clauses[after + 1 :])
            return _Step(msgspec.structs.replace(document, clauses=clauses), after + 1, 1)

        return self._worded(person_id, school_id, draft_id, step, "added")

    def leave_out(self, person_id: str | None, school_id: str, draft_id: str, place: int) -> str:
        """Let one of the trust's clauses not apply, where the trust allows it. Return its number."""
        with self._store.begin() as work:
            draft, document, entries = self._open(work, person_id, school_id, draft_id, place)
            clause = document.clauses[place]
            if clause.origin != "trust":
                raise NotOverridden("nothing")
            if not clause.optional:
                raise NotOverridden("not_optional")
            made = msgspec.structs.replace(clause, origin="left_out")
            entry = self._by(replace(entries[place], state="changed", norms=(), doubt=None), person_id)
            self._keep(work, draft, person_id, _with(document, place, made), "left_out", clause.id)
            work.own.put_entries([entry])
            work.commit()
        return clause.id

    def put_back(self, person_id: str | None, school_id: str, draft_id: str, place: int) -> str:
        """Put the trust's clause back, or take away one that the school has added. Return its number."""
        with self._store.begin() as work:
            draft, document, entries = self._open(work, person_id, school_id, draft_id, place)
            clause = document.clauses[place]
            if clause.origin == "trust":
                raise NotOverridden("nothing")
            was = theirs(clause, entries[place])
            if was is None:
                clauses = (*document.clauses[:place], *document.clauses[place + 1 :])
                if not clauses:
                    raise NotOverridden("nothing")
                left = msgspec.structs.replace(document, clauses=clauses)
                self._keep(work, draft, person_id, left, "taken_away", clause.id)
                work.own.put_entries([replace(each, place=each.place - 1) for each in entries[place + 1 :]])
                work.own.cut_entries(draft_id, len(clauses))
            else:
                made = ImportedClause(
                    was.id, was.section, was.text, was.stem, printed=True, origin="trust", optional=was.optional
                )
                norms = tuple(DraftedNorm(norm, was.text, 1.0) for norm in was.norms)
                self._keep(work, draft, person_id, _with(document, place, made), "put_back", clause.id)
                work.own.put_entries([Entry(draft_id, place, "drafted", norms, norms)])
            work.commit()
        return clause.id

    def again(self, person_id: str | None, school_id: str, policy: str) -> Draft:
        """Begin a draft from the version in force, with everything that was reviewed; an open one is returned as it is.

        Raise ``NoDraft`` where no version of that policy is in force, or nothing of it is this person's to change.
        """
        with self._store.begin() as work:
            self._allow(work, person_id, school_id)
            drafts = [draft for draft in work.own.drafts(school_id) if draft.policy == policy]
            there = next((draft for draft in drafts if draft.state == "open"), None)
            if there is not None:
                return there
            version = in_force(work, school_id, policy)
            last = next((draft for draft in drafts if version and draft.version_id == version), None)
            if last is None:
                raise NoDraft
            made = Draft(
                uuid.uuid4().hex,
                school_id,
                policy,
                last.text_id,
                self._clock.now(),
                person_id,
                "open",
                last.head,
                version,
            )
            work.own.put_draft(made)
            entries = work.own.entries(last.id)
            work.own.put_entries([replace(e, draft_id=made.id, carried=not e.waits) for e in entries])
            work.audit.note(school_id, person_id, "policy.begun_again", made.id, digest(policy, version or ""))
            work.commit()
        return made

    def _worded(
        self,
        person_id: str | None,
        school_id: str,
        draft_id: str,
        step: Callable[[ImportedPolicy, tuple[Entry, ...]], _Step],
        what: str,
    ) -> str:
        """Take a step that brings words of the school's; what the bot would say of them is drafted first."""
        with self._store.look() as work:
            before, document, entries = self._open(work, person_id, school_id, draft_id, 0)
        done = step(document, entries)
        drafted = self._press.draft(done.document)[done.place]
        number = done.document.clauses[done.place].id
        with self._store.begin() as work:
            draft, _, entries = self._open(work, person_id, school_id, draft_id, 0)
            if draft.text_id != before.text_id:
                raise NotOverridden("meanwhile")
            self._keep(work, draft, person_id, done.document, what, number)
            moved = [replace(each, place=each.place + done.by) for each in entries if each.place >= done.place]
            work.own.put_entries(moved if done.by else [])
            work.own.put_entries([self._by(_drafted(draft_id, done.place, drafted), person_id)])
            work.commit()
        return number

    def _open(
        self, work: UnitOfWork, person_id: str | None, school_id: str, draft_id: str, place: int
    ) -> tuple[Draft, ImportedPolicy, tuple[Entry, ...]]:
        self._allow(work, person_id, school_id)
        draft = work.own.draft(draft_id)
        if draft is None or draft.school_id != school_id:
            raise NoDraft
        if not draft.open:
            raise Closed
        if draft.head.base is None:
            raise NotOverridden("not_base")
        document = work.own.text(draft.text_id).document
        if place >= len(document.clauses):
            raise NoDraft
        return draft, document, work.own.entries(draft_id)

    def _allow(self, work: UnitOfWork, person_id: str | None, school_id: str) -> None:
        if person_id is None:
            return
        roster = work.people.roster(school_id)
        today = self._clock.today(roster.school.timezone)
        if not may(person_id, "manage", SchoolMatter(school_id, "draft"), roster, today):
            raise NoDraft

    def _keep(
        self, work: UnitOfWork, draft: Draft, person_id: str | None, document: ImportedPolicy, what: str, number: str
    ) -> None:
        """Keep the document as a new text of the draft, and write down what was done."""
        now = self._clock.now()
        text = replace(work.own.text(draft.text_id), id=uuid.uuid4().hex, at=now, by=person_id, document=document)
        work.own.put_text(text)
        work.own.put_draft(replace(draft, text_id=text.id))
        work.audit.note(draft.school_id or "", person_id, "policy.overridden", draft.id, digest(what, number))

    def _by(self, entry: Entry, person_id: str | None) -> Entry:
        return replace(entry, by=person_id, at=self._clock.now(), carried=False)


def _drafted(draft_id: str, place: int, drafted: DraftedClause) -> Entry:
    return Entry(draft_id, place, "drafted", drafted.norms, drafted.norms, drafted.doubt)


def _with(document: ImportedPolicy, place: int, clause: ImportedClause) -> ImportedPolicy:
    clauses = (*document.clauses[:place], clause, *document.clauses[place + 1 :])
    return msgspec.structs.replace(document, clauses=clauses)


def _written(words: str) -> str:
    text = " ".join(words.replace("\0", "").split())[:LONGEST_CLAUSE]
    if not text:
        raise NotOverridden("empty")
    return text
