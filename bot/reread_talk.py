"""What is said about re-reading: buttons and forms in, cards and dialogs out."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bot import reread_cards, reread_check
from bot.messages import Ask, Card, Outbound, Pressed, Replace, Say, Show, Submitted, Text, Values, Where
from bot.ports import Clock, Shelf, Store, UnitOfWork
from bot.references import new_form_key
from bot.reread_changes import since
from bot.reread_declaring import all_under_way
from bot.reread_head_talk import RereadHead
from bot.reread_office import RereadOffice
from bot.reread_plan import due_day
from bot.rereading import NotAsked, Rereading, WrongForm
from bot.rereads import Acknowledgement
from bot.scene import Scene, look_around
from bot.wording import say


class RereadTalk:
    """The re-reading part of the conversation."""

    def __init__(self, store: Store, clock: Clock, shelf: Shelf, rereading: Rereading) -> None:
        self._store = store
        self._clock = clock
        self._shelf = shelf
        self._rereading = rereading
        self._office = RereadOffice(store, clock, shelf, rereading)
        self._head = RereadHead(store, clock, shelf, rereading)

    def pressed(self, person_id: str, school_id: str, where: Where, said: Pressed) -> tuple[Outbound, ...]:
        """Answer a button whose action begins with ``reread.``."""
        action, value = said.action.removeprefix("reread."), said.value
        acts: Mapping[str, Callable[[], tuple[Outbound, ...]]] = {
            "mine": lambda: self._mine(person_id, school_id),
            "read": lambda: self._read(school_id, value),
            "changes": lambda: self._changes(person_id, school_id, value),
            "confirm": lambda: self._confirm(person_id, school_id, where, value),
            "check": lambda: self._check(person_id, school_id, value),
            "receipt": lambda: self._office.receipt(person_id, school_id, value),
            "paper": lambda: self._office.paper(person_id, school_id),
            "help": lambda: self._help(person_id, school_id, value),
            **dict.fromkeys(("witness", "not_witness"), lambda: self._witness(person_id, school_id, action, value)),
            "overview": lambda: self._head.overview(person_id, school_id),
            "overview_of": lambda: self._head.overview(person_id, school_id, value),
            "start": lambda: self._head.start(person_id, school_id, value),
            "nudge": lambda: self._head.nudge(person_id, school_id),
            "nudge_one": lambda: self._head.nudge_one(person_id, school_id),
            "adopt": lambda: self._head.adopt(person_id, school_id, value),
            "second": lambda: self._head.second(person_id, school_id, value),
        }
        try:
            if action in acts:
                return acts[action]()
        except NotAsked:
            return (Say(_plain(say("reread.done.over"))),)
        except PermissionError:
            words = "adoption" if action in {"adopt", "second"} else "overview"
            return (Say(_plain(say(f"reread.{words}.refused"))),)
        return (Say(_plain(say("home.home.unknown"))),)

    def submitted(self, person_id: str, school_id: str, where: Where, said: Submitted) -> tuple[Outbound, ...]:
        """Answer the form of a declaration, a signed paper, a reminder, or of the questions to check oneself by."""
        if said.form == "reread.paper":
            return self._office.recorded(person_id, school_id, said.key, said.values)
        if said.form == "reread.nudge":
            try:
                return self._head.nudge_chosen(person_id, school_id, said.key, said.values)
            except PermissionError:
                return (Say(_plain(say("reread.overview.refused"))),)
        campaign_id = said.form.removeprefix("reread.confirm.").removeprefix("reread.check.")
        try:
            if said.form.startswith("reread.check."):
                return self._check(person_id, school_id, campaign_id, said)
            return self._sign(person_id, school_id, where, campaign_id, said.key, said.values)
        except NotAsked:
            return (Say(_plain(say("reread.done.over"))),)

    def _confirm(self, person_id: str, school_id: str, where: Where, campaign_id: str) -> tuple[Outbound, ...]:
        with self._store.look() as work:
            scene = self._scene(work, school_id, campaign_id)
        wanted = scene.policy.head.declaration
        if not wanted.name_typed and not wanted.witness:
            return self._sign(person_id, school_id, where, campaign_id, "", {})
        with self._store.look() as work:
            campaign, person = work.rereads.campaign(campaign_id), scene.roster.person(person_id)
            acks = work.rereads.acknowledgements(school_id)
        there = next((a for a in acks if a.campaign_id == campaign_id and a.person_id == person_id), None)
        if there is not None:
            return (Replace(reread_cards.receipt(scene, there)),)
        if campaign is None or campaign.school_id != school_id or person is None or not campaign.live(scene.today):
            raise NotAsked
        return (Ask(reread_cards.declaration(scene, campaign, person, new_form_key(), {}, {})),)

    def _sign(
        self, person_id: str, school_id: str, where: Where, campaign_id: str, key: str, values: Values
    ) -> tuple[Outbound, ...]:
        name, witness = _one(values, "name"), _one(values, "witness")
        how = where.platform if where.platform in {"desk", "mail"} else "chat"
        try:
            ack = self._rereading.confirm(person_id, school_id, campaign_id, how, name, witness)
        except WrongForm as wrong:
            with self._store.look() as work:
                scene = self._scene(work, school_id, campaign_id)
                campaign, person = work.rereads.campaign(campaign_id), scene.roster.person(person_id)
            if campaign is None or person is None:
                raise NotAsked from None
            return (Ask(reread_cards.declaration(scene, campaign, person, key, values, wrong.errors)),)
        return (self._receipt(school_id, ack),)

    def _receipt(self, school_id: str, ack: Acknowledgement) -> Replace:
        with self._store.look() as work:
            return Replace(reread_cards.receipt(self._scene(work, school_id, ack.campaign_id), ack))

    def _scene(self, work: UnitOfWork, school_id: str, campaign_id: str) -> Scene:
        """Return the scene as seen by the policy that a round is about."""
        campaign = work.rereads.campaign(campaign_id)
        scene = look_around(work, school_id, self._clock, self._shelf)
        return scene if campaign is None else scene.by(campaign.policy)

    def _read(self, school_id: str, value: str) -> tuple[Outbound, ...]:
        campaign_id, _, number = value.partition(":")
        with self._store.look() as work:
            scene = self._scene(work, school_id, campaign_id)
            campaign = work.rereads.campaign(campaign_id)
            if campaign is None or campaign.school_id != school_id:
                raise NotAsked
        return (
            Show(reread_cards.page(scene, campaign_id, int(number) if number.isdecimal() and len(number) < 4 else 1)),
        )

    def _help(self, person_id: str, school_id: str, campaign_id: str) -> tuple[Outbound, ...]:
        self._rereading.ask_for_help(person_id, school_id, campaign_id)
        return (Say(_plain(say("reread.help.done"))),)

    def _changes(self, person_id: str, school_id: str, campaign_id: str) -> tuple[Outbound, ...]:
        with self._store.look() as work:
            scene = self._scene(work, school_id, campaign_id)
            acks, versions = work.rereads.acknowledgements(school_id), work.policies.all(school_id)
            campaign = work.rereads.campaign(campaign_id)
        if campaign is None or campaign.school_id != school_id:
            raise NotAsked
        return (Show(reread_cards.changes(scene, campaign_id, since(person_id, scene.policy, acks, versions))),)

    def _check(
        self, person_id: str, school_id: str, campaign_id: str, said: Submitted | None = None
    ) -> tuple[Outbound, ...]:
        with self._store.look() as work:
            policy = self._scene(work, school_id, campaign_id).policy
            campaign = work.rereads.campaign(campaign_id)
        if campaign is None or campaign.school_id != school_id:
            raise NotAsked
        if said is None:
            return (Ask(reread_check.form(policy, person_id, campaign_id)),)
        form = reread_check.form(policy, person_id, campaign_id, said.key, said.values)
        if form.errors:
            return (Ask(form),)
        return (Show(reread_check.result(policy, person_id, campaign_id, said.values)),)

    def _mine(self, person_id: str, school_id: str) -> tuple[Outbound, ...]:
        with self._store.look() as work:
            scene = look_around(work, school_id, self._clock, self._shelf)
            person, rounds = scene.roster.person(person_id), all_under_way(work, scene)
            acks = [a for a in work.rereads.acknowledgements(school_id) if a.person_id == person_id]
            versions = work.policies.all(school_id)
        done = {ack.campaign_id for ack in acks}
        cards: list[Card] = []
        for campaign in rounds if person is not None else ():
            if campaign.id not in done:
                at = scene.by(campaign.policy)
                own = due_day(campaign, person, scene.roster, scene.today)  # type: ignore[arg-type]
                different = since(person_id, at.policy, acks, versions)
                overdue = scene.today > own
                cards.append(reread_cards.ask(at, campaign, scene.day(own), different, step="asked", overdue=overdue))
        if not cards and acks:
            cards.append(reread_cards.receipt(scene.by(acks[0].policy), acks[0]))
        return tuple(map(Say, cards)) or (Say(_plain(say("reread.mine.none"))),)

    def _witness(self, person_id: str, school_id: str, action: str, ack_id: str) -> tuple[Outbound, ...]:
        key = f"reread/witness/{ack_id}"
        if action == "not_witness":
            with self._store.look() as work:
                ack = work.rereads.acknowledgement(ack_id)
            if ack is None or ack.school_id != school_id or ack.witness_id != person_id:
                raise NotAsked
            self._rereading.ask_for_help(ack.person_id, school_id, ack.campaign_id)
            return (Replace(_plain(say("reread.witness.refused"), key)),)
        if not self._rereading.witness(person_id, school_id, ack_id):
            raise NotAsked
        return (Replace(_plain(say("reread.witness.done"), key)),)


def _plain(text: str, key: str = "") -> Card:
    return Card(text, (Text(text),), key)


def _one(values: Values, name: str) -> str:
    value = values.get(name, "")
    return (value if isinstance(value, str) else next(iter(value), "")).replace("\0", "").strip()
