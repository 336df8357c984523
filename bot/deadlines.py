"""By when a report must be taken up, and how long it is chased. Local choices, kept as data."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

from bot.calendars import Calendar


@dataclass(frozen=True, slots=True)
class Pace:
    """``first``: until it must be taken up; ``step``: between chases. Hours by the clock, else working days."""

    first: dt.timedelta | int
    step: dt.timedelta | int


URGENT: Final = Pace(dt.timedelta(hours=1), dt.timedelta(minutes=30))
"""A child may be at risk: by the clock, at any hour of any day."""
USUAL: Final = Pace(1, 1)
"""Everything else: working days."""
PACES: Final[dict[str, Pace]] = {}
"""Kinds with a pace of their own."""
CHASES: Final = 2
"""Reminders to the people at one level before the next level is told."""
FALLBACK_AFTER: Final = 30 * 60.0
"""Seconds after which somebody else is told because a notice of a report could not be delivered."""
URGENT_FALLBACK_AFTER: Final = 10 * 60.0


def pace_of(kind: str, *, urgent: bool) -> Pace:
    """Return the pace of a report."""
    return URGENT if urgent else PACES.get(kind, USUAL)


def due(calendar: Calendar, start: dt.datetime, pace: Pace) -> dt.datetime:
    """Return by when a report that came in at ``start`` must be taken up (UTC)."""
    return _later(calendar, start, pace.first)


def next_chase(calendar: Calendar, start: dt.datetime, pace: Pace) -> dt.datetime:
    """Return when the next reminder is sent after one at ``start`` (UTC)."""
    return _later(calendar, start, pace.step)


def _later(calendar: Calendar, start: dt.datetime, wait: dt.timedelta | int) -> dt.datetime:
    return calendar.after(start, wait) if isinstance(wait, int) else start + wait
