"""The day that a signed paper bears, beside the day on which it was recorded."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the column; of earlier papers the day is not known."""
    op.add_column("acknowledgements", sa.Column("signed_on", sa.Date(), nullable=True))


def downgrade() -> None:
    """Drop it."""
    op.drop_column("acknowledgements", "signed_on")
