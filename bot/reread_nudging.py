"""The head's own reminder: to one person or to everybody who is due, within the limits of the ladder."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from bot.access import SchoolMatter, may
from bot.ports import Clock, Shelf, Store, UnitOfWork
from bot.reread_declaring import Declaring, all_under_way
from bot.reread_plan import Stands, nudge_step, seconds_to_hours, standings
from bot.reread_rules import USUAL, Rules
from bot.reread_sending import ASK, lane, notice
from bot.rereads import Campaign, Step
from bot.scene import Scene, look_around


@dataclass(frozen=True, slots=True)
class Nudged:
    """How many people are reminded, how many were left out (asked on that day already, or not asked yet), and when."""

    reminded: int
    left_out: int
    at: dt.datetime


class Nudging(Declaring):
    """Reminds people for the head. Whoever hears from the bot about a round on a day hears no more on that day."""

    def __init__(self, store: Store, clock: Clock, shelf: Shelf, rules: Rules = USUAL) -> None:
        super().__init__(store, clock, shelf)
        self.rules = rules

    def nudge(self, person_id: str, school_id: str, only: str = "") -> Nudged:
        """Remind everybody who is due or overdue, or one of them (``only``), on the day that is next for sending.

        Raise ``PermissionError``.
        """
        with self._store.begin() as work:
            scene = look_around(work, school_id, self._clock, self._shelf)
            if not may(person_id, "manage", SchoolMatter(school_id, "rereading"), scene.roster, scene.today):
                raise PermissionError
            at = scene.now + dt.timedelta(seconds=seconds_to_hours(scene.now, scene.calendar, self.rules))
            found = [
                self._remind(work, scene, person_id, campaign, at, only) for campaign in all_under_way(work, scene)
            ]
            work.commit()
        return Nudged(sum(reminded for reminded, _ in found), sum(left for _, left in found), at)

    def _remind(
        self, work: UnitOfWork, scene: Scene, person_id: str, campaign: Campaign, at: dt.datetime, only: str
    ) -> tuple[int, int]:
        """Remind in one round. Return how many are reminded, and how many were left out."""
        day = scene.calendar.local(at).date()
        heard = work.rereads.asked_since(campaign.id, dt.datetime.combine(day, dt.time(), scene.calendar.zone))
        open_ = [one for one in to_remind(work, scene, campaign) if only in {"", one.person.id}]
        line, reminded = lane(scene, work.outbox.waiting(ASK), self.rules), 0
        for one in open_:
            step = nudge_step(campaign.id, one.person.id, day)
            if one.person.id not in heard and work.rereads.take(step, at):
                work.outbox.add(notice(scene.school.id, step, line.after(reminded)))
                reminded += 1
        work.audit.note(scene.school.id, person_id, "reread.nudged", campaign.id, only or str(reminded))
        return reminded, len(open_) - reminded


def to_remind(work: UnitOfWork, scene: Scene, campaign: Campaign) -> tuple[Stands, ...]:
    """Return everybody whom a reminder may go to: due or overdue, and asked before, by name."""
    ledger = work.rereads.ledger(scene.school.id, scene.today)
    stand = standings(campaign, scene.roster, scene.today, work.rereads.acknowledgements(scene.school.id))
    return tuple(
        one
        for one in stand
        if one.standing in {"due", "overdue"} and Step(campaign.id, one.person.id, "asked") in ledger
    )
