"""What clauses mean for each other: one may say what another only implies, ask for more, or waive it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

import msgspec

from knowledge import terms
from knowledge.importing.circumstances import LEAVE
from knowledge.importing.model import ImportedClause
from knowledge.importing.rulings import Draft
from knowledge.importing.sentences import plain
from knowledge.importing.statements import statements
from knowledge.model import Norm

_WAIVED: Final = re.compile(r"(?:paragraph|section|rule|clause|point)s? ([\w.]*\w) (?:does|do|shall) not apply")
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
    found: list[list[Draft]] = []
    for clause, listed in zip(clauses, drafts, strict=True):
        kept = [draft for draft in (_yielding(draft, rulings) for draft in listed) if draft]
        kept = [_cleared(draft, cleared) for draft in kept]
        found.append([*_waiving(clause, clauses, drafts), *kept])
    return found


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
    """Return the leave that a clause gives from the rules of another that it names."""
    at = _WAIVED.search(plain(clause.text))
    other = next((number for number, found in enumerate(clauses) if at and found.id.lower() == at[1]), None)
    if other is None:
        return []
    statement = statements(clause)[0]
    if "person:pupil_relative" not in statement.exceptions:
        return []
    conditions = tuple(name for name in statement.conditions if name in LEAVE)
    return [
        Draft(
            msgspec.structs.replace(
                draft.norm, force="permitted", person=("pupil_relative",), conditions=conditions, unless=()
            ),
            statement,
            0.75,
        )
        for draft in drafts[other]
        if draft.norm.force in {"prohibited", "discouraged"} and "pupil" in draft.norm.person
    ]
