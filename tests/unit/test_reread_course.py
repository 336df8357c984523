"""The course of rounds: week by week and year by year, in a chart and in a table with the same numbers."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise

from adapters.desk.course import FEWEST_WEEKS, HIGH, LETTERS, WIDE, chart
from bot.calendars import Calendar
from bot.people import Roster, School
from bot.reread_overview import percent, told_weeks
from bot.reread_register import Book, Round
from bot.rereads import Campaign
from bot.scene import Scene
from knowledge.pack import load_installed

NOW = dt.datetime(2027, 1, 4, 10, 0, tzinfo=dt.UTC)


def round_(year: int, everybody: int, *weeks: int) -> Round:
    starts = dt.date(year, 9, 14)
    made = Campaign(str(year), "s", "stockham", "1", starts, starts + dt.timedelta(28), "calendar", NOW)
    return Round(made, everybody, weeks[-1] if weeks else 0, 0, weeks)


def book(*rounds: Round) -> Book:
    school = School("s", "School", "stockham")
    scene = Scene(Roster(school), NOW, NOW.date(), Calendar(school), load_installed("stockham"))
    return Book(scene, NOW.date(), None, (), rounds)


def test_lines_and_table_say_the_same() -> None:
    """Each round is a line from nothing to its share, latest first, and a row of per cent and people."""
    drawn = chart(book(round_(2026, 60, 10, 30, 45), round_(2025, 50, 50, 50, 50, 50, 50, 50)))
    assert drawn is not None
    assert [label for label, _ in drawn.rows] == ["14 Sep 2026", "14 Sep 2025"] == [line.label for line in drawn.lines]
    assert drawn.weeks == (1, 2, 3, 4, 5, 6)
    assert drawn.rows[0][1] == ("16% (10)", "50% (30)", "75% (45)", "", "", "")
    assert drawn.rows[1][1] == ("100% (50)",) * 6
    ys = [float(point.split(",")[1]) for point in drawn.lines[0].points.split()]
    assert all(after < before for before, after in pairwise(ys))
    assert drawn.lines[1].y == drawn.top


def test_nothing_lies_outside_or_upon_another() -> None:
    """Labels keep apart where lines end together; the axes reach as far as the longest of four rounds."""
    rounds = [round_(2026 - n, 10, *range(1, 53)) for n in range(6)]
    drawn = chart(book(*[Round(r.campaign, 60, 52, 0, r.weeks) for r in rounds]))
    assert drawn is not None
    assert len(drawn.lines) == 4
    places = sorted(line.label_y for line in drawn.lines)
    assert all(after - before >= LETTERS for before, after in pairwise(places))
    assert all(0 <= line.x <= WIDE and 0 <= line.label_y <= HIGH for line in drawn.lines)
    assert drawn.across[-1][1] <= 52
    assert drawn.weeks[-1] == 52


def test_a_round_that_has_just_begun() -> None:
    """One week, nobody yet: the axis has a few weeks all the same. Without a round there is no chart."""
    drawn = chart(book(round_(2026, 60, 0)))
    assert drawn is not None
    assert drawn.across[-1][1] == FEWEST_WEEKS
    assert drawn.rows == (("14 Sep 2026", ("0% (0)",)),)
    assert chart(book()) is None
    assert chart(book(Round(round_(2026, 0, 0).campaign, 0, 0, 0, (0,)))) is None


def test_a_hundred_per_cent_is_everybody() -> None:
    """199 of 200 is 99; the last week is told even where it is none of the usual ones."""
    assert (percent(199, 200), percent(200, 200), percent(0, 0)) == (99, 100, 0)
    assert [week for week, _ in told_weeks(round_(2026, 10, *range(1, 8)))] == [1, 2, 3, 4, 5, 6, 7]
