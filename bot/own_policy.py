"""A school's own policy as data: its text for ever, a draft of what the bot would say, and what was reviewed of it.

Nothing of a draft rules on anything for a colleague: see ``as_draft`` and ``as_adopted``.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import msgspec

from bot.wording import say
from knowledge.importing.model import DraftedNorm, ImportedClause, ImportedPolicy
from knowledge.model import Clause, Norm, Policy, PolicyHead

State = Literal["drafted", "accepted", "changed", "unclear"]
REVIEWED: Final = frozenset({"accepted", "changed"})
"""States in which somebody stands behind what the bot says of a clause."""
SURE: Final = 0.8
"""How sure a machine must be of every norm of a clause for the clause to be folded away among the sure ones."""


@dataclass(frozen=True, slots=True)
class PolicyText:
    """A file as it was read: every word for ever. ``digest`` is that of the file; ``by`` is empty for an operator."""

    id: str
    school_id: str | None
    policy: str
    file_name: str
    digest: str
    at: dt.datetime
    by: str | None
    document: ImportedPolicy


@dataclass(frozen=True, slots=True)
class Draft:
    """A text on its way to being adopted. ``state`` is open, adopted or dropped; ``base_id`` the version before it.

    The headteacher signs first, then the chair; ``version_id`` is set when both have. ``head_for`` and
    ``chair_for`` are those for whom somebody else signed. ``school_id`` is empty where a
    file was read before there was a school.
    """

    id: str
    school_id: str | None
    policy: str
    text_id: str
    at: dt.datetime
    by: str | None
    state: str
    head: PolicyHead
    base_id: str | None = None
    material: bool | None = None
    head_by: str | None = None
    head_at: dt.datetime | None = None
    chair_by: str | None = None
    chair_at: dt.datetime | None = None
    version_id: str | None = None
    head_for: str | None = None
    chair_for: str | None = None

    @property
    def open(self) -> bool:
        """Whether it can still be reviewed: not adopted, not dropped, and not signed by the headteacher."""
        return self.state == "open" and self.head_by is None


@dataclass(frozen=True, slots=True)
class Entry:
    """One clause of a draft: what a machine drafted, what stands now, and who said so.

    ``place`` is that of the clause in the document. ``carried`` entries were reviewed in an earlier version, word for
    word the same.
    """

    draft_id: str
    place: int
    state: State
    drafted: tuple[DraftedNorm, ...]
    norms: tuple[DraftedNorm, ...]
    doubt: str | None = None
    carried: bool = False
    by: str | None = None
    at: dt.datetime | None = None

    @property
    def waits(self) -> bool:
        """Whether nobody has looked at it yet."""
        return self.state == "drafted"

    @property
    def sure(self) -> bool:
        """Whether the machine had no doubt, so that the clause may wait among the sure ones."""
        return self.doubt is None and all(norm.confidence >= SURE for norm in self.norms)


def norms_of(entry: Entry) -> tuple[Norm, ...]:
    """Return the norms that stand for a clause now."""
    return tuple(each.norm for each in entry.norms)


def as_draft(draft: Draft, document: ImportedPolicy, entries: Sequence[Entry], school: str) -> Policy:
    """Return the policy as the draft has it, unreviewed norms included: for its reviewers' eyes only."""
    return _policy(draft, school, (_clause(c, e, rules=e.state != "unclear") for c, e in _both(document, entries)))


def as_adopted(draft: Draft, document: ImportedPolicy, entries: Sequence[Entry], school: str) -> Policy:
    """Return the policy as colleagues would be answered from it: a clause that nobody reviewed gives no verdict."""
    return _policy(draft, school, (_clause(c, e, rules=e.state in REVIEWED) for c, e in _both(document, entries)))


def _policy(draft: Draft, school: str, clauses: Iterable[Clause]) -> Policy:
    policy = Policy(msgspec.structs.replace(draft.head, id=draft.policy, school=school), tuple(clauses))
    return without_left_out(policy) if draft.head.base is not None else policy


def without_left_out(policy: Policy) -> Policy:
    """Return a policy in which no norm points to a clause that the school has left out."""
    out = {clause.id for clause in policy.clauses if clause.origin == "left_out"}
    if not out:
        return policy

    def seeing(norm: Norm) -> Norm:
        return msgspec.structs.replace(norm, see=tuple(each for each in norm.see if each not in out))

    clauses = tuple(msgspec.structs.replace(c, norms=tuple(map(seeing, c.norms))) for c in policy.clauses)
    return msgspec.structs.replace(policy, clauses=clauses)


def _both(document: ImportedPolicy, entries: Sequence[Entry]) -> Iterable[tuple[ImportedClause, Entry]]:
    return zip(document.clauses, entries, strict=True)


def _clause(clause: ImportedClause, entry: Entry, *, rules: bool) -> Clause:
    made = Clause(
        clause.id,
        clause.section,
        clause.text,
        clause.stem,
        origin=clause.origin,
        theirs=clause.theirs,
        optional=clause.optional,
    )
    if clause.origin == "left_out":
        return made
    if rules:
        return msgspec.structs.replace(made, norms=norms_of(entry))
    why: Literal["unreviewed", "unclear"] = "unclear" if entry.state == "unclear" else "unreviewed"
    acts = tuple(dict.fromkeys(act for norm in norms_of(entry) for act in norm.acts))
    says = say(f"policy.answer.{why}", clause=clause.id)
    # A fact rules on nothing; it only brings the clause before whoever asks about one of these acts.
    norms = (Norm("stated", acts, says),) if acts else ()
    return msgspec.structs.replace(made, norms=norms, open=why)
