"""Column types and SQL that differ between SQLite and PostgreSQL."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, DateTime, Dialect, Float, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.expression import FunctionElement
from sqlalchemy.types import TypeDecorator


class Instant(TypeDecorator[dt.datetime]):
    """An instant: aware, UTC, on both databases (SQLite itself keeps no zone)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        """Turn an aware instant into UTC. Raise ``ValueError`` for a naive one."""
        if value is None:
            return None
        if value.tzinfo is None:
            msg = "an instant must be aware of its time zone"
            raise ValueError(msg)
        utc = value.astimezone(dt.UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:  # noqa: ARG002
        """Return the instant aware, in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=dt.UTC) if value.tzinfo is None else value.astimezone(dt.UTC)


class database_now(FunctionElement[float]):  # noqa: N801 - reads as a function of SQL
    """The database's own clock, in seconds since 1970, so that instances with differing clocks agree on a lease."""

    type = Float()
    inherit_cache = True


@compiles(database_now, "sqlite")
def _sqlite_now(_element: database_now, _compiler: object, **_kw: object) -> str:
    return "((julianday('now') - 2440587.5) * 86400.0)"


@compiles(database_now, "postgresql")
def _postgresql_now(_element: database_now, _compiler: object, **_kw: object) -> str:
    return "CAST(extract(epoch FROM clock_timestamp()) AS double precision)"


def insert_once(connection: Connection, table: Table, values: Mapping[str, Any]) -> bool:
    """Insert a row; where any unique key is there already do nothing. Return whether the row went in."""
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    # The number of rows is not told reliably for an INSERT: a row that went in comes back.
    statement = insert(table).values(**values).on_conflict_do_nothing().returning(*table.primary_key.columns)
    return connection.execute(statement).first() is not None


def insert_all(
    connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]], back: Sequence[str]
) -> frozenset[tuple[Any, ...]]:
    """Insert rows in one go; those of which any unique key is there are left out. Return ``back`` of what went in."""
    if not rows:
        return frozenset()
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    statement = insert(table).on_conflict_do_nothing().returning(*(table.c[name] for name in back))
    return frozenset(tuple(row) for row in connection.execute(statement, [dict(row) for row in rows]))


def upsert(connection: Connection, table: Table, values: Mapping[str, Any], key: Sequence[str] = ("id",)) -> None:
    """Insert a row, or change the one with the same key."""
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    statement = insert(table).values(**values)
    changes = {name: statement.excluded[name] for name in values if name not in key}
    connection.execute(statement.on_conflict_do_update(index_elements=list(key), set_=changes))
