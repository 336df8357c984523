"""Reports, their grants and sealed entries, and drafts."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, delete, insert, select, update

from adapters.db import tables as t
from adapters.db.types import insert_once, upsert
from bot.reports import OPEN_STATES, Entry, Grant, Report

FACTS = tuple(column.name for column in t.reports.columns)
"""The columns of a report, named as the fields of ``bot.reports.Report``."""
HAS_KEY = b"\x01"


class SqlReports:
    """Reports (``bot.ports.Reports``). Where the unit of work writes, a report that is read is locked until its end."""

    def __init__(self, connection: Connection, *, writing: bool) -> None:
        self._c = connection
        self._writing = writing
        self.wiped = False

    def add(self, report: Report, entry: Entry) -> bool:
        """Add a report with its subjects, grants and first entry; ``False`` where the submission key is there."""
        if not insert_once(self._c, t.reports, _facts(report)):
            return False
        self._c.execute(insert(t.report_keys).values(report_id=report.id, key=report.key))
        if report.subjects:
            rows = [{"report_id": report.id, "person_id": person_id} for person_id in report.subjects]
            self._c.execute(insert(t.report_subjects), rows)
        for grant in report.grants:
            self.grant(grant)
        self.add_entry(entry)
        return True

    def get(self, report_id: str) -> Report | None:
        """Return the report of an id or ``None``."""
        return self._one(t.reports.c.id == report_id)

    def by_once(self, school_id: str, once: str) -> Report | None:
        """Return the report of a submission key or ``None``."""
        return self._one((t.reports.c.school_id == school_id) & (t.reports.c.once == once))

    def by_reference(self, school_id: str, reference: str, *, lock: bool = True) -> Report | None:
        """Return the report of a reference or ``None``; without ``lock`` it is only looked at."""
        return self._one((t.reports.c.school_id == school_id) & (t.reports.c.reference == reference), lock=lock)

    def by_code(self, school_id: str, code_hash: str) -> Report | None:
        """Return the anonymous report of a code or ``None``."""
        return self._one((t.reports.c.school_id == school_id) & (t.reports.c.code_hash == code_hash))

    def of_reporter(self, person_id: str) -> tuple[Report, ...]:
        """Return the named reports that a person made, latest first."""
        return self._many(t.reports.c.reporter_id == person_id)

    def granted_to(self, person_id: str) -> tuple[Report, ...]:
        """Return the reports to which a person has or had a grant, latest first."""
        mine = select(t.grants.c.report_id).where(t.grants.c.person_id == person_id)
        return self._many(t.reports.c.id.in_(mine))

    def unsettled(self, school_id: str) -> tuple[Report, ...]:
        """Return the reports of a school that are not closed or deleted, oldest first."""
        here = (t.reports.c.school_id == school_id) & t.reports.c.state.in_(OPEN_STATES)
        return tuple(reversed(self._many(here)))

    def closed_before(self, school_id: str, instant: dt.datetime) -> tuple[Report, ...]:
        """Return the closed reports of a school that were closed before an instant."""
        r = t.reports.c
        return self._many((r.school_id == school_id) & (r.state == "closed") & (r.closed_at < instant))

    def all(self, school_id: str) -> tuple[Report, ...]:
        """Return every report of a school, latest first."""
        return self._many(t.reports.c.school_id == school_id)

    def save(self, report: Report) -> None:
        """Write a report's changed facts."""
        self._c.execute(update(t.reports).where(t.reports.c.id == report.id).values(**_facts(report)))

    def grant(self, grant: Grant) -> None:
        """Give a right."""
        self._c.execute(insert(t.grants).values(**{c.name: getattr(grant, c.name) for c in t.grants.columns}))

    def end_grant(self, grant_id: str, at: dt.datetime, why: str) -> None:
        """End a right; one that has ended stays as it is."""
        g = t.grants.c
        live = (g.id == grant_id) & g.ended_at.is_(None)
        self._c.execute(update(t.grants).where(live).values(ended_at=at, ended_why=why))

    def add_entry(self, entry: Entry) -> bool:
        """Add a sealed entry; ``False`` where its id is there."""
        return insert_once(
            self._c, t.report_entries, {c.name: getattr(entry, c.name) for c in t.report_entries.columns}
        )

    def entries(self, report_id: str) -> tuple[Entry, ...]:
        """Return a report's entries in order of time."""
        e = t.report_entries.c
        rows = self._c.execute(select(t.report_entries).where(e.report_id == report_id).order_by(e.at, e.id))
        return tuple(Entry(r.id, r.report_id, r.kind, r.at, r.author_id, r.sealed) for r in rows)

    def link(self, report_id: str, other_id: str) -> None:
        """Link two reports, both ways."""
        for one, other in ((report_id, other_id), (other_id, report_id)):
            insert_once(self._c, t.report_links, {"report_id": one, "other_id": other})

    def linked(self, report_id: str) -> tuple[str, ...]:
        """Return the references of the reports linked to one."""
        found = (
            select(t.reports.c.reference)
            .join(t.report_links, t.report_links.c.other_id == t.reports.c.id)
            .where(t.report_links.c.report_id == report_id)
            .order_by(t.reports.c.reference)
        )
        return tuple(self._c.execute(found).scalars())

    def wipe(self, report_id: str) -> None:
        """Destroy a report's key, entries, files and links."""
        self.wiped = True
        self._c.execute(delete(t.report_keys).where(t.report_keys.c.report_id == report_id))
        self._c.execute(delete(t.report_entries).where(t.report_entries.c.report_id == report_id))
        files = select(t.attachments.c.id).where(t.attachments.c.report_id == report_id)
        self._c.execute(delete(t.attachment_keys).where(t.attachment_keys.c.attachment_id.in_(files)))
        self._c.execute(delete(t.attachments).where(t.attachments.c.report_id == report_id))
        self._c.execute(delete(t.attachment_doors).where(t.attachment_doors.c.report_id == report_id))
        links = t.report_links.c
        self._c.execute(delete(t.report_links).where((links.report_id == report_id) | (links.other_id == report_id)))

    def _one(self, where: ColumnElement[bool], *, lock: bool = True) -> Report | None:
        query = select(t.reports).where(where)
        if self._writing and lock:
            query = query.with_for_update()
        rows = list(self._c.execute(query))
        return self._whole(rows)[0] if rows else None

    def _many(self, where: ColumnElement[bool]) -> tuple[Report, ...]:
        query = select(t.reports).where(where).order_by(t.reports.c.received_at.desc(), t.reports.c.id)
        return self._whole(list(self._c.execute(query)))

    def _whole(self, rows: list[Row[Any]]) -> tuple[Report, ...]:
        ids = [row.id for row in rows]
        grants: dict[str, list[Grant]] = defaultdict(list)
        subjects: dict[str, list[str]] = defaultdict(list)
        keys: dict[str, bytes] = {}
        for start in range(0, len(ids), 500):
            some = ids[start : start + 500]
            g = t.grants.c
            for row in self._c.execute(select(t.grants).where(g.report_id.in_(some)).order_by(g.given_at, g.id)):
                grants[row.report_id].append(_grant(row))
            for row in self._c.execute(select(t.report_keys).where(t.report_keys.c.report_id.in_(some))):
                keys[row.report_id] = row.key
            s = t.report_subjects.c
            for row in self._c.execute(select(t.report_subjects).where(s.report_id.in_(some)).order_by(s.person_id)):
                subjects[row.report_id].append(row.person_id)
        return tuple(
            Report(
                **{name: getattr(row, name) for name in FACTS if name != "key"},
                key=keys.get(row.id),
                subjects=tuple(subjects[row.id]),
                grants=tuple(grants[row.id]),
            )
            for row in rows
        )


