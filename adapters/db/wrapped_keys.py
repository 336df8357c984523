"""The keys that are kept wrapped by the master key, in whichever table they stand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from sqlalchemy import Connection, bindparam, func, select, update

from adapters.db import tables as t

KEPT_IN: Final = (t.report_keys, t.attachment_keys, t.drafts, t.head_questions, t.second_factors, t.slack_installs)
LOCK: Final = 0x6B657973
"""The number of PostgreSQL's advisory lock; the audit chains use others."""


class SqlWrappedKeys:
    """Every wrapped key (``bot.ports.WrappedKeys``)."""

    def __init__(self, connection: Connection) -> None:
        self._c = connection
        self.changed = 0

    def there(self) -> bool:
        """Return whether anything was sealed yet."""
        return any(self._c.execute(select(table.c.key).limit(1)).first() is not None for table in KEPT_IN)

    def lock(self) -> None:
        """Wait until nobody else changes keys, and let nobody else until the end of the transaction."""
        # SQLite's BEGIN IMMEDIATE holds the only write lock already.
        if self._c.dialect.name == "postgresql":
            self._c.execute(select(func.pg_advisory_xact_lock(LOCK)))

    def change(self, anew: Callable[[bytes], bytes | None]) -> int:
        """Put in the place of each key what ``anew`` makes of it; ``None`` leaves it. Return how many were changed."""
        changed = 0
        for table in KEPT_IN:
            own = list(table.primary_key.columns)
            rows = self._c.execute(select(*own, table.c.key).with_for_update()).all()
            made = [(row, anew(row.key)) for row in rows]
            values = [
                {"new": key, **{f"at_{column.name}": row._mapping[column] for column in own}}  # noqa: SLF001 - public
                for row, key in made
                if key is not None
            ]
            if values:
                here = [column == bindparam(f"at_{column.name}") for column in own]
                self._c.execute(update(table).where(*here).values(key=bindparam("new")), values)
            changed += len(values)
        self.changed += changed
        return changed
