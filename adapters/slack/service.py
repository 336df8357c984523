"""Slack at work: from the settings to a bot that is connected, and its end. Slack being away never stops the start."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import Final

from aiohttp import web

from adapters.slack import outward
from adapters.slack.again import FIRST, kept_going
from adapters.slack.api import Api
from adapters.slack.conversing import Conversing
from adapters.slack.identity import Identity
from adapters.slack.installing import Pages
from adapters.slack.installs import Installs
from adapters.slack.listeners import Listeners
from adapters.slack.logins import Installing, Login
from adapters.slack.looking import Looking
from adapters.slack.manifest import INSTALL, REDIRECT
from adapters.slack.pauses import Pauses
from adapters.slack.payloads import PATH, Endpoint
from adapters.slack.sender import SlackSender
from adapters.slack.serving import Serving
from adapters.slack.sockets import Sockets
from adapters.slack.talk import Once, Talk
from adapters.slack.workspaces import Workspaces
from bot.ports import Clock, Sealer, Store

log = logging.getLogger(__name__)

ONCE: Final = 0.1
"""Seconds that a call is tried again where who calls tries again: not at all."""


@dataclass(frozen=True, slots=True)
class Options:
    """How Slack is set up. ``http``: Slack calls us, else we call Slack. ``openly``: mentions are answered for all.

    ``installing``: workspaces add the bot from its web page. ``first_wait``: the seconds before what failed is tried
    again for the first time; ``last_wait``: those that the end waits for answers to what Slack was told is taken in.
    """

    logins: tuple[Login, ...] = field(repr=False)
    http: bool = False
    openly: bool = False
    address: str = "https://slack.com/api/"
    ping_interval: float = 10.0
    installing: Installing | None = None
    first_wait: float = FIRST
    last_wait: float = 5.0


class SlackService:
    """Everything of Slack in one process. ``mount`` before the server starts; it runs as long as the server does."""

    def __init__(self, options: Options, store: Store, clock: Clock, talk: Talk, sealer: Sealer) -> None:
        self._options = options
        self._store = store
        self._clock = clock
        self._talk = talk
        self.workspaces = Workspaces()
        self._pauses = Pauses(clock.monotonic)
        self.sender = SlackSender(self.workspaces, options.address, clock, self._pauses)
        self._endpoint: Endpoint | None = None
        self._conversing: Conversing | None = None
        self._api: Api | None = None
        self._serving: Serving | None = None
        self._sockets: dict[str, Sockets] = {}
        self._tasks: list[asyncio.Task[None]] = []
        app = options.installing
        self._installs = Installs(store, sealer, clock, app.signing_secret if app else "")
        self._pages: Pages | None = None

    def mount(self, app: web.Application) -> None:
        """Run with a server; in HTTP mode take Slack's requests on it, at /slack/events."""
        if self._options.http:
            app.router.add_post(PATH, self._take)
        if self._options.installing:
            app.router.add_get(INSTALL, self._install)
            app.router.add_get(REDIRECT, self._installed)
        app.cleanup_ctx.append(self._run)

    async def _take(self, request: web.Request) -> web.Response:
        if self._endpoint is None:
            return web.Response(status=503, headers={"Retry-After": "5"})
        return await self._endpoint.take(request)

    async def _install(self, request: web.Request) -> web.Response:
        if self._pages is None:
            return web.Response(status=503, headers={"Retry-After": "5"})
        return await self._pages.begin(request)

    async def _installed(self, request: web.Request) -> web.Response:
        if self._pages is None or self._serving is None:
            return web.Response(status=503, headers={"Retry-After": "5"})
        answer = await self._pages.back(request)
        self._serving.look.set()
        return answer

    async def _run(self, _app: web.Application) -> AsyncIterator[None]:
        options = self._options
        session = outward.session()
        api = self._api = Api(options.address, session, self._pauses)
        identity = Identity(self._store, self._clock, api)
        conversing = self._conversing = Conversing(self._talk, Once(self._store), identity, api, self._clock)
        removed = self._installs.drop
        listeners = Listeners(conversing, self.workspaces, api, openly=options.openly, removed=removed)
        secrets = [login.signing_secret for login in options.logins]
        if options.installing:
            self._pages = Pages(options.installing, self._store, self._clock, api, self._installs)
            secrets.append(options.installing.signing_secret)
        self._endpoint = Endpoint(listeners.app, self.workspaces, secrets)
        looking = Looking(api, identity, self.workspaces)
        installs = self._installs if options.installing else None
        once = Api(options.address, session, self._pauses, patience=ONCE)
        serving = self._serving = Serving(
            options.logins, installs, self.workspaces, once, looking, self._store, self._clock, options.first_wait
        )
        self._begin("look round", looking.often)
        if installs:
            self._begin("installations", serving.follow)
        for login in options.logins:

            async def serve(login: Login = login) -> None:
                workspace = await serving.recognised(login)
                self._connect(listeners, api, login.app_token)
                await looking.round(workspace)

            self._begin("login", serve)
        yield
        await self._end(listeners)
        await session.close()

    def _begin(self, name: str, work: Callable[[], Awaitable[None]]) -> None:
        self._tasks.append(asyncio.create_task(kept_going(name, work, self._options.first_wait)))

    def _connect(self, listeners: Listeners, api: Api, token: str) -> None:
        """Open the connection of an app-level token, once, and keep it."""
        if self._options.http or not token or token in self._sockets:
            return
        options = self._options
        sockets = self._sockets[token] = Sockets(
            listeners, token, api, self.workspaces, self._clock, options.ping_interval, options.first_wait
        )
        self._begin("socket mode", sockets.keep)

    async def _end(self, listeners: Listeners) -> None:
        """Take nothing more in, wait a little for what was taken in, then close."""
        for sockets in self._sockets.values():
            sockets.end()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        try:
            async with asyncio.timeout(self._options.last_wait):
                await listeners.settle()
        except TimeoutError:
            log.warning("slack ended with %d not finished", listeners.underway.count)
        for sockets in self._sockets.values():
            await sockets.close()  # type: ignore[no-untyped-call]
