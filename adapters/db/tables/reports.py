"""Reports with their grants, sealed entries and files, and forms that were begun."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    UniqueConstraint,
)

from adapters.db.tables.base import ID, link, metadata, own_id, school
from adapters.db.types import Instant

reports = Table(
    "reports",
    metadata,
    own_id(),
    school(),
    Column("reference", String(32), nullable=False),
    Column("kind", String(32), nullable=False),
    Column("about", String(32), nullable=False),
    Column("once", String(64), nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("due_at", Instant, nullable=False),
    # Set while the report's key stands in report_keys: backups go without that table.
    Column("key", LargeBinary),
    link("reporter_id", "people.id", null=True),
    Column("code_hash", String(64)),
    Column("conflict", Boolean, nullable=False),
    Column("urgent", Boolean, nullable=False),
    Column("state", String(16), nullable=False),
    Column("level", Integer, nullable=False),
    Column("chases", Integer, nullable=False),
    Column("chase_at", Instant),
    Column("acknowledged_at", Instant),
    link("acknowledged_by", "people.id", null=True),
    Column("closed_at", Instant),
    Column("outcome", String(32), nullable=False),
    Column("hold", String(32), nullable=False),
    Column("deletion_proposed_at", Instant),
    link("deletion_proposed_by", "people.id", null=True),
    UniqueConstraint("school_id", "once"),
    UniqueConstraint("reference"),
    UniqueConstraint("code_hash"),
    CheckConstraint("state IN ('received','acknowledged','in_progress','closed','deleted')", name="state"),
    CheckConstraint("(state = 'deleted') = (key IS NULL)", name="key_destroyed"),
    Index(None, "school_id", "state"),
    Index(None, "reporter_id"),
)

report_keys = Table(
    "report_keys",
    metadata,
    Column("report_id", ID, ForeignKey("reports.id"), primary_key=True),
    Column("key", LargeBinary, nullable=False),
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
    own_id(),
    link("report_id", "reports.id"),
    link("person_id", "people.id"),
    Column("why", String(16), nullable=False),
    Column("given_at", Instant, nullable=False),
    Column("as_role", String(32)),
    link("stands_in_for", "people.id", null=True),
    Column("ended_at", Instant),
    Column("ended_why", String(32), nullable=False),
    Index(None, "report_id"),
    Index(None, "person_id"),
)

report_entries = Table(
    "report_entries",
    metadata,
    own_id(),
    link("report_id", "reports.id"),
    Column("kind", String(16), nullable=False),
    Column("at", Instant, nullable=False),
    link("author_id", "people.id", null=True),
    Column("sealed", LargeBinary, nullable=False),
    Index(None, "report_id"),
)

attachments = Table(
    "attachments",
    metadata,
    own_id(),
    link("report_id", "reports.id"),
    Column("at", Instant, nullable=False),
    Column("about", LargeBinary, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Index(None, "report_id"),
)

attachment_keys = Table(
    "attachment_keys",
    metadata,
    Column("attachment_id", ID, ForeignKey("attachments.id"), primary_key=True),
    Column("key", LargeBinary, nullable=False),
)

# Whose way it is stands here for named reports only.
attachment_doors = Table(
    "attachment_doors",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    link("report_id", "reports.id"),
    link("person_id", "people.id", null=True),
    Column("expires", Instant, nullable=False),
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
