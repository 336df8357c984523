"""What is said to those who oversee the re-reading: the head's view, beginning, reminding, and new versions."""

from __future__ import annotations

from bot.access import SchoolMatter, may
from bot.messages import Ask, Card, Heading, Outbound, Replace, Say, Text, Values
from bot.ports import Clock, Progress, Shelf, Store
from bot.references import new_form_key
from bot.reread_declaring import all_under_way
from bot.reread_nudging import to_remind
from bot.reread_overview import nudge_form, nudged, overview
from bot.reread_plan import ANNIVERSARY, Stands
from bot.reread_register import book
from bot.reread_sending import ASK, leaves_by
from bot.rereading import Rereading
from bot.scene import Scene, look_around
from bot.wording import say


class RereadHead:
    """The part of the conversation for headteacher, deputy and chairs. Each call raises ``PermissionError``."""

    def __init__(self, store: Store, clock: Clock, shelf: Shelf, rereading: Rereading) -> None:
        self._store = store
        self._clock = clock
        self._shelf = shelf
        self._rereading = rereading

    def overview(self, person_id: str, school_id: str, policy: str = "") -> tuple[Outbound, ...]:
        """Show the head's view of one of the policies in force: the one named, or the one that leads."""
        with self._store.look() as work:
            scene = look_around(work, school_id, self._clock, self._shelf).by(policy)
            if not may(person_id, "view", SchoolMatter(school_id, "rereading"), scene.roster, scene.today):
                raise PermissionError
            found = book(work, scene, scene.today, traced=False)
            progress = work.outbox.progress(found.campaign.id, ASK) if found.campaign else Progress(0, 0)
            undecided = self._rereading.undecided(work, scene)
        return (Say(overview(found, undecided=undecided, progress=progress)),)

    def start(self, person_id: str, school_id: str, value: str) -> tuple[Outbound, ...]:
        """Begin a round, and tell how many are asked and when the last card leaves."""
        chosen, _, policy = value.partition(":")
        why = ANNIVERSARY if chosen == ANNIVERSARY else "by_hand"
        begun = self._rereading.start(person_id, school_id, why, policy)
        if begun is not None:
            self._rereading.plan(school_id)
        said = self._started(school_id, why, policy) if begun else say("reread.overview.already")
        return (Say(_plain(said)), *self.overview(person_id, school_id, policy))

    def nudge(self, person_id: str, school_id: str) -> tuple[Outbound, ...]:
        """Remind everybody who is due."""
        done = self._rereading.nudge(person_id, school_id)
        with self._store.look() as work:
            scene = look_around(work, school_id, self._clock, self._shelf)
        return (Say(_plain(nudged(scene, done))), *self.overview(person_id, school_id))

    def nudge_one(self, person_id: str, school_id: str) -> tuple[Outbound, ...]:
        """Ask whom to remind."""
        _, open_ = self._open(person_id, school_id)
        if not open_:
            none = say("reread.nudge.none")
            return (Say(Card(none, (Heading(say("reread.nudge.title")), Text(none)))),)
        return (Ask(nudge_form(open_, new_form_key(), {}, {})),)

    def nudge_chosen(self, person_id: str, school_id: str, key: str, values: Values) -> tuple[Outbound, ...]:
        """Remind the one who was chosen."""
        scene, open_ = self._open(person_id, school_id)
        chosen = next((one.person for one in open_ if one.person.id == values.get("person")), None)
        if chosen is None:
            return (Ask(nudge_form(open_, key, values, {"person": say("reread.nudge.who_wrong")})),)
        done = self._rereading.nudge(person_id, school_id, chosen.id)
        return (Say(_plain(nudged(scene, done, chosen.name))),)

    def adopt(self, person_id: str, school_id: str, value: str) -> tuple[Outbound, ...]:
        """Record that the version in force is adopted, as one to read again or as a small change."""
        material = value == "material"
        words = "already"
        if self._rereading.adopt(person_id, school_id, material=material):
            self._rereading.plan(school_id)
            words = "done_material" if material else "done_minor"
        return (Say(_plain(say(f"reread.adoption.{words}"))), *self.overview(person_id, school_id))

    def second(self, person_id: str, school_id: str, version_id: str) -> tuple[Outbound, ...]:
        """Record it as the second of headteacher and chair."""
        done = self._rereading.second(person_id, school_id, version_id)
        words = {"done": "second_done", "same": "second_same", "none": "already"}[done]
        return (Replace(_plain(say(f"reread.adoption.{words}"), f"reread/second/{version_id}")),)

    def _open(self, person_id: str, school_id: str) -> tuple[Scene, tuple[Stands, ...]]:
        """Return who may be reminded just now."""
        with self._store.look() as work:
            scene = look_around(work, school_id, self._clock, self._shelf)
            if not may(person_id, "manage", SchoolMatter(school_id, "rereading"), scene.roster, scene.today):
                raise PermissionError
            found = [one for campaign in all_under_way(work, scene) for one in to_remind(work, scene, campaign)]
            return scene, tuple({one.person.id: one for one in found}.values())

    def _started(self, school_id: str, why: str, policy: str) -> str:
        """Return that a round has begun, to how many it goes and when the last card leaves."""
        if why == ANNIVERSARY:
            return say("reread.overview.started_anniversary")
        with self._store.look() as work:
            scene = look_around(work, school_id, self._clock, self._shelf).by(policy)
            campaign = self._rereading.current(work, scene)
            own = work.outbox.progress(campaign.id, ASK).waiting if campaign else 0
            others = work.outbox.waiting(ASK) - own
        count = sum(scene.roster.away(person.id, scene.today) is None for person in scene.roster.here(scene.today))
        at = leaves_by(scene.now, scene.calendar, count, others, self._rereading.rules)
        return say("reread.overview.started", count=count, when=scene.when(at))


def _plain(text: str, key: str = "") -> Card:
    return Card(text, (Text(text),), key)
