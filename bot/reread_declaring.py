"""Declarations: a person's own, once; a witness's word; a signed paper; and what cannot be agreed to."""

from __future__ import annotations

import datetime as dt
import unicodedata
import uuid
from dataclasses import replace
from typing import Final

from rapidfuzz import fuzz

from bot.access import SchoolMatter, may
from bot.audit import digest
from bot.people import Person
from bot.ports import Clock, Notice, Shelf, Store, UnitOfWork
from bot.references import new_reference
from bot.rereads import Acknowledgement, Campaign
from bot.scene import Scene, look_around

SIGNED: Final = 90
"""How alike (0 to 100) a typed name must be to the person's own."""
LONGEST_PLACE: Final = 200
"""Characters that say where a signed paper is kept."""


class NotAsked(Exception):
    """There is nothing for this person to confirm."""


class WrongForm(Exception):
    """The declaration cannot be taken; ``errors`` names a wording key for each field."""

    def __init__(self, errors: dict[str, str]) -> None:
        super().__init__("the declaration cannot be taken")
        self.errors = errors


class Declaring:
    """Takes declarations. However often and from wherever one is sent, a person has one for a campaign."""

    def __init__(self, store: Store, clock: Clock, shelf: Shelf) -> None:
        self._store = store
        self._clock = clock
        self._shelf = shelf

    def confirm(
        self,
        person_id: str,
        school_id: str,
        campaign_id: str,
        how: str,
        typed_name: str = "",
        witness_id: str = "",
        link_by: str | None = None,
    ) -> Acknowledgement:
        """Take a person's declaration, once. Raise ``NotAsked``, ``WrongForm`` or ``StoreBusy``.

        ``link_by`` is whoever made the one-time link by which it comes.
        """
        with self._store.begin() as work:
            scene = look_around(work, school_id, self._clock, self._shelf)
            campaign, person = work.rereads.campaign(campaign_id), scene.roster.person(person_id)
            if campaign is None or campaign.school_id != school_id or person is None or not person.here(scene.today):
                raise NotAsked
            scene = scene.by(campaign.policy)
            there = mine(work, campaign, person_id)
            if there is not None:
                return there
            if not campaign.live(scene.today) or campaign.policy != scene.policy.id:
                raise NotAsked
            errors = _errors(scene, person, typed_name, witness_id)
            if errors:
                raise WrongForm(errors)
            wanted = scene.policy.head.declaration
            ack = replace(
                _declared(scene, campaign, person_id, how),
                typed_name=typed_name.strip() if wanted.name_typed else "",
                witness_id=witness_id if wanted.witness else None,
                recorded_by=link_by,
            )
            if not work.rereads.acknowledge(ack):
                return mine(work, campaign, person_id) or ack
            work.outbox.withdraw(campaign.id, "reread.ask", person_id)
            if ack.witness_id:
                key = f"reread/{campaign.id}/witness/{ack.id}"
                work.outbox.add(Notice(key, school_id, "reread.witness", ack.witness_id, ack.id))
            work.audit.note(school_id, person_id, "reread.acknowledged", ack.reference, ack.declaration)
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

    def on_behalf(
        self,
        recorded_by: str,
        school_id: str,
        person_id: str,
        kept_at: str,
        signed_on: dt.date | None = None,
        policy: str = "",
    ) -> Acknowledgement:
        """Record a paper that somebody signed, with where it is kept and the day that it bears (today without it).

        ``policy`` names the policy that it is about, where several are in force.

        Raise ``PermissionError``, ``NotAsked``, or ``WrongForm`` for a day before the round or to come.
        """
        with self._store.begin() as work:
            scene = look_around(work, school_id, self._clock, self._shelf)
            if not may(recorded_by, "manage", SchoolMatter(school_id, "people"), scene.roster, scene.today):
                raise PermissionError
            scene = scene.by(policy)
            campaign, person = under_way(work, scene), scene.roster.person(person_id)
            kept_at = " ".join(kept_at.split())[:LONGEST_PLACE]
            if campaign is None or person is None or not person.here(scene.today) or not kept_at:
                raise NotAsked
            signed = signed_on or scene.today
            if not campaign.starts <= signed <= scene.today:
                raise WrongForm({"signed_on": "signed_on_wrong"})
            paper = _declared(scene, campaign, person_id, "paper")
            ack = replace(paper, recorded_by=recorded_by, kept_at=kept_at, signed_on=signed)
            if not work.rereads.acknowledge(ack):
                return mine(work, campaign, person_id) or ack
            work.outbox.withdraw(campaign.id, "reread.ask", person_id)
            work.audit.note(school_id, recorded_by, "reread.recorded_paper", ack.reference, ack.declaration)
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


def under_way(work: UnitOfWork, scene: Scene) -> Campaign | None:
    """Return the campaign of the school's policy that is under way, or ``None``."""
    found = work.rereads.campaigns(scene.school.id)
    return next((c for c in found if c.live(scene.today) and c.policy == scene.policy.id), None)


def all_under_way(work: UnitOfWork, scene: Scene) -> tuple[Campaign, ...]:
    """Return the campaigns under way of every policy in force, in the order of the policies."""
    found = (under_way(work, each) for each in scene.each())
    return tuple(campaign for campaign in found if campaign is not None)


def not_yet(work: UnitOfWork, scene: Scene) -> tuple[Person, ...]:
    """Return everybody here who has not confirmed in every campaign under way, by name; nobody where none is."""
    wanted = {campaign.id for campaign in all_under_way(work, scene)}
    done = {(a.person_id, a.campaign_id) for a in work.rereads.acknowledgements(scene.school.id)}
    here = scene.roster.here(scene.today)
    return tuple(person for person in here if any((person.id, campaign) not in done for campaign in wanted))


def mine(work: UnitOfWork, campaign: Campaign, person_id: str) -> Acknowledgement | None:
    """Return a person's declaration in a campaign, or ``None``."""
    acks = work.rereads.acknowledgements(campaign.school_id)
    return next((a for a in acks if a.campaign_id == campaign.id and a.person_id == person_id), None)


def _declared(scene: Scene, campaign: Campaign, person_id: str, how: str) -> Acknowledgement:
    """Return a declaration of the version in force: a small edit may have come since the campaign began."""
    head = scene.policy.head
    return Acknowledgement(
        uuid.uuid4().hex,
        scene.school.id,
        campaign.id,
        head.id,
        head.version,
        person_id,
        scene.now,
        new_reference(),
        how,
        digest(head.id, head.version, *head.declaration.statements),
    )


def _errors(scene: Scene, person: Person, typed_name: str, witness_id: str) -> dict[str, str]:
    declaration, errors = scene.policy.head.declaration, {}
    if declaration.name_typed and fuzz.token_sort_ratio(_plain(typed_name), _plain(person.name)) < SIGNED:
        errors["name"] = "name_wrong"
    if declaration.witness:
        witness = scene.roster.person(witness_id)
        same = scene.roster.one_login((person.id,))
        if witness is None or not witness.here(scene.today) or witness.id in same:
            errors["witness"] = "witness_wrong"
    return errors


def _plain(name: str) -> str:
    decomposed = unicodedata.normalize("NFKD", name.casefold())
    letters = "".join(c for c in decomposed if not unicodedata.combining(c))
    return " ".join(word for word in letters.replace(".", " ").split() if word not in {"mr", "mrs", "ms", "miss", "dr"})
