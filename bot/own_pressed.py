"""What a file comes to before it is a draft, and its clauses as far as comparing two versions goes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from bot.wording import say
from knowledge.comparing import Worded
from knowledge.importing.model import DraftedClause, ImportedClause, ImportedPolicy
from knowledge.model import Clause, PolicyHead


class NotTaken(Exception):
    """A file was not taken in, and nothing of it is kept. The message is for the person who brought it."""


@dataclass(frozen=True, slots=True)
class Pressed:
    """What a file came to: its text, what was drafted of each clause, and everything of the policy beyond clauses."""

    document: ImportedPolicy
    drafted: tuple[DraftedClause, ...]
    head: PolicyHead


def worded(clauses: Iterable[ImportedClause | Clause]) -> list[Worded]:
    """Return clauses as far as comparing goes; one that a school has left out says so."""
    return [Worded(clause.id, words_of(clause)) for clause in clauses]


def words_of(clause: ImportedClause | Clause) -> str:
    """Return a clause as it is read, with its lead-in."""
    words = " ".join(f"{clause.stem or ''} {clause.text}".split())
    return say("policy.base.left_out_words", words=words) if clause.origin == "left_out" else words
