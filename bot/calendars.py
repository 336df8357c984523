"""Which days a school works: weekends, UK bank holidays (the ``holidays`` library), terms, time zone."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

import holidays

from bot.people import School

OPENS: Final = dt.time(8, 0)
CLOSES: Final = dt.time(17, 0)
SATURDAY: Final = 5
FURTHEST: Final = 400
"""The longest run of days without work that is believed, in days."""


@lru_cache(maxsize=256)
def _bank_holidays(nation: str, year: int) -> frozenset[dt.date]:
    return frozenset(holidays.country_holidays("GB", subdiv=nation, years=year))


@dataclass(frozen=True, slots=True)
class Calendar:
    """The days of one school. ``cover`` says that somebody stands in during school holidays, so that weekdays count."""

    school: School
    cover: bool = False

    @property
    def zone(self) -> ZoneInfo:
        """The school's time zone."""
        return ZoneInfo(self.school.timezone)

    def local(self, instant: dt.datetime) -> dt.datetime:
        """Return an instant (aware) on the school's own clock."""
        return instant.astimezone(self.zone)

    def bank_holiday(self, day: dt.date) -> bool:
        """Return whether a day is a bank holiday of the school's nation."""
        return day in _bank_holidays(self.school.nation, day.year)

    def school_holiday(self, day: dt.date) -> bool:
        """Return whether a day lies between terms. A day that no known term year covers is taken as term time."""
        terms = self.school.terms
        if not terms or not min(t.first for t in terms) <= day <= max(t.last for t in terms):
            return False
        return not any(term.first <= day <= term.last for term in terms)

    def weekday(self, day: dt.date) -> bool:
        """Return whether a day is neither weekend nor bank holiday."""
        return day.weekday() < SATURDAY and not self.bank_holiday(day)

    def school_day(self, day: dt.date) -> bool:
        """Return whether staff can be expected to be at school."""
        return self.weekday(day) and not self.school_holiday(day)

    def works(self, day: dt.date) -> bool:
        """Return whether a day counts towards a deadline: a school day, or a weekday in holidays that are covered."""
        return self.weekday(day) and (self.cover or not self.school_holiday(day))

    def next_working(self, day: dt.date) -> dt.date:
        """Return the first working day after a day; after ``FURTHEST`` days without one, the next weekday."""
        for ahead in range(1, FURTHEST):
            if self.works(day + dt.timedelta(days=ahead)):
                return day + dt.timedelta(days=ahead)
        return day + dt.timedelta(days=1)

    def after(self, start: dt.datetime, working_days: int) -> dt.datetime:
        """Return the instant so many working days after an instant, in UTC.

        What comes in outside working hours counts as come in when work next begins.
        """
        local = self.local(start)
        day, time = local.date(), local.time()
        if not self.works(day) or time >= CLOSES:
            day, time = self.next_working(day), OPENS
        time = max(time, OPENS)
        for _ in range(working_days):
            day = self.next_working(day)
        return dt.datetime.combine(day, time, self.zone).astimezone(dt.UTC)
