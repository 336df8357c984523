"""The end of the audit chain, given out of the house once a day: to the chair, who keeps it out of anybody's reach."""

from __future__ import annotations

import datetime as dt
from typing import Final

from bot.access import SchoolMatter, may
from bot.audit import Anchor
from bot.messages import Card, Facts, Heading, Text
from bot.ports import Clock, Notice, Shelf, Store, UnitOfWork
from bot.scene import Scene, look_around
from bot.wording import say

TEMPLATE: Final = "audit.anchor"
FROM: Final = dt.time(8)
"""Nobody is written to before this hour of the school's day."""


class Anchoring:
    """Queues the anchors. All of it is in the store: a restart or a second instance changes nothing."""

    def __init__(self, store: Store, clock: Clock, shelf: Shelf) -> None:
        self._store = store
        self._clock = clock
        self._shelf = shelf

    def queue(self, school_id: str) -> int:
        """Queue the day's anchor for each chair with an account, where the chain has grown. Return how many."""
        with self._store.begin(patient=True) as work:
            scene = look_around(work, school_id, self._clock, self._shelf)
            end = work.audit.head(school_id)
            if end is None or scene.calendar.local(scene.now).time() < FROM:
                return 0
            last = work.outbox.latest(school_id, TEMPLATE)
            if last is not None and last.ids.get("anchor") == str(end):
                return 0
            ids = {"anchor": str(end)}
            queued = work.outbox.add_all(
                Notice(f"{TEMPLATE}/{scene.today}/{person_id}", school_id, TEMPLATE, person_id, school_id, ids)
                for person_id in _keepers(scene)
            )
            work.commit()
        return queued


def anchor(_work: UnitOfWork, scene: Scene, notice: Notice) -> Card | None:
    """Return the card with an anchor, for somebody who may still see to the audit chain."""
    if not may(notice.person_id, "view", SchoolMatter(notice.school_id, "audit"), scene.roster, scene.today):
        return None
    end = Anchor.parse(notice.ids["anchor"])
    rows = ((say("home.anchor.rows"), str(end.seq)), (say("home.anchor.line"), str(end)))
    summary = say("home.anchor.summary")
    return Card(summary, (Heading(summary), Text(say("home.anchor.says")), Facts(rows)))


def _keepers(scene: Scene) -> list[str]:
    able = {account.person_id for account in scene.roster.accounts if not account.gone}
    return [person.id for person in scene.roster.holders("chair", scene.today) if person.id in able]
