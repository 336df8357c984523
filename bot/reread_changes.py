"""What has changed in a policy since somebody last read it, clause by clause. Pure functions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal

import msgspec
from rapidfuzz import fuzz

from bot.ports import PolicyVersion
from bot.rereads import Acknowledgement
from knowledge.model import Clause, Policy

SAME_NUMBER: Final = 50
"""How alike (0 to 100) two texts under one number must be to be the same clause, changed."""
OTHER_NUMBER: Final = 80
"""The same for two texts under different numbers."""


@dataclass(frozen=True, slots=True)
class Change:
    """One clause that came, went or changed; ``clause`` is its number now, or the one that it had."""

    kind: Literal["added", "removed", "changed"]
    clause: str
    before: str = ""
    now: str = ""


@dataclass(frozen=True, slots=True)
class Since:
    """When a person last read the policy, in which version, and what is different now."""

    at: dt.datetime
    version: str
    changes: tuple[Change, ...]


def words(clause: Clause) -> str:
    """Return a clause as it is read, with its lead-in."""
    return " ".join(f"{clause.stem or ''} {clause.text}".split())


def changes(old: Policy, new: Policy) -> tuple[Change, ...]:
    """Return what is different, in the order of the new policy, then what went.

    A clause that only moved, word for word, is the same.
    """
    before = {clause.id: words(clause) for clause in old.clauses}
    now = {clause.id: words(clause) for clause in new.clauses}
    left = {number: text for number, text in before.items() if now.get(number) != text}
    open_ = {number: text for number, text in now.items() if before.get(number) != text}
    for number, text in list(open_.items()):
        moved = next((n for n, t in left.items() if t == text), None)
        if moved is not None:
            del open_[number], left[moved]
    pairs: dict[str, str] = {}
    for number, text in open_.items():
        if number in left and fuzz.ratio(left[number], text) >= SAME_NUMBER:
            pairs[number] = left.pop(number)
    for number, text in open_.items():
        near = max(left, key=lambda n, text=text: fuzz.ratio(left[n], text), default=None)  # type: ignore[misc]
        if number not in pairs and near is not None and fuzz.ratio(left[near], text) >= OTHER_NUMBER:
            pairs[number] = left.pop(near)
    came = (
        Change("changed", number, pairs[number], text) if number in pairs else Change("added", number, "", text)
        for number, text in open_.items()
    )
    return (*came, *(Change("removed", number, text) for number, text in left.items()))


def since(
    person_id: str, policy: Policy, acks: Iterable[Acknowledgement], versions: Iterable[PolicyVersion]
) -> Since | None:
    """Return what has changed since a person's last declaration about a policy.

    ``None`` where they never made one, or where the version that they read was not kept.
    """
    own = [ack for ack in acks if ack.person_id == person_id and ack.policy == policy.id]
    kept = {version.version: version for version in versions if version.policy == policy.id}
    last = max(own, key=lambda ack: ack.at, default=None)
    if last is None or last.version not in kept:
        return None
    return Since(last.at, last.version, changes(unpacked(kept[last.version]), policy))


def packed(policy: Policy) -> str:
    """Return a policy as the text that is kept for ever."""
    return msgspec.json.encode(policy).decode()


def unpacked(version: PolicyVersion) -> Policy:
    """Return the policy of a version that was kept."""
    return msgspec.json.decode(version.pack, type=Policy)
