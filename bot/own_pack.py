"""A reviewed policy as one readable file, to be kept or handed to another school; and back."""

from __future__ import annotations

import tomllib
from itertools import islice
from typing import Any, Final

import msgspec
import tomli_w

from bot.own_pressed import NotTaken, Pressed
from bot.wording import say
from knowledge.importing.model import DraftedClause, DraftedNorm, ImportedClause, ImportedPolicy
from knowledge.model import Clause, Policy, PolicyHead
from knowledge.pack import unusable

LARGEST: Final = 2_000_000
"""Bytes of a pack; the longest that ships with the bot has a tenth of that."""
FAULTS_NAMED: Final = 3


def written(policy: Policy) -> str:
    """Return a policy as TOML: what concerns the whole policy first, then its clauses with their rules."""
    return tomli_w.dumps({"policy": _plain(policy.head), "clause": _plain(policy.clauses)})


def read(data: bytes) -> Pressed:
    """Return what a pack comes to: every rule is a draft to whoever takes it over. Raise ``NotTaken``."""
    if len(data) > LARGEST:
        raise NotTaken(say("policy.refused.pack_large"))
    try:
        found = tomllib.loads(data.decode("utf-8"))
        head = msgspec.convert(found.get("policy"), PolicyHead)
        clauses = msgspec.convert(found.get("clause"), tuple[Clause, ...])
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, msgspec.ValidationError, RecursionError) as error:
        raise NotTaken(say("policy.refused.pack", why=str(error))) from None
    policy = Policy(head, clauses)
    faults = list(islice(unusable(policy), FAULTS_NAMED))
    if faults or not clauses:
        raise NotTaken(say("policy.refused.pack", why="; ".join(faults) or say("policy.refused.no_clause")))
    return pressed(policy)


def pressed(policy: Policy) -> Pressed:
    """Return a policy that was reviewed elsewhere as a draft: sure where it ruled, doubtful where it was left open."""
    head = policy.head
    clauses = tuple(_imported(clause, over_base=head.base is not None) for clause in policy.clauses)
    drafted = tuple(
        DraftedClause(clause, _norms(there), say("policy.review.open_elsewhere") if there.open else None)
        for clause, there in zip(clauses, policy.clauses, strict=True)
    )
    document = ImportedPolicy(
        head.title, clauses, head.version, head.review, head.owner, head.related, head.definitions, head.contacts
    )
    return Pressed(document, drafted, head)


def _plain(thing: object) -> Any:  # noqa: ANN401 - whatever TOML holds
    """Return a structure as TOML holds it, without what is as it would be anyway: TOML has no word for nothing."""
    if isinstance(thing, msgspec.Struct):
        fields = ((field, getattr(thing, field.name)) for field in msgspec.structs.fields(thing))
        return {field.encode_name: _plain(value) for field, value in fields if value != field.default}
    return [_plain(each) for each in thing] if isinstance(thing, tuple) else thing


def _imported(clause: Clause, *, over_base: bool) -> ImportedClause:
    """Return a clause as it was read from a pack; whose it is counts where the pack stands on a trust's base."""
    made = ImportedClause(clause.id, clause.section, clause.text, clause.stem, printed=True, optional=clause.optional)
    return msgspec.structs.replace(made, origin=clause.origin, theirs=clause.theirs) if over_base else made


def _norms(clause: Clause) -> tuple[DraftedNorm, ...]:
    return () if clause.open else tuple(DraftedNorm(norm, clause.text, 1.0) for norm in clause.norms)
