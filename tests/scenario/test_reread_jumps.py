"""A clock that jumps, over a real database: rounds that began too early harm neither this year's nor the next."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from zoneinfo import ZoneInfo

import pytest

from bot.calendars import CLOSES, OPENS
from tests.fakes import FakeClock, Postbox, World, buttons

SECOND_MONDAY = dt.datetime(2026, 9, 14, 9, 0, tzinfo=dt.UTC)
LONDON = ZoneInfo("Europe/London")


@pytest.fixture
def post() -> Postbox:
    """A desk that keeps every card that it was sent."""
    return Postbox()


@pytest.fixture
def world(database_url: str, post: Postbox) -> Iterator[World]:
    """The demo school, with a policy without a review date, on the yearly day."""
    clock = FakeClock(SECOND_MONDAY)
    made = World(database_url, clock=clock, policy="neath-port-talbot", senders={"desk": post})
    yield made
    made.close()


def settle(world: World) -> None:
    """Plan and deliver, without the clock's moving."""
    world.bot.rereading.plan("demo")
    world.clock.move(minutes=10)
    world.deliver()
    world.clock.move(minutes=-10)


LOOKED_AT = [dt.date(2026, 10, 1) + dt.timedelta(days=days) for days in (4, 11, 12, 18, 25, 32, 39, 46)]
"""The Mondays from the first reminder to a week after the last, and a Tuesday between them."""
LADDER = ["asked", "-7", "0", "+7", "+14", "+21", "+28"]
"""What somebody is asked who does not read: the day before the due day is a Sunday."""


@pytest.mark.parametrize(
    ("jump", "asked"),
    [(1, LADDER), (24, LADDER), (24 * 370, LADDER), (24 * 400, ["asked", "+28"])],
    ids=["an hour", "a day", "370 days, into the next round", "400 days, behind all reminders"],
)
def test_forth_and_back(world: World, post: Postbox, jump: int, asked: list[str]) -> None:
    """One first card a person and round, no step twice, all in hours, whether or not a later round was begun.

    Reminders that a clock too far ahead has made up for in one card do not come again.
    """
    sent: list[tuple[dt.datetime, str, str]] = []

    def look() -> None:
        before = len(post.taken)
        settle(world)
        now = world.clock.now().astimezone(LONDON)
        sent.extend((now, who, key) for who, key, card in post.taken[before:] if "reread.confirm" in buttons(card))

    look()
    world.clock.move(days=1)
    look()
    for step in (jump, -jump, -jump, jump):
        world.clock.move(hours=step)
        look()
    for day in LOOKED_AT:
        world.clock.instant = dt.datetime.combine(day, dt.time(9), dt.UTC)
        look()
    this_year = {key.split("/")[1] for at, _, key in sent if at.date() == SECOND_MONDAY.date()}
    mine = [key.rpartition("/")[2] for _, who, key in sent if who == "demo-teacher" and key.split("/")[1] in this_year]
    assert mine == asked
    for day in (dt.date(2027, 9, 13), dt.date(2027, 10, 4), dt.date(2027, 10, 11)):
        world.clock.instant = dt.datetime.combine(day, dt.time(9), dt.UTC)
        look()
    counted = Counter((who, key) for _, who, key in sent)
    assert max(counted.values()) == 1
    first = Counter((who, key.split("/")[1]) for _, who, key in sent if key.endswith("/asked"))
    assert max(first.values()) == 1
    assert len({key.split("/")[1] for _, _, key in sent}) == 2
    assert all(OPENS <= at.time() < CLOSES for at, _, _ in sent)
    with world.store.look() as work:
        rounds = work.rereads.campaigns("demo")
        assert [c.starts for c in rounds] == [dt.date(2027, 9, 13), dt.date(2026, 9, 14)]
        assert rounds[1].ended == dt.date(2027, 9, 13)
