"""A trust's policy as the base of a school's: what is whose, and the next version of the base.

Pure functions. A school's own clause that replaces one of the trust's keeps that one in itself (``theirs``), so that
it can be put back, and so that it is seen when the trust changes it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import msgspec

from bot.own_policy import Entry
from bot.own_pressed import Pressed, worded
from bot.wording import say
from knowledge.comparing import compare
from knowledge.importing.model import DraftedNorm, ImportedClause, ImportedPolicy
from knowledge.model import Base, Clause, Norm, PolicyHead, Route


@dataclass(frozen=True, slots=True)
class TakenOver:
    """A new version of a base with what is the school's: ``review`` are ids of own clauses to be looked at again."""

    document: ImportedPolicy
    entries: tuple[Entry, ...]
    routes: tuple[Route, ...]
    review: tuple[str, ...]


def as_base(pressed: Pressed) -> Pressed:
    """Return a pack as the trust's: every clause is the trust's, whatever it stood on there."""
    head = pressed.head
    there = [each for each in pressed.drafted if each.clause.origin != "left_out"]
    drafted = tuple(
        msgspec.structs.replace(each, clause=msgspec.structs.replace(each.clause, origin="trust", theirs=None))
        for each in there
    )
    document = msgspec.structs.replace(pressed.document, clauses=tuple(each.clause for each in drafted))
    base = Base(head.school, head.title, head.version, head.routes)
    return Pressed(document, drafted, msgspec.structs.replace(head, base=base))


def theirs(clause: ImportedClause, entry: Entry) -> Clause | None:
    """Return the trust's clause behind one of a policy over its base; ``None`` for one that the school has added."""
    if clause.origin == "school":
        return clause.theirs
    norms = tuple(each.norm for each in entry.drafted)
    return Clause(clause.id, clause.section, clause.text, clause.stem, norms, optional=clause.optional)


def own_number(after: str, taken: Iterable[str]) -> str:
    """Return a number for a clause of the school's own behind another one: ``4.2-S1``, ``4.2-S2``."""
    there, stem = set(taken), after.partition("-S")[0]
    return next(number for count in range(1, len(there) + 2) if (number := f"{stem}-S{count}") not in there)


def over_new_base(
    head: PolicyHead, document: ImportedPolicy, entries: Sequence[Entry], pressed: Pressed, draft_id: str
) -> TakenOver:
    """Return a new version of the base (``pressed``) with what a school has made its own of the version before it."""
    before = [(place, each) for place, c in enumerate(document.clauses) if (each := theirs(c, entries[place]))]
    pairs = compare(worded(each for _, each in before), worded(pressed.document.clauses))
    now_of = {before[p.before][0]: p.now for p in pairs if p.before is not None and p.now is not None}
    weaving = _Weaving(document, entries, pressed, draft_id, now_of)
    woven = list(weaving.woven())
    placed = tuple(replace(entry, draft_id=draft_id, place=place) for place, (_, entry) in enumerate(woven))
    clauses = tuple(clause for clause, _ in woven)
    base = head.base
    changed = base is not None and head.routes != base.routes
    made = msgspec.structs.replace(pressed.document, clauses=clauses)
    return TakenOver(made, placed, head.routes if changed else pressed.head.routes, tuple(weaving.review))


