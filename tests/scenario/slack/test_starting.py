"""The start: a workspace that Slack does not name at once is asked for until it does, and costs nobody anything."""

from __future__ import annotations

import asyncio
import logging

import pytest

from adapters.slack.logins import Installing, Login
from adapters.slack.service import Options, SlackService
from bot.messages import Card, Text
from bot.people import Account
from bot.ports import Gone, Installation, RetryLater
from tests.fakes import World
from tests.slackpeer.methods import Fault
from tests.slackpeer.peer import Peer
from tests.slackpeer.people import Someone, larkfield, uid
from tests.slackpeer.reading import said
from tests.slackpeer.rig import Rig, begun, known
from tests.slackpeer.wire import SECRET

CARD = Card("Something waits", (Text("Something waits."),), "k")
ONE = Login("", "xoxb-1", "xapp-1", SECRET)
TWO = (Login("demo", "xoxb-1", "xapp-1", SECRET), Login("demo", "xoxb-2", "xapp-2", SECRET))
AT_THE_START = {
    "a web filter's page": Fault(page="<html>quill</html>"),
    "a page that forbids": Fault(page="<html>quill</html>", status=403),
    "text": Fault(page="quill", kind="text/plain"),
    "broken JSON": Fault(page="<quill>", kind="application/json"),
    "a list": Fault(page="[]", kind="application/json"),
    "an answer without a name": Fault(page='{"ok": true}', kind="application/json"),
    "token_revoked": Fault("token_revoked"),
    "account_inactive": Fault("account_inactive"),
    "invalid_auth": Fault("invalid_auth"),
    "something_new": Fault("something_new"),
}


def options(peer: Peer, *logins: Login, http: bool = False, installing: Installing | None = None) -> Options:
    """Return how Slack is set up here; what failed is tried again soon."""
    return Options(logins, http, False, peer.address, 5.0, installing, first_wait=0.05)


async def sent(service: SlackService, team: str) -> object:
    """Send a card to somebody of a workspace, as the relay does."""
    account = Account("a", "demo-teacher", "slack", uid("teacher"), team)
    return await asyncio.to_thread(service.sender.send, account, CARD, "outbox-1")


@pytest.mark.parametrize("fault", AT_THE_START.values(), ids=[*AT_THE_START])
async def test_a_workspace_is_asked_for_until_slack_names_it(
    world: World, peer: Peer, fault: Fault, caplog: pytest.LogCaptureFixture
) -> None:
    """Nobody is gone and no alert is dead meanwhile, the operator reads of it once, and no restart is needed."""
    made = world.report("teacher", about="staff", person="demo-colleague")
    peer.faults["auth.test"].extend([fault] * 100)
    with caplog.at_level(logging.INFO):
        async with begun(world, options(peer, ONE)) as (service, address):
            rig = Rig(world, peer, "socket", service, address)
            await rig.http.close()
            await asyncio.sleep(0.2)
            for _ in range(6):
                await rig.relay()
                world.clock.move(seconds=20)
            assert len(peer.faults["auth.test"]) <= 98
            assert not peer.sockets
            peer.faults.clear()
            await peer.until(lambda: peer.sockets)
            world.clock.move(minutes=5)
            await rig.relay()
        (alert,) = rig.person("head").chat
        assert made in said(alert)
    with world.store.look() as work:
        assert work.outbox.dead("demo") == ()
        accounts = work.people.roster("demo").accounts
    assert [a.address for a in accounts if a.gone] == []
    assert next(a for a in accounts if a.address == uid("head") and a.platform == "slack").details == ""
    assert caplog.text.count("workspace not recognised") == 1
    assert "quill" not in caplog.text


async def test_a_school_that_is_put_in_later_is_served(world: World, peer: Peer) -> None:
    """A login for a school that there is not yet waits for it; its people are not gone."""
    async with begun(world, options(peer, Login("oak", "xoxb-1", "xapp-1", SECRET))) as (service, _):
        await asyncio.sleep(0.1)
        with pytest.raises(RetryLater):
            await sent(service, "T1")
        with world.store.begin() as work:
            school = next(iter(work.schools.all()))
            work.schools.put(type(school)(**{**{n: getattr(school, n) for n in school.__slots__}, "id": "oak"}))
            work.commit()
        await known(service)
        assert [each.school_id for each in service.workspaces.all()] == ["oak"]


async def test_a_workspace_does_not_wait_for_another(world: World) -> None:
    """One login that Slack does not name: the other's connection is open, and its people are answered.

    What comes from a workspace not known yet is not acknowledged, so that Slack tells of it again; whose workspace
    nobody knows is not gone before all are known.
    """
    async with Peer(larkfield(), larkfield("T2", "xoxb-2")) as peer:
        next(each for each in peer.teams.values() if each.team == "T2").revoked = "token_revoked"
        async with begun(world, options(peer, *TWO)) as (service, _):
            await peer.until(lambda: peer.sockets)
            here, there = (Someone(peer, peer.envelope, uid("teacher"), team) for team in ("T1", "T2"))
            await here.write("can I add a pupil's mum on facebook?")
            assert "Clause " in said((await here.answered())["blocks"])
            body = {"team_id": "T2", "type": "event_callback", "event": {"type": "team_join"}}
            with pytest.raises(TimeoutError):
                await peer.envelope("events_api", body, patience=0.2)
            for team in ("T2", "T9"):
                with pytest.raises(RetryLater):
                    await sent(service, team)
            next(each for each in peer.teams.values() if each.team == "T2").revoked = ""
            await known(service)
            await peer.until(lambda: len(peer.sockets) == 2)
            await there.open_home()
            await sent(service, "T2")
            with pytest.raises(Gone):
                await sent(service, "T9")


async def test_an_installation_whose_token_cannot_be_opened_is_set_up(world: World, peer: Peer) -> None:
    """After a backup was put back without its key the accounts there wait for the app to be added again."""
    setup = Installing("1.2", "client-secret", SECRET, "http://bot.example")
    with world.store.begin() as work:
        key = world.sealer.new_key()
        work.installs.put(Installation("T1", "Elm", world.clock.now(), key, world.sealer.seal(key, "x", "elsewhere")))
        work.installs.admit("T1", "demo")
        work.commit()
    async with begun(world, options(peer, http=True, installing=setup)) as (service, _):
        await asyncio.sleep(0.1)
        with pytest.raises(RetryLater):
            await sent(service, "T1")
        with world.store.begin() as work:
            work.installs.drop("T1")
            work.commit()
        assert service._serving is not None
        service._serving.look.set()
        await known(service)
        with pytest.raises(Gone):
            await sent(service, "T1")
