"""Where reports, forms that were begun, and the audit chain are kept."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Protocol

from bot.audit import Anchor, AuditRow
from bot.reports import Entry, Grant, Report


class Reports(Protocol):
    """Reports with their grants and sealed entries. Within a writing unit of work a report that is read is locked."""

    def add(self, report: Report, entry: Entry) -> bool:
        """Add a report with its grants and first entry. Return ``False``, with no effect, where ``once`` is there."""
        ...

    def get(self, report_id: str) -> Report | None:
        """Return the report of an id or ``None``."""
        ...

    def by_once(self, school_id: str, once: str) -> Report | None:
        """Return the report of a submission key (its hash) or ``None``."""
        ...

    def by_reference(self, school_id: str, reference: str, *, lock: bool = True) -> Report | None:
        """Return the report of a reference or ``None``; without ``lock`` it is only looked at."""
        ...

    def by_code(self, school_id: str, code_hash: str) -> Report | None:
        """Return the anonymous report of a code (its hash) or ``None``."""
        ...

    def of_reporter(self, person_id: str) -> tuple[Report, ...]:
        """Return the named reports that a person made, latest first."""
        ...

    def granted_to(self, person_id: str) -> tuple[Report, ...]:
        """Return the reports to which a person has or had a grant, latest first. Ask ``access`` before showing any."""
        ...

    def unsettled(self, school_id: str) -> tuple[Report, ...]:
        """Return the reports of a school that are not closed or deleted, oldest first."""
        ...

    def closed_before(self, school_id: str, instant: dt.datetime) -> tuple[Report, ...]:
        """Return the closed reports of a school that were closed before an instant."""
        ...

    def all(self, school_id: str) -> tuple[Report, ...]:
        """Return every report of a school, latest first (counts and states for the operator)."""
        ...

    def save(self, report: Report) -> None:
        """Write a report's changed facts (not its grants and entries)."""
        ...

    def grant(self, grant: Grant) -> None:
        """Give a right; a person's earlier ended grant to the report stays as history."""
        ...

    def end_grant(self, grant_id: str, at: dt.datetime, why: str) -> None:
        """End a right."""
        ...

    def add_entry(self, entry: Entry) -> bool:
        """Add a sealed entry. Return ``False``, with no effect, where its id is there."""
        ...

    def entries(self, report_id: str) -> tuple[Entry, ...]:
        """Return a report's entries in order of time."""
        ...

    def link(self, report_id: str, other_id: str) -> None:
        """Link two reports, both ways."""
        ...

    def linked(self, report_id: str) -> tuple[str, ...]:
        """Return the references of the reports linked to one."""
        ...

    def wipe(self, report_id: str) -> None:
        """Destroy a report's key and entries, and its files with theirs; its facts without people stay."""
        ...


class Drafts(Protocol):
    """Forms that were begun: sealed, one for each person and form."""

    def put(self, person_id: str, form: str, key: bytes, sealed: bytes, at: dt.datetime) -> None:
        """Keep a draft in place of an earlier one."""
        ...

    def get(self, person_id: str, form: str) -> tuple[bytes, bytes] | None:
        """Return key and sealed text, or ``None``."""
        ...

    def drop(self, person_id: str, form: str = "") -> None:
        """Forget a draft, or every draft of a person."""
        ...

    def drop_before(self, instant: dt.datetime) -> int:
        """Forget drafts last touched before an instant. Return how many."""
        ...

    def forms(self, person_id: str) -> tuple[str, ...]:
        """Return the forms of which a person has a draft."""
        ...


class Audit(Protocol):
    """The audit chain. What is noted is linked and written by ``commit``, as the last thing that it does."""

    def note(self, school_id: str, actor_id: str | None, action: str, thing: str, facts: str = "") -> None:
        """Note an act: ids, and a hash or a code word; never text."""
        ...

    def rows(self, school_id: str) -> Iterable[AuditRow]:
        """Return a school's rows in order."""
        ...

    def head(self, school_id: str) -> Anchor | None:
        """Return the end of a school's chain, or ``None`` before its first row."""
        ...

    def of_thing(self, school_id: str, thing: str) -> tuple[AuditRow, ...]:
        """Return the rows about one thing."""
        ...
