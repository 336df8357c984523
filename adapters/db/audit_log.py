"""The audit chain in the database: one writer at a time for each school, rows written last before the commit."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select

from adapters.db import tables as t
from adapters.db.types import upsert
from bot.audit import START, Anchor, AuditRow, link
from bot.ports import Clock


class SqlAudit:
    """The audit chain (``bot.ports.Audit``)."""

    def __init__(self, connection: Connection, clock: Clock) -> None:
        self._c = connection
        self._clock = clock
        self._noted: list[tuple[str, str | None, str, str, str]] = []

    def note(self, school_id: str, actor_id: str | None, action: str, thing: str, facts: str = "") -> None:
        """Note an act, to be written by ``flush``."""
        self._noted.append((school_id, actor_id, action, thing, facts))

    def flush(self) -> None:
        """Link and write what was noted. The lock that keeps the chain single lasts until the commit that follows."""
        if not self._noted:
            return
        at = self._clock.now()
        for school_id in sorted({noted[0] for noted in self._noted}):
            self._lock(school_id)
            end = self.head(school_id) or Anchor(school_id, 0, START)
            for school, actor_id, action, thing, facts in self._noted:
                if school == school_id:
                    row = link(end, at, actor_id, action, thing, facts)
                    self._c.execute(insert(t.audit).values(**{c.name: getattr(row, c.name) for c in t.audit.columns}))
                    end = Anchor(school_id, row.seq, row.hash)
            upsert(self._c, t.audit_heads, {"school_id": school_id, "seq": end.seq, "hash": end.hash}, ("school_id",))
        self._noted.clear()

    def rows(self, school_id: str) -> Iterator[AuditRow]:
        """Yield a school's rows in order."""
        a = t.audit.c
        query = select(t.audit).where(a.school_id == school_id).order_by(a.seq)
        for row in self._c.execute(query.execution_options(yield_per=1000)):
            yield _row(row)

    def head(self, school_id: str) -> Anchor | None:
        """Return the end of a school's chain, or ``None`` before its first row."""
        row = self._c.execute(select(t.audit_heads).where(t.audit_heads.c.school_id == school_id)).first()
        return None if row is None else Anchor(row.school_id, row.seq, row.hash)

    def of_thing(self, school_id: str, thing: str) -> tuple[AuditRow, ...]:
        """Return the rows about one thing, in order."""
        a = t.audit.c
        query = select(t.audit).where(a.thing == thing, a.school_id == school_id).order_by(a.seq)
        return tuple(_row(row) for row in self._c.execute(query))

    def _lock(self, school_id: str) -> None:
        # SQLite's BEGIN IMMEDIATE holds the only write lock already.
        if self._c.dialect.name == "postgresql":
            number = int.from_bytes(hashlib.sha256(b"audit:" + school_id.encode()).digest()[:8], "big", signed=True)
            self._c.execute(select(func.pg_advisory_xact_lock(number)))


def _row(row: Row[Any]) -> AuditRow:
    return AuditRow(
        row.school_id, row.seq, row.at, row.actor_id, row.action, row.thing, row.facts, row.before, row.hash
    )
