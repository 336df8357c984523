"""Further policies of a school's own beside the one that leads; and for whom somebody signed one."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

FOR = ("head_for", "chair_for")


def upgrade() -> None:
    """Make the columns: ids of versions as JSON, and two people."""
    op.add_column("schools", sa.Column("beside", sa.Text(), nullable=True))
    for column in FOR:
        op.add_column("policy_drafts", sa.Column(column, sa.String(length=64), nullable=True))


def downgrade() -> None:
    """Drop them."""
    for column in reversed(FOR):
        op.drop_column("policy_drafts", column)
    op.drop_column("schools", "beside")
