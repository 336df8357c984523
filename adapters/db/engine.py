"""The engine: one address in, a connection pool out, with the pragmas that make SQLite durable and private."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any, Final, cast

from sqlalchemy import Connection, Engine, create_engine, event, make_url

READING: Final = "can_i_reading"
BUSY: Final = "can_i_busy_timeout"
LIGHTLY: Final = "can_i_lightly"
"""A transaction that a power cut may undo: nobody waits for the disk. Other ways to die undo nothing."""
QUICK_WAIT: Final = 2_000
"""Milliseconds that a person waits for a lock: Slack gives three seconds."""
NORMAL: Final = 1
"""SQLite's ``PRAGMA synchronous`` at which a commit in WAL mode writes and does not wait for the disk."""
PATIENT_WAIT: Final = 30_000
"""Milliseconds that the relay and the jobs wait."""


def make_engine(url: str) -> Engine:
    """Return an engine for ``sqlite:///path`` or ``postgresql+psycopg://…``. Parameters never show in errors.

    The folder of a SQLite file is made where it is missing. Raise ``ValueError`` for any other database.
    """
    address = make_url(url)
    if address.get_backend_name() == "sqlite":
        return _sqlite(url, address.database)
    if address.get_backend_name() == "postgresql":
        engine = create_engine(
            address,
            hide_parameters=True,
            pool_size=10,
            max_overflow=20,
            pool_pre_ping=True,
            use_native_hstore=False,
            connect_args={"connect_timeout": 5},
        )
        event.listen(engine, "begin", _begin_postgresql)
        return engine
    msg = "the database must be sqlite:///… or postgresql+psycopg://…"
    raise ValueError(msg)


def _sqlite(url: str, path: str | None) -> Engine:
    if path and path != ":memory:":
        Path(path).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url, hide_parameters=True, pool_size=10, max_overflow=20, connect_args={"timeout": 30})
    event.listen(engine, "connect", _connect_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _connect_sqlite(connection: sqlite3.Connection, _record: Any) -> None:  # noqa: ANN401 - SQLAlchemy's own record
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute("PRAGMA secure_delete=ON")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    options = connection.get_execution_options()
    database = cast("sqlite3.Connection", connection.connection.dbapi_connection)
    waiting(database, connection.info, int(options.get(BUSY, QUICK_WAIT)))
    if not options.get(READING):
        lightly(database, connection.info, wanted=bool(options.get(LIGHTLY)))
    # SQLite upgrades a deferred transaction to a writing one without waiting: a writer takes the lock at once.
    connection.exec_driver_sql("BEGIN" if options.get(READING) else "BEGIN IMMEDIATE")


def waiting(database: sqlite3.Connection, info: dict[Any, Any], wait: int) -> None:
    """Let a connection wait so many milliseconds for a lock; ``info`` is what its pool remembers of it."""
    if info.get(BUSY) != wait:
        database.execute(f"PRAGMA busy_timeout={wait}")
        info[BUSY] = wait


def lightly(database: sqlite3.Connection, info: dict[Any, Any], *, wanted: bool) -> None:
    """Let commits wait for the disk, or not. What a connection waited for when it was made comes back afterwards."""
    if wanted == (LIGHTLY in info):
        return
    if wanted:
        level = info[LIGHTLY] = int(database.execute("PRAGMA synchronous").fetchone()[0])
        level = min(level, NORMAL)
    else:
        level = info.pop(LIGHTLY)
    database.execute(f"PRAGMA synchronous={level}")


def _begin_postgresql(connection: Connection) -> None:
    options = connection.get_execution_options()
    if options.get(READING):
        connection.exec_driver_sql("SET TRANSACTION READ ONLY")
    else:
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = {int(options.get(BUSY, QUICK_WAIT))}")
        if options.get(LIGHTLY):
            connection.exec_driver_sql("SET LOCAL synchronous_commit = off")
