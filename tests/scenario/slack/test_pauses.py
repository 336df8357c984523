"""Slack's haste: what it asks for is kept in one place, whoever was refused, and within reason."""

from __future__ import annotations

import asyncio

import pytest

from adapters.slack.answered import LONGEST, seconds
from adapters.slack.consequences import Trouble
from bot.messages import Card, Text
from bot.people import Account
from bot.ports import RetryLater
from tests.slackpeer.methods import Fault
from tests.slackpeer.people import uid
from tests.slackpeer.rig import Rig
from tests.slackpeer.wire import dm

TEACHER = Account("a", "demo-teacher", "slack", uid("teacher"), "T1")
CARD = Card("Something waits", (Text("Something waits."),), "k")


async def test_the_relay_waits_as_an_answer_was_told(one: Rig) -> None:
    """An answer was refused for haste: the relay writes nothing into that conversation before the time is over."""
    api, workspace = one.service._api, one.service.workspaces.get("T1")
    assert api is not None
    assert workspace is not None
    one.peer.faults["chat.postMessage"].append(Fault(status=429, after="1000"))
    with pytest.raises(Trouble, match="ratelimited"):
        await api.call(workspace, "chat_postMessage", channel=dm(TEACHER.address), text="x")
    with pytest.raises(RetryLater) as later:
        await asyncio.to_thread(one.service.sender.send, TEACHER, CARD, "outbox-1")
    assert later.value.after == pytest.approx(1000)
    one.world.clock.move(seconds=1001)
    await asyncio.to_thread(one.service.sender.send, TEACHER, CARD, "outbox-1")
    assert len(one.person("teacher").chat) == 1


async def test_an_answer_waits_as_the_relay_was_told(one: Rig) -> None:
    """The relay was refused for haste: an answer there is not tried while its patience would end first, others are."""
    api, workspace = one.service._api, one.service.workspaces.get("T1")
    assert api is not None
    assert workspace is not None
    one.peer.faults["chat.postMessage"].append(Fault(status=429, after="1000"))
    with pytest.raises(RetryLater):
        await asyncio.to_thread(one.service.sender.send, TEACHER, CARD, "outbox-1")
    with pytest.raises(Trouble, match="ratelimited"):
        await api.call(workspace, "chat_postMessage", channel=dm(TEACHER.address), text="x")
    await api.call(workspace, "chat_postMessage", channel=dm(uid("head")), text="x")
    assert not one.person("teacher").chat
    assert len(one.person("head").chat) == 1


@pytest.mark.parametrize(
    ("given", "wait"),
    [
        ("7", 7.0),
        ("3600", 3600.0),
        (None, 1.0),
        ("", 1.0),
        ("nan", 1.0),
        ("Wed, 21 Oct 2026 07:28:00 GMT", 1.0),
        ("inf", LONGEST),
        ("1e400", LONGEST),
        ("999999999999", LONGEST),
        ("-5", 0.0),
    ],
)
def test_a_pause_is_within_reason(given: str | None, wait: float) -> None:
    """However odd a Retry-After is, the wait is a number, and an hour at most."""
    assert seconds(given) == wait


@pytest.mark.parametrize("after", ["inf", "nan", "999999999999"])
async def test_an_odd_pause_does_not_stop_the_relay(one: Rig, after: str) -> None:
    """An alert that was refused with an impossible waiting time comes all the same, within the hour or so."""
    one.world.report("teacher", about="staff", person="demo-colleague")
    one.peer.faults["chat.postMessage"].append(Fault(status=429, after=after))
    await one.relay()
    one.world.clock.move(minutes=62)
    await one.relay()
    assert len(one.person("head").chat) == 1
