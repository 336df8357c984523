"""How long reports are kept: proposed to the head or the chair when the time is over, confirmed, held, turned down."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from bot.messages import Ask
from bot.people import Holding
from bot.retention import KEPT, keeping_times
from tests.fakes import World, buttons, words

OVER = "The keeping time of a closed report is over."


def closed(world: World, who: str = "head", kind: str = "breach", **values: str) -> str:
    """File a report, take it up, close it; return its reference."""
    reference = world.report("teacher", kind, **values)
    world.press(who, "report.acknowledge", reference)
    (out,) = world.press(who, "report.close", reference)
    assert isinstance(out, Ask)
    world.send(who, out.form, outcome="resolved")
    return reference


def proposals(world: World, who: str) -> list[str]:
    """Return the references that somebody was asked about."""
    world.deliver()
    return [buttons(card)["report.open"] for card in world.inbox(who) if OVER in card.summary]


def deleted(world: World) -> bool:
    with world.store.look() as work:
        return all(report.state == "deleted" for report in work.reports.all("demo"))


def test_proposed_once_when_the_time_is_over(any_world: World) -> None:
    """Not a day before; then the head is asked, once, however often the job runs; nothing is deleted by itself."""
    world = any_world
    reference = closed(world)
    world.clock.move(days=KEPT["breach"])
    assert world.bot.retention.propose_due("demo") == 0
    world.clock.move(days=1)
    assert [world.bot.retention.propose_due("demo") for _ in range(3)] == [1, 0, 0]
    assert proposals(world, "head") == [reference]
    assert not deleted(world)
    world.press("head", "report.confirm_deletion", reference)
    assert deleted(world)


def test_each_kind_has_its_own_time(any_world: World) -> None:
    """A media enquiry is proposed while a breach is still kept; a school's own times count."""
    world = any_world
    closed(world)
    enquiry = closed(world, kind="media_enquiry")
    world.clock.move(days=KEPT["media_enquiry"] + 1)
    assert world.bot.retention.propose_due("demo") == 1
    assert proposals(world, "head") == [enquiry]
    assert world.bot.retention.propose_due("demo", keeping_times(["breach = 30"])) == 1


@pytest.mark.parametrize("written", ["breach", "breach=", "breach=-1", "breach=0", "gossip=9", "=9", "breach=soon"])
def test_a_keeping_time_that_is_none_is_refused(written: str) -> None:
    """A kind that is not there, or no number of days."""
    with pytest.raises(ValueError, match="report_keeping"):
        keeping_times([written])


def test_a_hold_stops_it_and_turning_down_lasts_a_year(any_world: World) -> None:
    """Held for the police nothing is proposed; kept by the head it is proposed again after a year."""
    world = any_world
    reference = closed(world)
    (out,) = world.press("head", "report.hold", reference)
    assert isinstance(out, Ask)
    world.send("head", out.form, hold="police")
    world.clock.move(days=KEPT["breach"] + 1)
    assert world.bot.retention.propose_due("demo") == 0
    world.press("head", "report.release", reference)
    assert world.bot.retention.propose_due("demo") == 1
    world.press("head", "report.keep", reference)
    assert proposals(world, "head") == []
    world.clock.move(days=364)
    assert world.bot.retention.propose_due("demo") == 0
    world.clock.move(days=2)
    assert world.bot.retention.propose_due("demo") == 1
    assert proposals(world, "head") == [reference]


def test_a_report_about_the_head_is_proposed_to_the_chair(any_world: World) -> None:
    """The head is asked nothing and can confirm nothing."""
    world = any_world
    reference = closed(world, "chair", about="headteacher")
    world.clock.move(days=KEPT["breach"] + 1)
    assert world.bot.retention.propose_due("demo") == 1
    assert proposals(world, "chair") == [reference]
    assert proposals(world, "head") == []
    world.press("head", "report.confirm_deletion", reference)
    assert not deleted(world)


def test_where_nobody_who_has_it_may_delete_the_next_on_its_route_is_asked(any_world: World) -> None:
    """Handed over to the safeguarding lead and closed there: the new head is asked, years later."""
    world = any_world
    reference = world.report("teacher")
    (out,) = world.press("head", "report.hand_over", reference)
    assert isinstance(out, Ask)
    world.send("head", out.form, person="demo-dsl")
    world.press("dsl", "report.acknowledge", reference)
    (out,) = world.press("dsl", "report.close", reference)
    assert isinstance(out, Ask)
    world.send("dsl", out.form, outcome="resolved")
    world.clock.move(days=KEPT["breach"] + 1)
    today = world.clock.now().date()
    with world.store.begin() as work:
        work.people.end_role("demo-head", "headteacher", today - dt.timedelta(days=1))
        work.people.hold(Holding("demo-deputy", "headteacher", today))
        work.commit()
    assert world.bot.retention.propose_due("demo") == 1
    assert proposals(world, "deputy") == [reference]
    assert proposals(world, "dsl") == []
    assert "breach" in words(world.press("deputy", "report.open", reference)[0].card).casefold()  # type: ignore[union-attr]
    world.press("deputy", "report.confirm_deletion", reference)
    assert deleted(world)


def test_a_destroyed_key_stands_in_no_file(world: World, tmp_path: Path) -> None:
    """After a deletion neither the database nor its write-ahead log holds the report's key or its sealed text."""
    reference = closed(world)
    with world.engine.connect() as connection:
        (key,) = connection.exec_driver_sql("SELECT key FROM report_keys").scalars()
        (sealed,) = connection.exec_driver_sql("SELECT sealed FROM report_entries WHERE kind = 'form'").scalars()

    def files() -> bytes:
        return b"".join(file.read_bytes() for file in tmp_path.glob("can-i.sqlite3*"))

    assert key in files()
    assert sealed in files()
    world.press("head", "report.propose_deletion", reference)
    world.press("head", "report.confirm_deletion", reference)
    assert key not in files()
    assert sealed not in files()
