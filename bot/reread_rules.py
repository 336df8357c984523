"""What a school may choose about its re-reading: hours of sending, the yearly date, reminders, announcements."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from bot.calendars import CLOSES, OPENS

DAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONTHS: Final = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
WHICH: Final = ("first", "second", "third", "fourth", "last")
CHATS: Final = ("slack", "teams")
"""Where a round can be announced."""
EARLIEST: Final = 27
"""The earliest reminder, in days before the due day: everybody has four weeks."""

_HOURS: Final = re.compile(r"(\d{1,2}):(\d{2})\s*(?:-|–|to)\s*(\d{1,2}):(\d{2})")
_CHANNEL: Final = re.compile(rf"(?:(?P<school>[\w.-]+)=)?(?P<chat>{'|'.join(CHATS)}):(?P<address>\S{{1,200}})")


@dataclass(frozen=True, slots=True)
class Yearly:
    """A day of every year: so-manieth weekday of a month (``which``, -1 the last), or a day of it (``which`` 0)."""

    month: int = 9
    which: int = 2
    day: int = 0
    """A weekday from Monday, 0; or where ``which`` is 0 the day of the month, the month's last at most."""

    def of(self, year: int) -> dt.date:
        """Return the day in a year."""
        last = calendar.monthrange(year, self.month)[1]
        if not self.which:
            return dt.date(year, self.month, min(self.day, last))
        first = dt.date(year, self.month, 1)
        found = 1 + (self.day - first.weekday()) % 7 + 7 * ((self.which if self.which > 0 else 5) - 1)
        return dt.date(year, self.month, found if found <= last else found - 7)


@dataclass(frozen=True)
class Rules:
    """The choices. ``yearly`` is ``None`` where a round is begun by hand only.

    With ``anniversary`` the yearly round is one in which each person is due on the day of the year on which they came.
    ``before`` are the days before the due day on which somebody is reminded, and ``weeks`` how many weeks they are
    reminded after it, once a week. ``announce`` are channels: a school's id (empty: every school) and ``chat:address``.
    """

    opens: dt.time = OPENS
    closes: dt.time = CLOSES
    yearly: Yearly | None = Yearly()
    anniversary: bool = False
    before: tuple[int, ...] = (7, 1, 0)
    weeks: int = 4
    announce: tuple[tuple[str, str], ...] = ()

    @cached_property
    def ladder(self) -> tuple[tuple[str, int], ...]:
        """The reminders in their order, by name and days from the due day."""
        before = tuple((f"-{days}" if days else "0", -days) for days in sorted(set(self.before), reverse=True))
        return (*before, *((f"+{7 * week}", 7 * week) for week in range(1, self.weeks + 1)))

    def latest(self, today: dt.date) -> dt.date | None:
        """Return the yearly day that came last, ``today`` included; ``None`` where rounds are begun by hand only."""
        if self.yearly is None:
            return None
        return next(day for back in (0, 1) if (day := self.yearly.of(today.year - back)) <= today)

    def channels(self, school_id: str) -> tuple[str, ...]:
        """Return where a school's rounds are announced, each as ``chat:address``."""
        return tuple(channel for school, channel in self.announce if school in {"", school_id})


USUAL: Final = Rules()


def rules_of(hours: str, begins: str, before: tuple[int, ...], weeks: int, announce: tuple[str, ...]) -> Rules:
    """Return the rules that settings stand for. Raise ``ValueError`` with a sentence that says how to mend it."""
    opens, closes = _hours(hours)
    yearly, anniversary = _begins(begins)
    if any(not 0 <= days <= EARLIEST for days in before):
        raise ValueError(f"reread_reminders takes days before the due day, from 0 to {EARLIEST}, such as 7, 1, 0")
    return Rules(opens, closes, yearly, anniversary, before, weeks, tuple(map(_channel, announce)))


def _hours(text: str) -> tuple[dt.time, dt.time]:
    found = _HOURS.fullmatch(text.strip())
    try:
        one, two, three, four = map(int, found.groups()) if found else (0, 0, 0, 0)
        opens, closes = dt.time(one, two), dt.time(three, four)
    except ValueError:
        opens = closes = dt.time(0)
    if opens >= closes:
        raise ValueError(f"reread_hours must be two times of one day, such as 08:00-17:00, not {text[:40]!r}")
    return opens, closes


def _begins(text: str) -> tuple[Yearly | None, bool]:
    words = text.casefold().replace(" the ", " ").split()
    match words:
        case ["by", "hand"]:
            return None, False
        case ["anniversary"]:
            return Yearly(), True
        case [which, day, "of", month] if which in WHICH and day in DAYS and month in MONTHS:
            number = -1 if which == "last" else WHICH.index(which) + 1
            return Yearly(MONTHS.index(month) + 1, number, DAYS.index(day)), False
        case [day, month] if month in MONTHS and day.isdecimal() and 1 <= int(day) <= 31:
            return Yearly(MONTHS.index(month) + 1, 0, int(day)), False
    raise ValueError(
        'reread_begins must be like "second Monday of September", "14 September", "anniversary" or "by hand", '
        f"not {text[:60]!r}"
    )


def _channel(text: str) -> tuple[str, str]:
    found = _CHANNEL.fullmatch(text.strip())
    if found is None:
        raise ValueError(
            "reread_announce takes channels such as slack:C0123ABCD or teams:19:…@thread.tacv2, with the school's id "
            f"before it where there are several (oak=slack:C0123ABCD), not {text[:60]!r}"
        )
    return found["school"] or "", f"{found['chat']}:{found['address']}"
