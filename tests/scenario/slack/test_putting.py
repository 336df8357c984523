"""Cards put where they belong: long ones whole, in their thread, and somewhere where no dialog can be opened."""

from __future__ import annotations

from collections.abc import AsyncIterator

import aiohttp
import pytest

from adapters.slack.api import Api
from adapters.slack.delivery import Delivery
from adapters.slack.identity import Identity
from adapters.slack.places import Place, Surface, of_view
from adapters.slack.workspaces import Workspace
from bot.messages import Card, Outbound, Replace, Say, Show, Text
from tests.fakes import World
from tests.slackpeer.peer import Peer
from tests.slackpeer.people import TOKEN, uid
from tests.slackpeer.reading import said
from tests.slackpeer.wire import dm

LINES = [f"Line {number}." for number in range(120)]
LONG = Card("Long", tuple(Text(line) for line in LINES), "k")
TEACHER = uid("teacher")
HERE = Workspace("T1", "demo", TOKEN)


@pytest.fixture
async def delivery(world: World, peer: Peer) -> AsyncIterator[Delivery]:
    """Give what puts cards into Slack."""
    async with aiohttp.ClientSession() as session:
        api = Api(peer.address, session)
        yield Delivery(api, Identity(world.store, world.clock, api))


async def test_a_long_card_in_place_of_one_that_only_one_person_sees(delivery: Delivery, peer: Peer) -> None:
    """Its first part stands in place, the others below it: every line is there, in order."""
    peer.hidden[TEACHER].append({"ts": "1", "channel": "C1", "text": "old", "blocks": []})
    hook = peer.hook(TEACHER, "C1", "1")
    place = Place("hidden", TEACHER, "C1", "C1", message="1", response_url=hook, card_key="k")
    await delivery.give(HERE, place, (Replace(LONG),))
    first, *more = peer.hidden[TEACHER]
    assert first["ts"] == "1"
    shown = said([each["blocks"] for each in (first, *more)])
    assert "old" not in shown
    assert [line for line in LINES if line in shown] == LINES


@pytest.mark.parametrize(("channel", "thread"), [(dm(TEACHER), ""), (dm(TEACHER), "16.1"), ("C7", "16.1")])
async def test_a_long_card_in_place_of_a_message_stays_in_its_thread(
    delivery: Delivery, peer: Peer, channel: str, thread: str
) -> None:
    """What does not fit into the message follows in its thread, from its button as from a dialog that it opened."""
    there = {"thread_ts": thread} if thread else {}
    made = await peer.answered("chat.postMessage", TOKEN, {"channel": channel, "text": "old", **there})
    surface: Surface = "direct" if channel.startswith("D") else "channel"
    place = Place(surface, TEACHER, channel, channel, message=made["ts"], thread=thread, trigger="t", card_key="k")
    await delivery.give(HERE, place, (Replace(LONG),))
    assert len(peer.messages[channel]) == 3
    if surface == "direct":
        marks = delivery.card_view(place, Card("Another", (Text("x"),)), None)["private_metadata"]
        view = peer.opened({"type": "modal", "callback_id": "card", "blocks": [], "private_metadata": marks})
        pressed = of_view({"user": {"id": TEACHER}, "view": view})
        await delivery.give(HERE, pressed, (Replace(LONG), Say(Card("Done", (Text("Done."),)))))
        assert len(peer.messages[channel]) == 5
    assert {message.get("thread_ts", "") for message in peer.messages[channel]} == {thread}


@pytest.mark.parametrize("out", [Say(LONG), Show(LONG), Replace(LONG)])
@pytest.mark.parametrize("surface", ["start", "home"])
async def test_a_dialog_without_a_trigger(
    delivery: Delivery, peer: Peer, surface: Surface, out: Outbound, caplog: pytest.LogCaptureFixture
) -> None:
    """Where Slack gives nothing to open a dialog with, the person reads once in their own chat where to look."""
    await delivery.give(HERE, Place(surface, TEACHER, "home"), (out,))
    (message,) = peer.messages[dm(TEACHER)]
    assert "Please open my Home tab" in said(message)
    assert caplog.text.count("no trigger") == 1
