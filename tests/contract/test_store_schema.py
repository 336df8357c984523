"""The migrations lead to exactly the schema that is declared, on both databases."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import Engine, MetaData, inspect

from adapters.db.engine import make_engine
from adapters.db.migrate import differences, migrate, newest, step_of
from adapters.db.tables import metadata


def shape(engine: Engine) -> dict[str, object]:
    """Everything of a schema that a database tells of itself, in an order of its own."""
    look = inspect(engine)
    found: dict[str, object] = {}
    for table in sorted(set(look.get_table_names()) - {"alembic_version"}):
        found[table] = {
            "columns": sorted((c["name"], str(c["type"]), c["nullable"]) for c in look.get_columns(table)),
            "key": look.get_pk_constraint(table)["constrained_columns"],
            "unique": sorted((u["name"], tuple(u["column_names"])) for u in look.get_unique_constraints(table)),
            "foreign": sorted(
                (f["constrained_columns"], f["referred_table"], f["referred_columns"])
                for f in look.get_foreign_keys(table)
            ),
            "checks": sorted((c["name"], c["sqltext"]) for c in look.get_check_constraints(table)),
            "indexes": sorted((i["name"], tuple(i["column_names"]), i["unique"]) for i in look.get_indexes(table)),
        }
    return found


def test_migrated_equals_declared(empty_database_url: str) -> None:
    """Columns, keys, checks and indexes after the migrations are those declared; alembic sees no difference either."""
    engine = make_engine(empty_database_url)
    assert step_of(engine) is None
    assert migrate(engine) == newest() == step_of(engine)
    assert differences(engine) == []
    migrated = shape(engine)
    reflected = MetaData()
    reflected.reflect(engine)
    reflected.drop_all(engine)
    metadata.create_all(engine)
    declared = shape(engine)
    assert migrated == declared
    assert set(migrated) == set(metadata.tables)
    assert all(declared[name]["checks"] for name in ("reports", "outbox"))  # type: ignore[index]
    engine.dispose()


def test_migrating_twice_and_at_once_changes_nothing(empty_database_url: str, root: Path) -> None:
    """Three instances that start together take turns."""
    code = "import sys; from adapters.db.engine import make_engine; from adapters.db.migrate import migrate; "
    code += "migrate(make_engine(sys.argv[1]))"
    started = [subprocess.Popen([sys.executable, "-c", code, empty_database_url], cwd=root) for _ in range(3)]
    assert [process.wait(60) for process in started] == [0, 0, 0]
    engine = make_engine(empty_database_url)
    migrate(engine)
    assert differences(engine) == []
    engine.dispose()


def test_every_table_is_keyed_by_school_or_by_something_that_is() -> None:
    """Several schools live in one database: from each table a way of foreign keys leads to a school."""
    free = {"schools", "seen_events", "restores", "install_states"}
    for table in metadata.tables.values():
        reached, front = {table.name}, {table.name}
        while front:
            nxt = {key.column.table.name for name in front for key in metadata.tables[name].foreign_keys} - reached
            reached |= nxt
            front = nxt
        assert "schools" in reached or table.name in free, table.name


@pytest.mark.parametrize("url", ["mysql://x@y/z", "oracle://x"])
def test_other_databases_are_refused(url: str) -> None:
    """Only SQLite and PostgreSQL."""
    with pytest.raises(ValueError, match="sqlite"):
        make_engine(url)


def test_sqlite_is_durable_private_and_hides_parameters(tmp_path: Path) -> None:
    """Write-ahead log, full synchronisation, foreign keys, deleted text overwritten, no values in errors."""
    engine = make_engine(f"sqlite:///{tmp_path}/deep/down/x.sqlite3")
    with engine.connect() as connection:
        pragmas = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "secure_delete")
        }
    assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "secure_delete": 1}
    assert engine.hide_parameters
    engine.dispose()
