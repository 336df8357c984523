"""What clauses mean for each other: one may say what another only implies, ask for more, or waive it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

import msgspec

from knowledge import terms
from knowledge.importing.circumstances import LEAVE
from knowledge.importing.grammar import conditions, exceptions, pattern
from knowledge.importing.model import ImportedClause
from knowledge.importing.rulings import Draft
from knowledge.importing.sentences import plain
from knowledge.importing.statements import statements
from knowledge.model import Norm

_WAIVED: Final = re.compile(
    r"(?:paragraph|section|rule|clause|point)s? (?P<named>[\w., ]*?\w) (?:does|do|shall) not apply|"
    r"exceptions? to (?:(?:paragraph|section|rule|clause|point)s? )?"
    r"(?P<spared>[\w.]*\d[\w.]*(?:(?:, | and | or )[\w.]*\d[\w.]*)*)"
)
_ID: Final = re.compile(r"[\w.]*\d[\w.]*\w|\w*\d")
_GRANTED: Final = pattern(
    r"<boss>(?:, who)? (?:may|can) (?:agree|allow|approve|permit|give)\b|"
    r"^(?:with|subject to) (?:the )?(?:\w+ )?<leave>\b"
)
"""How a section goes on that first forbids and then says who can allow it."""
_CONTENT: Final = frozenset(
    ["post_photo", "tag_somebody", "identify_pupils_on_site", "post_pupil_work", "refer_to_others"]
)


def settled(clauses: Sequence[ImportedClause], drafts: Sequence[Sequence[Draft]]) -> list[list[Draft]]:
    """Return the drafts of each clause as they stand beside those of the others."""
    plainly = [draft.norm for listed in drafts for draft in listed if not draft.derived]
    rulings = [norm for norm in plainly if norm.force != "stated"]
    cleared = next(
        (norm for norm in rulings if "post_on_school_account" in norm.acts and "approval" in norm.conditions), None
    )
    granted: dict[str, frozenset[str]] = {}
    for clause, listed in zip(clauses, drafts, strict=True):
        acts = {act for draft in listed if _GRANTED.search(draft.statement.own) for act in _granted(draft.norm)}
        granted[clause.section] = granted.get(clause.section, frozenset()) | acts
    found: list[list[Draft]] = []
    for clause, listed in zip(clauses, drafts, strict=True):
        kept = [draft for draft in (_yielding(draft, rulings) for draft in listed) if draft]
        kept = [_cleared(draft, cleared) for draft in kept]
        kept = [_lifted(draft, granted.get(clause.section, frozenset())) for draft in kept]
        found.append([*_waiving(clause, clauses, drafts), *(draft for draft in kept if draft.norm.acts)])
    return found


def _granted(norm: Norm) -> tuple[str, ...]:
    return norm.acts if norm.force == "permitted" and "approval" in norm.conditions and not norm.person else ()


def _lifted(draft: Draft, granted: frozenset[str]) -> Draft:
    """Return a bar without the acts for which the same section says that leave can be given."""
    norm = draft.norm
    if norm.force not in {"prohibited", "discouraged"} or norm.person or norm.content:
        return draft
    acts = tuple(act for act in norm.acts if act not in granted)
    return draft._replace(norm=msgspec.structs.replace(norm, acts=acts))


def _yielding(draft: Draft, rulings: Sequence[Norm]) -> Draft | None:
    """Return a derived norm less what other clauses rule on in so many words, or None where nothing is left."""
    if not draft.derived:
        return draft
    acts = tuple(act for act in draft.norm.acts if not _ruled(act, draft.norm, rulings))
    return draft._replace(norm=msgspec.structs.replace(draft.norm, acts=acts)) if acts else None


def _ruled(act: str, norm: Norm, rulings: Sequence[Norm]) -> bool:
    told: set[str] = set()
    for other in rulings:
        if act in other.acts and (norm.force == "stated" or _as_wide(other, norm)):
            if not other.person or norm.force == "stated":
                return True
            told.update(other.person)
    return bool(norm.person) and all(told.intersection(terms.widen("person", person)) for person in norm.person)


def _as_wide(other: Norm, norm: Norm) -> bool:
    return not other.catch_all and (bool(norm.content) or not other.content)


def _cleared(draft: Draft, cleared: Norm | None) -> Draft:
    """Where everything on the school's account needs approval, pictures with consent need it too."""
    norm = draft.norm
    official = "official" in norm.capacity or "identify_pupils_on_site" in norm.acts
    wanted = cleared and official and norm.force == "permitted" and _CONTENT.intersection(norm.acts)
    if not wanted or cleared is None or "approval" in norm.conditions:
        return draft
    conditions = (*norm.conditions, "approval")
    return draft._replace(norm=msgspec.structs.replace(norm, conditions=conditions, approver=cleared.approver))


def _waiving(
    clause: ImportedClause, clauses: Sequence[ImportedClause], drafts: Sequence[Sequence[Draft]]
) -> list[Draft]:
    """Return the leave that a clause gives family from the rules of others that it names."""
    text = plain(clause.text)
    at = _WAIVED.search(text)
    if at is None or "person:pupil_relative" not in exceptions(text):
        return []
    named = {name.strip(".") for name in _ID.findall(at["named"] or at["spared"])}
    others = [number for number, found in enumerate(clauses) if found.id.lower() in named]
    statement = statements(clause)[0]
    asked = tuple(name for name in conditions(text) if name in LEAVE)
    return [
        Draft(
            msgspec.structs.replace(
                draft.norm, force="permitted", person=("pupil_relative",), conditions=asked, unless=()
            ),
            statement,
            0.75,
        )
        for other in others
        for draft in drafts[other]
        if draft.norm.force in {"prohibited", "discouraged"} and "pupil" in draft.norm.person
    ]
