"""The register of any day: worked out from what was written down, as it stood then."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections import Counter
from dataclasses import replace

from bot.calendars import Calendar
from bot.people import Person, Roster, School
from bot.reread_plan import Standing
from bot.reread_register import Book, Entry, as_csv, as_of, light, light_words, on
from bot.rereads import Acknowledgement, Campaign
from bot.scene import Scene
from bot.wording import says
from knowledge.pack import load_installed

SCHOOL = School("s", "School", "stockham")
NIGHT = dt.datetime(2026, 9, 20, 22, 30, tzinfo=dt.UTC)
"""Half past eleven on the 20th in London."""
ACK = Acknowledgement("a", "s", "c", "stockham", "1", "ann", NIGHT, "R", "chat", "d")


def campaign(number: str, starts: dt.date, ended: dt.date | None = None, policy: str = "stockham") -> Campaign:
    created = dt.datetime.combine(starts, dt.time(8), dt.UTC)
    return Campaign(number, "s", policy, "1", starts, starts + dt.timedelta(28), "calendar", created, None, ended)


def test_what_came_later_is_not_known_on_that_day() -> None:
    """A declaration counts from its own day on the school's clock, a witness from theirs."""
    calendar = Calendar(SCHOOL)
    signed = replace(ACK, witness_id="bob", witnessed_at=NIGHT + dt.timedelta(hours=1))
    assert as_of([signed], dt.date(2026, 9, 19), calendar) == ()
    (then,) = as_of([signed], dt.date(2026, 9, 20), calendar)
    assert not then.complete
    (now,) = as_of([signed], dt.date(2026, 9, 21), calendar)
    assert now.complete


def test_the_round_of_a_day() -> None:
    """The one under way then: not one that had ended, had not begun, or was about another policy."""
    first = campaign("1", dt.date(2025, 9, 8), dt.date(2026, 2, 2))
    second = campaign("2", dt.date(2026, 2, 2))
    other = campaign("3", dt.date(2025, 9, 8), policy="beaumont")
    rounds = [second, other, first]
    assert on(rounds, "stockham", dt.date(2025, 9, 7)) is None
    assert on(rounds, "stockham", dt.date(2026, 2, 1)) == first
    assert on(rounds, "stockham", dt.date(2026, 2, 2)) == second


def test_the_light_is_a_word() -> None:
    """Red for somebody overdue, amber for somebody left, green for everybody done; nobody at all is no light."""
    done: Counter[Standing] = Counter({"done": 3})
    assert [light(c) for c in (done, done + Counter(due=1), done + Counter(due=1, overdue=2), Counter())] == [
        "green",
        "amber",
        "red",
        "none",
    ]
    assert light_words(done + Counter(due=1, overdue=2)) == "Red: 2 overdue; 3 of 6 have yet to read it."
    assert light_words(done + Counter(away=1)).startswith("Amber: 1 of 4")


def test_a_spreadsheet_gets_text_not_formulas() -> None:
    """One line a person under the headings; a name or place that a spreadsheet would work out is shown as text."""
    people = (Person("ann", "s", '=HYPERLINK("x")'), Person("bob", "s", "Bob, the second"))
    roster = Roster(SCHOOL, people)
    scene = Scene(roster, NIGHT, NIGHT.date(), Calendar(SCHOOL), load_installed("stockham"))
    paper = replace(ACK, how="paper", kept_at="@office", recorded_by="bob")
    due = dt.date(2026, 10, 12)
    entries = (Entry(people[0], frozenset({"staff"}), "done", due, paper), Entry(people[1], frozenset(), "due", due))
    book = Book(scene, dt.date(2026, 9, 21), campaign("c", dt.date(2026, 9, 14)), entries, ())
    head, ann, bob = csv.reader(io.StringIO(as_csv(book)))
    line = dict(zip(head, ann, strict=True))
    assert line["name"] == '\'=HYPERLINK("x")'
    assert line["paper kept at"] == "'@office"
    assert (line["how"], line["recorded by"], line["standing"]) == ("on paper", "Bob, the second", "done")
    assert line["confirmed on"] == "20 September 2026, 23:30"
    assert len(bob) == len(says("reread.column"))
    assert bob[1] == "Bob, the second"
