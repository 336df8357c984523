"""Questions, the platforms' events, and what the desk keeps."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from adapters.db.tables.base import ID, link, metadata, own_id, school
from adapters.db.types import Instant

question_counts = Table(
    "question_counts",
    metadata,
    Column("school_id", ID, ForeignKey("schools.id"), primary_key=True),
    Column("policy", String(64), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("act", String(64), primary_key=True),
    Column("verdict", String(16), primary_key=True),
    Column("asked", Integer, nullable=False),
)

head_questions = Table(
    "head_questions",
    metadata,
    own_id(),
    school(),
    link("asker_id", "people.id", null=True),
    Column("at", Instant, nullable=False),
    Column("key", LargeBinary, nullable=False),
    Column("question", LargeBinary, nullable=False),
    Column("act", String(64), nullable=False),
    Column("reply", LargeBinary),
    link("replied_by", "people.id", null=True),
    Column("replied_at", Instant),
    Column("verdict", String(16), nullable=False),
    Column("standing", Boolean, nullable=False),
    Column("withdrawn_at", Instant),
    Index(None, "school_id"),
)

seen_events = Table(
    "seen_events",
    metadata,
    Column("platform", String(16), primary_key=True),
    Column("event_id", String(255), primary_key=True),
    Column("at", Instant, nullable=False),
)

one_time_links = Table(
    "one_time_links",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    link("person_id", "people.id"),
    Column("purpose", String(128), nullable=False),
    Column("expires", Instant, nullable=False),
    Column("used_at", Instant),
)

desk_sessions = Table(
    "desk_sessions",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    link("person_id", "people.id"),
    Column("expires", Instant, nullable=False),
)

second_factors = Table(
    "second_factors",
    metadata,
    Column("person_id", ID, ForeignKey("people.id"), primary_key=True),
    Column("key", LargeBinary, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
)

inbox = Table(
    "inbox",
    metadata,
    own_id(),
    link("person_id", "people.id"),
    Column("key", String(255), nullable=False),
    Column("card_key", String(255), nullable=False),
    Column("at", Instant, nullable=False),
    Column("card", Text, nullable=False),
    Column("shown", Boolean, nullable=False),
    Column("read_at", Instant),
    UniqueConstraint("person_id", "key"),
    Index(None, "person_id", "at"),
)
