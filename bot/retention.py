"""How long reports are kept: deletion is proposed when the keeping time is over, confirmed, and then for good.

Nothing is ever deleted by itself. A hold, or a report that is open again, stops it; who turns a proposal down is asked
again after a year.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from bot import routing
from bot.access import DELETERS, handlers, may
from bot.audit import digest
from bot.cases import Cases, Opened
from bot.ports import UnitOfWork
from bot.reporting import granted, told
from bot.reports import Grant, Report
from bot.scene import Scene, look_around
from knowledge.pack import REPORT_KINDS

YEAR: Final = 365
KEPT: Final[Mapping[str, int]] = MappingProxyType(
    dict.fromkeys(REPORT_KINDS, 10 * YEAR)
    | dict.fromkeys(("compromised_account", "wrong_content", "media_enquiry", "other"), 2 * YEAR)
)
"""Days that a closed report is kept, by kind, where the school has not set its own."""
ASKED_AGAIN: Final = dt.timedelta(days=YEAR)
TEMPLATE: Final = "report.retention"


class Retention(Cases):
    """Deleting reports. Each act raises ``Hidden``, ``NotNow`` or ``StoreBusy``."""

    def propose_deletion(self, person_id: str, school_id: str, reference: str) -> Opened:
        """Propose that a closed report be deleted. Nothing is deleted yet."""
        with self._case(person_id, school_id, reference, "propose_deletion") as case:
            case.save(deletion_proposed_at=case.scene.now, deletion_proposed_by=person_id)
            return self._done(case, "deletion_proposed")

    def propose_due(self, school_id: str, kept: Mapping[str, int] = KEPT) -> int:
        """Propose every report whose keeping time (days by kind) is over to the head or chair. Return how many.

        As often as you like: each is proposed once, and again only a year after it was turned down.
        """
        with self._store.look() as work:
            scene = look_around(work, school_id, self._clock, self._shelf)
            closed = work.reports.closed_before(school_id, scene.now - dt.timedelta(days=min(kept.values())))
            due = [r.reference for r in closed if _to_propose(work, scene, r, kept)]
        for reference in due:
            with self._store.begin(patient=True) as work:
                report = work.reports.by_reference(school_id, reference)
                if report is not None and _to_propose(work, scene, report, kept):
                    self._propose(work, scene, report)
                    work.commit()
        return len(due)

    def keep(self, person_id: str, school_id: str, reference: str) -> Opened:
        """Turn down a proposal to delete."""
        with self._case(person_id, school_id, reference, "keep") as case:
            case.save(deletion_proposed_at=None, deletion_proposed_by=None)
            return self._done(case, "kept")

    def confirm_deletion(self, person_id: str, school_id: str, reference: str) -> None:
        """Delete for good: the report's entries and its key are destroyed."""
        with self._case(person_id, school_id, reference, "confirm_deletion") as case:
            case.work.reports.wipe(case.report.id)
            case.save(state="deleted", key=None, reporter_id=None, code_hash=None, chase_at=None)
            case.note("deleted")
            case.work.commit()

    def _propose(self, work: UnitOfWork, scene: Scene, report: Report) -> None:
        able = _deleters(scene, report)
        if not able:
            able = _entitled(scene, report)
            for grant in able:
                work.reports.grant(grant)
        for grant in able:
            work.outbox.add(told(report, grant, TEMPLATE, scene.today.isoformat()))
        work.reports.save(replace(report, deletion_proposed_at=scene.now, deletion_proposed_by=None))
        facts = digest(*sorted(grant.person_id for grant in able))
        work.audit.note(report.school_id, None, "report.deletion_proposed", report.reference, facts)


def keeping_time_over(report: Report, now: dt.datetime, days: int) -> bool:
    """Return whether a closed report may be proposed for deletion: its keeping time is over and nothing holds it."""
    if report.state != "closed" or report.hold or report.closed_at is None:
        return False
    return now - report.closed_at > dt.timedelta(days=days)


def keeping_times(written: Iterable[str]) -> Mapping[str, int]:
    """Return days by kind from ``kind=days``, the usual ones for kinds not named. Raise ``ValueError``."""
    days = dict(KEPT)
    for text in written:
        kind, _, number = (part.strip() for part in text.partition("="))
        if kind not in days or not number.isdecimal() or not int(number):
            raise ValueError(f"report_keeping: {text!r} must be a kind of report, =, and a number of days")
        days[kind] = int(number)
    return days


def _to_propose(work: UnitOfWork, scene: Scene, report: Report, kept: Mapping[str, int]) -> bool:
    if report.deletion_proposed_at is not None or not keeping_time_over(report, scene.now, kept[report.kind]):
        return False
    if not _deleters(scene, report) and not _entitled(scene, report):
        return False
    turned_down = [
        row.at for row in work.audit.of_thing(report.school_id, report.reference) if row.action == "report.kept"
    ]
    return not turned_down or scene.now - max(turned_down) > ASKED_AGAIN


def _deleters(scene: Scene, report: Report) -> tuple[Grant, ...]:
    """Return the grants of those who have the report and may delete it."""
    able = {
        person_id
        for person_id in handlers(report, scene.roster, scene.today)
        if may(person_id, "propose_deletion", report, scene.roster, scene.today)
    }
    return tuple(grant for grant in report.live_grants if grant.person_id in able)


def _entitled(scene: Scene, report: Report) -> tuple[Grant, ...]:
    """Return grants for the first on the report's own route who may delete it: nobody who has it now may."""
    conflict = frozenset(grant.person_id for grant in report.grants if grant.ended_why == "conflict")
    plan = routing.plan(routing.Matter.of(report), scene.roster, scene.today, scene.policy, tried=conflict)
    able = (one for one in plan.told if scene.roster.roles(one.person_id, scene.today).intersection(DELETERS))
    return tuple(granted(report.id, one, scene) for one in able)
