"""The yearly re-read as it happens: campaigns that begin, versions that are adopted, cards that are queued.

Who is asked what on a day is worked out in ``bot.reread_plan``; declarations are taken in ``bot.reread_declaring``.
"""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import replace
from typing import Final, Literal

from bot.access import SchoolMatter, may
from bot.audit import digest
from bot.calendars import CLOSES, Calendar
from bot.ports import Notice, PolicyVersion, UnitOfWork
from bot.reread_changes import packed
from bot.reread_declaring import Declaring, NotAsked, WrongForm, under_way
from bot.reread_plan import ANNIVERSARY, WEEKS_TO_READ, due, seconds_to_hours, standings, yearly_start
from bot.reread_review import remind
from bot.rereads import Campaign, Step
from bot.scene import Scene, look_around

__all__ = ["NotAsked", "Rereading", "WrongForm", "version_of"]

SPREAD: Final = 1.5
"""Seconds between two cards of one planning run."""
MOST_AT_ONCE: Final = 600
"""Cards that one planning run queues: as many as leave before the next run."""

WEEKS_IN_A_YEAR: Final = 52

Second = Literal["done", "same", "none"]


class Rereading(Declaring):
    """Campaigns: begun by the calendar, by a new version or by hand; and everything that is asked in them."""

    def plan(self, school_id: str) -> int:
        """Begin campaigns whose day has come, and queue what is due. Return how many people are asked to read."""
        queued = 0
        with self._store.begin(patient=True) as work:
            scene = look_around(work, school_id, self._clock, self._shelf)
            self._keep_version(work, scene)
            self._begin_new_version(work, scene)
            self._begin_yearly(work, scene)
            remind(work, scene)
            done = {(ack.campaign_id, ack.person_id) for ack in work.rereads.acknowledgements(school_id)}
            campaigns = [c for c in work.rereads.campaigns(school_id) if c.policy == scene.policy.id]
            ledger = work.rereads.ledger(school_id)
            most = min(MOST_AT_ONCE, int(_until_closing(scene.now, scene.calendar) / SPREAD))
            for one in due(scene.now, scene.roster, scene.calendar, campaigns, ledger, done)[:most]:
                for step in one.passed:
                    work.rereads.take(step, scene.now)
                if work.rereads.take(one.step, scene.now):
                    work.outbox.add(_notice(school_id, one.step, queued * SPREAD))
                    queued += 1
            work.commit()
        return queued

    def start(self, person_id: str, school_id: str, why: str = "by_hand") -> Campaign | None:
        """Begin a campaign today; ``None`` where one is under way. Raise ``PermissionError``.

        With ``why`` = "anniversary" each person is due on the day of the year on which they came to the school, in this
        and every later year; else everybody four weeks from today.
        """
        with self._store.begin() as work:
            scene = look_around(work, school_id, self._clock, self._shelf)
            if not may(person_id, "manage", SchoolMatter(school_id, "rereading"), scene.roster, scene.today):
                raise PermissionError
            if self.current(work, scene) is not None:
                return None
            self._keep_version(work, scene)
            campaign = self._begin(work, scene, scene.today, why, person_id)
            if campaign is not None:
                work.commit()
            return campaign

    def nudge(self, person_id: str, school_id: str) -> int:
        """Remind everybody who is due or overdue, once a day at most. Return how many. Raise ``PermissionError``."""
        with self._store.begin() as work:
            scene = look_around(work, school_id, self._clock, self._shelf)
            if not may(person_id, "manage", SchoolMatter(school_id, "rereading"), scene.roster, scene.today):
                raise PermissionError
            campaign, queued = self.current(work, scene), 0
            if campaign is not None:
                acks = work.rereads.acknowledgements(school_id)
                for one in standings(campaign, scene.roster, scene.today, acks):
                    if one.standing in {"due", "overdue"}:
                        step = Step(campaign.id, one.person.id, f"n{scene.today:%Y%m%d}")
                        if work.rereads.take(step, scene.now):
                            work.outbox.add(_notice(school_id, step, queued * SPREAD))
                            queued += 1
                work.audit.note(school_id, person_id, "reread.nudged", campaign.id, str(queued))
            work.commit()
        return queued

    def current(self, work: UnitOfWork, scene: Scene) -> Campaign | None:
        """Return the campaign that is under way for the school's policy, or ``None``."""
        return under_way(work, scene)

    def undecided(self, work: UnitOfWork, scene: Scene) -> bool:
        """Return whether the version in force is newer than the campaign, and nobody said yet what that means."""
        campaign = self.current(work, scene)
        if campaign is None or campaign.version == scene.policy.head.version:
            return False
        version = version_of(work, scene)
        return version is None or version.adopted_on is None

    def adopt(self, person_id: str, school_id: str, *, material: bool) -> bool:
        """Record that the version in force is adopted, and whether everybody must read it anew: then that begins.

        Of headteacher and chair the other one is asked to record it too. Return ``False`` where it was recorded before.
        Raise ``PermissionError``.
        """
        with self._store.begin() as work:
            scene = look_around(work, school_id, self._clock, self._shelf)
            if not may(person_id, "manage", SchoolMatter(school_id, "policy"), scene.roster, scene.today):
                raise PermissionError
            self._keep_version(work, scene)
            version = version_of(work, scene)
            if version is None or version.adopted_on is not None:
                return False
            work.policies.put(replace(version, adopted_on=scene.today, adopted_by=person_id, material=material))
            facts = digest(version.policy, version.version, "material" if material else "minor")
            work.audit.note(school_id, person_id, "policy.adopted", version.id, facts)
            for role in ("headteacher", "chair"):
                for acting in scene.roster.acting(role, scene.today, holiday=scene.holiday):
                    if acting.person.id not in scene.roster.one_login((person_id,)):
                        key = f"policy/{version.id}/second/{acting.person.id}"
                        work.outbox.add(Notice(key, school_id, "reread.second", acting.person.id, version.id))
            self._begin_new_version(work, scene)
            work.commit()
        return True

    def second(self, person_id: str, school_id: str, version_id: str) -> Second:
        """Record as the second of headteacher and chair that a version is adopted. Raise ``PermissionError``."""
        with self._store.begin() as work:
            scene = look_around(work, school_id, self._clock, self._shelf)
            if not may(person_id, "manage", SchoolMatter(school_id, "policy"), scene.roster, scene.today):
                raise PermissionError
            version = next((v for v in work.policies.all(school_id) if v.id == version_id), None)
            if version is None or version.adopted_by is None:
                return "none"
            if version.adopted_by in scene.roster.one_login((person_id,)):
                return "same"
            if version.second_by is None:
                work.policies.put(replace(version, second_by=person_id))
                work.audit.note(school_id, person_id, "policy.adopted_too", version.id)
                work.commit()
            return "done"

    def _keep_version(self, work: UnitOfWork, scene: Scene) -> None:
        """Keep the text of the version in force, so that it can be told later what changed."""
        head = scene.policy.head
        if version_of(work, scene) is None:
            made = uuid.uuid5(uuid.NAMESPACE_URL, f"{scene.school.id}/{head.id}/{head.version}").hex
            work.policies.put(PolicyVersion(made, scene.school.id, head.id, head.version, packed(scene.policy)))

    def _begin_new_version(self, work: UnitOfWork, scene: Scene) -> None:
        head, version = scene.policy.head, version_of(work, scene)
        earlier = [c for c in work.rereads.campaigns(scene.school.id) if c.policy == head.id]
        adopted = version is not None and version.adopted_on is not None and version.adopted_on <= scene.today
        if adopted and version.material and earlier and all(c.version != head.version for c in earlier):  # type: ignore[union-attr]
            self._begin(work, scene, scene.today, "new_version", None)

    def _begin_yearly(self, work: UnitOfWork, scene: Scene) -> None:
        start = yearly_start(scene.today.year)
        year = start if scene.today >= start else yearly_start(scene.today.year - 1)
        head = scene.policy.head
        rounds = [c for c in work.rereads.campaigns(scene.school.id) if c.policy == head.id]
        this_year = [c for c in rounds if c.starts >= year]
        why = ANNIVERSARY if rounds and rounds[0].why == ANNIVERSARY else "calendar"
        # A school that joins in the middle of a year begins by hand: nobody is asked by surprise.
        fresh = scene.today - year < dt.timedelta(weeks=WEEKS_TO_READ)
        if not this_year and fresh and head.rereading.every_months <= 12:
            self._begin(work, scene, year, why, None)

    def _begin(
        self, work: UnitOfWork, scene: Scene, starts: dt.date, why: str, person_id: str | None
    ) -> Campaign | None:
        head = scene.policy.head
        for earlier in work.rereads.campaigns(scene.school.id):
            if earlier.policy == head.id and earlier.ended is None:
                work.rereads.end(earlier.id, scene.today)
        due_on = starts + dt.timedelta(weeks=WEEKS_IN_A_YEAR if why == ANNIVERSARY else WEEKS_TO_READ)
        campaign = Campaign(
            uuid.uuid4().hex, scene.school.id, head.id, head.version, starts, due_on, why, scene.now, person_id
        )
        if not work.rereads.put(campaign):
            return None
        work.audit.note(scene.school.id, person_id, "reread.begun", campaign.id, digest(head.id, head.version))
        return campaign


