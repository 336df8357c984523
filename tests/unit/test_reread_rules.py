"""What a school may choose about its re-reading, and what is refused in words."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from adapters.settings import Settings, SettingsError, load, rereading
from bot.calendars import Calendar
from bot.people import Account, Person, Roster, School
from bot.reread_plan import due, nudge_step, seconds_to_hours
from bot.reread_rules import USUAL, Rules, Yearly, rules_of
from bot.rereads import Campaign, Step

LONDON = ZoneInfo("Europe/London")
SCHOOL = School("s", "School", "stockham")
ROSTER = Roster(SCHOOL, (Person("a", "s", "A"),), accounts=(Account("a", "a", "desk", "a"),))
START = dt.date(2026, 9, 14)
ROUND = Campaign(
    "c", "s", "stockham", "1", START, dt.date(2026, 10, 12), "calendar", dt.datetime(2026, 9, 14, tzinfo=dt.UTC)
)


def at(day: dt.date, hour: int = 10, minute: int = 0) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(hour, minute), LONDON)


def steps(rules: Rules, until: dt.date) -> list[str]:
    """Return what somebody is asked who never reads, day by day at ten."""
    ledger: set[Step] = set()
    found = []
    day = START
    while day <= until:
        for one in due(at(day), ROSTER, Calendar(SCHOOL), [ROUND], ledger, set(), rules):
            found.append(f"{day:%d.%m.} {one.step.step}")
            ledger |= {one.step, *one.passed}
        day += dt.timedelta(days=1)
    return found


def test_what_is_not_set_is_the_usual() -> None:
    """The settings' defaults are the rules by which a school is asked that chose nothing."""
    assert rules_of(*rereading(Settings())) == USUAL
    assert [name for name, _ in USUAL.ladder] == ["-7", "-1", "0", "+7", "+14", "+21", "+28"]


def test_settings_come_from_the_table(tmp_path: Path) -> None:
    """By file and by variable, with the lists as lists; nothing chosen for a list is no reminder."""
    (tmp_path / "can-i.toml").write_text(
        'reread_reminders = [14, 3]\nreread_announce = ["slack:C1", "oak=teams:19:a@t"]\n'
    )
    environ = {
        "CAN_I_REREAD_HOURS": "7:30 - 18:00",
        "CAN_I_REREAD_BEGINS": "14 January",
        "CAN_I_REREAD_OVERDUE_WEEKS": "1",
    }
    rules = rules_of(*rereading(load(environ, tmp_path)))
    assert (rules.opens, rules.closes) == (dt.time(7, 30), dt.time(18))
    assert rules.ladder == (("-14", -14), ("-3", -3), ("+7", 7))
    assert (rules.channels("oak"), rules.channels("elm")) == (("slack:C1", "teams:19:a@t"), ("slack:C1",))
    assert rules.latest(dt.date(2026, 9, 1)) == dt.date(2026, 1, 14)
    assert rules.latest(dt.date(2026, 1, 13)) == dt.date(2025, 1, 14)
    assert rules_of(*rereading(load({"CAN_I_REREAD_REMINDERS": ""}, tmp_path))).before == ()


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("second Monday of September", dt.date(2026, 9, 14)),
        ("first Monday of September", dt.date(2026, 9, 7)),
        ("last Friday of February", dt.date(2026, 2, 27)),
        ("fourth Thursday of May", dt.date(2026, 5, 28)),
        ("last Sunday of August", dt.date(2026, 8, 30)),
        ("29 February", dt.date(2026, 2, 28)),
        ("31 March", dt.date(2026, 3, 31)),
        ("anniversary", dt.date(2026, 9, 14)),
    ],
)
def test_the_yearly_day(text: str, day: dt.date) -> None:
    """A weekday of a month or a day of the year, in words."""
    found = rules_of("08:00-17:00", text, (), 0, ())
    assert found.yearly is not None
    assert found.yearly.of(2026) == day
    assert found.anniversary is (text == "anniversary")


def test_by_hand_nothing_begins_by_itself() -> None:
    """Then there is no yearly day."""
    assert rules_of("08:00-17:00", "by hand", (), 0, ()).latest(START) is None


def test_the_second_monday_of_every_year() -> None:
    """Always a Monday between the 8th and the 14th."""
    assert all(day.weekday() == 0 and 8 <= day.day <= 14 for day in map(Yearly().of, range(2024, 2041)))


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("HOURS", "17:00-08:00", "two times of one day"),
        ("HOURS", "25:00-26:00", "two times of one day"),
        ("HOURS", "morning", "two times of one day"),
        ("BEGINS", "fifth Monday of September", "second Monday of September"),
        ("BEGINS", "32 May", "14 September"),
        ("BEGINS", "some day", "by hand"),
        ("REMINDERS", "28", "from 0 to 27"),
        ("REMINDERS", "soon", "a list of whole numbers"),
        ("OVERDUE_WEEKS", "27", "a whole number from 0 to 26"),
        ("ANNOUNCE", "general", "slack:C0123ABCD"),
        ("ANNOUNCE", "mail:a@b.example", "slack:C0123ABCD"),
    ],
)
def test_what_cannot_be_is_refused_in_words(tmp_path: Path, name: str, value: str, says: str) -> None:
    """At the start, with what would be right."""
    with pytest.raises(SettingsError, match=says):
        load({f"CAN_I_REREAD_{name}": value}, tmp_path)


def test_the_hours_are_the_schools() -> None:
    """Nobody is asked before the first or from the last minute on."""
    rules, calendar = Rules(dt.time(9, 30), dt.time(11)), Calendar(SCHOOL)
    asked = [
        f"{hour}:{minute:02}"
        for hour in range(24)
        for minute in (0, 29, 30, 59)
        if due(at(START, hour, minute), ROSTER, calendar, [ROUND], set(), set(), rules)
    ]
    assert asked == ["9:30", "9:59", "10:00", "10:29", "10:30", "10:59"]
    assert seconds_to_hours(at(START, 9), calendar, rules) == 30 * 60
    assert seconds_to_hours(at(START, 11), calendar, rules) == 22.5 * 3600


def test_the_ladder_is_the_schools() -> None:
    """Other reminders, a shorter limit; none at all asks once."""
    assert steps(Rules(before=(14,), weeks=1), dt.date(2027, 1, 1)) == ["14.09. asked", "28.09. -14", "19.10. +7"]
    assert steps(Rules(before=(), weeks=0), dt.date(2027, 1, 1)) == ["14.09. asked"]


def test_on_the_day_of_the_heads_reminder_nothing_else_is_asked() -> None:
    """The ladder's own step comes on the next school day."""
    ledger = {Step("c", "a", "asked"), nudge_step("c", "a", dt.date(2026, 10, 5))}
    assert due(at(dt.date(2026, 10, 5)), ROSTER, Calendar(SCHOOL), [ROUND], ledger, set()) == ()
    (one,) = due(at(dt.date(2026, 10, 6)), ROSTER, Calendar(SCHOOL), [ROUND], ledger, set())
    assert one.step.step == "-7"
