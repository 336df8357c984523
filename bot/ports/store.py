"""The store: units of work, one transaction each, over everything that is kept."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import Protocol

from bot.ports.desk import Events, Inbox, Sessions
from bot.ports.files import Attachments, Doors
from bot.ports.installs import Installs
from bot.ports.own import OwnPolicies
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
    attachments: Attachments
    doors: Doors
    outbox: Outbox
    audit: Audit
    rereads: Rereads
    events: Events
    questions: Questions
    sessions: Sessions
    inbox: Inbox
    installs: Installs
    policies: Policies
    own: OwnPolicies
    keys: WrappedKeys

    def commit(self) -> None:
        """Write the audit rows that were noted, then make everything last."""
        ...


class WrappedKeys(Protocol):
    """Every key that is kept, whatever it seals: of reports, their files, drafts, questions, second factors, tokens."""

    def there(self) -> bool:
        """Return whether anything was sealed yet."""
        ...

    def lock(self) -> None:
        """Wait until nobody else changes keys, and let nobody else until the end of the transaction."""
        ...

    def change(self, anew: Callable[[bytes], bytes | None]) -> int:
        """Put in the place of each key what ``anew`` makes of it; ``None`` leaves it. Return how many were changed."""
        ...


class StoreBusy(Exception):
    """The database is locked, full or away. Nothing was written."""


class BackupError(Exception):
    """No backup was made or put back, and nothing is left of the attempt. The message says how to mend it."""


class Store(Protocol):
    """Where everything is kept."""

    @property
    def changes(self) -> int:
        """A number that is another one after each commit of this process, light ones left out.

        What is held in memory is looked up anew when it has changed.
        """
        ...

    def begin(self, *, patient: bool = False, lightly: bool = False) -> AbstractContextManager[UnitOfWork]:
        """Begin to write. ``patient`` waits 30 s for a lock (relay, jobs), not 2 s (people). Raise ``StoreBusy``.

        ``lightly``: for what may be undone by a power cut and is remembered nowhere: events that were seen, counts.
        """
        ...

    def look(self) -> AbstractContextManager[UnitOfWork]:
        """Begin to read only: nothing waits for it. Raise ``StoreBusy``."""
        ...

    def claim(self, platform: str, names: Sequence[str]) -> list[bool]:
        """Return for each event of a platform whether it is claimed now, for the first time, on whichever instance.

        Of a name that stands there twice the first is. Written lightly (see ``begin``). Raise ``StoreBusy``.
        """
        ...
