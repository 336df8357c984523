"""What an import finds in a school's file, and what is drafted from it for a person to review.

The words of clauses are the school's, unchanged. Norms drafted here rule on nothing until somebody has reviewed them.
"""

from __future__ import annotations

import msgspec

from knowledge.model import Clause, Contact, Definition, Norm, Origin, Review


class ImportedClause(msgspec.Struct, frozen=True):
    """One numbered paragraph or list item, word for word.

    ``id`` is as printed where ``printed`` is true, else made stable by section. ``stem`` is the lead-in that a list
    item needs to be understood. ``page`` counts from 1, where the file has pages. ``origin``, ``theirs`` and
    ``optional`` are those of a policy over a trust's base (``knowledge.model.Clause``).
    """

    id: str
    section: str
    text: str
    stem: str | None = None
    printed: bool = False
    page: int | None = None
    origin: Origin | None = None
    theirs: Clause | None = None
    optional: bool = False


class LeftOut(msgspec.Struct, frozen=True):
    """Words of the file that are no part of a clause, such as a running footer, and why."""

    text: str
    why: str


class TrackedChange(msgspec.Struct, frozen=True):
    """A change in the file that nobody has accepted or refused yet: shown to the person who imports, never guessed."""

    kind: str
    text: str
    clause: str | None = None
    author: str | None = None


class ImportedPolicy(msgspec.Struct, frozen=True):
    """What stands in a file: clauses in printed order, and what was found about the policy itself.

    ``tracked_as`` says how the text was read where ``tracked`` holds changes.
    """

    title: str
    clauses: tuple[ImportedClause, ...]
    version: str | None = None
    review: Review | None = None
    owner: str | None = None
    related: tuple[str, ...] = ()
    definitions: tuple[Definition, ...] = ()
    contacts: tuple[Contact, ...] = ()
    forms: tuple[str, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    tracked: tuple[TrackedChange, ...] = ()
    tracked_as: str | None = None


class DraftedNorm(msgspec.Struct, frozen=True):
    """A norm as a machine understands it: the words of the clause that it rests on, and how sure it is, 0 to 1."""

    norm: Norm
    source: str
    confidence: float


class DraftedClause(msgspec.Struct, frozen=True):
    """A clause with its drafted norms, and what a reviewer should look at first, if anything."""

    clause: ImportedClause
    norms: tuple[DraftedNorm, ...] = ()
    doubt: str | None = None
