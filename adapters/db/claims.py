"""Claiming events on SQLite: the one write on the path of every question, past all that a unit of work brings.

A unit of work costs five times as much where a question comes alone and finds nothing of it in the processor's memory.
"""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from typing import cast

from sqlalchemy import Engine

from adapters.db import tables as t
from adapters.db.engine import QUICK_WAIT, lightly, waiting
from adapters.db.small_repos import unseen
from bot.ports import StoreBusy


class Claims:
    """Claims events over connections of an engine for SQLite."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        compiled = unseen("sqlite").compile(dialect=engine.dialect)
        self._statement, self._order = str(compiled), compiled.positiontup or []
        self._stored = t.seen_events.c.at.type.bind_processor(engine.dialect)

    def claim(self, platform: str, names: Sequence[str], at: dt.datetime) -> list[bool]:
        """Return for each event whether it is claimed now, for the first time. Raise ``StoreBusy``."""
        when = self._stored(at) if self._stored else at
        rows = [{"platform": platform, "event_id": name, "at": when} for name in names]
        # Back in the pool, a connection undoes whatever was not committed.
        try:
            with closing(self._engine.raw_connection()) as pooled:
                database = cast("sqlite3.Connection", pooled.dbapi_connection)
                waiting(database, pooled.info, QUICK_WAIT)
                lightly(database, pooled.info, wanted=True)
                database.execute("BEGIN IMMEDIATE")
                first = [
                    database.execute(self._statement, [row[name] for name in self._order]).fetchone() is not None
                    for row in rows
                ]
                database.execute("COMMIT")
        except sqlite3.OperationalError as error:
            name = getattr(error, "sqlite_errorname", "") or type(error).__name__
            raise StoreBusy(f"the database cannot be used just now ({name})") from None
        return first
