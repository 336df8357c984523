"""The policy's own review date: its owner is told, within hours, once for each reminder."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import msgspec
import pytest

from knowledge.model import Policy
from knowledge.pack import load_installed
from tests.fakes import FakeClock, Lectern, World, words


def reviewed(due: dt.date) -> Policy:
    """Return Stockham's policy, to be reviewed by a day."""
    policy = load_installed("stockham")
    return Policy(
        msgspec.structs.replace(policy.head, review=msgspec.structs.replace(policy.head.review, due=due)),
        policy.clauses,
    )


@pytest.fixture
def lectern() -> Lectern:
    """A policy that is to be reviewed by the end of November."""
    return Lectern(reviewed(dt.date(2026, 11, 30)))


@pytest.fixture
def world(database_url: str, lectern: Lectern) -> Iterator[World]:
    """The demo school on the first school day of November, at six in the morning."""
    made = World(database_url, clock=FakeClock(dt.datetime(2026, 11, 2, 6, 0, tzinfo=dt.UTC)), shelf=lectern)
    yield made
    made.close()


def reminders(world: World, who: str = "head") -> list[str]:
    world.bot.rereading.plan("demo")
    world.deliver()
    return [words(card) for card in world.inbox(who) if card.key == "reread/review"]


def test_the_owner_is_reminded_in_working_hours(world: World, lectern: Lectern) -> None:
    """Not at six, at nine once; not those who do not own it; past the date it says so, until a new version has come."""
    assert not reminders(world)
    world.clock.move(hours=3)
    assert "is to be reviewed by 30 November 2026" in reminders(world)[0]
    assert not reminders(world, "deputy")
    with world.store.look() as work:
        sent = work.outbox.counts("demo")["sent"]
    reminders(world)
    with world.store.look() as work:
        assert work.outbox.counts("demo")["sent"] == sent
    world.clock.move(days=29)
    assert "was to be reviewed by 30 November 2026" in reminders(world)[-1]
    lectern.lying = reviewed(dt.date(2029, 11, 30))
    world.clock.move(days=31)
    with world.store.look() as work:
        sent = work.outbox.counts("demo")["sent"]
    reminders(world)
    with world.store.look() as work:
        assert work.outbox.counts("demo")["sent"] == sent
