"""A school's own policies: texts, drafts, what was reviewed; and which version a school answers from."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

ID = sa.String(length=64)


def upgrade() -> None:
    """Make the tables, and the column that names the version in force."""
    op.add_column("schools", sa.Column("policy_version", ID, nullable=True))
    op.create_table(
        "policy_texts",
        sa.Column("id", ID, nullable=False),
        sa.Column("school_id", ID, nullable=True),
        sa.Column("policy", ID, nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("digest", ID, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", ID, nullable=True),
        sa.Column("document", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["school_id"], ["schools.id"], name=op.f("fk_policy_texts_school_id")),
        sa.ForeignKeyConstraint(["by"], ["people.id"], name=op.f("fk_policy_texts_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy_texts")),
    )
    op.create_table(
        "policy_drafts",
        sa.Column("id", ID, nullable=False),
        sa.Column("school_id", ID, nullable=True),
        sa.Column("policy", ID, nullable=False),
        sa.Column("text_id", ID, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", ID, nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("head", sa.Text(), nullable=False),
        sa.Column("base_id", ID, nullable=True),
        sa.Column("material", sa.Boolean(), nullable=True),
        sa.Column("head_by", ID, nullable=True),
        sa.Column("head_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("chair_by", ID, nullable=True),
        sa.Column("chair_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version_id", ID, nullable=True),
        sa.ForeignKeyConstraint(["school_id"], ["schools.id"], name=op.f("fk_policy_drafts_school_id")),
        sa.ForeignKeyConstraint(["text_id"], ["policy_texts.id"], name=op.f("fk_policy_drafts_text_id")),
        sa.ForeignKeyConstraint(["by"], ["people.id"], name=op.f("fk_policy_drafts_by")),
        sa.ForeignKeyConstraint(["base_id"], ["policy_versions.id"], name=op.f("fk_policy_drafts_base_id")),
        sa.ForeignKeyConstraint(["head_by"], ["people.id"], name=op.f("fk_policy_drafts_head_by")),
        sa.ForeignKeyConstraint(["chair_by"], ["people.id"], name=op.f("fk_policy_drafts_chair_by")),
        sa.ForeignKeyConstraint(["version_id"], ["policy_versions.id"], name=op.f("fk_policy_drafts_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy_drafts")),
    )
    op.create_index(op.f("ix_policy_drafts_school_id_policy"), "policy_drafts", ["school_id", "policy"])
    op.create_table(
        "policy_entries",
        sa.Column("draft_id", ID, nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("doubt", sa.Text(), nullable=True),
        sa.Column("drafted", sa.Text(), nullable=False),
        sa.Column("norms", sa.Text(), nullable=False),
        sa.Column("carried", sa.Boolean(), nullable=False),
        sa.Column("by", ID, nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["draft_id"], ["policy_drafts.id"], name=op.f("fk_policy_entries_draft_id")),
        sa.ForeignKeyConstraint(["by"], ["people.id"], name=op.f("fk_policy_entries_by")),
        sa.PrimaryKeyConstraint("draft_id", "place", name=op.f("pk_policy_entries")),
    )


def downgrade() -> None:
    """Take them away again."""
    op.drop_table("policy_entries")
    op.drop_table("policy_drafts")
    op.drop_table("policy_texts")
    op.drop_column("schools", "policy_version")
