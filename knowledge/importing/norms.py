"""Drafting the norms of a policy's clauses, and what a reviewer should look at."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

import msgspec

from knowledge import reader
from knowledge.importing.circumstances import OFFICIAL, asked
from knowledge.importing.grammar import Statement, statements
from knowledge.importing.model import DraftedClause, DraftedNorm, ImportedClause, ImportedPolicy
from knowledge.importing.nearby import Neighbours
from knowledge.importing.rulings import DEEDS, Draft, rulings
from knowledge.importing.sentences import plain, sentences
from knowledge.importing.together import settled
from knowledge.importing.wordings import done, named, told
from knowledge.model import Norm

SURE_ENOUGH: Final = 0.7
"""A norm less sure than this is pointed out to the reviewer."""
NEAR_ENOUGH: Final = 0.3
"""What no wording names is drafted from its neighbours only where they are this near (0 to 1)."""
AT_MOST: Final = 0.6
"""How sure a norm drafted from its neighbours is at most."""
READ: Final = 0.3
"""How much the reading that questions get counts beside the neighbours."""


class Drafter:
    """Drafts norms. Made once from the policies to learn from; it keeps nothing of what it drafts."""

    def __init__(self, neighbours: Neighbours) -> None:
        """Take the reviewed policies that wordings are compared with."""
        self._neighbours = neighbours

    def draft(self, imported: ImportedPolicy) -> tuple[DraftedClause, ...]:
        """Return every clause with its drafted norms."""
        split = any(OFFICIAL.search(plain(f"{clause.section} {clause.text}")) for clause in imported.clauses)
        made: list[list[Draft]] = []
        lost: list[list[str]] = []
        for clause in imported.clauses:
            drafts, not_understood = self._clause(clause, split=split)
            made.append(drafts)
            lost.append(not_understood)
        return tuple(
            _drafted(clause, drafts, not_understood)
            for clause, drafts, not_understood in zip(
                imported.clauses, settled(imported.clauses, made), lost, strict=True
            )
        )

    def _clause(self, clause: ImportedClause, *, split: bool) -> tuple[list[Draft], list[str]]:
        """Return the drafts of a clause on its own, and what of it was not understood."""
        heading = plain(clause.section)
        drafts: list[Draft] = []
        lost: list[str] = []
        for statement in statements(clause):
            made = list(rulings(statement, split=split))
            if not made and statement.force != "stated" and not statement.own.endswith((":", ";")):
                made = list(self._from_neighbours(statement))
                if not made:
                    lost.append(statement.said)
            drafts += made
            drafts += self._facts(statement, heading, empty=not made)
        return drafts, lost

    def _facts(self, statement: Statement, heading: str, *, empty: bool) -> Iterator[Draft]:
        topics = told(statement, heading)
        acts: tuple[str, ...] = ()
        if statement.force == "stated" and empty:
            acts = tuple(dict.fromkeys(act for wording in named(statement) for act in wording.acts))[:4]
        if statement.force == "stated" and empty and not topics and not acts:
            near = self._near(statement, stated=True)
            topics = [act for act, score in near[:1] if score >= NEAR_ENOUGH]
        if topics:
            yield Draft(Norm("stated", tuple(dict.fromkeys(topics)), ""), statement, 0.8)
        if acts:
            yield Draft(Norm("stated", acts, "", catch_all=True), statement, 0.7, derived=True)

    def _near(self, statement: Statement, *, stated: bool) -> list[tuple[str, float]]:
        near = dict(self._neighbours.acts(statement.own, stated=stated))
        for act, share in reader.installed().read(statement.own).acts:
            if act.startswith("t_") == stated:
                near[act] = near.get(act, 0.0) + READ * share
        return sorted(near.items(), key=lambda item: -item[1])

    def _from_neighbours(self, statement: Statement) -> Iterator[Draft]:
        for act, score in self._near(statement, stated=False):
            if act.startswith("t_") or (act in done()) != (statement.force in DEEDS):
                continue
            conditions = asked(statement) if statement.force == "permitted" else ()
            if score >= NEAR_ENOUGH and (conditions or statement.force != "permitted"):
                norm = Norm(statement.force, (act,), "", conditions=conditions)
                yield Draft(norm, statement, min(score, AT_MOST))
            return


def _drafted(clause: ImportedClause, drafts: Iterable[Draft], lost: Iterable[str]) -> DraftedClause:
    lead = sentences(clause.stem)[-1] if clause.stem else ""
    norms = tuple(_with_words(draft, lead) for draft in sorted(_merged(drafts), key=_place))
    doubts = [f"a rule that was not understood: “{said}”" for said in lost]
    doubts += [
        f"what this is about is a guess: “{entry.source}”"
        for entry in norms
        if entry.confidence < SURE_ENOUGH and entry.norm.force != "stated"
    ]
    return DraftedClause(clause, norms, "; ".join(dict.fromkeys(doubts)) or None)


def _place(draft: Draft) -> tuple[bool, bool, bool]:
    """Return where a norm stands in its clause: rules before facts, what is implied and general last."""
    norm = draft.norm
    return norm.force == "stated", norm.catch_all or draft.derived, "have_account" in norm.acts


def _merged(drafts: Iterable[Draft]) -> list[Draft]:
    """Return the drafts with those that differ only in their acts made one."""
    found: dict[tuple[object, ...], Draft] = {}
    for draft in drafts:
        norm = draft.norm
        key = (*(getattr(norm, name) for name in norm.__struct_fields__ if name != "acts"), draft.derived)
        if norm.force != "stated":
            key = (*key, draft.statement.said)
        if key in found:
            before = found[key]
            acts = tuple(dict.fromkeys((*before.norm.acts, *norm.acts)))
            found[key] = before._replace(norm=msgspec.structs.replace(before.norm, acts=acts))
        else:
            found[key] = draft
    return list(found.values())


def _with_words(draft: Draft, lead: str) -> DraftedNorm:
    """Return a draft with its rule in the clause's own words, an item's with its lead-in."""
    said = draft.statement.said
    led = lead and draft.statement.whole != draft.statement.own
    says = f"{lead.rstrip(' :;,–-')} {said[:1].lower()}{said[1:]}" if led else said
    says = re.sub(r"(?:[;,] |\s)(?:and|or)$", "", says.rstrip(" ;,")).rstrip(" ;,")
    says = says[:1].upper() + says[1:]
    says += "" if says.endswith((".", "!", "?")) else "."
    return DraftedNorm(msgspec.structs.replace(draft.norm, says=says), said, round(min(draft.sure, 0.99), 2))
