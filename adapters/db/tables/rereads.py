"""The yearly re-read, and the versions of policies."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, ForeignKey, Index, String, Table, Text, UniqueConstraint

from adapters.db.tables.base import ID, link, metadata, own_id, school
from adapters.db.types import Instant

campaigns = Table(
    "campaigns",
    metadata,
    own_id(),
    school(),
    Column("policy", String(64), nullable=False),
    Column("version", String(128), nullable=False),
    Column("starts", Date, nullable=False),
    Column("due", Date, nullable=False),
    Column("why", String(16), nullable=False),
    Column("created_at", Instant, nullable=False),
    link("created_by", "people.id", null=True),
    Column("ended", Date),
    UniqueConstraint("school_id", "policy", "version", "starts"),
)

reread_steps = Table(
    "reread_steps",
    metadata,
    Column("campaign_id", ID, ForeignKey("campaigns.id"), primary_key=True),
    Column("person_id", ID, ForeignKey("people.id"), primary_key=True),
    Column("step", String(16), primary_key=True),
    Column("at", Instant, nullable=False),
)

acknowledgements = Table(
    "acknowledgements",
    metadata,
    own_id(),
    school(),
    link("campaign_id", "campaigns.id"),
    Column("policy", String(64), nullable=False),
    Column("version", String(128), nullable=False),
    link("person_id", "people.id"),
    Column("at", Instant, nullable=False),
    Column("reference", String(32), nullable=False),
    Column("how", String(16), nullable=False),
    Column("declaration", String(64), nullable=False),
    Column("typed_name", Text, nullable=False),
    link("witness_id", "people.id", null=True),
    Column("witnessed_at", Instant),
    link("recorded_by", "people.id", null=True),
    Column("kept_at", Text, nullable=False),
    Column("signed_on", Date),
    UniqueConstraint("school_id", "policy", "version", "person_id", "campaign_id"),
    UniqueConstraint("reference"),
    Index(None, "person_id"),
)

policy_versions = Table(
    "policy_versions",
    metadata,
    own_id(),
    school(),
    Column("policy", String(64), nullable=False),
    Column("version", String(128), nullable=False),
    Column("pack", Text, nullable=False),
    Column("adopted_on", Date),
    link("adopted_by", "people.id", null=True),
    link("second_by", "people.id", null=True),
    Column("material", Boolean, nullable=False),
    UniqueConstraint("school_id", "policy", "version"),
)
