"""The truth of delivery: each of Slack's errors has its end, each message is sent once, each event answered once."""

from __future__ import annotations

import asyncio
import json
import logging
import time

import pytest

from adapters.slack.logins import Login
from adapters.slack.places import Place
from bot.messages import Card, Text
from bot.people import Account
from bot.ports import Gone, Refused, RetryLater
from tests.fakes import World
from tests.slackpeer.methods import Fault
from tests.slackpeer.peer import Peer
from tests.slackpeer.people import larkfield, uid
from tests.slackpeer.reading import said
from tests.slackpeer.rig import Rig, running
from tests.slackpeer.wire import dm

QUESTION = "can I add a pupil's mum on facebook?"
TWO = (Login("demo", "xoxb-1", "xapp-1"), Login("demo", "xoxb-2", "xapp-1"))
TEACHER = Account("a", "demo-teacher", "slack", uid("teacher"), "T1")
CARD = Card("Something waits", (Text("Something waits."),), "k")


async def sent(rig: Rig, key: str = "outbox-1") -> object:
    """Send a card as the relay does."""
    return await asyncio.to_thread(rig.service.sender.send, TEACHER, CARD, key)


@pytest.mark.parametrize(
    ("method", "code", "end"),
    [
        ("chat.postMessage", "fatal_error", RetryLater),
        ("chat.postMessage", "account_inactive", RetryLater),
        ("chat.postMessage", "token_revoked", RetryLater),
        ("chat.postMessage", "missing_scope", RetryLater),
        ("chat.postMessage", "channel_not_found", Gone),
        ("chat.postMessage", "not_in_channel", Gone),
        ("conversations.open", "user_disabled", Gone),
        ("conversations.open", "user_not_found", Gone),
        ("chat.postMessage", "invalid_blocks", Refused),
        ("chat.postMessage", "something_new", RetryLater),
    ],
)
async def test_each_error_has_its_end(one: Rig, method: str, code: str, end: type[Exception]) -> None:
    """Later, gone or refused: each of Slack's errors is one of them, named, and nothing is posted."""
    one.peer.faults[method].append(Fault(code))
    with pytest.raises(end, match=code):
        await sent(one)
    assert not one.peer.messages[dm(TEACHER.address)]


@pytest.mark.parametrize("status", [500, 502, 503])
async def test_a_broken_slack_is_waited_for(one: Rig, status: int) -> None:
    """An error of Slack's own servers is tried again later."""
    one.peer.faults["chat.postMessage"].append(Fault(status=status))
    with pytest.raises(RetryLater):
        await sent(one)


async def test_retry_after_is_obeyed_for_its_conversation(one: Rig) -> None:
    """After a 429 nothing goes to that person until the time is over, without asking Slack; others are written to."""
    one.peer.faults["chat.postMessage"].append(Fault(status=429, after="7"))
    with pytest.raises(RetryLater) as first:
        await sent(one)
    assert first.value.after == 7
    one.world.clock.move(seconds=3)
    with pytest.raises(RetryLater) as second:
        await sent(one)
    assert second.value.after == pytest.approx(4)
    assert not one.peer.of("chat.postMessage")
    head = Account("b", "demo-head", "slack", uid("head"), "T1")
    await asyncio.to_thread(one.service.sender.send, head, CARD, "outbox-2")
    one.world.clock.move(seconds=5)
    await sent(one)
    assert len(one.peer.of("chat.postMessage")) == 2


async def test_an_answer_waits_as_slack_asks(one: Rig) -> None:
    """An answer refused for haste is sent when the time is over, once."""
    one.peer.faults["chat.postMessage"].append(Fault(status=429, after="0.5"))
    teacher = one.person("teacher")
    before = time.monotonic()
    await teacher.write(QUESTION)
    await teacher.answered()
    assert time.monotonic() - before >= 0.5
    assert len(teacher.chat) == 1


async def test_a_lost_reply_is_asked_for_before_sending_again(one: Rig) -> None:
    """The message arrived though its reply was lost: it bears its key, is found by it, and is not sent twice."""
    one.peer.faults["chat.postMessage"].append(Fault(lose_reply=True))
    with pytest.raises(RetryLater):
        await sent(one)
    there = one.service.sender.arrived
    assert await asyncio.to_thread(there, TEACHER, "outbox-1") is True
    assert await asyncio.to_thread(there, TEACHER, "outbox-2") is False
    (message,) = one.peer.messages[dm(TEACHER.address)]
    assert message["metadata"]["event_payload"]["key"] == "outbox-1"


