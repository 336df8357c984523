"""What every table shares: the names of constraints, ids, and the school that a row belongs to."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, MetaData, String

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


def own_id() -> Column[str]:
    """Return the column of a row's own id."""
    return Column("id", ID, primary_key=True)


def school() -> Column[str]:
    """Return the column of the school that a row belongs to."""
    return Column("school_id", ID, ForeignKey("schools.id"), nullable=False)


def link(name: str, target: str, *, null: bool = False) -> Column[str]:
    """Return a column that refers to a row of another table."""
    return Column(name, ID, ForeignKey(target), nullable=null)
