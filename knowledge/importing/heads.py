"""What a pack has beside its clauses, for a drafted policy: routes, review, re-reading, declaration, consequences."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from knowledge import terms
from knowledge.importing.model import DraftedClause, ImportedPolicy
from knowledge.importing.routes import people, routes
from knowledge.importing.sentences import plain, sentences
from knowledge.model import Approval, Consequence, Declaration, PolicyHead, Rereading, Review

YEARLY: Final = 12
SHOWN: Final = 6
"""So many consequences, approvals and statements of a declaration are drafted at most."""
_READ: Final = re.compile(
    r"\b(?:read|sign|confirm|acknowledg|declar)\w*\b.*\b(?:policy|rules|this|declaration|agreement|understood)"
    r"|\bpolicy\b.*\b(?:read|signed)\b"
)
_PERIODS: Final = (
    (24, r"every two years|every second year|every other year|biennial"),
    (6, r"twice a year|every six months|half[- ]yearly"),
    (4, r"every term|each term|termly"),
    (YEARLY, r"annual|every (?:year|september|autumn)|each (?:year|september|autumn|academic year)|yearly|once a year"),
)
_INDUCTION: Final = re.compile(
    r"\binduction\b|\b(?:when|before) (?:you|they|staff|employees) (?:start|join|begin|take up)"
)
_DECLARED: Final = re.compile(r"^I (?:have|understand|agree|accept|confirm|will|undertake)\b")
_WITNESS: Final = re.compile(r"\bwitness")
_RETURNED: Final = re.compile(r"\breturn\w*\b.*\b(?:the|school) office\b")


def head_of(imported: ImportedPolicy, drafted: Sequence[DraftedClause], id: str) -> PolicyHead:  # noqa: A002
    """Return the head of a drafted policy named ``id``. What the policy does not say is said to be so."""
    return PolicyHead(
        id=id,
        title=imported.title,
        school=imported.title,
        version=imported.version or "imported",
        covers=_covers(drafted),
        review=imported.review or Review("The policy does not say when it is reviewed."),
        rereading=_rereading(drafted),
        declaration=_declaration(drafted),
        owner=imported.owner,
        related=imported.related,
        routes=tuple(routes(drafted, people(drafted))),
        approvals=tuple(_approvals(drafted))[:SHOWN],
        consequences=tuple(_consequences(drafted))[:SHOWN],
        definitions=imported.definitions,
        contacts=imported.contacts,
    )


def _covers(drafted: Sequence[DraftedClause]) -> str:
    told = (norm.norm.says for entry in drafted for norm in entry.norms if "t_who_covered" in norm.norm.acts)
    return next(told, "")


def _rereading(drafted: Sequence[DraftedClause]) -> Rereading:
    """Return how often the policy asks staff to read it; once a year where it does not say."""
    months, says = YEARLY, ""
    clauses: tuple[str, ...] = ()
    induction: tuple[str, ...] = ()
    for entry in drafted:
        for sentence in sentences(entry.clause.text):
            words = plain(sentence)
            if not _READ.search(words):
                continue
            period = next((count for count, wanted in _PERIODS if re.search(wanted, words)), None)
            if period and not says:
                months, says, clauses = period, sentence, (entry.clause.id,)
            if _INDUCTION.search(words) and not induction:
                induction = (entry.clause.id,)
    silent = "The policy does not say how often staff must read it; the school asks once a year."
    return Rereading(months, says or silent, clauses, bool(induction), induction)


def _declaration(drafted: Sequence[DraftedClause]) -> Declaration:
    """Return what staff declare: the policy's own statements, or that they have read it."""
    statements: list[str] = []
    clauses: list[str] = []
    signed = [entry for entry in drafted if any("t_declaration" in norm.norm.acts for norm in entry.norms)]
    headings = {entry.clause.section for entry in signed}
    for entry in drafted:
        own = [sentence for sentence in sentences(entry.clause.text) if _DECLARED.match(sentence)]
        if own and entry.clause.section in headings:
            statements += [sentence.rstrip(" ;") for sentence in own]
            clauses.append(entry.clause.id)
    words = " ".join(plain(entry.clause.text) for entry in signed)
    return Declaration(
        tuple(statements[:SHOWN]) or ("I have read this policy and understand it.",),
        tuple(clauses[:SHOWN]),
        witness=bool(_WITNESS.search(words)),
        return_to="office" if _RETURNED.search(words) else None,
    )


def _approvals(drafted: Sequence[DraftedClause]) -> Iterator[Approval]:
    """Return what needs whose approval, each act once."""
    seen: set[str] = set()
    for entry in drafted:
        for norm in (found.norm for found in entry.norms):
            if "approval" in norm.conditions and norm.approver and norm.acts[0] not in seen:
                seen.add(norm.acts[0])
                what = terms.acts()[norm.acts[0]]
                yield Approval(what[:1].upper() + what[1:], norm.approver, (entry.clause.id,), norm.says)


def _consequences(drafted: Sequence[DraftedClause]) -> Iterator[Consequence]:
    for entry in drafted:
        for norm in (found.norm for found in entry.norms[:1]):
            if norm.force == "stated" and "t_consequences" in norm.acts:
                yield Consequence("a breach of the policy", norm.says, (entry.clause.id,))
