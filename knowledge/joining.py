"""Several policies of one school as one: a question is ruled on by all of them, and each clause keeps its policy.

The clauses of the first keep their ids; before those of the others stands the policy's name: ``acceptable-use:4.2``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, TypeVar

import msgspec

from knowledge.model import Clause, Norm, Policy, PolicyHead

BETWEEN: Final = ":"

Cites = TypeVar("Cites", bound=msgspec.Struct)


def joined(policies: Sequence[Policy]) -> Policy:
    """Return several policies, each of a name of its own, as one; one alone as it is. Raise ``ValueError`` for none."""
    if not policies:
        raise ValueError("there is no policy")
    first, *others = policies
    if not others:
        return first
    clauses, unclear = list(first.clauses), list(first.head.unclear)
    for policy in others:
        clauses += [_qualified(clause, policy.id) for clause in policy.clauses]
        unclear += [_citing(each, policy.id) for each in policy.head.unclear]
    names = tuple(dict.fromkeys(name for policy in policies for name in policy.head.names))
    head = msgspec.structs.replace(first.head, names=names, unclear=tuple(unclear))
    return Policy(head, tuple(clauses), tuple(policy.head for policy in others))


def place_of(policy: Policy, clause_id: str) -> int:
    """Return which of the policies a clause belongs to: 0 for the first, 1 for the one behind it."""
    name, between, _ = clause_id.partition(BETWEEN)
    found = (place for place, head in enumerate(policy.beside, 1) if between and head.id == name)
    return next(found, 0)


def heads(policy: Policy) -> tuple[PolicyHead, ...]:
    """Return the head of each policy, in their order."""
    return (policy.head, *policy.beside)


def head_of(policy: Policy, clause_id: str) -> PolicyHead:
    """Return the head of the policy that a clause belongs to."""
    return heads(policy)[place_of(policy, clause_id)]


def number_of(policy: Policy, clause_id: str) -> str:
    """Return a clause's number as its policy prints it."""
    return clause_id.partition(BETWEEN)[2] if place_of(policy, clause_id) else clause_id


def _qualified(clause: Clause, name: str) -> Clause:
    norms = tuple(_seeing(norm, name) for norm in clause.norms)
    return msgspec.structs.replace(clause, id=f"{name}{BETWEEN}{clause.id}", norms=norms)


def _seeing(norm: Norm, name: str) -> Norm:
    return msgspec.structs.replace(norm, see=_ids(norm.see, name)) if norm.see else norm


def _citing(entry: Cites, name: str) -> Cites:
    return msgspec.structs.replace(entry, clauses=_ids(entry.clauses, name))  # type: ignore[attr-defined]


def _ids(ids: Iterable[str], name: str) -> tuple[str, ...]:
    return tuple(f"{name}{BETWEEN}{clause}" for clause in ids)
