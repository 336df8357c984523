"""The policy's own review date: its owner is reminded 90, 30 and 7 days before, and every month once it is past."""

from __future__ import annotations

import datetime as dt
from typing import Final

from bot.messages import Card, Heading, Text
from bot.people import ROLES
from bot.ports import Notice, UnitOfWork
from bot.reread_plan import seconds_to_hours
from bot.reread_rules import USUAL, Rules
from bot.scene import Scene
from bot.wording import say

BEFORE: Final = (7, 30, 90)
MONTHS: Final = 12


def review_step(today: dt.date, due: dt.date) -> str | None:
    """Return the reminder that stands on a day: ``-90``, ``-30``, ``-7``, or ``m0``, ``m1`` … for months past."""
    if today > due:
        months = (today.year - due.year) * MONTHS + today.month - due.month
        return f"m{months - (today.day < due.day)}"
    return next((f"-{days}" for days in BEFORE if (due - today).days <= days), None)


def remind(work: UnitOfWork, scene: Scene, rules: Rules = USUAL) -> int:
    """Queue the reminder that stands today for whoever owns the policy, once; in working hours. Return how many."""
    head = scene.policy.head
    step = review_step(scene.today, head.review.due) if head.review.due else None
    if step is None or seconds_to_hours(scene.now, scene.calendar, rules):
        return 0
    role = head.owner if head.owner in ROLES else "headteacher"
    queued = 0
    for acting in scene.roster.acting(role, scene.today, holiday=scene.holiday):
        key = f"review/{scene.school.id}/{head.id}/{head.review.due}/{step}/{acting.person.id}"
        queued += work.outbox.add(Notice(key, scene.school.id, "reread.review", acting.person.id, head.id))
    return queued


def review_card(_work: UnitOfWork, scene: Scene, notice: Notice) -> Card | None:
    """Return the card that reminds of the review date, unless the policy or its date has been changed since."""
    head = scene.by(notice.thing).policy.head
    if head.id != notice.thing or head.review.due is None or review_step(scene.today, head.review.due) is None:
        return None
    past = "past" if scene.today > head.review.due else "coming"
    text = say(f"reread.review.{past}", title=head.title, version=head.version, when=scene.day(head.review.due))
    what = Text(say("reread.review.what"), "small")
    return Card(
        say("reread.review.summary"), (Heading(say("reread.review.summary")), Text(text), what), "reread/review"
    )