def version_of(work: UnitOfWork, scene: Scene) -> PolicyVersion | None:
    """Return what is kept of the version in force, or ``None``."""
    head = scene.policy.head
    found = work.policies.all(scene.school.id)
    return next((v for v in found if (v.policy, v.version) == (head.id, head.version)), None)


def leaves_by(now: dt.datetime, calendar: Calendar, cards: int) -> dt.datetime:
    """Return when the last of so many cards leaves one school: spread out, and within working hours only."""
    at = now.astimezone(dt.UTC) + dt.timedelta(seconds=seconds_to_hours(now, calendar))
    left = cards * SPREAD
    while left > (today := _until_closing(at, calendar)):
        left -= today
        at += dt.timedelta(seconds=today)
        at += dt.timedelta(seconds=seconds_to_hours(at, calendar))
    return at + dt.timedelta(seconds=left)


def _until_closing(now: dt.datetime, calendar: Calendar) -> float:
    """Return the seconds until the school's working hours end today."""
    local = calendar.local(now)
    return max(0.0, (dt.datetime.combine(local.date(), CLOSES, local.tzinfo) - local).total_seconds())


def _notice(school_id: str, step: Step, after: float) -> Notice:
    key = f"reread/{step.campaign_id}/{step.person_id}/{step.step}"
    return Notice(key, school_id, "reread.ask", step.person_id, step.campaign_id, {"step": step.step}, after=after)
