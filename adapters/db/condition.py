"""In what condition a database is, in words for the operator; and the name of the state in which a driver refused."""

from __future__ import annotations

from alembic.util import CommandError
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from adapters.db.engine import make_engine
from adapters.db.migrate import migrate, newest, step_of


class DatabaseError(Exception):
    """The database cannot be used: why, in a sentence. ``state`` is the driver's name for it, or empty."""

    def __init__(self, says: str, state: str = "") -> None:
        super().__init__(says)
        self.state = state


def engine_for(url: str) -> Engine:
    """Return an engine. Raise ``DatabaseError`` for an address that cannot be used, without repeating it."""
    try:
        return make_engine(url)
    except ModuleNotFoundError:
        raise DatabaseError("PostgreSQL needs its driver: pip install 'can-i[postgres]'.") from None
    except OSError:
        raise
    except Exception:  # noqa: BLE001 - SQLAlchemy has many errors for an address, and each repeats it
        raise DatabaseError("database_url must begin with sqlite:/// or postgresql+psycopg://.") from None


def bring_up_to_date(engine: Engine) -> str:
    """Migrate where there is something to migrate and return the newest step. Raise ``DatabaseError``."""
    try:
        return newest() if step_of(engine) == newest() else migrate(engine)
    except DBAPIError as error:
        raise _refused(error) from None
    except CommandError:
        raise DatabaseError("The database was made by a newer version of this program: install that one.") from None


def up_to_date(engine: Engine) -> bool:
    """Return whether a database stands at the newest step; change nothing. Raise ``DatabaseError``."""
    try:
        return step_of(engine) == newest()
    except DBAPIError as error:
        raise _refused(error) from None


def _refused(error: DBAPIError) -> DatabaseError:
    found = getattr(error.orig, "sqlstate", None) or getattr(error.orig, "sqlite_errorname", None)
    state = str(found or type(error.orig).__name__)
    return DatabaseError(f"the database cannot be used ({state})", state)
