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
from bot.ports import Notice, PolicyVersion, UnitOfWork
from bot.reread_changes import packed
from bot.reread_declaring import NotAsked, WrongForm, under_way
from bot.reread_nudging import Nudging
from bot.reread_plan import ANNIVERSARY, WEEKS_TO_READ, due
from bot.reread_review import remind
from bot.reread_sending import ASK, announce, lane, notice
from bot.rereads import Campaign
from bot.scene import Scene, look_around

__all__ = ["NotAsked", "Rereading", "WrongForm", "version_of"]

WEEKS_IN_A_YEAR: Final = 52

Second = Literal["done", "same", "none"]


class Rereading(Nudging):
    """Campaigns: begun by the calendar, by a new version or by hand; and everything that is asked in them."""

    def plan(self, school_id: str) -> int:
        """Begin campaigns whose day has come, and queue what is due. Return how many people are asked to read."""
        with self._store.begin(patient=True) as work:
            scene = look_around(work, school_id, self._clock, self._shelf)
            queued = sum(self._plan(work, each) for each in scene.each())
            work.commit()
        return queued

    def _plan(self, work: UnitOfWork, scene: Scene) -> int:
        """Do it for one of the policies in force."""
        school_id = scene.school.id
        self._keep_version(work, scene)
        self._begin_new_version(work, scene)
        self._begin_yearly(work, scene)
        remind(work, scene, self.rules)
        done = {(ack.campaign_id, ack.person_id) for ack in work.rereads.acknowledgements(school_id)}
        campaigns = [c for c in work.rereads.campaigns(school_id) if c.policy == scene.policy.id]
        ledger = work.rereads.ledger(school_id, scene.today)
        line = lane(scene, work.outbox.waiting(ASK), self.rules)
        asked = due(scene.now, scene.roster, scene.calendar, campaigns, ledger, done, self.rules)[: line.most]
        work.rereads.take_all([step for one in asked for step in one.passed], scene.now)
        taken = work.rereads.take_all([one.step for one in asked], scene.now)
        ours = [one.step for one in asked if one.step in taken]
        return work.outbox.add_all(notice(school_id, step, line.after(number)) for number, step in enumerate(ours))

    def start(self, person_id: str, school_id: str, why: str = "by_hand", policy: str = "") -> Campaign | None:
        """Begin a campaign today; ``None`` where one is under way. Raise ``PermissionError``.

        ``policy`` names which of the policies in force it is about; the one that leads without it. With ``why`` =
        "anniversary" each person is due on the day of the year on which they came to the school, in this and every
        later year; else everybody four weeks from today.
        """
        with self._store.begin() as work:
            scene = look_around(work, school_id, self._clock, self._shelf).by(policy)
            if not may(person_id, "manage", SchoolMatter(school_id, "rereading"), scene.roster, scene.today):
                raise PermissionError
            if self.current(work, scene) is not None:
                return None
            self._keep_version(work, scene)
            campaign = self._begin(work, scene, scene.today, why, person_id)
            if campaign is not None:
                work.commit()
            return campaign

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
        head, year = scene.policy.head, self.rules.latest(scene.today)
        if year is None:
            return
        rounds = [c for c in work.rereads.campaigns(scene.school.id) if c.policy == head.id]
        by_anniversary = self.rules.anniversary or (bool(rounds) and rounds[0].why == ANNIVERSARY)
        # A school that joins in the middle of a year begins by hand: nobody is asked by surprise.
        fresh = scene.today - year < dt.timedelta(weeks=WEEKS_TO_READ)
        if fresh and all(c.starts < year for c in rounds) and head.rereading.every_months <= 12:
            self._begin(work, scene, year, ANNIVERSARY if by_anniversary else "calendar", None)

    def _begin(
        self, work: UnitOfWork, scene: Scene, starts: dt.date, why: str, person_id: str | None
    ) -> Campaign | None:
        head = scene.policy.head
        rounds = [c for c in work.rereads.campaigns(scene.school.id) if c.policy == head.id]
        for earlier in rounds:
            if earlier.starts <= starts:
                work.rereads.end(earlier.id, starts)
        # A clock that once ran ahead may have begun a later round: this one ends where that begins.
        ends = min((c.starts for c in rounds if c.starts > starts), default=None)
        due_on = starts + dt.timedelta(weeks=WEEKS_IN_A_YEAR if why == ANNIVERSARY else WEEKS_TO_READ)
        campaign = Campaign(
            uuid.uuid4().hex, scene.school.id, head.id, head.version, starts, due_on, why, scene.now, person_id, ends
        )
        if not work.rereads.put(campaign):
            return None
        announce(work, campaign, self.rules)
        work.audit.note(scene.school.id, person_id, "reread.begun", campaign.id, digest(head.id, head.version))
        return campaign


def version_of(work: UnitOfWork, scene: Scene) -> PolicyVersion | None:
    """Return what is kept of the version in force, or ``None``."""
    head = scene.policy.head
    found = work.policies.all(scene.school.id)
    return next((v for v in found if (v.policy, v.version) == (head.id, head.version)), None)
