"""Slack at work: from the settings to a bot that is connected, and its end. Slack being away never stops the start."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from typing import Any, Final

from aiohttp import web
from slack_sdk.errors import SlackApiError

from adapters.slack import outward
from adapters.slack.answered import troubled
from adapters.slack.api import UNREACHED, Api
from adapters.slack.consequences import Trouble, mend, unreached
from adapters.slack.conversing import Conversing
from adapters.slack.identity import Identity, profile_of
from adapters.slack.installing import Pages
from adapters.slack.installs import Installs
from adapters.slack.listeners import Listeners
from adapters.slack.logins import Installing, Login, WrongWorkspace, school_among
from adapters.slack.manifest import INSTALL, REDIRECT
from adapters.slack.pauses import Pauses
from adapters.slack.payloads import PATH, Endpoint
from adapters.slack.remedies import mend_app_token
from adapters.slack.sender import SlackSender
from adapters.slack.sockets import Sockets
from adapters.slack.talk import Once, Talk
from adapters.slack.workspaces import Workspace, Workspaces
from bot.ports import Clock, Sealer, Store, StoreBusy

log = logging.getLogger(__name__)

FIRST_WAIT: Final = 2.0
LONGEST_WAIT: Final = 300.0
LOOK_ROUND: Final = 6 * 3600.0
"""Seconds between two looks at everybody of a workspace; changes between them come as events."""
A_PAGE: Final = 200
FOLLOW: Final = 10.0
"""Seconds between two looks at the installations: another instance, or a command, may have changed them."""


@dataclass(frozen=True, slots=True)
class Options:
    """How Slack is set up. ``http``: Slack calls us, else we call Slack. ``openly``: mentions are answered for all.

    ``installing``: workspaces add the bot from its web page.
    """

    logins: tuple[Login, ...] = field(repr=False)
    http: bool = False
    openly: bool = False
    address: str = "https://slack.com/api/"
    ping_interval: float = 10.0
    installing: Installing | None = None


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
        self.ready = asyncio.Event()
        self._look = asyncio.Event()
        self._endpoint: Endpoint | None = None
        self._conversing: Conversing | None = None
        self._api: Api | None = None
        self._sockets: list[Sockets] = []
        app = options.installing
        self._installs = Installs(store, sealer, clock, app.signing_secret if app else "")
        self._pages: Pages | None = None
        self._listed: set[str] = set()
        self._followed: set[str] = set()

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
        if self._pages is None:
            return web.Response(status=503, headers={"Retry-After": "5"})
        answer = await self._pages.back(request)
        self._look.set()
        return answer

    async def _run(self, _app: web.Application) -> AsyncIterator[None]:
        session = outward.session()
        api = self._api = Api(self._options.address, session, self._pauses)
        identity = Identity(self._store, self._clock, api)
        conversing = Conversing(self._talk, Once(self._store), identity, api, self._clock)
        self._conversing = conversing
        removed = self._installs.drop
        listeners = Listeners(conversing, self.workspaces, api, openly=self._options.openly, removed=removed)
        secrets = [login.signing_secret for login in self._options.logins]
        if self._options.installing:
            self._pages = Pages(self._options.installing, self._store, self._clock, api, self._installs)
            secrets.append(self._options.installing.signing_secret)
        self._endpoint = Endpoint(listeners.app, self.workspaces, secrets)
        tasks = [asyncio.create_task(self._recognise_all()), asyncio.create_task(self._look_round_often())]
        if self._options.installing:
            tasks.append(asyncio.create_task(self._follow_often()))
        if not self._options.http:
            tokens = dict.fromkeys(login.app_token for login in self._options.logins if login.app_token)
            tasks += [asyncio.create_task(self._connect(listeners, api, token)) for token in tokens]
        yield
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for sockets in self._sockets:
            await sockets.close_async()  # type: ignore[no-untyped-call]
        await listeners.settle()
        await session.close()

    # --- which workspaces -----------------------------------------------------------------------------------------

    async def _recognise_all(self) -> None:
        """Ask Slack which workspace each token is for, until each has been answered."""
        left, wait = [*self._options.logins], FIRST_WAIT
        while left:
            left = [login for login in left if not await self._recognised(login)]
            if left:
                await asyncio.sleep(wait)
                wait = min(2 * wait, LONGEST_WAIT)
        self.workspaces.complete = True
        self.ready.set()
        for workspace in self.workspaces.all():
            await self._look_round(workspace)

    async def _recognised(self, login: Login) -> bool:
        """Ask Slack for the workspace of a token. Return ``False`` where it must be asked again."""
        assert self._api is not None  # noqa: S101 - set before any task begins
        try:
            workspace = await recognise(self._api, login, await asyncio.to_thread(self._school, login.school_id))
            self.workspaces.put(workspace)
            self._listed.add(workspace.team)
        except Trouble as trouble:
            log.error("slack token refused school=%s: %s", login.school_id or "-", mend(trouble.code))  # noqa: TRY400
            return trouble.consequence not in {"later", "unknown"}
        except StoreBusy:
            return False
        except WrongWorkspace as wrong:
            log.error("slack: %s", wrong)  # noqa: TRY400 - our own sentence
            return True
        log.info("slack workspace=%s served for school=%s", workspace.team, workspace.school_id)
        return True

    def _school(self, school_id: str) -> str:
        return school_of(self._store, school_id)

    async def _follow_often(self) -> None:
        """Serve what is admitted, by whichever instance or command, and no longer what was removed."""
        while True:
            self._look.clear()
            try:
                await self._follow()
            except StoreBusy:
                log.warning("slack installations not read: the database is busy")
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._look.wait(), FOLLOW)

    async def _follow(self) -> None:
        admitted = await asyncio.to_thread(self._installs.served)
        wanted = {team: workspace for team, workspace in admitted.items() if team not in self._listed}
        for team in self._followed - wanted.keys():
            self.workspaces.drop(team)
            log.info("slack workspace=%s no longer served", team)
        self._followed = {*wanted}
        for workspace in wanted.values():
            before = self.workspaces.get(workspace.team)
            if before != workspace:
                if before is not None:
                    self.workspaces.drop(workspace.team)
                self.workspaces.put(workspace)
                log.info("slack workspace=%s served for school=%s", workspace.team, workspace.school_id)
                await self._look_round(workspace)

    # --- who is there ---------------------------------------------------------------------------------------------

    async def _look_round_often(self) -> None:
        while True:
            await asyncio.sleep(LOOK_ROUND)
            for workspace in self.workspaces.all():
                await self._look_round(workspace)

    async def _look_round(self, workspace: Workspace) -> None:
        """Look at everybody of a workspace: who is new, who is no longer there."""
        assert self._api is not None  # noqa: S101 - set before any task begins
        assert self._conversing is not None  # noqa: S101 - as above
        cursor = ""
        try:
            while True:
                answer = await self._api.call(workspace, "users_list", limit=A_PAGE, cursor=cursor)
                profiles = [profile_of(user, workspace) for user in answer.get("members", [])]
                await asyncio.to_thread(self._conversing.identity.notice, workspace, profiles)
                if self.workspaces.get(workspace.team) is None:
                    # Removed meanwhile: what was just taken in goes with the rest.
                    await asyncio.to_thread(self._conversing.identity.removed, workspace)
                    return
                cursor = str((answer.get("response_metadata") or {}).get("next_cursor") or "")
                if not cursor:
                    return
        except Trouble as trouble:
            log.warning("slack people not seen workspace=%s code=%s", workspace.team, trouble.code)
        except StoreBusy:
            log.warning("slack people not kept workspace=%s", workspace.team)

    # --- Socket Mode ----------------------------------------------------------------------------------------------

    async def _connect(self, listeners: Listeners, api: Api, token: str) -> None:
        """Open a connection of Socket Mode and keep it; what is wrong with the token is said in words."""
        await self.ready.wait()
        sockets = Sockets(listeners.app, token, api, self.workspaces, self._options.ping_interval)
        self._sockets.append(sockets)
        wait = FIRST_WAIT
        while sockets.client.wss_uri is None:
            try:
                sockets.client.wss_uri = await sockets.client.issue_new_wss_url()
            except SlackApiError as error:
                says = mend_app_token(troubled(error).code)
                log.error("slack socket mode refused: %s", says)  # noqa: TRY400 - Slack's words are left out
            except UNREACHED as error:
                log.warning("slack socket mode: %s", mend(unreached(error).code))
            else:
                break
            await asyncio.sleep(wait)
            wait = min(2 * wait, LONGEST_WAIT)
        await sockets.connect_async()  # type: ignore[no-untyped-call]
        log.info("slack socket mode connected")


async def recognise(api: Api, login: Login, school_id: str) -> Workspace:
    """Return the workspace of a token, as Slack names it. Raise ``Trouble``."""
    blank = Workspace("", school_id, login.bot_token, signing_secret=login.signing_secret)
    found = await api.call(blank, "auth_test")
    return replace(blank, **named(found))


def named(found: dict[str, Any]) -> dict[str, str]:
    """Return what ``auth.test`` says of a workspace, by the names of ``Workspace``."""
    return {
        "team": str(found.get("team_id", "")),
        "enterprise": str(found.get("enterprise_id") or ""),
        "bot_user": str(found.get("user_id") or ""),
        "bot_id": str(found.get("bot_id") or ""),
        "name": str(found.get("team") or ""),
    }


def school_of(store: Store, school_id: str) -> str:
    """Return the id of a school, the only one where it is empty. Raise ``WrongWorkspace``, ``StoreBusy``."""
    with store.look() as work:
        known = [school.id for school in work.schools.all()]
    return school_among(school_id, known)
