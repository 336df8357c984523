"""The beginning of a round in a Teams channel: what and by when, never who."""

from __future__ import annotations

import asyncio
import json

from bot.reread_rules import Rules
from tests.cardschema import buttons, words
from tests.fakes import World
from tests.teamsclient import APP_ID, meet, running

CHANNEL = "19:staffroom@thread.tacv2"


async def test_announced_in_the_channel_of_a_team(sqlite_url: str) -> None:
    """As a message of its own in the channel, from the bot, without a button and without a name."""
    with World(sqlite_url, rules=Rules(announce=(("demo", f"teams:{CHANNEL}"),))) as world:
        meet(world, "teacher")
        async with running(world) as teams:
            world.relay._senders = {"teams": teams.teams.sender}
            world.press("head", "reread.start")
            world.clock.move(minutes=5)
            await asyncio.to_thread(world.deliver)
            (message,) = teams.service.messages(CHANNEL)
            (card,) = teams.service.cards(CHANNEL)
        with world.store.look() as work:
            people = work.people.roster("demo").people
    assert "all staff are asked to read it and to say so by 19 October 2026" in words(card)
    assert not buttons(card)
    assert message["from"]["id"] == f"28:{APP_ID}"
    assert not [p.name for p in people if p.name in json.dumps(message)]