class _Weaving:
    """Puts a new base and what is the school's together, clause by clause."""

    def __init__(
        self,
        document: ImportedPolicy,
        entries: Sequence[Entry],
        pressed: Pressed,
        draft_id: str,
        now_of: Mapping[int, int],
    ) -> None:
        self._clauses, self._entries, self._pressed = document.clauses, entries, pressed
        self._draft_id = draft_id
        self._before_of = {now: place for place, now in now_of.items()}
        new = pressed.document.clauses
        self._numbers = {document.clauses[place].id: new[now].id for place, now in now_of.items()}
        self._taken = {clause.id for clause in new}
        self._behind: dict[int, list[int]] = {}
        at = -1
        for place, clause in enumerate(document.clauses):
            at = now_of.get(place, at)
            if clause.origin == "school" and place not in now_of:
                self._behind.setdefault(at, []).append(place)
        self.review: list[str] = []

    def woven(self) -> Iterator[tuple[ImportedClause, Entry]]:
        """Yield clauses and entries in their order; places are not set yet."""
        yield from self._added(-1)
        for now in range(len(self._pressed.drafted)):
            yield self._one(now)
            yield from self._added(now)

    def _one(self, now: int) -> tuple[ImportedClause, Entry]:
        drafted = self._pressed.drafted[now]
        clause = self._pressed.document.clauses[now]
        fresh = Entry(self._draft_id, now, "drafted", drafted.norms, drafted.norms, drafted.doubt)
        place = self._before_of.get(now)
        if place is None:
            return clause, fresh
        mine, old = self._clauses[place], self._entries[place]
        was = theirs(mine, old)
        same = was is not None and _words(was) == _words(clause) and _rules(was.norms) == _rules(_norms(drafted.norms))
        if mine.origin == "school":
            now_theirs = Clause(
                clause.id, clause.section, clause.text, clause.stem, _norms(drafted.norms), optional=clause.optional
            )
            kept = msgspec.structs.replace(mine, id=clause.id, section=clause.section, theirs=now_theirs)
            return kept, self._kept(clause.id, old, "" if same else say("policy.base.replaced_changed"))
        if mine.origin == "left_out":
            return self._left_out(clause, old, fresh, same=same)
        if old.waits or (old.state == "accepted" and not same):
            return clause, fresh
        doubt = "" if same else say("policy.base.rules_changed")
        return clause, replace(self._kept(clause.id, old, doubt), drafted=drafted.norms)

    def _left_out(
        self, clause: ImportedClause, old: Entry, fresh: Entry, *, same: bool
    ) -> tuple[ImportedClause, Entry]:
        if not clause.optional:
            self.review.append(clause.id)
            return clause, replace(fresh, doubt=say("policy.base.no_longer_optional"))
        entry = self._kept(clause.id, old, "" if same else say("policy.base.left_out_changed"))
        return msgspec.structs.replace(clause, origin="left_out"), replace(entry, drafted=fresh.drafted)

    def _added(self, now: int) -> Iterator[tuple[ImportedClause, Entry]]:
        """Yield what the school has added behind a clause, and its own clauses whose clause the trust no longer has."""
        for place in self._behind.get(now, ()):
            mine, old = self._clauses[place], self._entries[place]
            number = mine.id if mine.id not in self._taken else own_number(mine.id, self._taken)
            self._taken.add(number)
            doubt = say("policy.base.replaced_gone") if mine.theirs is not None else ""
            yield msgspec.structs.replace(mine, id=number, theirs=None), self._kept(number, old, doubt)

    def _kept(self, number: str, old: Entry, doubt: str) -> Entry:
        """Return the school's own rules of a clause as they were, or with a doubt to be looked at again."""
        norms = tuple(msgspec.structs.replace(each, norm=self._seeing(each.norm)) for each in old.norms)
        if not doubt:
            return replace(old, norms=norms, carried=not old.waits)
        self.review.append(number)
        return replace(old, norms=norms, state="drafted", doubt=doubt, carried=False)

    def _seeing(self, norm: Norm) -> Norm:
        kept = tuple(self._numbers.get(each, each) for each in norm.see)
        return msgspec.structs.replace(norm, see=tuple(each for each in kept if each in self._taken))


def _norms(drafted: Iterable[DraftedNorm]) -> tuple[Norm, ...]:
    return tuple(each.norm for each in drafted)


def _rules(norms: Iterable[Norm]) -> tuple[Norm, ...]:
    """Return norms without what changes with the numbers of other clauses."""
    return tuple(msgspec.structs.replace(norm, see=()) for norm in norms)


def _words(clause: Clause | ImportedClause) -> str:
    return " ".join(f"{clause.stem or ''} {clause.text}".split())
