"""One report within a transaction: the gate before every act, and what the acts have in common."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Final

from bot import routing
from bot.access import OFFERED, ReportAction, barred, handlers, may
from bot.attachments import Filed, filed
from bot.audit import AuditRow, digest
from bot.deadlines import Paces, due
from bot.passing_on import anew
from bot.ports import Clock, Hook, Notice, Sealer, Shelf, Store, UnitOfWork, nothing
from bot.reporting import Reading, Reporting, entry_of, place_of, told
from bot.reports import REMINDERS, Entry, EntryKind, Grant, Report
from bot.scene import Scene, look_around

WARNINGS: Final = (*REMINDERS, "report.escalated", "report.unreachable")
"""Templates that stop at once when somebody acts."""


class Hidden(Exception):
    """Not theirs, or not there: which of the two is not told."""


class NotNow(Exception):
    """Theirs, but not possible with the report as it stands, or with this choice."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A report as it may be shown to somebody entitled; with its ``history`` for a printed record."""

    report: Report
    entries: tuple[Reading, ...]
    readers: tuple[str, ...]
    linked: tuple[str, ...]
    actions: tuple[ReportAction, ...]
    history: tuple[AuditRow, ...] = ()
    files: tuple[Filed, ...] = ()


@dataclass(slots=True)
class Case:
    """One report within a transaction, with the person who acts and the scene."""

    work: UnitOfWork
    scene: Scene
    person_id: str
    report: Report
    sealer: Sealer
    paces: Paces

    def save(self, **changes: object) -> None:
        """Change the report."""
        self.report = replace(self.report, **changes)  # type: ignore[arg-type]
        self.work.reports.save(self.report)

    def note(self, action: str, *facts: str) -> None:
        """Note the act in the audit chain."""
        hashed = digest(*facts) if facts else ""
        self.work.audit.note(self.report.school_id, self.person_id, f"report.{action}", self.report.reference, hashed)

    def write(self, kind: EntryKind, text: str, key: str) -> bool:
        """Add a sealed entry, once for the form's key. Return whether there was something new to add."""
        text = text.replace("\0", "").strip()
        if not text or self.report.key is None:
            return False
        entry_id = entry_of(self.report.id, key)
        sealed = self.sealer.seal(self.report.key, text, place_of(self.report.id, entry_id))
        return self.work.reports.add_entry(
            Entry(entry_id, self.report.id, kind, self.scene.now, self.person_id, sealed)
        )

    def give(self, to: str, why: str, template: str) -> None:
        """Give somebody a right, and tell them. Raise ``NotNow`` for somebody who may not have it."""
        roster, on, report = self.scene.roster, self.scene.today, self.report
        person = roster.person(to)
        out = routing.shut_out(routing.Matter.of(report), roster, on)
        if person is None or not person.here(on) or to in out or person.school_id != report.school_id:
            raise NotNow
        if may(to, "see", report, roster, on):
            return
        grant = Grant(uuid.uuid4().hex, report.id, to, why, self.scene.now)  # type: ignore[arg-type]
        self.work.reports.grant(grant)
        self.report = replace(report, grants=(*report.grants, grant))
        self.work.outbox.add(told(report, grant, template))

    def give_up(self, why: str) -> None:
        """End the acting person's own right, and what waits to be told to them."""
        now, mine = self.scene.now, self.person_id
        for grant in self.report.live_grants:
            if grant.person_id == mine:
                self.work.reports.end_grant(grant.id, now, why)
        ended = tuple(
            replace(g, ended_at=now, ended_why=why) if g.person_id == mine and g.ended_at is None else g
            for g in self.report.grants
        )
        self.report = replace(self.report, grants=ended)
        for template in ("report.waiting", "report.handed", "report.added", "report.new_message", *WARNINGS):
            self.work.outbox.withdraw(self.report.reference, template, mine)

    def restart(self) -> None:
        """Start the clock again for whoever has the report now, unless somebody who still has it has taken it up."""
        if self.report.acknowledged_by == self.person_id:
            self.report = anew(self.scene, self.report, self.paces)
            self.work.reports.save(self.report)
        elif self.report.state == "received":
            pace = self.paces.of(self.report.kind, urgent=self.report.urgent)
            at = due(self.scene.calendar, self.scene.now, pace.again)
            self.save(chases=0, chase_at=max(self.report.due_at, at))

    def acted(self) -> None:
        """Stop the chasing at once: somebody has acted. Whoever acts on a report that nobody had takes it up."""
        for template in WARNINGS:
            self.work.outbox.withdraw(self.report.reference, template)
        if self.report.acknowledged_at is None:
            self.save(acknowledged_at=self.scene.now, acknowledged_by=self.person_id, chase_at=None)
            if self.report.state == "received":
                self.save(state="acknowledged")
            self.tell_reporter(f"acknowledged/{uuid.uuid4().hex}")
            self.note("acknowledged")

    def tell_reporter(self, step: str) -> None:
        """Tell a named reporter, once for each step, that there is news."""
        report = self.report
        # Somebody who reported under a login that the subject shares is not written to: the subject would see it.
        if report.reporter_id is None or report.reporter_id in barred(report, self.scene.roster):
            return
        key = f"report/{report.id}/report.status/{step}"
        self.work.outbox.add(Notice(key, report.school_id, "report.status", report.reporter_id, report.reference))


class Cases:
    """What every set of acts is made from. Each act raises ``Hidden``, ``NotNow`` or ``StoreBusy``."""

    def __init__(
        self, store: Store, sealer: Sealer, clock: Clock, shelf: Shelf, reporting: Reporting, at: Hook = nothing
    ) -> None:
        self._store = store
        self._sealer = sealer
        self._clock = clock
        self._shelf = shelf
        self._reporting = reporting
        self._at = at

    @contextmanager
    def _case(self, person_id: str, school_id: str, reference: str, action: ReportAction) -> Iterator[Case]:
        with self._store.begin() as work:
            scene = look_around(work, school_id, self._clock, self._shelf)
            report = work.reports.by_reference(school_id, reference) if reference else None
            if report is None or not may(person_id, "see", report, scene.roster, scene.today):
                raise Hidden
            if not may(person_id, action, report, scene.roster, scene.today):
                raise NotNow
            yield Case(work, scene, person_id, report, self._sealer, self._reporting.paces)

    def _opened(self, case: Case) -> Opened:
        report, roster, on = case.report, case.scene.roster, case.scene.today
        readings = tuple(self._reporting.read_entry(report, entry) for entry in case.work.reports.entries(report.id))
        others = (
            case.work.reports.by_reference(report.school_id, reference, lock=False)
            for reference in case.work.reports.linked(report.id)
        )
        linked = tuple(o.reference for o in others if o is not None and may(case.person_id, "see", o, roster, on))
        actions = tuple(a for a in OFFERED if may(case.person_id, a, report, roster, on) and _useful(a, report))
        files = tuple(filed(self._sealer, each) for each in case.work.attachments.of(report.id))
        return Opened(report, readings, handlers(report, roster, on), linked, actions, files=files)

    def _done(self, case: Case, action: str, *facts: str) -> Opened:
        case.note(action, *facts)
        opened = self._opened(case)
        case.work.commit()
        return opened


def _useful(action: ReportAction, report: Report) -> bool:
    return {
        "hold": not report.hold,
        "release": bool(report.hold),
        "propose_deletion": report.deletion_proposed_at is None,
        "keep": report.deletion_proposed_at is not None,
    }.get(action, True)
