"""What those entitled do with a report: open, take up, note, write, hand over, step aside, close, hold, link, delete.

Each act is one transaction: the gate, the change, the notices and the audit row.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Final

from bot import deadlines, routing
from bot.access import ReportAction, barred, handlers, may
from bot.audit import digest
from bot.people import OutsideContact
from bot.ports import Clock, Hook, Notice, Sealer, Shelf, Store, UnitOfWork, nothing
from bot.reporting import Reading, Reporting, entry_of, granted, place_of, tell_outside, told
from bot.reports import OUTCOMES, Entry, EntryKind, Grant, Report
from bot.scene import Scene, look_around

HOLDS: Final = ("police", "lado", "legal")
WARNINGS: Final = ("report.chase", "report.chase_again", "report.escalated", "report.unreachable")
"""Templates that stop at once when somebody acts."""


class Hidden(Exception):
    """Not theirs, or not there: which of the two is not told."""


class NotNow(Exception):
    """Theirs, but not possible with the report as it stands, or with this choice."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A report as it may be shown to somebody entitled."""

    report: Report
    entries: tuple[Reading, ...]
    readers: tuple[str, ...]
    linked: tuple[str, ...]
    actions: tuple[ReportAction, ...]


@dataclass(frozen=True, slots=True)
class SteppedAside:
    """Who was told instead: people by id, or outside bodies to be told by hand."""

    told: tuple[str, ...]
    outside: tuple[OutsideContact, ...]


@dataclass(slots=True)
class _Case:
    """One report within a transaction, with the person who acts and the scene."""

    work: UnitOfWork
    scene: Scene
    person_id: str
    report: Report

    def save(self, **changes: object) -> None:
        """Change the report."""
        self.report = replace(self.report, **changes)  # type: ignore[arg-type]
        self.work.reports.save(self.report)

    def note(self, action: str, *facts: str) -> None:
        """Note the act in the audit chain."""
        hashed = digest(*facts) if facts else ""
        self.work.audit.note(self.report.school_id, self.person_id, f"report.{action}", self.report.reference, hashed)


