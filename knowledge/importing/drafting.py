"""From a school's clauses, word for word, to drafted norms that a person reviews.

A clause's force, conditions and exceptions are told by the grammar of rules (``knowledge.importing.grammar``), what it
is about by the wordings of policies (``knowledge.importing.wordings``) and, where those say nothing, by the reviewed
clauses of other policies that are nearest to it and by the reading that questions get. Where it is not sure, the
stricter rule is drafted, or none.
"""

from __future__ import annotations

from functools import cache

from knowledge import pack
from knowledge.importing.heads import head_of
from knowledge.importing.model import DraftedClause, ImportedPolicy
from knowledge.importing.nearby import Neighbours
from knowledge.importing.norms import Drafter
from knowledge.model import Clause, Policy


@cache
def installed() -> Drafter:
    """Return the drafter that has learnt from every pack that ships with the bot."""
    return Drafter(Neighbours([pack.load_installed(name) for name in pack.installed()]))


def draft(imported: ImportedPolicy) -> tuple[DraftedClause, ...]:
    """Return every clause of an imported policy, in its order, with the norms drafted from its words.

    The same policy gives the same draft. A clause that makes no rule and gives no known fact has no norms.
    """
    return installed().draft(imported)


def as_policy(imported: ImportedPolicy, drafted: tuple[DraftedClause, ...], id: str) -> Policy:  # noqa: A002
    """Return the drafted clauses as a policy named ``id`` that the engine can answer from.

    Report routes come from the clauses that tell of reporting, and from the general rule where they are silent.
    """
    clauses = tuple(
        Clause(
            id=entry.clause.id,
            section=entry.clause.section,
            text=entry.clause.text,
            stem=entry.clause.stem,
            norms=tuple(drafted.norm for drafted in entry.norms),
        )
        for entry in drafted
    )
    return Policy(head_of(imported, drafted, id), clauses)
