"""Weighing: every norm that fits a world speaks; exceptions and conditions are applied; the most exact of them rule.

Of several policies each speaks for itself, and the strictest rules.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NamedTuple

import msgspec

from knowledge import terms
from knowledge.model import Force, Norm
from knowledge.reading import Reading
from knowledge.worlds import Entry, World, fitting

STRICTEST_FIRST: Final[tuple[str, ...]] = (
    "prohibited",
    "required",
    "conditional",
    "discouraged",
    "recommended",
    "permitted",
    "stated",
    "none",
)


class Applied(msgspec.Struct, frozen=True):
    """A norm that speaks on a question: with the clause that makes it, and the conditions still open."""

    clause: str
    norm: Norm
    status: str
    open: tuple[str, ...] = ()
    exception: str | None = None


class Outcome(NamedTuple):
    """What the norms say in one world: the status of the act, and the norms that speak, the deciding ones first."""

    world: World
    status: str
    applied: tuple[Applied, ...]


def weigh(world: World, entries: Iterable[Entry]) -> Outcome:
    """Let the norms that fit this world speak, and return what the most exact of each policy say, strictest first."""
    spoken: list[tuple[tuple[int, int, int, int], Applied, int, int]] = []
    for entry in entries:
        found = fitting(world, entry.norm)
        applied = _apply(world.reading, entry) if found is not None else None
        if found is None or applied is None:
            continue
        person = found.pop("person", 0)
        said_so = len(world.reading.met.intersection(entry.norm.conditions))
        rank = (int(not entry.norm.catch_all), int(applied.status != "stated"), person, sum(found.values()) + said_so)
        spoken.append((rank, applied, entry.order, entry.policy))
    if not spoken:
        return Outcome(world, "none", ())
    spoken.sort(key=lambda item: ([-part for part in item[0]], STRICTEST_FIRST.index(item[1].status), item[2]))
    # Of each policy the first is its most exact and strictest; one that is only general, or only tells, rules nothing
    # beside one that rules.
    firsts: dict[int, Applied] = {}
    for rank, applied, _, policy in spoken:
        if rank[:2] == spoken[0][0][:2]:
            firsts.setdefault(policy, applied)
    leading = sorted(firsts.values(), key=lambda applied: STRICTEST_FIRST.index(applied.status))
    status = leading[0].status
    ordered = leading + [applied for _, applied, _, _ in spoken if applied.status == status]
    ordered += [applied for _, applied, _, _ in spoken if applied.status != status]
    return Outcome(world, status, tuple({id(applied): applied for applied in ordered}.values()))


def _apply(reading: Reading, entry: Entry) -> Applied | None:
    """Apply one norm's exceptions and conditions to what was said."""
    norm = entry.norm
    for exception in norm.unless:
        if _holds(reading, exception) and not (exception == "approval" and _by_somebody_else(norm, reading)):
            return Applied(entry.clause, norm, norm.excepted, exception=exception)
    if not norm.conditions:
        return Applied(entry.clause, norm, norm.force)
    met, unmet = _said_of(norm, reading)
    if unmet:
        otherwise: Force | None = norm.otherwise or ("prohibited" if norm.force == "permitted" else None)
        return Applied(entry.clause, norm, otherwise) if otherwise else None
    still_open = tuple(name for name in norm.conditions if name not in met)
    if not still_open or norm.force == "stated":
        return Applied(entry.clause, norm, norm.force)
    if norm.force in {"required", "recommended"}:
        return Applied(entry.clause, norm, norm.force, still_open)
    return Applied(entry.clause, norm, "conditional", still_open)


def _said_of(norm: Norm, reading: Reading) -> tuple[set[str], set[str]]:
    """Return which of a norm's conditions are said to hold and not to hold, kinds of leave taken for each other.

    What the norm itself tells apart is kept apart.
    """
    asked = set(norm.conditions)
    met, unmet = asked & reading.met, asked & reading.unmet
    if _by_somebody_else(norm, reading):
        met.discard("approval")
    if (reading.met - asked) & terms.alike("given"):
        met |= (asked & terms.alike("given")) - unmet
    if (reading.unmet - asked) & terms.alike("denied"):
        unmet |= (asked & terms.alike("denied")) - met
    return met, unmet


def _by_somebody_else(norm: Norm, reading: Reading) -> bool:
    """Return whether leave is said to come from others than those whose leave the norm asks for."""
    return bool(norm.approver and reading.approvers) and not reading.approvers.intersection(norm.approver)


def _holds(reading: Reading, exception: str) -> bool:
    facet, _, value = exception.rpartition(":")
    if not facet:
        return value in reading.met
    return any(value in terms.widen(facet, said) for said in reading.said(facet))
