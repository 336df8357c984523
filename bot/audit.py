"""The audit chain: what is linked, and how tampering is found. Rows hold ids and hashes, never text.

Each school has a chain of its own. A row's hash covers all of its columns and the hash of the row before, so that a
change, a removal or a swap breaks it. The head (last number and hash) and the anchors given out of the house find a cut
tail.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

START: Final = "0" * 64
"""What stands in place of a hash before the first row."""


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One link. ``thing`` is an id, ``facts`` a hash or a code word, ``at`` aware UTC, ``actor_id`` may be nobody."""

    school_id: str
    seq: int
    at: dt.datetime
    actor_id: str | None
    action: str
    thing: str
    facts: str
    before: str
    hash: str


@dataclass(frozen=True, slots=True)
class Anchor:
    """The end of a chain at some moment, kept or sent elsewhere."""

    school_id: str
    seq: int
    hash: str

    def __str__(self) -> str:
        return f"{self.school_id}:{self.seq}:{self.hash}"

    @classmethod
    def parse(cls, text: str) -> Anchor:
        """Read an anchor as ``str`` writes it. Raise ``ValueError`` for anything else."""
        # Mail keeps the parts apart by a sign that is not seen, so that no program makes a link of them.
        school_id, seq, digest = text.replace("\u2060", "").strip().rsplit(":", 2)
        if len(digest) != len(START):
            msg = "an anchor ends in a hash of 64 hexadecimal digits"
            raise ValueError(msg)
        return cls(school_id, int(seq), digest)


@dataclass(frozen=True, slots=True)
class Broken:
    """Something wrong with a chain: the number of the row at which it shows, and what it is."""

    school_id: str
    seq: int
    says: str

    def __str__(self) -> str:
        return f"{self.school_id} row {self.seq}: {self.says}"


def digest(*parts: str) -> str:
    """Return a hash over parts, each marked off from the next (SHA-256, 64 hexadecimal digits)."""
    return hashlib.sha256(json.dumps(parts, ensure_ascii=True).encode()).hexdigest()


def link(before: Anchor, at: dt.datetime, actor_id: str | None, action: str, thing: str, facts: str) -> AuditRow:
    """Return the row that follows ``before`` (``Anchor(school, 0, START)`` for the first)."""
    seq = before.seq + 1
    row_hash = _hash(before.school_id, seq, at, actor_id, action, thing, facts, before.hash)
    return AuditRow(before.school_id, seq, at, actor_id, action, thing, facts, before.hash, row_hash)


def verify(
    school_id: str, rows: Iterable[AuditRow], head: Anchor | None, anchors: Iterable[Anchor] = ()
) -> Iterator[Broken]:
    """Yield everything wrong with a chain read in order of number; nothing where it is whole.

    ``head`` is what the house itself remembers of the end; ``anchors`` what was given out of the house.
    """
    expected = {anchor.seq: anchor.hash for anchor in anchors if anchor.school_id == school_id and anchor.seq > 0}
    before, seq = START, 0
    for row in rows:
        if row.seq != seq + 1:
            yield Broken(school_id, row.seq, f"row {seq + 1} is missing or out of order")
        elif row.before != before:
            yield Broken(school_id, row.seq, "does not follow from the row before")
        if row.hash != _hash(
            row.school_id, row.seq, row.at, row.actor_id, row.action, row.thing, row.facts, row.before
        ):
            yield Broken(school_id, row.seq, "was changed")
        if row.school_id != school_id:
            yield Broken(school_id, row.seq, "belongs to another school")
        if expected.pop(row.seq, row.hash) != row.hash:
            yield Broken(school_id, row.seq, "is not the row that the anchor names")
        before, seq = row.hash, row.seq
    for missing in sorted(expected):
        yield Broken(school_id, missing, "was given out as an anchor and is gone: the end is cut off")
    if head is None and seq > 0:
        yield Broken(school_id, seq, "the head of the chain is gone")
    elif head is not None and (head.seq, head.hash) != (seq, before):
        yield Broken(school_id, seq, f"the chain should end with row {head.seq}: its end is cut off or added to")


def _hash(  # noqa: PLR0913, PLR0917 - the columns of a row, one by one
    school_id: str, seq: int, at: dt.datetime, actor_id: str | None, action: str, thing: str, facts: str, before: str
) -> str:
    moment = at.astimezone(dt.UTC).isoformat(timespec="microseconds")
    return digest(school_id, str(seq), moment, actor_id or "", action, thing, facts, before)
