"""Who is asked to re-read what on a day, and where everybody stands.

Pure functions of the day, the people, the calendar and the ledger: run late, twice, or by two instances they ask
nothing twice.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Final, Literal

from bot.calendars import FURTHEST, Calendar
from bot.people import Person, Roster
from bot.reread_rules import USUAL, Rules
from bot.rereads import Acknowledgement, Campaign, Step

WEEKS_TO_READ: Final = 4
DAYS_FOR_STARTERS: Final = 14
"""Days that a new starter, or somebody back from leave, has at least."""
LONG_LEAVE: Final = 7
"""Days of an absence after which somebody is asked anew on return, with a due day of their own."""
ANNIVERSARY: Final = "anniversary"
"""Why a campaign runs in which each person is due on the day of the year on which they came."""

Standing = Literal["done", "waiting_witness", "due", "overdue", "away", "unreachable"]


@dataclass(frozen=True, slots=True)
class Planned:
    """Somebody to be asked now: the step, the day by which they must read, and steps that this one makes up for."""

    step: Step
    due: dt.date
    passed: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class Stands:
    """Where a person stands in a campaign."""

    person: Person
    standing: Standing
    due: dt.date
    ack: Acknowledgement | None = None


def due(
    now: dt.datetime,
    roster: Roster,
    calendar: Calendar,
    campaigns: Iterable[Campaign],
    ledger: Collection[Step],
    done: Collection[tuple[str, str]],
    rules: Rules = USUAL,
) -> tuple[Planned, ...]:
    """Return who is to be asked at an instant (aware). ``done`` holds (campaign id, person id) of acknowledgements.

    Nothing is asked outside the hours of sending or on a day that is not a school day, nor of anybody who is away. Whom
    the head reminds today is asked nothing else today. After the last reminder somebody is on the head's list only.
    """
    local = calendar.local(now)
    today = local.date()
    if not rules.opens <= local.time() < rules.closes or not calendar.school_day(today):
        return ()
    planned = []
    for campaign in campaigns:
        if not campaign.live(today):
            continue
        for person in roster.here(today):
            if (campaign.id, person.id) in done or roster.away(person.id, today) is not None:
                continue
            if nudge_step(campaign.id, person.id, today) in ledger:
                continue
            own = due_day(campaign, person, roster, today)
            if campaign.why == ANNIVERSARY and today < own - dt.timedelta(weeks=WEEKS_TO_READ):
                continue
            back = ["back"] if _back(campaign, person, roster, today) is not None else []
            came = ["asked", *back, *(name for name, days in rules.ladder if own + dt.timedelta(days=days) <= today)]
            steps = [Step(campaign.id, person.id, name) for name in came]
            if steps[-1] not in ledger:
                open_steps = tuple(step for step in steps if step not in ledger)
                say_now = open_steps[0] if open_steps[0].step == "asked" else open_steps[-1]
                planned.append(Planned(say_now, own, tuple(step for step in open_steps if step != say_now)))
    return tuple(planned)


def due_day(campaign: Campaign, person: Person, roster: Roster, today: dt.date) -> dt.date:
    """Return by when a person must have read: later for new starters and for those who were away."""
    own = _anniversary(campaign, person) if campaign.why == ANNIVERSARY else campaign.due
    grace = dt.timedelta(days=DAYS_FOR_STARTERS)
    if person.started is not None and person.started > campaign.starts:
        own = max(own, person.started + grace) if campaign.why != ANNIVERSARY else person.started + grace
    back = _back(campaign, person, roster, today)
    return own if back is None else max(own, back + grace)


def _back(campaign: Campaign, person: Person, roster: Roster, today: dt.date) -> dt.date | None:
    """Return the last day of a long absence from which somebody came back since the campaign began, or ``None``."""
    long = dt.timedelta(days=LONG_LEAVE - 1)
    ended = (
        a.last
        for a in roster.absences
        if a.person_id == person.id
        and a.last is not None
        and campaign.starts <= a.last < today
        and a.last - a.first >= long
    )
    return max(ended, default=None)


def _anniversary(campaign: Campaign, person: Person) -> dt.date:
    """Return the day of the campaign's year on which a person came to the school; its last day where none is known."""
    if person.started is None:
        return campaign.due
    for year in (campaign.starts.year, campaign.starts.year + 1):
        leap = (person.started.month, person.started.day) == (2, 29)
        day = dt.date(year, 2, 28) if leap else person.started.replace(year=year)
        if day >= campaign.starts:
            return min(day, campaign.due)
    return campaign.due


def standings(
    campaign: Campaign,
    roster: Roster,
    today: dt.date,
    acks: Iterable[Acknowledgement],
    lost: Collection[str] = (),
) -> tuple[Stands, ...]:
    """Return where everybody stands in a campaign, by name. ``lost`` are people whom the last card did not reach."""
    by_person = {ack.person_id: ack for ack in acks if ack.campaign_id == campaign.id}
    met = {account.person_id for account in roster.accounts if not account.gone}
    found = []
    for person in roster.here(today):
        ack, own = by_person.get(person.id), due_day(campaign, person, roster, today)
        standing: Standing
        if ack is not None:
            standing = "done" if ack.complete else "waiting_witness"
        elif roster.away(person.id, today) is not None:
            standing = "away"
        elif person.id not in met or person.id in lost:
            standing = "unreachable"
        else:
            standing = "overdue" if today > own else "due"
        found.append(Stands(person, standing, own, ack))
    return tuple(found)


def nudge_step(campaign_id: str, person_id: str, day: dt.date) -> Step:
    """Return the step that the head's own reminder is: one a day."""
    return Step(campaign_id, person_id, f"n{day:%Y%m%d}")


def seconds_to_hours(now: dt.datetime, calendar: Calendar, rules: Rules = USUAL) -> float:
    """Return how long to wait until somebody may be written to: nothing within the hours of a school day."""
    local = calendar.local(now)
    for ahead in range(FURTHEST):
        day = local.date() + dt.timedelta(days=ahead)
        opens, closes = (dt.datetime.combine(day, time, calendar.zone) for time in (rules.opens, rules.closes))
        if calendar.school_day(day) and now < closes:
            return max(0.0, (opens.astimezone(dt.UTC) - now).total_seconds())
    return 0.0
