"""The beginning of a round is announced in a channel, if the school has set one: what and by when, never who."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
from collections.abc import AsyncIterator, Iterator

import pytest

from bot.people import Account
from bot.reread_rules import Rules
from bot.reread_sending import ANNOUNCE
from tests.fakes import FakeClock, World
from tests.slackpeer.methods import Fault
from tests.slackpeer.peer import Peer
from tests.slackpeer.people import uid
from tests.slackpeer.reading import said
from tests.slackpeer.rig import Rig, running

RULES = Rules(announce=(("", "slack:CSTAFF"), ("elsewhere", "slack:COTHER")))


@pytest.fixture
def world(sqlite_url: str) -> Iterator[World]:
    """The demo school with a channel, early on the morning of the day on which the year's re-read begins."""
    clock = FakeClock(dt.datetime(2026, 9, 14, 5, 0, tzinfo=dt.UTC))
    made = World(sqlite_url, clock=clock, rules=RULES)
    with made.store.begin() as work:
        for who in ("teacher", "colleague"):
            work.people.account(Account(f"slack-{who}", f"demo-{who}", "slack", uid(who), "T1"))
        work.commit()
    yield made
    made.close()


@pytest.fixture
async def one(world: World, peer: Peer) -> AsyncIterator[Rig]:
    """The bot in Slack's stand-in, with the school's own templates."""
    async with running(world, peer) as made:
        made.world.relay._senders = {"slack": made.service.sender}
        yield made


async def deliver(rig: Rig) -> None:
    """Let the world's own relay send what is due: it knows the school's rules."""
    await asyncio.to_thread(rig.world.deliver)


async def test_announced_once_in_hours_without_a_name(one: Rig) -> None:
    """Not at six in the morning; at nine, in the school's channel only; a second planning announces nothing again."""
    one.world.bot.rereading.plan("demo")
    await deliver(one)
    assert not one.peer.messages["CSTAFF"]
    one.world.clock.move(hours=3)
    one.world.bot.rereading.plan("demo")
    await deliver(one)
    (announced,) = one.peer.messages["CSTAFF"]
    assert "by 12 October 2026" in said(announced)
    text = json.dumps(announced)
    with one.world.store.look() as work:
        people = work.people.roster("demo").people
    assert not [p.name for p in people if p.name in text or p.id in text]
    assert not [block for block in announced["blocks"] if block["type"] == "actions"]
    assert not one.peer.messages["COTHER"]


async def test_a_channel_that_the_bot_is_not_in_ends_in_a_named_state(one: Rig) -> None:
    """It is given up and stands among the dead notices; nobody's own card waits for it."""
    one.peer.faults["chat.postMessage"].append(Fault("not_in_channel"))
    one.world.press("head", "reread.start")
    one.world.clock.move(hours=4)
    await deliver(one)
    with one.world.store.look() as work:
        (dead,) = [notice for notice in work.outbox.dead("demo") if notice.template == ANNOUNCE]
    assert dead.outside == "slack:CSTAFF"


async def test_busy_slack_is_tried_again(one: Rig) -> None:
    """A refusal for now is no loss: the announcement comes once."""
    one.peer.faults["chat.postMessage"].append(Fault("ratelimited", status=429, after="2"))
    one.world.press("head", "reread.start")
    one.world.clock.move(hours=4)
    for _ in range(2):
        await deliver(one)
        one.world.clock.move(minutes=5)
    assert len(one.peer.messages["CSTAFF"]) == 1


async def test_by_anniversary_nothing_is_announced(one: Rig) -> None:
    """Each person has a day of their own then; and a school without a channel announces nothing either."""
    one.world.press("head", "reread.start", "anniversary")
    one.world.clock.move(hours=4)
    await deliver(one)
    assert not one.peer.messages["CSTAFF"]
    with one.world.store.look() as work:
        assert work.rereads.campaigns("demo")
