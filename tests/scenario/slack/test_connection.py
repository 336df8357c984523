"""The connection of Socket Mode: it comes back after whatever befell it, and its address stands in no log."""

from __future__ import annotations

import asyncio
import logging

import pytest

from adapters.slack.logins import Login
from adapters.slack.service import Options
from tests.fakes import World
from tests.slackpeer.methods import Fault
from tests.slackpeer.peer import Peer
from tests.slackpeer.people import Someone, uid
from tests.slackpeer.reading import said
from tests.slackpeer.rig import begun
from tests.slackpeer.wire import SECRET

GARBLED = {
    "a page": Fault(page="<html>quill</html>"),
    "text": Fault(page="quill", kind="text/plain"),
    "broken JSON": Fault(page="<quill>", kind="application/json"),
    "no address": Fault(page='{"ok": true}', kind="application/json"),
    "busy": Fault(status=503),
    "refused": Fault("internal_error"),
    "haste": Fault(status=429, after="0.1"),
}


def options(peer: Peer) -> Options:
    """Return how Slack is set up here; what failed is tried again soon."""
    return Options((Login("", "xoxb-1", "xapp-1", SECRET),), address=peer.address, ping_interval=0.2, first_wait=0.05)


async def answers(peer: Peer) -> bool:
    """Return whether a question over the newest connection is answered."""
    teacher = Someone(peer, peer.envelope, uid("teacher"))
    await teacher.write("can I add a pupil's mum on facebook?")
    return "Clause " in said((await teacher.answered(len(teacher.chat) + 1))["blocks"])


async def lose(peer: Peer, how: str) -> None:
    """Let the connection end: as Slack does that wants another one, or as a network does."""
    link = peer.sockets[-1]
    if how == "refresh_requested":
        await link.send_json({"type": "disconnect", "reason": how})
    elif how == "closed":
        await link.close()
    else:
        assert link._req is not None
        assert link._req.transport is not None
        link._req.transport.abort()


@pytest.mark.parametrize("when", ["at the start", "refresh_requested", "closed", "lost"])
async def test_a_new_address_is_asked_for(
    world: World, peer: Peer, when: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Websockets fail for longer than an address is good for, https works: the next try has an address of its own."""
    peer.ticket_life = 0.3
    with caplog.at_level(logging.DEBUG):
        peer.shut = when == "at the start"
        async with begun(world, options(peer)):
            if not peer.shut:
                await peer.until(lambda: peer.sockets)
                peer.shut = True
                await lose(peer, when)
            for _ in range(200):
                if peer.refused >= 2:
                    break
                await asyncio.sleep(0.02)
            await asyncio.sleep(0.3)
            peer.shut, before = False, peer.hellos
            await peer.until(lambda: peer.hellos > before, 5)
            assert await answers(peer)
    assert "ticket-" not in caplog.text
    assert caplog.text.count("slack socket mode not connected") == 1
    assert caplog.text.count("the firewall must let wss://*.slack.com out") == 1


@pytest.mark.parametrize("when", ["at the start", "lost"])
@pytest.mark.parametrize("fault", GARBLED.values(), ids=[*GARBLED])
async def test_an_address_is_asked_for_until_there_is_one(
    world: World, peer: Peer, fault: Fault, when: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Whatever is answered instead of an address, the connection is made once there is one, and the fault is said."""
    faults = peer.faults["apps.connections.open"]
    with caplog.at_level(logging.INFO):
        if when == "at the start":
            faults.extend([fault] * 2)
        async with begun(world, options(peer)):
            await peer.until(lambda: peer.sockets, 5)
            if when == "lost":
                faults.extend([fault] * 2)
                before = peer.hellos
                await lose(peer, when)
                await peer.until(lambda: peer.hellos > before, 5)
            assert not faults
            assert await answers(peer)
    assert caplog.text.count("slack socket mode not connected") == 1
    assert "quill" not in caplog.text


async def test_a_connection_that_never_holds_is_made_after_growing_pauses(world: World, peer: Peer) -> None:
    """Where each connection ends at once, Slack is not asked for addresses without end."""

    async def end_at_once() -> None:
        while True:
            await peer.until(lambda: peer.sockets)
            await peer.sockets[-1].close()

    async with begun(world, options(peer)):
        ending = asyncio.create_task(end_at_once())
        await asyncio.sleep(1)
        ending.cancel()
        assert 2 <= len(peer.of("apps.connections.open")) <= 6
