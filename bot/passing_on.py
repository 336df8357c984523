"""A report goes to the next level: nobody took it up, nobody could be reached, or somebody stepped aside."""

from __future__ import annotations

from dataclasses import replace

from bot import routing
from bot.audit import digest
from bot.deadlines import Paces, due
from bot.people import OutsideContact
from bot.ports import UnitOfWork
from bot.reporting import granted, tell_outside, told
from bot.reports import Report
from bot.scene import Scene


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


def anew(scene: Scene, report: Report, paces: Paces) -> Report:
    """Return a report as it stands once whoever had taken it up has it no longer: to be taken up by whoever has it now.

    Otherwise nobody would be reminded of it again, and its reporter would read that somebody deals with it.
    """
    by = due(scene.calendar, scene.now, paces.of(report.kind, urgent=report.urgent).first)
    return replace(
        report, state="received", acknowledged_at=None, acknowledged_by=None, chases=0, due_at=by, chase_at=by
    )
