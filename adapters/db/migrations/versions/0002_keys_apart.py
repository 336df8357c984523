"""The keys of reports apart from them, so that backups go without; restores, until whose release nothing is sent."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make both tables, and move the keys."""
    op.create_table(
        "report_keys",
        sa.Column("report_id", sa.String(length=64), nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["report_id"], ["reports.id"], name=op.f("fk_report_keys_report_id")),
        sa.PrimaryKeyConstraint("report_id", name=op.f("pk_report_keys")),
    )
    op.execute("INSERT INTO report_keys (report_id, key) SELECT id, key FROM reports WHERE key IS NOT NULL")
    reports = sa.table("reports", sa.column("key", sa.LargeBinary()))
    op.execute(reports.update().where(reports.c.key.is_not(None)).values(key=b"\x01"))
    op.create_table(
        "restores",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.Float(precision=53), nullable=False),
        sa.Column("released", sa.Float(precision=53), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_restores")),
    )


def downgrade() -> None:
    """Put the keys back."""
    op.execute(
        "UPDATE reports SET key = (SELECT report_keys.key FROM report_keys WHERE report_keys.report_id = reports.id)"
    )
    op.drop_table("report_keys")
    op.drop_table("restores")
