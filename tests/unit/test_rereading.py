"""Who is asked to re-read, and when: once each, on school days, through holidays, leave, clock changes and outages."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from bot.calendars import CLOSES, OPENS, Calendar
from bot.people import Absence, Account, Person, Roster, School, Term
from bot.reread_plan import due, due_day, standings
from bot.reread_rules import USUAL, Yearly
from bot.rereads import Acknowledgement, Campaign, Step

LONDON = ZoneInfo("Europe/London")
STEPS = {"asked", "back", *(name for name, _ in USUAL.ladder)}
yearly_start = Yearly().of


def school(first: int = 2024, last: int = 2026) -> School:
    terms = []
    for year in range(first, last + 1):
        terms += [
            Term("Autumn", dt.date(year, 9, 2), dt.date(year, 12, 18)),
            Term("Spring", dt.date(year + 1, 1, 6), dt.date(year + 1, 3, 27)),
            Term("Summer", dt.date(year + 1, 4, 14), dt.date(year + 1, 7, 21)),
        ]
    return School("s", "School", "stockham", terms=tuple(terms))


def people(*names: str, **more: object) -> Roster:
    accounts = tuple(Account(name, name, "desk", name) for name in names)
    return Roster(school(), tuple(Person(n, "s", n) for n in names), accounts=accounts, **more)  # type: ignore[arg-type]


def campaign(starts: dt.date, number: str = "c") -> Campaign:
    created = dt.datetime.combine(starts, OPENS, LONDON)
    return Campaign(number, "s", "stockham", "v1", starts, starts + dt.timedelta(weeks=4), "calendar", created)


def at(day: dt.date, hour: int = 10) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(hour), LONDON)


START = dt.date(2025, 9, 8)


def test_the_year_begins_on_the_second_monday_of_september() -> None:
    """Always a Monday between the 8th and the 14th."""
    assert yearly_start(2025) == dt.date(2025, 9, 8)
    assert yearly_start(2026) == dt.date(2026, 9, 14)
    for year in range(2024, 2041):
        day = yearly_start(year)
        assert (day.weekday(), 8 <= day.day <= 14) == (0, True)


@pytest.mark.parametrize(
    ("when", "asked"),
    [
        (at(START), True),
        (at(START, 7), False),
        (at(START, 17), False),
        (at(START - dt.timedelta(days=1)), False),
        (at(dt.date(2025, 9, 13)), False),
        (at(dt.date(2025, 12, 22)), False),
        (at(dt.date(2026, 5, 4)), False),
    ],
    ids=["in hours", "too early", "too late", "before its start", "Saturday", "school holidays", "bank holiday"],
)
def test_nobody_is_asked_out_of_hours(when: dt.datetime, asked: bool) -> None:
    """Only on school days between eight and five, and not before the campaign begins."""
    roster = people("a")
    assert bool(due(when, roster, Calendar(roster.school), [campaign(START)], set(), set())) is asked


def test_what_was_missed_is_caught_up_once() -> None:
    """After an outage over several steps one card goes out; the steps that it makes up for are passed over."""
    roster, round_ = people("a"), campaign(START)
    late = at(round_.due + dt.timedelta(days=9))
    (one,) = due(late, roster, Calendar(roster.school), [round_], {Step("c", "a", "asked")}, set())
    assert one.step.step == "+7"
    assert {step.step for step in one.passed} == {"-7", "-1", "0"}
    (first,) = due(late, roster, Calendar(roster.school), [round_], set(), set())
    assert first.step.step == "asked"
    assert {step.step for step in first.passed} == {"-7", "-1", "0", "+7"}


def test_whoever_has_confirmed_is_away_or_has_left_is_not_asked() -> None:
    """An acknowledgement, leave and leaving end the asking."""
    roster = people("a", "b", "c")
    gone = replace(roster.people[2], left=START - dt.timedelta(days=1))
    roster = replace(roster, people=(*roster.people[:2], gone), absences=(Absence("b", START),))
    assert due(at(START), roster, Calendar(roster.school), [campaign(START)], set(), {("c", "a")}) == ()


def test_starters_and_returners_have_their_own_due_day() -> None:
    """Whoever came or came back after the start has a fortnight at least."""
    roster = people("a", "b", "c", absences=(Absence("b", START, dt.date(2025, 12, 1)),))
    starter = replace(roster.people[2], started=dt.date(2025, 11, 3))
    today = dt.date(2025, 12, 2)
    assert due_day(campaign(START), roster.people[0], roster, today) == START + dt.timedelta(weeks=4)
    assert due_day(campaign(START), roster.people[1], roster, today) == dt.date(2025, 12, 15)
    assert due_day(campaign(START), starter, roster, today) == dt.date(2025, 11, 17)


def test_a_short_absence_moves_nothing() -> None:
    """A day of leave gives no fortnight: only an absence of a week or more does."""
    short = Absence("a", dt.date(2025, 10, 3), dt.date(2025, 10, 6))
    roster = people("a", absences=(short,))
    today = dt.date(2025, 10, 7)
    assert due_day(campaign(START), roster.people[0], roster, today) == campaign(START).due
    long = replace(short, first=dt.date(2025, 9, 30))
    roster = replace(roster, absences=(long,))
    assert due_day(campaign(START), roster.people[0], roster, today) == dt.date(2025, 10, 20)


def test_whoever_comes_back_is_asked_anew() -> None:
    """Asked before a long leave: once more on return. Not asked before: for the first time, in one card."""
    roster = people("a", absences=(Absence("a", dt.date(2025, 9, 15), dt.date(2025, 9, 26)),))
    calendar, back = Calendar(roster.school), at(dt.date(2025, 9, 29))
    (again,) = due(back, roster, calendar, [campaign(START)], {Step("c", "a", "asked")}, set())
    assert again.step.step == "back"
    (first,) = due(back, roster, calendar, [campaign(START)], set(), set())
    assert (first.step.step, [step.step for step in first.passed]) == ("asked", ["back"])


@pytest.mark.parametrize(
    ("started", "own"),
    [
        (dt.date(2019, 11, 20), dt.date(2025, 11, 20)),
        (dt.date(2019, 3, 2), dt.date(2026, 3, 2)),
        (dt.date(2020, 2, 29), dt.date(2026, 2, 28)),
        (None, dt.date(2026, 9, 7)),
    ],
    ids=["autumn", "spring", "leap day", "not known"],
)
def test_by_anniversary_each_has_a_day_of_their_own(started: dt.date | None, own: dt.date) -> None:
    """Due on the day of the year on which they came, asked four weeks before and not earlier."""
    year = replace(campaign(START), why="anniversary", due=START + dt.timedelta(weeks=52))
    roster = people("a")
    roster = replace(
        roster, school=replace(roster.school, terms=()), people=(replace(roster.people[0], started=started),)
    )
    assert due_day(year, roster.people[0], roster, START) == own
    asked = []
    day = START
    while day <= own:
        if due(at(day), roster, Calendar(roster.school), [year], set(), set()):
            asked.append(day)
        day += dt.timedelta(days=1)
    assert dt.timedelta() <= asked[0] - (own - dt.timedelta(weeks=4)) < dt.timedelta(days=5)


def outage_none(_: dt.datetime) -> bool:
    return False


def outage_nightly(when: dt.datetime) -> bool:
    """Three hours of every night, as clocks change in them too."""
    return when.hour in {0, 1, 2}


def outage_mornings(when: dt.datetime) -> bool:
    """Three hours in which cards would go out."""
    return when.hour in {8, 9, 10}


def outage_day_in_ten(when: dt.datetime) -> bool:
    return when.toordinal() % 10 == 0


def outage_august(when: dt.datetime) -> bool:
    return when.month == 8


def outage_september(when: dt.datetime) -> bool:
    return when.month == 9


OUTAGES = (outage_none, outage_nightly, outage_mornings, outage_day_in_ten, outage_august, outage_september)


@pytest.mark.parametrize("down", OUTAGES)
def test_every_day_from_2024_to_2040(down: Callable[[dt.datetime], bool]) -> None:
    """Exactly one first card a person and campaign, no step twice, none out of hours, over seventeen years.

    Looked at every three hours and in the hours about each change of the clocks; rounds overlap none of the others.
    """
    roster = replace(people("a", "b"), school=school(2023, 2040))
    roster = replace(roster, absences=(Absence("b", dt.date(2028, 2, 29), dt.date(2028, 10, 31)),))
    calendar = Calendar(roster.school)
    starts = [yearly_start(year) for year in range(2023, 2041)]
    ends = [*starts[1:], None]
    rounds = [replace(campaign(start, str(start.year)), ended=end) for start, end in zip(starts, ends, strict=True)]
    ledger: set[Step] = set()
    sent: Counter[Step] = Counter()
    days: dict[Step, dt.date] = {}
    when = dt.datetime(2024, 1, 1, 0, 30, tzinfo=dt.UTC)
    while when.year < 2041:
        if not down(when):
            live = [one for one in rounds if one.live(when.astimezone(LONDON).date())]
            assert len(live) == 1
            for one in due(when, roster, calendar, live, ledger, set()):
                sent[one.step] += 1
                ledger |= {one.step, *one.passed}
                days[one.step] = when.date()
                local = when.astimezone(LONDON)
                assert OPENS <= local.time() < CLOSES
                assert calendar.school_day(local.date())
        when += dt.timedelta(hours=1 if changes_clocks(when) else 3)
    assert max(sent.values()) == 1
    first = Counter(step.campaign_id for step in sent if step.step == "asked")
    assert first == {str(year): 2 for year in range(2023, 2041)}
    assert {step.step for step in sent} <= STEPS
    on_one_day = Counter((step.campaign_id, step.person_id, day) for step, day in days.items())
    assert max(on_one_day.values()) == 1


def changes_clocks(when: dt.datetime) -> bool:
    """Return whether London's clocks change within a day of an instant."""
    day = dt.timedelta(days=1)
    return (when - day).astimezone(LONDON).utcoffset() != (when + day).astimezone(LONDON).utcoffset()


