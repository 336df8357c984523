"""Drafting the norms of clauses: force, conditions and exceptions, with the acts and circumstances of each."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple, cast

import msgspec

from knowledge import reader
from knowledge.importing import using
from knowledge.importing.circumstances import LEAVE, OFFICIAL, asked, capacity, concerned
from knowledge.importing.grammar import OPPOSITE, Statement, statements
from knowledge.importing.model import DraftedClause, DraftedNorm, ImportedClause, ImportedPolicy
from knowledge.importing.nearby import Neighbours
from knowledge.importing.sentences import plain, sentences
from knowledge.importing.wordings import Wording, done, named, told
from knowledge.model import Force, Norm

SURE_ENOUGH: Final = 0.7
"""A norm less sure than this is pointed out to the reviewer."""
NEAR_ENOUGH: Final = 0.3
"""What no wording names is drafted from its neighbours only where they are this near (0 to 1)."""
_WAIVED: Final = re.compile(r"(?:paragraph|section|rule|clause|point)s? ([\w.]*\w) (?:does|do|shall) not apply")


class _Draft(NamedTuple):
    norm: Norm
    statement: Statement
    sure: float


class Drafter:
    """Drafts norms. Made once from the policies to learn from; it keeps nothing of what it drafts."""

    def __init__(self, neighbours: Neighbours) -> None:
        """Take the reviewed policies that wordings are compared with."""
        self._neighbours = neighbours

    def draft(self, imported: ImportedPolicy) -> tuple[DraftedClause, ...]:
        """Return every clause with its drafted norms."""
        split = any(OFFICIAL.search(plain(f"{clause.section} {clause.text}")) for clause in imported.clauses)
        found = [self._clause(clause, split=split) for clause in imported.clauses]
        return tuple(_waived(entry, found) for entry in found)

    def _clause(self, clause: ImportedClause, *, split: bool) -> DraftedClause:
        heading = plain(clause.section)
        drafts: list[_Draft] = []
        doubts: list[str] = []
        for statement in statements(clause):
            made = list(_rulings(statement, split=split))
            if not made and statement.force != "stated":
                made = list(self._from_neighbours(statement))
                if not made:
                    doubts.append(f"a rule that was not understood: “{statement.said}”")
            drafts += made
            drafts += self._facts(statement, heading, empty=not made)
        lead = sentences(clause.stem)[-1] if clause.stem else ""
        ordered = sorted(_merged(drafts), key=lambda item: (item.norm.force == "stated", item.norm.catch_all))
        norms = tuple(_drafted(item, lead) for item in ordered)
        doubts += _doubts(norms)
        return DraftedClause(clause, norms, "; ".join(dict.fromkeys(doubts)) or None)

    def _facts(self, statement: Statement, heading: str, *, empty: bool) -> Iterator[_Draft]:
        acts = told(statement, heading)
        if statement.force == "stated" and empty:
            acts += [act for wording in named(statement) for act in wording.acts if not wording.minded][:4]
        if not acts and empty:
            near = self._near(statement, stated=True)
            acts = [act for act, score in near[:1] if score >= NEAR_ENOUGH]
        if acts:
            yield _Draft(Norm("stated", tuple(dict.fromkeys(acts)), ""), statement, 0.8)

    def _near(self, statement: Statement, *, stated: bool) -> list[tuple[str, float]]:
        near = dict(self._neighbours.acts(statement.own, stated=stated))
        for act, share in reader.installed().read(statement.own).acts:
            if act.startswith("t_") == stated:
                near[act] = near.get(act, 0.0) + 0.3 * share
        return sorted(near.items(), key=lambda item: -item[1])

    def _from_neighbours(self, statement: Statement) -> Iterator[_Draft]:
        force = statement.force
        barred = force in {"prohibited", "discouraged", "permitted"}
        for act, score in self._near(statement, stated=False):
            if act.startswith("t_") or (act in done()) != barred:
                continue
            conditions = asked(statement) if force == "permitted" else ()
            if score < NEAR_ENOUGH or (force == "permitted" and not conditions):
                return
            yield _Draft(Norm(force, (act,), "", conditions=conditions), statement, min(score, 0.6))
            return


def _rulings(statement: Statement, *, split: bool) -> Iterator[_Draft]:
    uses = using.rules(statement)
    for use in uses:
        yield _Draft(
            Norm(use.force, use.acts, "", time=use.time, device=use.device, unless=use.unless),
            statement,
            statement.sure * 0.9,
        )
    for wording in named(statement):
        force = _force(wording, statement)
        if force is None:
            continue
        acts = tuple(act for act in wording.acts if _possible(act, force))
        if not acts:
            continue
        norm = _norm(wording, statement, force, acts, split=split)
        yield _Draft(norm, statement, statement.sure)
        yield from _mirrored(wording, statement, norm)
        yield from _relatives(statement, norm)


def _possible(act: str, force: Force) -> bool:
    return (act in done()) == (force in {"prohibited", "discouraged", "permitted"})


def _force(wording: Wording, statement: Statement) -> Force | None:
    """Return the force that a statement has on what a wording names, or None where it has none."""
    if wording.force:
        return cast("Force", wording.force)
    if statement.force == "stated":
        return statement.minded if wording.minded else None
    if not done().intersection(wording.acts):
        limited = statement.force == "permitted" and (statement.conditions or statement.only)
        return "required" if limited else statement.force
    return _force_on_deeds(wording, statement)


def _force_on_deeds(wording: Wording, statement: Statement) -> Force | None:
    """Return the force of a statement on something that people do, as against a duty."""
    force = statement.force
    if wording.inverse and wording.inverse.search(statement.own):
        return "prohibited"
    if force in {"required", "recommended"}:
        if wording.required and "approval" not in statement.conditions:
            return cast("Force", wording.required)
        return "permitted" if asked(statement) else None
    if wording.grave and (force == "discouraged" or (force == "permitted" and "consent" not in statement.conditions)):
        return "prohibited"
    if force == "permitted" and statement.only and not asked(statement):
        return None
    return force


def _norm(wording: Wording, statement: Statement, force: Force, acts: tuple[str, ...], *, split: bool) -> Norm:
    conditions = asked(statement) if force == "permitted" else ()
    whose, other = ("permission", "consent") if "copy_material" in acts else ("consent", "permission")
    conditions = tuple(dict.fromkeys(whose if name == other else name for name in conditions))
    whom = concerned(wording, statement)
    unless = tuple(
        name
        for name in statement.exceptions
        if (name == "person:pupil_relative" and "pupil" in whom)
        or (name == "person:parent_friend" and "parent" in whom)
        or name == "emergency"
    )
    return Norm(
        force=force,
        acts=acts,
        says="",
        person=whom,
        capacity=capacity(wording, statement, split=split),
        content=wording.content,
        conditions=conditions,
        unless=unless if force in {"prohibited", "discouraged", "required", "recommended"} else (),
        approver=statement.approver if "approval" in conditions else (),
        catch_all=wording.catch_all,
    )


def _mirrored(wording: Wording, statement: Statement, norm: Norm) -> Iterator[_Draft]:
    opposite = OPPOSITE.get(norm.force)
    if wording.mirror and opposite:
        for acts in (tuple(act for act in wording.mirror if _possible(act, opposite)),):
            if acts:
                made = msgspec.structs.replace(norm, force=opposite, acts=acts, conditions=(), approver=())
                yield _Draft(made, statement, statement.sure * 0.9)


def _relatives(statement: Statement, norm: Norm) -> Iterator[_Draft]:
    """Where family is excepted on condition that the head is told, that condition is a norm of its own."""
    if "person:pupil_relative" in norm.unless and "disclosed" in statement.conditions:
        made = msgspec.structs.replace(
            norm, force="permitted", person=("pupil_relative",), conditions=("disclosed",), unless=()
        )
        yield _Draft(made, statement, statement.sure * 0.8)


def _merged(drafts: Iterable[_Draft]) -> list[_Draft]:
    """Return the drafts with those that differ only in their acts made one."""
    found: dict[tuple[object, ...], _Draft] = {}
    for draft in drafts:
        norm = draft.norm
        key = (norm.force, *(getattr(norm, name) for name in norm.__struct_fields__ if name not in {"force", "acts"}))
        if norm.force != "stated":
            key = (*key, draft.statement.said)
        if key in found:
            before = found[key]
            acts = tuple(dict.fromkeys((*before.norm.acts, *norm.acts)))
            found[key] = before._replace(norm=msgspec.structs.replace(before.norm, acts=acts))
        else:
            found[key] = draft
    return list(found.values())


def _drafted(item: _Draft, lead: str) -> DraftedNorm:
    said = item.statement.said
    led = lead and item.statement.whole != item.statement.own
    says = f"{lead.rstrip(' :;,–-')} {said[:1].lower()}{said[1:]}" if led else said
    says = says.rstrip(" ;,")
    says = re.sub(r"(?:[;,] |\s)(?:and|or)$", "", says).rstrip(" ;,")
    says = says[:1].upper() + says[1:]
    says += "" if says.endswith((".", "!", "?")) else "."
    return DraftedNorm(msgspec.structs.replace(item.norm, says=says), said, round(min(item.sure, 0.99), 2))


def _doubts(norms: tuple[DraftedNorm, ...]) -> Iterator[str]:
    for entry in norms:
        if entry.confidence < SURE_ENOUGH and entry.norm.force != "stated":
            yield f"what this is about is a guess: “{entry.source}”"


def _waived(entry: DraftedClause, all_of_them: list[DraftedClause]) -> DraftedClause:
    """Add the exceptions that a clause makes from the rules of another that it names."""
    at = _WAIVED.search(plain(entry.clause.text))
    other = at and next((found for found in all_of_them if found.clause.id.lower() == at[1]), None)
    if not other:
        return entry
    (statement, *_) = statements(entry.clause)
    person = "pupil_relative" if "person:pupil_relative" in statement.exceptions else None
    if person is None:
        return entry
    conditions = tuple(name for name in statement.conditions if name in LEAVE)
    made = tuple(
        DraftedNorm(
            msgspec.structs.replace(
                found.norm,
                force="permitted",
                person=(person,),
                conditions=conditions,
                unless=(),
                says=entry.clause.text,
            ),
            statement.said,
            0.7,
        )
        for found in other.norms
        if found.norm.force in {"prohibited", "discouraged"} and "pupil" in found.norm.person
    )
    return msgspec.structs.replace(entry, norms=(*made, *entry.norms))
