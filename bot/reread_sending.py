"""How the cards of a round leave: spread out, within the hours of sending, and slower than any chat refuses.

Slack takes several hundred messages a minute from an app in one workspace (https://docs.slack.dev/apis/web-api/rate-limits),
Teams fifty requests a second in one tenant; a trust may have all its schools in one of them.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

from bot.calendars import Calendar
from bot.messages import Card, Heading, Text
from bot.ports import Notice, Progress, RetryLater, UnitOfWork
from bot.reread_plan import ANNIVERSARY, seconds_to_hours
from bot.reread_rules import USUAL, Rules
from bot.rereads import Campaign, Step
from bot.scene import Scene
from bot.wording import say

ASK: Final = "reread.ask"
ANNOUNCE: Final = "reread.announce"

SPREAD: Final = 1.5
"""Seconds between two cards of one school."""
PACE: Final = 0.25
"""Seconds between two cards of all schools together: 240 in a minute."""
MOST_AT_ONCE: Final = 600
"""Cards that one planning run queues for one school: as many as leave before the next run."""


@dataclass(frozen=True, slots=True)
class Lane:
    """Where a school's cards line up: behind the cards of other schools that wait already, and in hours."""

    first: float
    most: int

    def after(self, number: int) -> float:
        """Return how many seconds the card of a number (from 0) waits."""
        return self.first + number * SPREAD


def lane(scene: Scene, waiting: int, rules: Rules) -> Lane:
    """Return where a school's next cards line up while so many of all schools wait."""
    first = seconds_to_hours(scene.now, scene.calendar, rules) + waiting * PACE
    left = until_closing(scene.now, scene.calendar, rules) - waiting * PACE
    return Lane(first, max(0, min(MOST_AT_ONCE, int(left / SPREAD))))


def leaves_by(now: dt.datetime, calendar: Calendar, cards: int, waiting: int = 0, rules: Rules = USUAL) -> dt.datetime:
    """Return when the last of so many cards leaves one school, behind so many of others: within the hours only."""
    at = now.astimezone(dt.UTC) + dt.timedelta(seconds=seconds_to_hours(now, calendar, rules))
    left = cards * SPREAD + waiting * PACE
    while left > (today := until_closing(at, calendar, rules)):
        left -= today
        at += dt.timedelta(seconds=today)
        at += dt.timedelta(seconds=seconds_to_hours(at, calendar, rules))
    return at + dt.timedelta(seconds=left)


def until_closing(now: dt.datetime, calendar: Calendar, rules: Rules = USUAL) -> float:
    """Return the seconds until the hours of sending end today."""
    local = calendar.local(now)
    closes = dt.datetime.combine(local.date(), rules.closes, local.tzinfo)
    return max(0.0, (closes.astimezone(dt.UTC) - now).total_seconds())


def notice(school_id: str, step: Step, after: float) -> Notice:
    """Return what is queued to ask somebody."""
    key = f"reread/{step.campaign_id}/{step.person_id}/{step.step}"
    return Notice(key, school_id, ASK, step.person_id, step.campaign_id, {"step": step.step}, after=after)


def announce(work: UnitOfWork, campaign: Campaign, rules: Rules) -> None:
    """Queue the announcement of a round in the school's channels; not of one in which each has a day of their own."""
    if campaign.why == ANNIVERSARY:
        return
    for number, channel in enumerate(rules.channels(campaign.school_id)):
        key = f"reread/{campaign.id}/announced/{number}"
        work.outbox.add(Notice(key, campaign.school_id, ANNOUNCE, None, campaign.id, outside=channel))


def announcement(work: UnitOfWork, scene: Scene, told: Notice, rules: Rules) -> Card | None:
    """Return the card for a channel: what is to be read by when, and nobody's name or state.

    Raise ``RetryLater`` out of hours.
    """
    campaign = work.rereads.campaign(told.thing)
    scene = scene if campaign is None else scene.by(campaign.policy)
    if campaign is None or not campaign.live(scene.today) or campaign.policy != scene.policy.id:
        return None
    if wait := seconds_to_hours(scene.now, scene.calendar, rules):
        raise RetryLater(wait, "out of hours")
    head = scene.policy.head
    says = say("reread.announce.says", title=head.title, version=head.version, due=scene.day(campaign.due))
    body = (Heading(say("reread.announce.title")), Text(says), Text(say("reread.announce.own"), "small"))
    return Card(say("reread.announce.summary", due=scene.day(campaign.due)), body)


def on_its_way(scene: Scene, progress: Progress) -> str:
    """Return how far the sending of a round's cards has come, in words; empty where none waits."""
    if not progress.waiting:
        return ""
    when = scene.when(progress.leaves) if progress.leaves else ""
    return say("reread.sending.says", sent=progress.sent, all=progress.sent + progress.waiting, when=when)
