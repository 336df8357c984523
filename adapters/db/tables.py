"""Every table, declared. Keyed by school from the first on; text of reports stands only in ``sealed`` columns.

The migrations must lead to exactly this (``tests/contract/test_store_schema.py``).
"""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from adapters.db.types import Instant

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)
ID = String(64)


def _id() -> Column[str]:
    return Column("id", ID, primary_key=True)


def _school() -> Column[str]:
    return Column("school_id", ID, ForeignKey("schools.id"), nullable=False)


def _to(name: str, target: str, *, null: bool = False) -> Column[str]:
    return Column(name, ID, ForeignKey(target), nullable=null)


# --- Schools and people ----------------------------------------------------------------------------------------------

schools = Table(
    "schools",
    metadata,
    _id(),
    Column("name", Text, nullable=False),
    Column("policy", String(64), nullable=False),
    Column("timezone", String(64), nullable=False),
    Column("nation", String(8), nullable=False),
    Column("terms", Text, nullable=False),
    Column("contacts", Text, nullable=False),
)

people = Table(
    "people",
    metadata,
    _id(),
    _school(),
    Column("name", Text, nullable=False),
    Column("email", Text, nullable=False),
    Column("started", Date),
    Column("left", Date),
    _to("manager_id", "people.id", null=True),
    Index(None, "school_id", "email"),
)

accounts = Table(
    "accounts",
    metadata,
    _id(),
    _to("person_id", "people.id"),
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
    _to("person_id", "people.id"),
    Column("role", String(32), nullable=False),
    Column("since", Date),
    Column("until", Date),
    Index(None, "person_id"),
)

absences = Table(
    "absences",
    metadata,
    Column("id", Integer, primary_key=True),
    _to("person_id", "people.id"),
    Column("first", Date, nullable=False),
    Column("last", Date),
    Column("kind", String(16), nullable=False),
    Index(None, "person_id"),
)

