"""The store: units of work, one transaction each, over everything that is kept."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Protocol

from bot.ports.desk import Events, Inbox, Sessions
from bot.ports.people import People, Schools
from bot.ports.questions import Questions
from bot.ports.reports import Audit, Drafts, Reports
from bot.ports.rereads import Policies, Rereads
from bot.ports.sending import Outbox


class UnitOfWork(Protocol):
    """One transaction. Everything is undone unless ``commit`` was called."""

    schools: Schools
    people: People
    reports: Reports
    drafts: Drafts
    outbox: Outbox
    audit: Audit
    rereads: Rereads
    events: Events
    questions: Questions
    sessions: Sessions
    inbox: Inbox
    policies: Policies

    def commit(self) -> None:
        """Write the audit rows that were noted, then make everything last."""
        ...


class StoreBusy(Exception):
    """The database is locked, full or away. Nothing was written."""


class BackupError(Exception):
    """No backup was made or put back, and nothing is left of the attempt. The message says how to mend it."""


class Store(Protocol):
    """Where everything is kept."""

    def begin(self, *, patient: bool = False) -> AbstractContextManager[UnitOfWork]:
        """Begin to write. ``patient`` waits 30 s for a lock (relay, jobs), not 2 s (people). Raise ``StoreBusy``."""
        ...

    def look(self) -> AbstractContextManager[UnitOfWork]:
        """Begin to read only: nothing waits for it. Raise ``StoreBusy``."""
        ...
