"""What has changed since somebody last read: clause by clause, and nothing that only moved."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import msgspec
import pytest

from bot.calendars import Calendar
from bot.people import School, Term
from bot.ports import PolicyVersion
from bot.reread_changes import Change, changes, packed, since, unpacked
from bot.reread_plan import seconds_to_hours
from bot.rereads import Acknowledgement
from knowledge.model import Clause, Policy
from knowledge.pack import installed, load_installed

STOCKHAM = load_installed("stockham")
NOON = dt.datetime(2025, 9, 9, 12, 0, tzinfo=dt.UTC)


def policy(**texts: str) -> Policy:
    clauses = tuple(Clause(number.removeprefix("c"), "Section", text) for number, text in texts.items())
    return msgspec.structs.replace(STOCKHAM, clauses=clauses)


def version(kept: Policy, name: str) -> PolicyVersion:
    return PolicyVersion(name, "s", kept.id, name, packed(kept))


OLD = policy(
    c1="Staff must not post photographs of pupils on their own accounts.",
    c2="Devices stay in the cupboard during lessons.",
    c3="Ask the headteacher before setting up an account for a class.",
)


@pytest.mark.parametrize(
    ("new", "told"),
    [
        (OLD, []),
        (policy(c1=OLD.clauses[0].text, c2=OLD.clauses[1].text, c9=OLD.clauses[2].text), []),
        (
            policy(c1="Staff must not post photographs or names of pupils on their own accounts.",
                   c2=OLD.clauses[1].text, c3=OLD.clauses[2].text),
            [("changed", "1")],
        ),
        (policy(c1=OLD.clauses[0].text, c3=OLD.clauses[2].text), [("removed", "2")]),
        (
            policy(c1=OLD.clauses[0].text, c2="Games consoles belong at home.", c3=OLD.clauses[1].text,
                   c4=OLD.clauses[2].text),
            [("added", "2")],
        ),
        (
            policy(c1=OLD.clauses[0].text, c2=OLD.clauses[1].text,
                   c7="Ask the headteacher before you set up an account for a class."),
            [("changed", "7")],
        ),
        (
            policy(c1=OLD.clauses[1].text, c2=OLD.clauses[0].text, c3=OLD.clauses[2].text),
            [("moved", "1")],
        ),
    ],
    ids=["the same", "renumbered", "reworded", "taken out", "put in", "reworded and renumbered", "in another place"],
)  # fmt: skip
def test_changes_are_those_that_a_reader_would_name(new: Policy, told: list[tuple[str, str]]) -> None:
    """Changed, new, removed and moved clauses are told; one that only has another number is not."""
    assert [(change.kind, change.clause) for change in changes(OLD, new)] == told


def test_a_change_shows_both_wordings() -> None:
    """The clause as it was and as it is."""
    new = msgspec.structs.replace(
        OLD, clauses=(msgspec.structs.replace(OLD.clauses[0], text=OLD.clauses[0].text + " Ever."), *OLD.clauses[1:])
    )
    before = OLD.clauses[0].text
    assert changes(OLD, new) == (Change("changed", "1", before, f"{before} Ever."),)


@pytest.mark.parametrize("name", installed())
def test_a_version_is_kept_word_for_word(name: str) -> None:
    """What is kept of a version opens as the very same policy."""
    whole = load_installed(name)
    assert unpacked(version(whole, "1")) == whole


def test_it_counts_from_ones_own_last_reading() -> None:
    """Not from the version before this one; and nothing is claimed where no reading, or no text, is kept."""
    first = policy(c1="One thing that all of us must do each day.")
    middle = policy(c1="One thing that all of us must do each week.")
    latest = policy(c1="One thing that all of us must do each week.", c2="And another.")
    kept = [version(first, "1"), version(middle, "2"), version(latest, "3")]
    ack = Acknowledgement("a", "s", "c", "stockham", "1", "ann", NOON, "R", "chat", "d")
    again = replace(ack, id="b", person_id="bob", version="2")
    earlier = replace(ack, id="b0", person_id="bob", at=NOON - dt.timedelta(days=365))
    acks = [ack, earlier, again]
    ann, bob = since("ann", latest, acks, kept), since("bob", latest, acks, kept)
    assert ann is not None
    assert (ann.version, [c.clause for c in ann.changes]) == ("1", ["1", "2"])
    assert bob is not None
    assert (bob.version, [c.clause for c in bob.changes]) == ("2", ["2"])
    assert since("cy", latest, acks, kept) is None
    assert since("ann", latest, acks, kept[1:]) is None


def test_how_long_to_wait_for_working_hours() -> None:
    """Nothing within them; else until eight on the next school day, on the school's own clock, through the holidays."""
    terms = (
        Term("A", dt.date(2025, 9, 1), dt.date(2025, 12, 18)),
        Term("S", dt.date(2026, 1, 5), dt.date(2026, 3, 27)),
    )
    calendar = Calendar(School("s", "S", "stockham", terms=terms))

    def wait(*when: int) -> dt.timedelta:
        at = dt.datetime(*when, tzinfo=dt.UTC)  # type: ignore[misc]
        return dt.timedelta(seconds=seconds_to_hours(at, calendar))

    assert wait(2025, 11, 4, 12) == dt.timedelta()
    assert wait(2025, 11, 4, 6) == dt.timedelta(hours=2)
    assert wait(2025, 9, 9, 6) == dt.timedelta(hours=1)
    assert wait(2025, 10, 24, 16, 30) == dt.timedelta(days=2, hours=15, minutes=30)  # the clocks go back on Sunday
    assert wait(2025, 12, 18, 17) == dt.timedelta(days=17, hours=15)