class SqlDrafts:
    """Forms that were begun, sealed (``bot.ports.Drafts``)."""

    def __init__(self, connection: Connection) -> None:
        self._c = connection

    def put(self, person_id: str, form: str, key: bytes, sealed: bytes, at: dt.datetime) -> None:
        """Keep a draft in place of an earlier one."""
        values = {"person_id": person_id, "form": form, "key": key, "sealed": sealed, "at": at}
        upsert(self._c, t.drafts, values, ("person_id", "form"))

    def get(self, person_id: str, form: str) -> tuple[bytes, bytes] | None:
        """Return key and sealed text, or ``None``."""
        d = t.drafts.c
        row = self._c.execute(select(d.key, d.sealed).where((d.person_id == person_id) & (d.form == form))).first()
        return None if row is None else (row.key, row.sealed)

    def drop(self, person_id: str, form: str = "") -> None:
        """Forget a draft, or every draft of a person."""
        where = t.drafts.c.person_id == person_id
        if form:
            where &= t.drafts.c.form == form
        self._c.execute(delete(t.drafts).where(where))

    def drop_before(self, instant: dt.datetime) -> int:
        """Forget drafts last touched before an instant. Return how many."""
        return self._c.execute(delete(t.drafts).where(t.drafts.c.at < instant)).rowcount

    def forms(self, person_id: str) -> tuple[str, ...]:
        """Return the forms of which a person has a draft."""
        d = t.drafts.c
        return tuple(self._c.execute(select(d.form).where(d.person_id == person_id).order_by(d.form)).scalars())


def _facts(report: Report) -> dict[str, Any]:
    """Return the columns of a report. Its key stands elsewhere: here is only whether it should have one."""
    return {
        **{name: getattr(report, name) for name in FACTS},
        "key": None if report.key is None and report.state == "deleted" else HAS_KEY,
    }


def _grant(row: Row[Any]) -> Grant:
    return Grant(
        row.id,
        row.report_id,
        row.person_id,
        row.why,
        row.given_at,
        row.as_role,
        row.stands_in_for,
        row.ended_at,
        row.ended_why,
    )
