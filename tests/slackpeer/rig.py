"""A whole bot in Slack's stand-in: the demo school over a real database, the real client, real sockets."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from functools import cache
from typing import Literal

import aiohttp
from aiohttp import web

from adapters.slack.logins import Installing, Login
from adapters.slack.service import Options, SlackService
from adapters.slack.talk import Talk
from bot.answering import Answering
from bot.ask_talk import AskTalk
from bot.conversation import Conversation
from bot.delivery import Relay
from bot.evidence import NO_DESK, Rule
from bot.notices import TEMPLATES
from bot.people import Account
from bot.ports import Hook, nothing
from knowledge import pack, reader
from knowledge.reader import Reader
from tests.fakes import World
from tests.slackpeer.peer import Peer
from tests.slackpeer.people import Someone, uid
from tests.slackpeer.wire import SECRET, Json, packed, signed

Mode = Literal["socket", "http"]


@cache
def trained() -> Reader:
    """Return the reader of questions, loaded once for all tests."""
    return reader.installed()


@cache
def engine(policy: str) -> Answering:
    """Return the answering engine of a policy, made once for all tests."""
    return Answering({policy: pack.load_installed(policy)}, trained())


class Rig:
    """One instance of the bot. Several over one database are several instances."""

    def __init__(self, world: World, peer: Peer, mode: Mode, service: SlackService, address: str) -> None:
        self.world = world
        self.peer = peer
        self.mode = mode
        self.service = service
        self.address = address
        self.number = len(peer.sockets) - 1
        self.http = aiohttp.ClientSession()

    def person(self, name: str, team: str = "T1", enterprise: str = "") -> Someone:
        """Return a person of the demo school with a Slack client."""
        return Someone(self.peer, self.deliver, uid(name), team, enterprise)

    async def deliver(self, kind: str, payload: Json) -> Json:
        """Bring a payload to the bot, by socket or signed over HTTP; return what it was acknowledged with."""
        if self.mode == "socket":
            return await self.peer.envelope(kind, payload, socket=self.number)
        body, content = packed(kind, payload)
        status, answer = await self.post(body, {**signed(body), "Content-Type": content})
        assert status == 200, status
        return answer

    async def post(self, body: bytes, headers: dict[str, str]) -> tuple[int, Json]:
        """Send a request to the bot's endpoint."""
        async with self.http.post(f"{self.address}/slack/events", data=body, headers=headers) as answer:
            text = await answer.text()
            return answer.status, (await answer.json() if text.startswith("{") else {})

    def senders(self) -> Relay:
        """Return a relay that sends through Slack."""
        world = self.world
        return Relay(
            world.store,
            world.clock,
            world.shelf,
            {"slack": self.service.sender},
            TEMPLATES,
            world.chasing.unreachable,
        )

    async def relay(self) -> int:
        """Send everything that is due, as the relay's thread does."""
        relay, handled = self.senders(), 0
        while taken := await asyncio.to_thread(relay.run_once):
            handled += taken
        return handled


def conversation(world: World, policy: str = "stockham", at: Hook = nothing, files: Rule = NO_DESK) -> Conversation:
    """Return the bot with its real answers over a world's store."""
    answers = AskTalk(world.store, world.sealer, world.clock, world.shelf, engine(policy))
    return Conversation(world.store, world.sealer, world.clock, world.shelf, answers, at, files=files)


def confirm(world: World, *names: str, team: str = "T1") -> None:
    """Let people have said who they are in Slack."""
    with world.store.begin() as work:
        for name in names:
            work.people.account(Account(f"slack-{team}-{name}", f"demo-{name}", "slack", uid(name), team))
        work.commit()


@asynccontextmanager
async def begun(world: World, options: Options, talk: Talk | None = None) -> AsyncIterator[tuple[SlackService, str]]:
    """Run Slack's service until the end of the block. Give it and its address; nothing is waited for."""
    service = SlackService(options, world.store, world.clock, talk or conversation(world), world.sealer)
    app = web.Application()
    service.mount(app)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = site._server.sockets[0].getsockname()[1]  # type: ignore[union-attr]
    try:
        yield service, f"http://127.0.0.1:{port}"
    finally:
        await runner.cleanup()


async def known(service: SlackService) -> None:
    """Wait until every workspace that is set up is known."""
    for _ in range(3000):
        if service.workspaces.complete:
            return
        await asyncio.sleep(0.01)
    raise TimeoutError


@asynccontextmanager
async def running(
    world: World,
    peer: Peer,
    mode: Mode = "socket",
    *,
    talk: Talk | None = None,
    openly: bool = False,
    logins: Sequence[Login] = (),
    ping: float = 5.0,
    installing: Installing | None = None,
) -> AsyncIterator[Rig]:
    """Run an instance of the bot until the end of the block."""
    given = tuple(logins) or (() if installing else (Login("", "xoxb-1", "xapp-1", SECRET),))
    options = Options(given, mode == "http", openly, peer.address, ping, installing, first_wait=0.1)
    before = len(peer.sockets)
    async with begun(world, options, talk) as (service, address):
        await known(service)
        if mode == "socket":
            await peer.until(lambda: len(peer.sockets) > before)
        rig = Rig(world, peer, mode, service, address)
        try:
            yield rig
        finally:
            await rig.http.close()
