"""The yearly re-read as it happens: campaigns that begin, cards that are queued, declarations that are taken.

Who is asked what on a day is worked out in ``bot.reread_plan``.
"""

from __future__ import annotations

import datetime as dt
import unicodedata
import uuid
from typing import Final

from rapidfuzz import fuzz

from bot.access import SchoolMatter, may
from bot.audit import digest
from bot.people import Person
from bot.ports import Clock, Notice, Shelf, Store, UnitOfWork
from bot.references import new_reference
from bot.reread_plan import WEEKS_TO_READ, due, standings, yearly_start
from bot.rereads import Acknowledgement, Campaign, Step
from bot.scene import Scene, look_around

SPREAD: Final = 1.5
"""Seconds between two cards of one planning run."""
SIGNED: Final = 90
"""How alike (0 to 100) a typed name must be to the person's own."""


class NotAsked(Exception):
    """There is nothing for this person to confirm."""


class WrongForm(Exception):
    """The declaration cannot be taken; ``errors`` names a wording key for each field."""

    def __init__(self, errors: dict[str, str]) -> None:
        super().__init__("the declaration cannot be taken")
        self.errors = errors


class Rereading:
    """Campaigns and acknowledgements: planning what is asked, and taking declarations."""

    def __init__(self, store: Store, clock: Clock, shelf: Shelf) -> None:
        self._store = store
        self._clock = clock
        self._shelf = shelf

    def plan(self, school_id: str) -> int:
        """Begin the yearly campaign where its day has come, and queue what is due. Return how many cards."""
        queued = 0
        with self._store.begin(patient=True) as work:
            scene = look_around(work, school_id, self._clock, self._shelf)
            self._begin_yearly(work, scene)
            acks = work.rereads.acknowledgements(school_id)
            done = {(ack.campaign_id, ack.person_id) for ack in acks}
            campaigns = work.rereads.campaigns(school_id)
            ledger = work.rereads.ledger(school_id)
            for one in due(scene.now, scene.roster, scene.calendar, campaigns, ledger, done):
                for step in one.passed:
                    work.rereads.take(step, scene.now)
                if work.rereads.take(one.step, scene.now):
                    work.outbox.add(self._notice(school_id, one.step, queued * SPREAD))
                    queued += 1
            work.commit()
        return queued

    def start(self, person_id: str, school_id: str) -> Campaign | None:
        """Begin a campaign by hand, today; ``None`` where one is under way. Raise ``PermissionError``."""
        with self._store.begin() as work:
            scene = look_around(work, school_id, self._clock, self._shelf)
            if not may(person_id, "manage", SchoolMatter(school_id, "rereading"), scene.roster, scene.today):
                raise PermissionError
            if self.current(work, scene) is not None:
                return None
            campaign = self._begin(work, scene, scene.today, "by_hand", person_id)
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
                            work.outbox.add(self._notice(school_id, step, queued * SPREAD))
                            queued += 1
                work.audit.note(school_id, person_id, "reread.nudged", campaign.id, str(queued))
            work.commit()
        return queued

    def current(self, work: UnitOfWork, scene: Scene) -> Campaign | None:
        """Return the campaign that is under way for the policy in force, or ``None``."""
        head = scene.policy.head
        return next(
            (
                c
                for c in work.rereads.campaigns(scene.school.id)
                if c.ended is None and (c.policy, c.version) == (head.id, head.version)
            ),
            None,
        )

    def confirm(
        self, person_id: str, school_id: str, campaign_id: str, how: str, typed_name: str = "", witness_id: str = ""
    ) -> Acknowledgement:
        """Take a person's declaration, once. Raise ``NotAsked``, ``WrongForm`` or ``StoreBusy``."""
        with self._store.begin() as work:
            scene = look_around(work, school_id, self._clock, self._shelf)
            campaign, person = work.rereads.campaign(campaign_id), scene.roster.person(person_id)
            if campaign is None or campaign.school_id != school_id or person is None or not person.here(scene.today):
                raise NotAsked
            there = self._mine(work, campaign, person_id)
            if there is not None:
                return there
            if campaign.ended is not None or scene.today < campaign.starts:
                raise NotAsked
            head = scene.policy.head
            errors = self._errors(scene, person, typed_name, witness_id)
            if errors:
                raise WrongForm(errors)
            declared = digest(head.id, head.version, *head.declaration.statements)
            ack = Acknowledgement(
                uuid.uuid4().hex,
                school_id,
                campaign.id,
                campaign.policy,
                campaign.version,
                person_id,
                scene.now,
                new_reference(),
                how,
                declared,
                typed_name.strip() if head.declaration.name_typed else "",
                witness_id if head.declaration.witness else None,
            )
            if not work.rereads.acknowledge(ack):
                return self._mine(work, campaign, person_id) or ack
            work.outbox.withdraw(campaign.id, "reread.ask", person_id)
            if ack.witness_id:
                key = f"reread/{campaign.id}/witness/{ack.id}"
                work.outbox.add(Notice(key, school_id, "reread.witness", ack.witness_id, ack.id))
            work.audit.note(school_id, person_id, "reread.acknowledged", ack.reference, declared)
            work.commit()
            return ack

    def witness(self, person_id: str, school_id: str, ack_id: str) -> bool:
        """Confirm as the named witness. Return whether this person's confirmation stands."""
        with self._store.begin() as work:
            scene = look_around(work, school_id, self._clock, self._shelf)
            ack = work.rereads.acknowledgement(ack_id)
            if ack is None or ack.school_id != school_id or ack.witness_id != person_id:
                return False
            if work.rereads.witnessed(ack_id, person_id, scene.now):
                work.audit.note(school_id, person_id, "reread.witnessed", ack.reference, ack.declaration)
                work.commit()
            return True

    def on_behalf(self, recorded_by: str, school_id: str, person_id: str, kept_at: str) -> Acknowledgement:
        """Record a paper that somebody signed, with where it is kept. Raise ``PermissionError`` or ``NotAsked``."""
        with self._store.begin() as work:
            scene = look_around(work, school_id, self._clock, self._shelf)
            if not may(recorded_by, "manage", SchoolMatter(school_id, "people"), scene.roster, scene.today):
                raise PermissionError
            campaign, person = self.current(work, scene), scene.roster.person(person_id)
            if campaign is None or person is None or not kept_at.strip():
                raise NotAsked
            head = scene.policy.head
            declared = digest(head.id, head.version, *head.declaration.statements)
            ack = Acknowledgement(
                uuid.uuid4().hex,
                school_id,
                campaign.id,
                campaign.policy,
                campaign.version,
                person_id,
                scene.now,
                new_reference(),
                "paper",
                declared,
                recorded_by=recorded_by,
                kept_at=kept_at.strip(),
            )
            if not work.rereads.acknowledge(ack):
                return self._mine(work, campaign, person_id) or ack
            work.outbox.withdraw(campaign.id, "reread.ask", person_id)
            work.audit.note(school_id, recorded_by, "reread.recorded_paper", ack.reference, declared)
            work.commit()
            return ack

    def ask_for_help(self, person_id: str, school_id: str, campaign_id: str) -> None:
        """Tell the head that somebody cannot agree or needs help; once in a campaign. Raise ``NotAsked``."""
        with self._store.begin() as work:
            scene = look_around(work, school_id, self._clock, self._shelf)
            campaign = work.rereads.campaign(campaign_id)
            if campaign is None or campaign.school_id != school_id:
                raise NotAsked
            for acting in scene.roster.acting("headteacher", scene.today, holiday=scene.holiday):
                key = f"reread/{campaign_id}/help/{person_id}/{acting.person.id}"
                ids = {"who": person_id}
                work.outbox.add(Notice(key, school_id, "reread.help", acting.person.id, campaign_id, ids))
            work.audit.note(school_id, person_id, "reread.help_wanted", campaign_id)
            work.commit()

    def _mine(self, work: UnitOfWork, campaign: Campaign, person_id: str) -> Acknowledgement | None:
        acks = work.rereads.acknowledgements(campaign.school_id)
        return next((a for a in acks if a.campaign_id == campaign.id and a.person_id == person_id), None)

    def _errors(self, scene: Scene, person: Person, typed_name: str, witness_id: str) -> dict[str, str]:
        declaration, errors = scene.policy.head.declaration, {}
        if declaration.name_typed and fuzz.token_sort_ratio(_plain(typed_name), _plain(person.name)) < SIGNED:
            errors["name"] = "name_wrong"
        if declaration.witness:
            witness = scene.roster.person(witness_id)
            same = scene.roster.one_login((person.id,))
            if witness is None or not witness.here(scene.today) or witness.id in same:
                errors["witness"] = "witness_wrong"
        return errors

    def _begin_yearly(self, work: UnitOfWork, scene: Scene) -> None:
        start = yearly_start(scene.today.year)
        year = start if scene.today >= start else yearly_start(scene.today.year - 1)
        head = scene.policy.head
        this_year = [c for c in work.rereads.campaigns(scene.school.id) if c.policy == head.id and c.starts >= year]
        # A school that joins in the middle of a year begins by hand: nobody is asked by surprise.
        fresh = scene.today - year < dt.timedelta(weeks=WEEKS_TO_READ)
        if not this_year and fresh and head.rereading.every_months <= 12:
            self._begin(work, scene, year, "calendar", None)

    def _begin(
        self, work: UnitOfWork, scene: Scene, starts: dt.date, why: str, person_id: str | None
    ) -> Campaign | None:
        head = scene.policy.head
        for earlier in work.rereads.campaigns(scene.school.id):
            if earlier.policy == head.id and earlier.ended is None:
                work.rereads.end(earlier.id, scene.today)
        due_on = starts + dt.timedelta(weeks=WEEKS_TO_READ)
        campaign = Campaign(
            uuid.uuid4().hex, scene.school.id, head.id, head.version, starts, due_on, why, scene.now, person_id
        )
        if not work.rereads.put(campaign):
            return None
        work.audit.note(scene.school.id, person_id, "reread.begun", campaign.id, digest(head.id, head.version))
        return campaign

    @staticmethod
    def _notice(school_id: str, step: Step, after: float) -> Notice:
        key = f"reread/{step.campaign_id}/{step.person_id}/{step.step}"
        return Notice(key, school_id, "reread.ask", step.person_id, step.campaign_id, {"step": step.step}, after=after)


def _plain(name: str) -> str:
    decomposed = unicodedata.normalize("NFKD", name.casefold())
    letters = "".join(c for c in decomposed if not unicodedata.combining(c))
    return " ".join(word for word in letters.replace(".", " ").split() if word not in {"mr", "mrs", "ms", "miss", "dr"})
