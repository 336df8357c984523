"""The clock of a report: a reminder at its deadline, a second one, then the next person entitled. Never the subject.

``chase`` is run by a job as often as you like: each step is written down with the notices that it makes, once.
"""

from __future__ import annotations

from dataclasses import replace

from bot.access import handlers
from bot.deadlines import CHASES, PACES, Paces, due
from bot.passing_on import anew, pass_on
from bot.ports import Clock, Notice, Shelf, Store, UnitOfWork
from bot.reporting import told
from bot.reports import REMINDERS, Report
from bot.routing import Matter, plan
from bot.scene import Scene, look_around


class Chasing:
    """Reminds and passes on. All of it is in the store: a restart or a second instance changes nothing."""

    def __init__(self, store: Store, clock: Clock, shelf: Shelf, paces: Paces = PACES) -> None:
        self._store = store
        self._clock = clock
        self._shelf = shelf
        self._paces = paces

    def chase(self, school_id: str) -> int:
        """Take every step that is due in a school. Return how many were taken."""
        with self._store.look() as work:
            scene = look_around(work, school_id, self._clock, self._shelf)
            waiting = [r.reference for r in work.reports.unsettled(school_id) if self._due(scene, r)]
        taken = 0
        for reference in waiting:
            with self._store.begin(patient=True) as work:
                scene = look_around(work, school_id, self._clock, self._shelf)
                report = work.reports.by_reference(school_id, reference)
                if report is not None and self._due(scene, report):
                    self._step(work, scene, report)
                    work.commit()
                    taken += 1
        return taken

    def unreachable(self, work: UnitOfWork, notice: Notice) -> bool:
        """Tell the next person because a notice of a report could not be delivered. Return whether anybody was."""
        report = work.reports.by_reference(notice.school_id, notice.thing)
        if report is None or report.state != "received" or notice.template == "report.status":
            return False
        scene = look_around(work, notice.school_id, self._clock, self._shelf)
        people, outside = pass_on(work, scene, report)
        if people:
            self._restart(work, scene, report)
        return bool(people or outside)

    def _due(self, scene: Scene, report: Report) -> bool:
        if report.state == "received" and report.chase_at is not None and scene.now >= report.chase_at:
            return True
        return not self._led(scene, report) and self._somebody(scene, report)

    def _led(self, scene: Scene, report: Report) -> bool:
        """Whether somebody has the report who was not merely told as well."""
        now_with = handlers(report, scene.roster, scene.today)
        return any(g.person_id in now_with for g in report.live_grants if g.why != "also")

    def _somebody(self, scene: Scene, report: Report) -> bool:
        """Whether the routes have somebody who was never told: only then can an orphaned report be passed on."""
        tried = frozenset(grant.person_id for grant in report.grants)
        return bool(plan(Matter.of(report), scene.roster, scene.today, scene.policy, tried=tried).told)

    def _step(self, work: UnitOfWork, scene: Scene, report: Report) -> None:
        now_with = handlers(report, scene.roster, scene.today)
        if not self._led(scene, report) and pass_on(work, scene, report)[0]:
            if report.state == "received":
                self._restart(work, scene, report)
            else:
                work.reports.save(replace(anew(scene, report, self._paces), level=report.level + 1))
            return
        if report.chases >= CHASES and pass_on(work, scene, report)[0]:
            self._restart(work, scene, report)
            return
        # The key holds no level: who was reminded before a report was passed on is not reminded of the same step again.
        template = REMINDERS[min(report.chases, len(REMINDERS) - 1)]
        for grant in report.live_grants:
            if grant.person_id in now_with:
                work.outbox.add(told(report, grant, template, str(report.chases)))
        chases = report.chases + 1
        pace = self._paces.of(report.kind, urgent=report.urgent)
        # Where nobody is left who can be told, it is called to mind at the pace of every day.
        wait = self._paces.usual.again if chases > CHASES else pace.after(chases)
        at = due(scene.calendar, scene.now, wait)
        work.reports.save(replace(report, chases=chases, chase_at=at))
        work.audit.note(report.school_id, None, "report.chased", report.reference, str(chases))

    def _restart(self, work: UnitOfWork, scene: Scene, report: Report) -> None:
        pace = self._paces.of(report.kind, urgent=report.urgent)
        at = due(scene.calendar, scene.now, pace.again)
        work.reports.save(replace(report, level=report.level + 1, chases=0, chase_at=at))
