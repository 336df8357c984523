"""Alembic's entry: runs the migrations over the connection that ``adapters.db.migrate`` hands in."""

from __future__ import annotations

from alembic import context

from adapters.db.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    compare_type=True,
    transaction_per_migration=False,
)
context.run_migrations()
