"""Drafting the norms of a policy's clauses, and what a reviewer should look at."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import msgspec

from knowledge.importing.circumstances import OFFICIAL
from knowledge.importing.columns import column_heads
from knowledge.importing.grammar import excepting, fact
from knowledge.importing.hearing import heard
from knowledge.importing.model import DraftedClause, DraftedNorm, ImportedClause, ImportedPolicy
from knowledge.importing.nearby import Neighbours
from knowledge.importing.rulings import Draft, rulings
from knowledge.importing.schoolnames import own_names
from knowledge.importing.sentences import plain, sentences
from knowledge.importing.statements import Statement, statements
from knowledge.importing.together import settled
from knowledge.importing.wordings import named, told
from knowledge.model import Force, Norm

SURE_ENOUGH: Final = 0.6
"""A norm less sure than this is pointed out to the reviewer."""
NEAR_ENOUGH: Final = 0.3
"""A fact that no wording names is taken from the nearest clause of another policy if it is this near (0 to 1)."""
SURELY_READ: Final = 0.8
"""How likely it must be that a bar is also about what no word of it names."""
GUESSED: Final = 0.55
FOR_OTHERS: Final = 0.7
BARS: Final = frozenset({"prohibited", "discouraged"})


class Drafter:
    """Drafts norms. Made once from the policies to learn from; it keeps nothing of what it drafts."""

    def __init__(self, neighbours: Neighbours) -> None:
        """Take the reviewed policies that wordings are compared with."""
        self._neighbours = neighbours

    def draft(self, imported: ImportedPolicy) -> tuple[DraftedClause, ...]:
        """Return every clause with its drafted norms."""
        split = any(OFFICIAL.search(plain(f"{clause.section} {clause.text}")) for clause in imported.clauses)
        names, heads = own_names(imported.clauses), column_heads(imported.clauses)
        made: list[list[Draft]] = []
        lost: list[list[str]] = []
        for clause in imported.clauses:
            drafts, not_understood = self._clause(clause, statements(clause, names, heads), split=split)
            made.append(drafts)
            lost.append(not_understood)
        return tuple(
            _drafted(clause, drafts, not_understood)
            for clause, drafts, not_understood in zip(
                imported.clauses, settled(imported.clauses, made), lost, strict=True
            )
        )

    def _clause(
        self, clause: ImportedClause, said: Sequence[Statement], *, split: bool
    ) -> tuple[list[Draft], list[str]]:
        """Return the drafts of a clause on its own, and what of it was not understood."""
        heading = plain(clause.section)
        drafts: list[Draft] = []
        lost: list[str] = []
        for statement in said:
            if fact("managed", statement.own):
                lost.append(statement.said)
                continue
            if fact("others", statement.own):
                drafts += _for_others(statement)
                continue
            made = list(rulings(statement, split=split))
            if _exception_lost(statement, made):
                lost.append(statement.said)
                made = [_spared(draft) for draft in made]
            if not made and statement.force != "stated" and not statement.own.endswith(":"):
                made = [_guessed(draft) for draft in rulings(statement, split=split, about=heard(statement))]
                if not made and not (told(statement, heading) and statement.force in {"required", "recommended"}):
                    lost.append(statement.said)
            elif made and statement.force in BARS:
                made += _besides(made, rulings(statement, split=split, about=heard(statement, least=SURELY_READ)))
            drafts += made
            drafts += self._facts(statement, heading, empty=not made)
        return drafts, lost

    def _facts(self, statement: Statement, heading: str, *, empty: bool) -> Iterator[Draft]:
        topics = told(statement, heading)
        acts: tuple[str, ...] = ()
        if statement.force in {"stated", "permitted"} and empty:
            acts = tuple(dict.fromkeys(act for wording in named(statement) for act in wording.acts))[:4]
        if statement.force == "stated" and empty and not topics and not acts:
            near = self._neighbours.acts(statement.own, stated=True)
            topics = [act for act, score in near[:1] if score >= NEAR_ENOUGH]
        if topics:
            yield Draft(Norm("stated", tuple(dict.fromkeys(topics)), ""), statement, 0.8)
        if acts:
            yield Draft(Norm("stated", acts, "", catch_all=True), statement, 0.7, derived=True)


def _for_others(statement: Statement) -> Iterator[Draft]:
    """Return the facts that a rule for parents or pupils makes for staff: there is such a rule."""
    pictures = re.search(r"\b(?:photo|picture|image|video|film)", statement.own)
    acts = ("parents_post_photos",) if pictures else ("pupil_phone_rules",)
    yield Draft(Norm("stated", acts, ""), statement, FOR_OTHERS)


def _guessed(draft: Draft) -> Draft:
    """Return a draft whose act is a guess: less sure, and leave only on what the clause says."""
    norm = draft.norm
    if norm.force == "permitted" and not norm.conditions:
        norm = msgspec.structs.replace(norm, conditions=("as_stated",))
    return draft._replace(norm=norm, sure=min(draft.sure, GUESSED))


def _exception_lost(statement: Statement, made: Iterable[Draft]) -> bool:
    """Return whether a rule has an "unless" or the like of which no norm says anything."""
    if statement.force == "stated" or not excepting(statement.own) or fact("elsewhere", statement.own):
        return False
    norms = [draft.norm for draft in made]
    return bool(norms) and not any(norm.unless or norm.conditions or norm.time for norm in norms)


def _besides(made: Sequence[Draft], more: Iterable[Draft]) -> Iterator[Draft]:
    """Return what a bar is read as besides what its words name, as a general rule."""
    named = {act for draft in made for act in draft.norm.acts}
    for draft in more:
        acts = tuple(act for act in draft.norm.acts if act not in named)
        if acts:
            norm = msgspec.structs.replace(draft.norm, acts=acts, catch_all=True)
            yield draft._replace(norm=norm, sure=min(draft.sure, GUESSED), derived=True)


def _spared(draft: Draft) -> Draft:
    """Return a bar with an exception that was not understood as leave on just that condition."""
    norm = draft.norm
    if norm.force not in BARS or norm.catch_all:
        return draft
    otherwise: Force | None = "discouraged" if norm.force == "discouraged" else None
    spared = msgspec.structs.replace(norm, force="permitted", conditions=("as_stated",), otherwise=otherwise)
    return draft._replace(norm=spared, sure=min(draft.sure, GUESSED))


def _drafted(clause: ImportedClause, drafts: Iterable[Draft], lost: Iterable[str]) -> DraftedClause:
    lead = sentences(clause.stem)[-1] if clause.stem else ""
    norms = tuple(_with_words(draft, lead) for draft in sorted(_merged(drafts), key=_place))
    doubts = [f"not understood, or not all of it: “{said}”" for said in lost]
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
