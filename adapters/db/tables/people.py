"""Schools and their people: roles, absences, stand-ins, accounts."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint

from adapters.db.tables.base import ID, link, metadata, own_id, school

schools = Table(
    "schools",
    metadata,
    own_id(),
    Column("name", Text, nullable=False),
    Column("policy", String(64), nullable=False),
    Column("timezone", String(64), nullable=False),
    Column("nation", String(8), nullable=False),
    Column("terms", Text, nullable=False),
    Column("contacts", Text, nullable=False),
    Column("policy_version", ID),
    Column("beside", Text),
)

people = Table(
    "people",
    metadata,
    own_id(),
    school(),
    Column("name", Text, nullable=False),
    Column("email", Text, nullable=False),
    Column("started", Date),
    Column("left", Date),
    link("manager_id", "people.id", null=True),
    Index(None, "school_id", "email"),
)

accounts = Table(
    "accounts",
    metadata,
    own_id(),
    link("person_id", "people.id"),
    Column("platform", String(16), nullable=False),
    Column("tenant", String(128), nullable=False),
    Column("address", String(255), nullable=False),
    Column("details", Text, nullable=False),
    Column("gone", Boolean, nullable=False),
    UniqueConstraint("platform", "tenant", "address"),
    Index(None, "person_id"),
)

holdings = Table(
    "holdings",
    metadata,
    Column("id", Integer, primary_key=True),
    link("person_id", "people.id"),
    Column("role", String(32), nullable=False),
    Column("since", Date),
    Column("until", Date),
    Index(None, "person_id"),
)

absences = Table(
    "absences",
    metadata,
    Column("id", Integer, primary_key=True),
    link("person_id", "people.id"),
    Column("first", Date, nullable=False),
    Column("last", Date),
    Column("kind", String(16), nullable=False),
    Index(None, "person_id"),
)

stand_ins = Table(
    "stand_ins",
    metadata,
    Column("id", Integer, primary_key=True),
    link("person_id", "people.id"),
    link("stand_in_id", "people.id"),
    Column("since", Date),
    Column("until", Date),
    Column("holidays", Boolean, nullable=False),
    Index(None, "person_id"),
)

shared_logins = Table(
    "shared_logins",
    metadata,
    Column("owner_id", ID, ForeignKey("people.id"), primary_key=True),
    Column("reader_id", ID, ForeignKey("people.id"), primary_key=True),
)
