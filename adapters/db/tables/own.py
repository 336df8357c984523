"""A school's own policies: texts as they were imported, drafts, and what was reviewed of each clause."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, String, Table, Text

from adapters.db.tables.base import ID, link, metadata, own_id
from adapters.db.types import Instant

policy_texts = Table(
    "policy_texts",
    metadata,
    own_id(),
    link("school_id", "schools.id", null=True),
    Column("policy", String(64), nullable=False),
    Column("file_name", Text, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("at", Instant, nullable=False),
    link("by", "people.id", null=True),
    Column("document", Text, nullable=False),
)

policy_drafts = Table(
    "policy_drafts",
    metadata,
    own_id(),
    link("school_id", "schools.id", null=True),
    Column("policy", String(64), nullable=False),
    link("text_id", "policy_texts.id"),
    Column("at", Instant, nullable=False),
    link("by", "people.id", null=True),
    Column("state", String(16), nullable=False),
    Column("head", Text, nullable=False),
    link("base_id", "policy_versions.id", null=True),
    Column("material", Boolean),
    link("head_by", "people.id", null=True),
    Column("head_at", Instant),
    link("chair_by", "people.id", null=True),
    Column("chair_at", Instant),
    link("version_id", "policy_versions.id", null=True),
    Column("head_for", ID),
    Column("chair_for", ID),
    Index(None, "school_id", "policy"),
)

policy_entries = Table(
    "policy_entries",
    metadata,
    Column("draft_id", ID, ForeignKey("policy_drafts.id"), primary_key=True),
    Column("place", Integer, primary_key=True),
    Column("state", String(16), nullable=False),
    Column("doubt", Text),
    Column("drafted", Text, nullable=False),
    Column("norms", Text, nullable=False),
    Column("carried", Boolean, nullable=False),
    link("by", "people.id", null=True),
    Column("at", Instant),
)
