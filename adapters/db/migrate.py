"""Bringing a database up to date, and asking whether it is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text

from adapters.db.engine import BUSY, PATIENT_WAIT
from adapters.db.tables import metadata

LOCK = 0x63616E69
"""The number under which PostgreSQL lets one instance migrate at a time ("cani")."""


def migrate(engine: Engine) -> str:
    """Bring the database to the newest step, in one transaction. Return that step's name.

    Two instances that start together take turns; the second finds nothing to do.
    """
    with engine.connect() as connection:
        connection.execution_options(**{BUSY: PATIENT_WAIT})
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": LOCK})
        command.upgrade(_config(connection), "head")
        connection.commit()
    return newest()


def newest() -> str:
    """Return the name of the newest step."""
    head = ScriptDirectory.from_config(_config()).get_current_head()
    if head is None:  # pragma: no cover - the folder ships with steps
        msg = "there are no migrations"
        raise RuntimeError(msg)
    return head


def step_of(engine: Engine) -> str | None:
    """Return the step at which a database stands, or ``None`` for an empty one."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def differences(engine: Engine) -> list[Any]:
    """Return how a database's schema differs from what is declared; nothing where they are the same."""
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        return list(compare_metadata(context, metadata))


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    return config
