"""The end: what Slack was told is taken in is still answered, for a while; nothing more is taken in."""

from __future__ import annotations

import asyncio
import logging
import time

import pytest

from adapters.slack.logins import Login
from adapters.slack.service import Options
from tests.fakes import World
from tests.slackpeer.methods import Fault
from tests.slackpeer.peer import Peer
from tests.slackpeer.people import Someone, uid
from tests.slackpeer.reading import said
from tests.slackpeer.rig import Mode, begun, running
from tests.slackpeer.wire import SECRET

QUESTION = "can I add a pupil's mum on facebook?"


async def test_a_question_taken_in_is_answered_though_the_bot_ends(way: tuple[Mode, World], peer: Peer) -> None:
    """Slack is slow and the bot is stopped right after the acknowledgement: the answer comes, and comes once."""
    mode, world = way
    for _ in range(2):
        peer.faults["chat.postMessage"].append(Fault(slow=0.5))
        async with running(world, peer, mode) as rig:
            teacher = rig.person("teacher")
            await teacher.write(QUESTION, event_id="Ev-1")
        (answer,) = teacher.chat
        assert "Clause " in said(answer["blocks"])


async def test_a_press_taken_in_is_answered_though_the_bot_ends(way: tuple[Mode, World], peer: Peer) -> None:
    """The same for what is acknowledged before its listener begins: a command, answered at its response address."""
    mode, world = way
    peer.faults["users.info"].append(Fault(slow=0.3))
    async with running(world, peer, mode) as rig:
        teacher = rig.person("teacher")
        await teacher.command("/can-i", QUESTION)
    assert "Clause " in said(peer.hidden[teacher.user][-1]["blocks"])


async def test_nothing_is_taken_in_at_the_end_and_it_does_not_last(
    world: World, peer: Peer, caplog: pytest.LogCaptureFixture
) -> None:
    """While the bot waits for an answer under way it acknowledges nothing new; the wait has an end, which is said."""
    peer.faults["chat.postMessage"].append(Fault(slow=20.0))
    login = Login("", "xoxb-1", "xapp-1", SECRET)
    setup = Options((login,), address=peer.address, first_wait=0.05, last_wait=0.5)
    with caplog.at_level(logging.WARNING):
        async with begun(world, setup):
            await peer.until(lambda: peer.sockets)
            teacher = Someone(peer, peer.envelope, uid("teacher"))
            await teacher.write(QUESTION)
            late = asyncio.create_task(soon(peer))
            before = time.monotonic()
        assert 0.5 <= time.monotonic() - before < 3
    with pytest.raises(TimeoutError):
        await late
    assert "slack ended with 1 not finished" in caplog.text


async def soon(peer: Peer) -> None:
    """Tell of an event a moment later."""
    await asyncio.sleep(0.1)
    body = {"team_id": "T1", "type": "event_callback", "event": {"type": "app_home_opened", "user": uid("head")}}
    await peer.envelope("events_api", body, patience=0.3)