def test_a_clock_that_jumps_asks_nothing_twice() -> None:
    """An hour, a day or 400 days forth and back: the ledger remembers."""
    roster, round_ = people("a"), campaign(START)
    ledger: set[Step] = set()
    sent: list[str] = []
    for jump in (0, 1, -1, 24, -24, 400 * 24, -400 * 24, 0):
        when = at(START + dt.timedelta(days=1)) + dt.timedelta(hours=jump)
        for one in due(when, roster, Calendar(roster.school), [round_], ledger, set()):
            sent.append(one.step.step)
            ledger |= {one.step, *one.passed}
    assert len(sent) == len(set(sent))
    assert sent[0] == "asked"


def test_everybody_stands_somewhere() -> None:
    """Done, due, overdue, away and unreachable are told apart, and a witness still to confirm is not done."""
    roster = people("done", "due", "away", "witness")
    nobody = Person("mute", "s", "mute")
    late_start = Person("new", "s", "new", started=dt.date(2025, 10, 6))
    roster = replace(
        roster,
        people=(*roster.people, nobody, late_start),
        absences=(Absence("away", START),),
        accounts=(*roster.accounts, Account("n", "new", "desk", "new")),
    )
    signed = Acknowledgement("1", "s", "c", "stockham", "v1", "done", at(START), "R1", "chat", "d")
    halfway = replace(signed, id="2", person_id="witness", reference="R2", witness_id="due")
    found = standings(campaign(START), roster, dt.date(2025, 10, 7), [signed, halfway])
    by = defaultdict(set)
    for one in found:
        by[one.standing].add(one.person.id)
    assert dict(by) == {
        "done": {"done"},
        "waiting_witness": {"witness"},
        "overdue": {"due"},
        "away": {"away"},
        "unreachable": {"mute"},
        "due": {"new"},
    }
