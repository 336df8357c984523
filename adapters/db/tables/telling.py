"""What is still to be told, and the audit chain."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from adapters.db.tables.base import ID, link, metadata, own_id, school
from adapters.db.types import Instant

outbox = Table(
    "outbox",
    metadata,
    own_id(),
    school(),
    Column("key", String(255), nullable=False),
    Column("template", String(64), nullable=False),
    link("person_id", "people.id", null=True),
    Column("outside", Text, nullable=False),
    Column("thing", String(64), nullable=False),
    Column("ids", Text, nullable=False),
    Column("state", String(16), nullable=False),
    Column("why", String(64), nullable=False),
    Column("created", Float(53), nullable=False),
    Column("not_before", Float(53), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("lease_token", String(32)),
    Column("lease_until", Float(53)),
    Column("account_id", ID),
    Column("message", Text, nullable=False),
    Column("ended", Float(53)),
    Column("fallback_done", Boolean, nullable=False),
    UniqueConstraint("key"),
    CheckConstraint("state IN ('waiting','held','sent','dead','withdrawn')", name="state"),
    Index(None, "state", "not_before"),
    Index(None, "thing"),
)

restores = Table(
    "restores",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", Float(53), nullable=False),
    Column("released", Float(53)),
)

audit = Table(
    "audit",
    metadata,
    Column("school_id", ID, ForeignKey("schools.id"), primary_key=True),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("at", Instant, nullable=False),
    Column("actor_id", ID),
    Column("action", String(64), nullable=False),
    Column("thing", String(128), nullable=False),
    Column("facts", String(128), nullable=False),
    Column("before", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
    Index(None, "thing"),
)

audit_heads = Table(
    "audit_heads",
    metadata,
    Column("school_id", ID, ForeignKey("schools.id"), primary_key=True),
    Column("seq", Integer, nullable=False),
    Column("hash", String(64), nullable=False),
)