class Casework:
    """The acts of those entitled to a report. Each raises ``Hidden``, ``NotNow`` or ``StoreBusy``."""

    def __init__(
        self, store: Store, sealer: Sealer, clock: Clock, shelf: Shelf, reporting: Reporting, at: Hook = nothing
    ) -> None:
        self._store = store
        self._sealer = sealer
        self._clock = clock
        self._shelf = shelf
        self._reporting = reporting
        self._at = at

    def inbox(self, work: UnitOfWork, scene: Scene, person_id: str) -> tuple[Report, ...]:
        """Return the reports that a person may know of, latest first."""
        found = work.reports.granted_to(person_id)
        return tuple(r for r in found if may(person_id, "see", r, scene.roster, scene.today))

    def open(self, person_id: str, school_id: str, reference: str, *, printed: bool = False) -> Opened:
        """Open a report: an audit row is written in the same transaction, before anything is shown."""
        with self._case(person_id, school_id, reference, "print" if printed else "open") as case:
            opened = self._opened(case)
            case.note("printed" if printed else "opened")
            case.work.commit()
        return opened

    def acknowledge(self, person_id: str, school_id: str, reference: str) -> Opened:
        """Take a report up. Pressed twice it is one act; chasing stops at once."""
        with self._case(person_id, school_id, reference, "see") as case:
            if case.report.state == "received":
                case.save(
                    state="acknowledged", acknowledged_at=case.scene.now, acknowledged_by=person_id, chase_at=None
                )
                self._acted(case)
                self._tell_reporter(case, "acknowledged")
                case.note("acknowledged")
                opened = self._opened(case)
                self._at("acknowledge.written")
                case.work.commit()
                self._at("acknowledge.committed")
                return opened
            if case.report.acknowledged_by != person_id:
                raise NotNow
            return self._opened(case)

    def progress(self, person_id: str, school_id: str, reference: str) -> Opened:
        """Mark a report as being worked on; this takes it up too."""
        with self._case(person_id, school_id, reference, "progress") as case:
            first = case.report.acknowledged_at is None
            case.save(
                state="in_progress",
                chase_at=None,
                acknowledged_at=case.report.acknowledged_at or case.scene.now,
                acknowledged_by=case.report.acknowledged_by or person_id,
            )
            self._acted(case)
            if first:
                self._tell_reporter(case, "acknowledged")
            return self._done(case, "in_progress")

    def note(self, person_id: str, school_id: str, reference: str, text: str, key: str) -> Opened:
        """Add a note that the reporter does not see, once for the form's key."""
        with self._case(person_id, school_id, reference, "note") as case:
            if self._write(case, "note", text, key):
                self._acted(case)
                return self._done(case, "noted", key)
            return self._opened(case)

    def message(self, person_id: str, school_id: str, reference: str, text: str, key: str) -> Opened:
        """Write to the reporter: it is kept sealed here, and they are told only that there is news."""
        with self._case(person_id, school_id, reference, "message") as case:
            if self._write(case, "to_reporter", text, key):
                self._acted(case)
                self._tell_reporter(case, entry_of(case.report.id, key))
                return self._done(case, "messaged", key)
            return self._opened(case)

    def add_person(self, person_id: str, school_id: str, reference: str, to: str, why: str, key: str) -> Opened:
        """Let one more person read and act."""
        with self._case(person_id, school_id, reference, "add_person") as case:
            if self._write(case, "note", why, key) or not why:
                self._give(case, to, "added", "report.added")
                return self._done(case, "person_added", to)
            return self._opened(case)

    def hand_over(self, person_id: str, school_id: str, reference: str, to: str, why: str, key: str) -> None:
        """Give a report to somebody else and give up one's own right to it. Sent again it changes nothing."""
        try:
            with self._case(person_id, school_id, reference, "hand_over") as case:
                if to == person_id:
                    raise NotNow
                self._give(case, to, "handed", "report.handed")
                self._write(case, "note", why, key)
                self._give_up(case, "handed over")
                self._restart(case)
                case.note("handed_over", to)
                case.work.commit()
        except Hidden:
            if not self._gave_up(person_id, school_id, reference, "handed over"):
                raise

    def step_aside(self, person_id: str, school_id: str, reference: str) -> SteppedAside:
        """Give up one's right because of a conflict: the next person entitled is told in the same commit."""
        with self._case(person_id, school_id, reference, "step_aside") as case:
            self._give_up(case, "conflict")
            left = handlers(case.report, case.scene.roster, case.scene.today)
            outside: tuple[OutsideContact, ...] = ()
            new: tuple[str, ...] = ()
            if not left:
                new, outside = pass_on(case.work, case.scene, case.report)
            self._restart(case)
            case.note("stepped_aside")
            case.work.commit()
        return SteppedAside((*left, *new), outside)

    def close(
        self, person_id: str, school_id: str, reference: str, outcome: str, text: str, message: str, key: str
    ) -> Opened:
        """Close a report with an outcome, a note and, if wished, a last message to the reporter."""
        if outcome not in OUTCOMES:
            raise NotNow
        with self._case(person_id, school_id, reference, "close") as case:
            self._write(case, "outcome", text, key)
            if message.strip():
                self._write(case, "to_reporter", message, f"{key}/message")
            case.save(state="closed", closed_at=case.scene.now, outcome=outcome, chase_at=None)
            self._acted(case)
            self._tell_reporter(case, f"closed/{entry_of(case.report.id, key)}")
            return self._done(case, "closed", outcome)

    def reopen(self, person_id: str, school_id: str, reference: str) -> Opened:
        """Reopen a closed report: it is in progress again, and nothing of it is proposed for deletion."""
        with self._case(person_id, school_id, reference, "reopen") as case:
            case.save(
                state="in_progress", closed_at=None, outcome="", deletion_proposed_at=None, deletion_proposed_by=None
            )
            self._tell_reporter(case, f"reopened/{uuid.uuid4().hex}")
            return self._done(case, "reopened")

    def hold(self, person_id: str, school_id: str, reference: str, for_whom: str) -> Opened:
        """Hold a report for the police, the LADO or a legal claim (empty: lift the hold). A hold stops deletion."""
        if for_whom and for_whom not in HOLDS:
            raise NotNow
        with self._case(person_id, school_id, reference, "hold" if for_whom else "release") as case:
            case.save(hold=for_whom, deletion_proposed_at=None, deletion_proposed_by=None)
            return self._done(case, "held" if for_whom else "released", for_whom)

    def link(self, person_id: str, school_id: str, reference: str, other: str) -> Opened:
        """Link a report to another one; the person must be entitled to both."""
        with self._case(person_id, school_id, reference, "link") as case:
            linked = case.work.reports.by_reference(school_id, other, lock=False)
            who, on = case.person_id, case.scene.today
            if linked is None or not may(who, "see", linked, case.scene.roster, on) or linked.id == case.report.id:
                raise NotNow
            case.work.reports.link(case.report.id, linked.id)
            return self._done(case, "linked", linked.id)

    def propose_deletion(self, person_id: str, school_id: str, reference: str) -> Opened:
        """Propose that a closed report be deleted. Nothing is deleted yet."""
        with self._case(person_id, school_id, reference, "propose_deletion") as case:
            case.save(deletion_proposed_at=case.scene.now, deletion_proposed_by=person_id)
            return self._done(case, "deletion_proposed")

    def keep(self, person_id: str, school_id: str, reference: str) -> Opened:
        """Turn down a proposal to delete."""
        with self._case(person_id, school_id, reference, "keep") as case:
            case.save(deletion_proposed_at=None, deletion_proposed_by=None)
            return self._done(case, "kept")

    def confirm_deletion(self, person_id: str, school_id: str, reference: str) -> None:
        """Delete for good: the report's key is destroyed, so that no backup holds anything readable."""
        with self._case(person_id, school_id, reference, "confirm_deletion") as case:
            case.work.reports.wipe(case.report.id)
            case.save(state="deleted", key=None, reporter_id=None, code_hash=None, chase_at=None)
            case.note("deleted")
            case.work.commit()

    @contextmanager
    def _case(self, person_id: str, school_id: str, reference: str, action: ReportAction) -> Iterator[_Case]:
        with self._store.begin() as work:
            scene = look_around(work, school_id, self._clock, self._shelf)
            report = work.reports.by_reference(school_id, reference) if reference else None
            if report is None or not may(person_id, "see", report, scene.roster, scene.today):
                raise Hidden
            if not may(person_id, action, report, scene.roster, scene.today):
                raise NotNow
            yield _Case(work, scene, person_id, report)

    def _opened(self, case: _Case) -> Opened:
        report, roster, on = case.report, case.scene.roster, case.scene.today
        readings = tuple(self._reporting.read_entry(report, entry) for entry in case.work.reports.entries(report.id))
        others = (
            case.work.reports.by_reference(report.school_id, reference, lock=False)
            for reference in case.work.reports.linked(report.id)
        )
        linked = tuple(o.reference for o in others if o is not None and may(case.person_id, "see", o, roster, on))
        actions = tuple(a for a in ACTS if may(case.person_id, a, report, roster, on) and _useful(a, report))
        return Opened(report, readings, handlers(report, roster, on), linked, actions)

    def _done(self, case: _Case, action: str, *facts: str) -> Opened:
        case.note(action, *facts)
        opened = self._opened(case)
        case.work.commit()
        return opened

    def _write(self, case: _Case, kind: EntryKind, text: str, key: str) -> bool:
        text = text.replace("\0", "").strip()
        if not text or case.report.key is None:
            return False
        entry_id = entry_of(case.report.id, key)
        sealed = self._sealer.seal(case.report.key, text, place_of(case.report.id, entry_id))
        return case.work.reports.add_entry(
            Entry(entry_id, case.report.id, kind, case.scene.now, case.person_id, sealed)
        )

    def _give(self, case: _Case, to: str, why: str, template: str) -> None:
        roster, on, report = case.scene.roster, case.scene.today, case.report
        person = roster.person(to)
        out = routing.shut_out(routing.Matter.of(report), roster, on)
        if person is None or not person.here(on) or to in out or person.school_id != report.school_id:
            raise NotNow
        if may(to, "see", report, roster, on):
            return
        grant = Grant(uuid.uuid4().hex, report.id, to, why, case.scene.now)  # type: ignore[arg-type]
        case.work.reports.grant(grant)
        case.report = replace(report, grants=(*report.grants, grant))
        case.work.outbox.add(told(report, grant, template))

    def _give_up(self, case: _Case, why: str) -> None:
        now, mine = case.scene.now, case.person_id
        for grant in case.report.live_grants:
            if grant.person_id == mine:
                case.work.reports.end_grant(grant.id, now, why)
        ended = tuple(
            replace(g, ended_at=now, ended_why=why) if g.person_id == mine and g.ended_at is None else g
            for g in case.report.grants
        )
        case.report = replace(case.report, grants=ended)
        for template in ("report.waiting", "report.handed", "report.added", "report.new_message", *WARNINGS):
            case.work.outbox.withdraw(case.report.reference, template, mine)

    def _gave_up(self, person_id: str, school_id: str, reference: str, why: str) -> bool:
        with self._store.look() as work:
            report = work.reports.by_reference(school_id, reference) if reference else None
            roster = work.people.roster(school_id)
            if report is None or person_id in barred(report, roster):
                return False
            return any(g.person_id == person_id and g.ended_why == why for g in report.grants)

    def _restart(self, case: _Case) -> None:
        """Start the clock again for whoever has the report now, where nobody has taken it up."""
        if case.report.state == "received":
            pace = deadlines.pace_of(case.report.kind, urgent=case.report.urgent)
            at = deadlines.next_chase(case.scene.calendar, case.scene.now, pace)
            case.save(chases=0, chase_at=max(case.report.due_at, at))

    def _acted(self, case: _Case) -> None:
        """Stop the chasing: somebody has acted."""
        for template in WARNINGS:
            case.work.outbox.withdraw(case.report.reference, template)

    def _tell_reporter(self, case: _Case, step: str) -> None:
        report = case.report
        # Somebody who reported under a login that the subject shares is not written to: the subject would see it.
        if report.reporter_id is None or report.reporter_id in barred(report, case.scene.roster):
            return
        key = f"report/{report.id}/report.status/{step}"
        case.work.outbox.add(Notice(key, report.school_id, "report.status", report.reporter_id, report.reference))


