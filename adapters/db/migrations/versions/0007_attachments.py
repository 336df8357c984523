"""Files of reports, their keys apart from them, and the short ways by which a reporter comes to them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

ID = sa.String(length=64)


def upgrade() -> None:
    """Make the three tables."""
    op.create_table(
        "attachments",
        sa.Column("id", ID, nullable=False),
        sa.Column("report_id", ID, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("about", sa.LargeBinary(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["report_id"], ["reports.id"], name=op.f("fk_attachments_report_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachments")),
    )
    op.create_index(op.f("ix_attachments_report_id"), "attachments", ["report_id"])
    op.create_table(
        "attachment_keys",
        sa.Column("attachment_id", ID, nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["attachment_id"], ["attachments.id"], name=op.f("fk_attachment_keys_attachment_id")),
        sa.PrimaryKeyConstraint("attachment_id", name=op.f("pk_attachment_keys")),
    )
    op.create_table(
        "attachment_doors",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("report_id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=True),
        sa.Column("expires", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["report_id"], ["reports.id"], name=op.f("fk_attachment_doors_report_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_attachment_doors_person_id")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_attachment_doors")),
    )
    op.create_index(op.f("ix_attachment_doors_report_id"), "attachment_doors", ["report_id"])


def downgrade() -> None:
    """Take them away again."""
    op.drop_table("attachment_doors")
    op.drop_table("attachment_keys")
    op.drop_table("attachments")
