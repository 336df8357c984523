"""What has changed in a policy since somebody last read it, clause by clause. Pure functions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal

import msgspec

from bot.own_pressed import worded
from bot.ports import PolicyVersion
from bot.rereads import Acknowledgement
from knowledge.comparing import compare
from knowledge.model import Policy

What = Literal["added", "removed", "changed", "moved"]
KINDS: Final[dict[str, What]] = {"came": "added", "went": "removed", "changed": "changed", "moved": "moved"}
"""What is told to a reader of how clauses compare."""


@dataclass(frozen=True, slots=True)
class Change:
    """One clause that came, went, changed or moved; ``clause`` is its number now, or the one that it had."""

    kind: What
    clause: str
    before: str = ""
    now: str = ""


@dataclass(frozen=True, slots=True)
class Since:
    """When a person last read the policy, in which version, and what is different now."""

    at: dt.datetime
    version: str
    changes: tuple[Change, ...]


def changes(old: Policy, new: Policy) -> tuple[Change, ...]:
    """Return what is different, in the order of the new policy, then what went.

    A clause that only has another number, word for word, is the same; one that stands in another place has moved.
    """
    before, now = worded(old.clauses), worded(new.clauses)
    pairs = (pair for pair in compare(before, now) if pair.kind in KINDS)
    return tuple(
        Change(
            KINDS[pair.kind],
            before[pair.before or 0].id if pair.now is None else now[pair.now].id,
            "" if pair.before is None else before[pair.before].words,
            "" if pair.now is None else now[pair.now].words,
        )
        for pair in pairs
    )


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