ACTS: Final[tuple[ReportAction, ...]] = (
    "acknowledge",
    "progress",
    "message",
    "note",
    "add_person",
    "hand_over",
    "step_aside",
    "close",
    "reopen",
    "hold",
    "release",
    "link",
    "propose_deletion",
    "confirm_deletion",
    "keep",
    "print",
)
"""What can be offered on a report, in the order of the buttons."""


def pass_on(work: UnitOfWork, scene: Scene, report: Report) -> tuple[tuple[str, ...], tuple[OutsideContact, ...]]:
    """Give a report to the next level that has somebody entitled. Return who was told: people, outside bodies."""
    tried = frozenset(grant.person_id for grant in report.grants)
    plan = routing.plan(
        routing.Matter.of(report), scene.roster, scene.today, scene.policy, holiday=scene.holiday, tried=tried
    )
    for one in plan.told:
        grant = granted(report.id, one, scene)
        work.reports.grant(grant)
        work.outbox.add(told(report, grant, "report.escalated"))
    tell_outside(work, report, plan.outside)
    for one in plan.told:
        work.audit.note(report.school_id, None, "report.passed_on", report.reference, digest(one.person_id))
    return tuple(one.person_id for one in plan.told), plan.outside


def keeping_time_over(report: Report, now: dt.datetime, days: int) -> bool:
    """Return whether a closed report may be proposed for deletion: its keeping time is over and nothing holds it."""
    if report.state != "closed" or report.hold or report.closed_at is None:
        return False
    return now - report.closed_at > dt.timedelta(days=days)


def _useful(action: ReportAction, report: Report) -> bool:
    return {
        "hold": not report.hold,
        "release": bool(report.hold),
        "propose_deletion": report.deletion_proposed_at is None,
        "keep": report.deletion_proposed_at is not None,
    }.get(action, True)
