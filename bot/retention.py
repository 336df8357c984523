"""How long reports are kept: deletion is proposed, confirmed and then for good."""

from __future__ import annotations

import datetime as dt

from bot.cases import Cases, Opened
from bot.reports import Report


class Retention(Cases):
    """Deleting reports. Each act raises ``Hidden``, ``NotNow`` or ``StoreBusy``."""

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


def keeping_time_over(report: Report, now: dt.datetime, days: int) -> bool:
    """Return whether a closed report may be proposed for deletion: its keeping time is over and nothing holds it."""
    if report.state != "closed" or report.hold or report.closed_at is None:
        return False
    return now - report.closed_at > dt.timedelta(days=days)
