"""The store: units of work over one connection each."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Final

from sqlalchemy import ColumnElement, Connection, Engine
from sqlalchemy.exc import DBAPIError, OperationalError

from adapters.db.audit_log import SqlAudit
from adapters.db.claims import Claims
from adapters.db.desk_repos import SqlInbox, SqlSessions
from adapters.db.engine import BUSY, LIGHTLY, PATIENT_WAIT, QUICK_WAIT, READING
from adapters.db.file_repos import SqlAttachments, SqlDoors
from adapters.db.install_repos import SqlInstalls
from adapters.db.outbox import SqlOutbox
from adapters.db.own_repos import SqlOwnPolicies
from adapters.db.people_repos import SqlPeople, SqlSchools
from adapters.db.report_repos import SqlDrafts, SqlReports
from adapters.db.reread_repos import SqlPolicies, SqlRereads
from adapters.db.small_repos import SqlEvents, SqlQuestions
from adapters.db.types import database_now
from adapters.db.wrapped_keys import SqlWrappedKeys
from bot.ports import (
    Attachments,
    Audit,
    Clock,
    Doors,
    Drafts,
    Events,
    Inbox,
    Installs,
    Outbox,
    OwnPolicies,
    People,
    Policies,
    Questions,
    Reports,
    Rereads,
    Schools,
    Sessions,
    StoreBusy,
    WrappedKeys,
)

BUSY_STATES: Final = ("55P03", "57014", "53300", "57P03", "53100", "08006", "08001")
"""PostgreSQL: lock not available, cancelled, too many connections, starting up, disk full, connection failures."""


class SqlUnitOfWork:
    """One transaction with every repository over it. Undone unless ``commit`` was called."""

    def __init__(
        self,
        connection: Connection,
        clock: Clock,
        now: ColumnElement[float],
        *,
        writing: bool,
        committed: Callable[[], None],
    ) -> None:
        self._connection = connection
        self._committed = committed
        self.schools: Schools = SqlSchools(connection)
        self.people: People = SqlPeople(connection)
        self._reports = SqlReports(connection, writing=writing)
        self.reports: Reports = self._reports
        self.drafts: Drafts = SqlDrafts(connection)
        self.attachments: Attachments = SqlAttachments(connection)
        self.doors: Doors = SqlDoors(connection)
        self.outbox: Outbox = SqlOutbox(connection, now)
        self._chain = SqlAudit(connection, clock)
        self.audit: Audit = self._chain
        self.rereads: Rereads = SqlRereads(connection)
        self.policies: Policies = SqlPolicies(connection)
        self.own: OwnPolicies = SqlOwnPolicies(connection, writing=writing)
        self.events: Events = SqlEvents(connection)
        self.questions: Questions = SqlQuestions(connection)
        self.sessions: Sessions = SqlSessions(connection)
        self.inbox: Inbox = SqlInbox(connection)
        self.installs: Installs = SqlInstalls(connection)
        self._keys = SqlWrappedKeys(connection)
        self.keys: WrappedKeys = self._keys

    def commit(self) -> None:
        """Write the audit rows that were noted, then make everything last."""
        self._chain.flush()
        self._connection.commit()
        self._committed()
        if self._reports.wiped or self._keys.changed:
            self._empty_log()

    def _empty_log(self) -> None:
        """Empty SQLite's write-ahead log: until then a key that was destroyed or changed would stand in it."""
        if self._connection.dialect.name == "sqlite":
            raw = self._connection.connection.dbapi_connection
            raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # type: ignore[union-attr]


class SqlStore:
    """Everything that is kept, in SQLite or PostgreSQL.

    ``now`` is the clock of leases and waiting times, in seconds since 1970: the database's own unless told otherwise.
    """

    def __init__(self, engine: Engine, clock: Clock, now: ColumnElement[float] | None = None) -> None:
        self.engine = engine
        self._clock = clock
        self._now = database_now() if now is None else now
        self._commits = itertools.count(1)
        self.changes = 0
        self._claims = Claims(engine) if engine.dialect.name == "sqlite" else None

    @contextmanager
    def begin(self, *, patient: bool = False, lightly: bool = False) -> Iterator[SqlUnitOfWork]:
        """Begin to write. Raise ``StoreBusy`` where the database stays locked, is full or away."""
        with self._connected({BUSY: PATIENT_WAIT if patient else QUICK_WAIT, LIGHTLY: lightly}) as connection:
            committed = _nothing if lightly else self._changed
            yield SqlUnitOfWork(connection, self._clock, self._now, writing=True, committed=committed)

    @contextmanager
    def look(self) -> Iterator[SqlUnitOfWork]:
        """Begin to read only. Raise ``StoreBusy``."""
        with self._connected({READING: True, BUSY: QUICK_WAIT}) as connection:
            yield SqlUnitOfWork(connection, self._clock, self._now, writing=False, committed=_nothing)

    def claim(self, platform: str, names: Sequence[str]) -> list[bool]:
        """Return for each event of a platform whether it is claimed now, for the first time. Raise ``StoreBusy``."""
        if self._claims:
            return self._claims.claim(platform, names, self._clock.now())
        first = [False] * len(names)
        with self.begin(lightly=True) as work:
            # In one order everywhere: two instances that claim the same events would wait for each other.
            for place in sorted(range(len(names)), key=names.__getitem__):
                first[place] = work.events.first_time(platform, names[place], self._clock.now())
            work.commit()
        return first

    def _changed(self) -> None:
        self.changes = next(self._commits)

    @contextmanager
    def _connected(self, options: dict[str, object]) -> Iterator[Connection]:
        try:
            with self.engine.connect() as connection:
                connection.execution_options(**options)
                yield connection
        except OperationalError as error:
            raise StoreBusy(_reason(error)) from None
        except DBAPIError as error:
            if getattr(error.orig, "sqlstate", None) in BUSY_STATES:
                raise StoreBusy(_reason(error)) from None
            raise


def _nothing() -> None:
    pass


def _reason(error: DBAPIError) -> str:
    state = getattr(error.orig, "sqlstate", None) or getattr(error.orig, "sqlite_errorname", None)
    return f"the database cannot be used just now ({state or type(error.orig).__name__})"