stand_ins = Table(
    "stand_ins",
    metadata,
    Column("id", Integer, primary_key=True),
    _to("person_id", "people.id"),
    _to("stand_in_id", "people.id"),
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

# --- Reports ---------------------------------------------------------------------------------------------------------

reports = Table(
    "reports",
    metadata,
    _id(),
    _school(),
    Column("reference", String(32), nullable=False),
    Column("kind", String(32), nullable=False),
    Column("about", String(32), nullable=False),
    Column("once", String(64), nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("key", LargeBinary),
    _to("reporter_id", "people.id", null=True),
    Column("code_hash", String(64)),
    Column("conflict", Boolean, nullable=False),
    Column("urgent", Boolean, nullable=False),
    Column("state", String(16), nullable=False),
    Column("level", Integer, nullable=False),
    Column("chases", Integer, nullable=False),
    Column("chase_at", Instant),
    Column("acknowledged_at", Instant),
    _to("acknowledged_by", "people.id", null=True),
    Column("closed_at", Instant),
    Column("outcome", String(32), nullable=False),
    Column("hold", String(32), nullable=False),
    Column("deletion_proposed_at", Instant),
    _to("deletion_proposed_by", "people.id", null=True),
    UniqueConstraint("school_id", "once"),
    UniqueConstraint("reference"),
    UniqueConstraint("code_hash"),
    CheckConstraint("state IN ('received','acknowledged','in_progress','closed','deleted')", name="state"),
    CheckConstraint("(state = 'deleted') = (key IS NULL)", name="key_destroyed"),
    Index(None, "school_id", "state"),
    Index(None, "reporter_id"),
)

report_subjects = Table(
    "report_subjects",
    metadata,
    Column("report_id", ID, ForeignKey("reports.id"), primary_key=True),
    Column("person_id", ID, ForeignKey("people.id"), primary_key=True),
    Index(None, "person_id"),
)

grants = Table(
    "grants",
    metadata,
    _id(),
    _to("report_id", "reports.id"),
    _to("person_id", "people.id"),
    Column("why", String(16), nullable=False),
    Column("given_at", Instant, nullable=False),
    Column("as_role", String(32)),
    _to("stands_in_for", "people.id", null=True),
    Column("ended_at", Instant),
    Column("ended_why", String(32), nullable=False),
    Index(None, "report_id"),
    Index(None, "person_id"),
)

report_entries = Table(
    "report_entries",
    metadata,
    _id(),
    _to("report_id", "reports.id"),
    Column("kind", String(16), nullable=False),
    Column("at", Instant, nullable=False),
    _to("author_id", "people.id", null=True),
    Column("sealed", LargeBinary, nullable=False),
    Index(None, "report_id"),
)

report_links = Table(
    "report_links",
    metadata,
    Column("report_id", ID, ForeignKey("reports.id"), primary_key=True),
    Column("other_id", ID, ForeignKey("reports.id"), primary_key=True),
)

drafts = Table(
    "drafts",
    metadata,
    Column("person_id", ID, ForeignKey("people.id"), primary_key=True),
    Column("form", String(64), primary_key=True),
    Column("key", LargeBinary, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("at", Instant, nullable=False),
)

# --- Outbox and audit ------------------------------------------------------------------------------------------------

outbox = Table(
    "outbox",
    metadata,
    _id(),
    _school(),
    Column("key", String(255), nullable=False),
    Column("template", String(64), nullable=False),
    _to("person_id", "people.id", null=True),
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

# --- Re-reading ------------------------------------------------------------------------------------------------------

campaigns = Table(
    "campaigns",
    metadata,
    _id(),
    _school(),
    Column("policy", String(64), nullable=False),
    Column("version", String(128), nullable=False),
    Column("starts", Date, nullable=False),
    Column("due", Date, nullable=False),
    Column("why", String(16), nullable=False),
    Column("created_at", Instant, nullable=False),
    _to("created_by", "people.id", null=True),
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
    _id(),
    _school(),
    _to("campaign_id", "campaigns.id"),
    Column("policy", String(64), nullable=False),
    Column("version", String(128), nullable=False),
    _to("person_id", "people.id"),
    Column("at", Instant, nullable=False),
    Column("reference", String(32), nullable=False),
    Column("how", String(16), nullable=False),
    Column("declaration", String(64), nullable=False),
    Column("typed_name", Text, nullable=False),
    _to("witness_id", "people.id", null=True),
    Column("witnessed_at", Instant),
    _to("recorded_by", "people.id", null=True),
    Column("kept_at", Text, nullable=False),
    UniqueConstraint("school_id", "policy", "version", "person_id", "campaign_id"),
    UniqueConstraint("reference"),
    Index(None, "person_id"),
)

policy_versions = Table(
    "policy_versions",
    metadata,
    _id(),
    _school(),
    Column("policy", String(64), nullable=False),
    Column("version", String(128), nullable=False),
    Column("pack", Text, nullable=False),
    Column("adopted_on", Date),
    _to("adopted_by", "people.id", null=True),
    _to("second_by", "people.id", null=True),
    Column("material", Boolean, nullable=False),
    UniqueConstraint("school_id", "policy", "version"),
)

# --- Questions, events, the desk -------------------------------------------------------------------------------------

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
    _id(),
    _school(),
    _to("asker_id", "people.id", null=True),
    Column("at", Instant, nullable=False),
    Column("key", LargeBinary, nullable=False),
    Column("question", LargeBinary, nullable=False),
    Column("act", String(64), nullable=False),
    Column("reply", LargeBinary),
    _to("replied_by", "people.id", null=True),
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
    _to("person_id", "people.id"),
    Column("purpose", String(128), nullable=False),
    Column("expires", Instant, nullable=False),
    Column("used_at", Instant),
)

desk_sessions = Table(
    "desk_sessions",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    _to("person_id", "people.id"),
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
    _id(),
    _to("person_id", "people.id"),
    Column("key", String(255), nullable=False),
    Column("card_key", String(255), nullable=False),
    Column("at", Instant, nullable=False),
    Column("card", Text, nullable=False),
    Column("shown", Boolean, nullable=False),
    Column("read_at", Instant),
    UniqueConstraint("person_id", "key"),
    Index(None, "person_id", "at"),
)
