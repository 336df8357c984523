"""A trust of sixty schools and ten thousand people is planned in a moment."""

from __future__ import annotations

import datetime as dt
import time
import tracemalloc
from zoneinfo import ZoneInfo

from bot.calendars import Calendar
from bot.demo import demo_school
from bot.people import Absence, Person, Roster
from bot.reread_plan import due
from bot.reread_rules import Yearly
from bot.reread_sending import MOST_AT_ONCE, PACE, SPREAD, leaves_by
from bot.rereads import Campaign, Step

SCHOOLS, PEOPLE = 60, 167
START = Yearly().of(2026)
NOW = dt.datetime.combine(START, dt.time(9), ZoneInfo("Europe/London"))


def roster(number: int) -> Roster:
    """Return a school of 167, of whom one in ten is or was away."""
    people = tuple(Person(f"{number}-{i}", f"s{number}", f"Person {i}") for i in range(PEOPLE))
    away = tuple(Absence(p.id, START, START + dt.timedelta(days=i)) for i, p in enumerate(people[::10]))
    return Roster(demo_school(), people, absences=away)


def test_ten_thousand_people_are_planned_within_two_seconds_and_300_megabytes() -> None:
    """The first day, when everybody is asked, and a later one with a full ledger; processor time, not waiting."""
    calendar = Calendar(demo_school())
    rosters = [roster(number) for number in range(SCHOOLS)]
    created = NOW.astimezone(dt.UTC)
    rounds = [
        Campaign(f"c{n}", f"s{n}", "stockham", "1", START, START + dt.timedelta(28), "calendar", created)
        for n in range(SCHOOLS)
    ]
    tracemalloc.start()
    kept = [
        due(NOW, people, calendar, [c], frozenset(), frozenset()) for people, c in zip(rosters, rounds, strict=True)
    ]
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 300e6
    began = time.process_time()
    first = [
        due(NOW, people, calendar, [c], frozenset(), frozenset()) for people, c in zip(rosters, rounds, strict=True)
    ]
    ledgers = [frozenset(one.step for one in planned) for planned in first]
    later = NOW + dt.timedelta(days=21)
    again = [
        due(later, people, calendar, [c], ledger, frozenset())
        for people, c, ledger in zip(rosters, rounds, ledgers, strict=True)
    ]
    assert time.process_time() - began < 2 * 2  # two plans of everybody
    assert sum(map(len, first)) == sum(map(len, kept)) == SCHOOLS * (PEOPLE - 17)
    assert Step("c0", "0-1", "-7") in {one.step for one in again[0]}


def test_when_the_last_card_leaves_is_told_beforehand() -> None:
    """Cards are spread: 400 take ten minutes; more go on with the next runs, and into the next school day."""
    calendar = Calendar(demo_school())

    def told(cards: int, waiting: int = 0) -> str:
        return f"{leaves_by(NOW, calendar, cards, waiting).astimezone(calendar.zone):%a %H:%M}"

    assert told(0) == told(1) == "Mon 09:00"
    assert told(400) == "Mon 09:10"
    assert told(MOST_AT_ONCE * 4) == "Mon 10:00"
    assert told(int(8 * 3600 / SPREAD) + 400) == "Tue 08:10"
    assert told(400, int(600 / PACE)) == "Mon 09:20"  # behind ten minutes of other schools' cards
