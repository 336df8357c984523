"""Workspaces that added the bot from its web page."""

from __future__ import annotations

from sqlalchemy import Column, LargeBinary, String, Table, Text

from adapters.db.tables.base import link, metadata
from adapters.db.types import Instant

slack_installs = Table(
    "slack_installs",
    metadata,
    Column("team", String(64), primary_key=True),
    link("school_id", "schools.id", null=True),
    Column("name", Text, nullable=False),
    Column("enterprise", String(64), nullable=False),
    Column("bot_user", String(64), nullable=False),
    Column("bot_id", String(64), nullable=False),
    Column("at", Instant, nullable=False),
    Column("key", LargeBinary, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
)

install_states = Table(
    "install_states",
    metadata,
    Column("state_hash", String(64), primary_key=True),
    Column("expires", Instant, nullable=False),
)
