"""What those entitled do with a report: open, take up, note, write, hand over, step aside, close, hold, link.

Each act is one transaction: the gate, the change, the notices and the audit row.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace
from typing import Final

from bot.access import barred, handlers, may
from bot.cases import Cases, Hidden, NotNow, Opened
from bot.passing_on import pass_on
from bot.people import OutsideContact
from bot.ports import UnitOfWork
from bot.reporting import entry_of
from bot.reports import OUTCOMES, Report
from bot.scene import Scene

HOLDS: Final = ("police", "lado", "legal")


@dataclass(frozen=True, slots=True)
class SteppedAside:
    """Who was told instead: people by id, or outside bodies to be told by hand."""

    told: tuple[str, ...]
    outside: tuple[OutsideContact, ...]


class Casework(Cases):
    """The acts of those entitled to a report. Each raises ``Hidden``, ``NotNow`` or ``StoreBusy``."""

    def inbox(self, work: UnitOfWork, scene: Scene, person_id: str) -> tuple[Report, ...]:
        """Return the reports that a person may know of, latest first."""
        found = work.reports.granted_to(person_id)
        return tuple(r for r in found if may(person_id, "see", r, scene.roster, scene.today))

    def open(self, person_id: str, school_id: str, reference: str, *, printed: bool = False) -> Opened:
        """Open a report: an audit row is written in the same transaction, before anything is shown."""
        with self._case(person_id, school_id, reference, "print" if printed else "open") as case:
            opened = self._opened(case)
            if printed:
                rows = case.work.audit.of_thing(school_id, case.report.reference)
                opened = replace(opened, history=rows)
            case.note("printed" if printed else "opened")
            case.work.commit()
        return opened

    def acknowledge(self, person_id: str, school_id: str, reference: str) -> Opened:
        """Take a report up. Pressed twice it is one act; chasing stops at once."""
        with self._case(person_id, school_id, reference, "see") as case:
            if case.report.state == "received":
                case.acted()
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
            case.acted()
            case.save(state="in_progress", chase_at=None)
            if not first:
                case.tell_reporter("in_progress")
            return self._done(case, "in_progress")

    def note(self, person_id: str, school_id: str, reference: str, text: str, key: str) -> Opened:
        """Add a note that the reporter does not see, once for the form's key."""
        with self._case(person_id, school_id, reference, "note") as case:
            if case.write("note", text, key):
                case.acted()
                return self._done(case, "noted", key)
            return self._opened(case)

    def message(self, person_id: str, school_id: str, reference: str, text: str, key: str) -> Opened:
        """Write to the reporter: it is kept sealed here, and they are told only that there is news."""
        with self._case(person_id, school_id, reference, "message") as case:
            if case.write("to_reporter", text, key):
                case.acted()
                case.tell_reporter(entry_of(case.report.id, key))
                return self._done(case, "messaged", key)
            return self._opened(case)

    def add_person(self, person_id: str, school_id: str, reference: str, to: str, why: str, key: str) -> Opened:
        """Let one more person read and act."""
        with self._case(person_id, school_id, reference, "add_person") as case:
            if case.write("note", why, key) or not why:
                case.give(to, "added", "report.added")
                return self._done(case, "person_added", to)
            return self._opened(case)

    def hand_over(self, person_id: str, school_id: str, reference: str, to: str, why: str, key: str) -> None:
        """Give a report to somebody else and give up one's own right to it. Sent again it changes nothing."""
        try:
            with self._case(person_id, school_id, reference, "hand_over") as case:
                if to == person_id:
                    raise NotNow
                case.give(to, "handed", "report.handed")
                case.write("note", why, key)
                case.give_up("handed over")
                case.restart()
                case.note("handed_over", to)
                case.work.commit()
        except Hidden:
            if not self._gave_up(person_id, school_id, reference, "handed over"):
                raise

    def step_aside(self, person_id: str, school_id: str, reference: str) -> SteppedAside:
        """Give up one's right because of a conflict: the next person entitled is told in the same commit."""
        with self._case(person_id, school_id, reference, "step_aside") as case:
            case.give_up("conflict")
            left = handlers(case.report, case.scene.roster, case.scene.today)
            outside: tuple[OutsideContact, ...] = ()
            new: tuple[str, ...] = ()
            if not left:
                new, outside = pass_on(case.work, case.scene, case.report)
            case.restart()
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
            case.write("outcome", text, key)
            if message.strip():
                case.write("to_reporter", message, f"{key}/message")
            case.save(state="closed", closed_at=case.scene.now, outcome=outcome, chase_at=None)
            case.acted()
            case.tell_reporter(f"closed/{entry_of(case.report.id, key)}")
            return self._done(case, "closed", outcome)

    def reopen(self, person_id: str, school_id: str, reference: str) -> Opened:
        """Reopen a closed report: it is in progress again, and nothing of it is proposed for deletion."""
        with self._case(person_id, school_id, reference, "reopen") as case:
            case.save(
                state="in_progress", closed_at=None, outcome="", deletion_proposed_at=None, deletion_proposed_by=None
            )
            case.tell_reporter(f"reopened/{uuid.uuid4().hex}")
            return self._done(case, "reopened")

    def hold(self, person_id: str, school_id: str, reference: str, for_whom: str) -> Opened:
        """Hold a report for the police, the LADO or a legal claim (empty: lift the hold). A hold stops deletion."""
        if for_whom and for_whom not in HOLDS:
            raise NotNow
        with self._case(person_id, school_id, reference, "hold" if for_whom else "release") as case:
            case.save(hold=for_whom, deletion_proposed_at=None, deletion_proposed_by=None)
            case.acted()
            return self._done(case, "held" if for_whom else "released", for_whom)

    def link(self, person_id: str, school_id: str, reference: str, other: str) -> Opened:
        """Link a report to another one; the person must be entitled to both."""
        with self._case(person_id, school_id, reference, "link") as case:
            linked = case.work.reports.by_reference(school_id, other, lock=False)
            who, on = case.person_id, case.scene.today
            if linked is None or not may(who, "see", linked, case.scene.roster, on) or linked.id == case.report.id:
                raise NotNow
            case.work.reports.link(case.report.id, linked.id)
            case.acted()
            return self._done(case, "linked", linked.id)

    def _gave_up(self, person_id: str, school_id: str, reference: str, why: str) -> bool:
        with self._store.look() as work:
            report = work.reports.by_reference(school_id, reference) if reference else None
            roster = work.people.roster(school_id)
            if report is None or person_id in barred(report, roster):
                return False
            return any(g.person_id == person_id and g.ended_why == why for g in report.grants)