@pytest.mark.parametrize("fault", [Fault(lose_reply=True), Fault(status=503), Fault(status=429, after="2")])
async def test_an_alert_comes_once_whatever_befell_it(one: Rig, fault: Fault) -> None:
    """Lost reply, broken Slack or haste: the relay asks or waits, tries again, and the head has the alert once."""
    made = one.world.report("teacher", about="staff", person="demo-colleague")
    one.peer.faults["chat.postMessage"].append(fault)
    await one.relay()
    for _ in range(4):
        one.world.clock.move(minutes=2)
        await one.relay()
    (alert,) = one.person("head").chat
    assert made in said(alert)


async def test_a_revoked_token_is_said_once(one: Rig, caplog: pytest.LogCaptureFixture) -> None:
    """A workspace whose token was revoked: one line to the operator that says how to mend it, not one a message."""
    next(iter(one.peer.teams.values())).revoked = "token_revoked"
    with caplog.at_level(logging.ERROR):
        for _ in range(5):
            with pytest.raises(RetryLater):
                await sent(one)
    (line,) = (r.getMessage() for r in caplog.records if "install the app again" in r.getMessage())
    assert line.startswith("slack workspace=T1 cannot be used code=token_revoked")


async def test_the_app_is_removed(one: Rig) -> None:
    """A workspace that removed the app: its accounts are gone, what waits goes elsewhere, nobody of it is answered."""
    teacher = one.person("teacher")
    await teacher.event({"type": "app_uninstalled"})
    for _ in range(100):
        with one.world.store.look() as work:
            left = [a for a in work.people.roster("demo").accounts if a.platform == "slack" and not a.gone]
        if not left:
            break
        await asyncio.sleep(0.02)
    assert left == []
    with pytest.raises(Gone):
        await sent(one)


async def test_an_event_four_times_over_two_instances(world: World, peer: Peer) -> None:
    """The same event told four times, to two instances over one database, is answered once."""
    async with running(world, peer) as first, running(world, peer) as second:
        await asyncio.gather(
            *(
                rig.person("teacher").write(QUESTION, event_id=f"Ev-{number}")
                for number in range(10)
                for rig in (first, second, first, second)
            )
        )
        await first.person("teacher").answered(10)
        await asyncio.sleep(0.3)
        assert len(first.person("teacher").chat) == 10


async def test_a_connection_that_drops_is_made_again(world: World, peer: Peer) -> None:
    """After a refresh and after a hard drop the bot connects anew by itself, and answers."""
    async with running(world, peer, ping=0.5) as rig:
        teacher = rig.person("teacher")
        for count in (1, 2):
            await peer.until(lambda: peer.sockets, 20)
            before = peer.hellos
            if count == 1:
                await peer.sockets[-1].send_json({"type": "disconnect", "reason": "refresh_requested"})
            else:
                transport = peer.sockets[-1]._req.transport  # type: ignore[union-attr]
                assert transport is not None
                transport.abort()
            await peer.until(lambda before=before: peer.hellos > before, 20)
            rig.number = -1
            await teacher.write(QUESTION)
            assert "Clause " in said((await teacher.answered(count))["blocks"])


async def test_two_workspaces_two_accounts_one_person(world: World) -> None:
    """A person who is in both workspaces of a school is one person, whichever account is used."""
    async with Peer(larkfield(), larkfield("T2", "xoxb-2")) as peer:
        async with running(world, peer, logins=TWO) as rig:
            here, there = rig.person("teacher"), rig.person("teacher", "T2")
            await there.write(QUESTION)
            hello = await there.answered()
            assert "Is that you?" in said(hello["blocks"])
            await there.press(hello, "slack.me")
            await there.answered(2)
            await here.command("/report")
            await here.dialog("Before you write")
        with world.store.look() as work:
            mine = [a for a in work.people.roster("demo").accounts if a.person_id == "demo-teacher" and not a.details]
        assert sorted(a.tenant for a in mine if a.platform == "slack") == ["T1", "T2"]
        assert "xoxb" not in json.dumps(peer.messages)


async def test_a_long_card_put_in_place_is_not_cut(one: Rig) -> None:
    """What does not fit into the message whose place it takes stands below it."""
    teacher = one.person("teacher")
    await teacher.write(QUESTION)
    message = (await teacher.answered())["ts"]
    place = Place("direct", teacher.user, dm(teacher.user), dm(teacher.user), message=message)
    card = Card("Long", tuple(Text(f"Line {number}.") for number in range(120)))
    workspace = one.service.workspaces.get("T1")
    conversing = one.service._conversing
    assert workspace is not None
    assert conversing is not None
    await conversing.delivery.replace(workspace, place, card)
    words = " ".join(said(each["blocks"]) for each in teacher.chat)
    assert len(teacher.chat) == 3
    assert all(f"Line {number}." in words for number in range(120))
