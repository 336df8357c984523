"""Many at once: every event answered once, whoever is told of it and however often; nothing lost."""

from __future__ import annotations

import asyncio

import pytest

from tests.fakes import World
from tests.slackpeer.peer import Peer
from tests.slackpeer.rig import Rig, running
from tests.slackpeer.wire import Json

QUESTION = "can I add a pupil's mum on facebook?"
AT_ONCE = 20


async def tell(rig: Rig, number: int) -> Json:
    """Let Slack tell of an event. The channel tells which: a direct conversation for each."""
    event = {"type": "message", "channel": f"DUTEACHER/{number}", "channel_type": "im", "user": "UTEACHER"}
    return await rig.person("teacher").event({**event, "text": QUESTION}, f"Ev-{number}")


@pytest.mark.parametrize("events", [40, pytest.param(2_000, marks=pytest.mark.soak)])
async def test_each_event_four_times_over_two_instances(any_world: World, peer: Peer, events: int) -> None:
    """Told four times each, to two instances over one database: one answer each, none missing."""
    async with running(any_world, peer) as first, running(any_world, peer) as second:
        for some in (range(start, start + AT_ONCE) for start in range(0, events, AT_ONCE)):
            await asyncio.gather(*(tell(rig, number) for number in some for rig in (first, second, first, second)))
        await peer.until(lambda: len(peer.messages) == events, 600)
        await asyncio.sleep(0.5)
        assert {len(said) for said in peer.messages.values()} == {1}


@pytest.mark.parametrize("rounds", [2, pytest.param(60, marks=pytest.mark.soak)])
async def test_fifty_people_at_once(rig: Rig, rounds: int) -> None:
    """Fifty ask in the same moment, again and again: each is answered."""
    for turn in range(rounds):
        await asyncio.gather(*(tell(rig, turn * 50 + number) for number in range(50)))
    await rig.peer.until(lambda: len(rig.peer.messages) == rounds * 50, 120)
