"""What clauses mean for each other: one may say what another only implies, ask for more, or waive it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

import msgspec

from knowledge import terms
from knowledge.importing.circumstances import LEAVE
from knowledge.importing.grammar import conditions, exceptions
from knowledge.importing.model import ImportedClause
from knowledge.importing.rulings import Draft
from knowledge.importing.sentences import plain
from knowledge.importing.statements import statements
from knowledge.model import Norm

_WAIVED: Final = re.compile(
    r"(?:(?:paragraph|section|rule|clause|point)s? |(?=\d+\.\d))(?P<named>[\w., ]*?\w) (?:does|do|shall) not apply|"
    r"exceptions? to (?:(?:paragraph|section|rule|clause|point)s? )?"
    r"(?P<spared>[\w.]*\d[\w.]*(?:(?:, | and | or )[\w.]*\d[\w.]*)*)|"
    r"exempt from (?P<exempt>[\w.,() ]{1,60})"
)
_ID: Final = re.compile(r"[\w.]*\d[\w.]*\w|\w*\d")
_LETTER: Final = re.compile(r"\(([a-z])\)")
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
        kept = [draft for drafted in listed for draft in _yielding(drafted, rulings)]
        kept = [_cleared(draft, cleared) for draft in kept]
        found.append([*_waiving(clause, clauses, drafts), *kept])
    return found


def _yielding(draft: Draft, rulings: Sequence[Norm]) -> list[Draft]:
    """Return a derived norm less what other clauses rule on in so many words: one for each set of persons left."""
    if not draft.derived:
        return [draft]
    left: dict[tuple[str, ...], list[str]] = {}
    for act in draft.norm.acts:
        told = _told(act, draft.norm, rulings)
        persons = tuple(name for name in draft.norm.person if not set(terms.widen("person", name)) & told)
        if "" not in told and (persons or not draft.norm.person):
            left.setdefault(persons, []).append(act)
    return [
        draft._replace(norm=msgspec.structs.replace(draft.norm, acts=tuple(acts), person=persons))
        for persons, acts in left.items()
    ]


def _told(act: str, norm: Norm, rulings: Sequence[Norm]) -> set[str]:
    """Return the persons for whom other norms rule on an act; the empty name where one does for everybody."""
    told: set[str] = set()
    for other in rulings:
        if act in other.acts and (norm.force == "stated" or _as_wide(other, norm)):
            told.update(other.person if other.person and norm.force != "stated" else ("",))
    return told


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
    if at is None or "person:pupil_relative" not in exceptions(f"except {text}"):
        return []
    listed = at["named"] or at["spared"] or at["exempt"]
    named = {name.strip(".") for name in _ID.findall(listed)}
    named |= {f"{clause.id.rpartition('.')[0]}.{letter}".lower() for letter in _LETTER.findall(listed)}
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
