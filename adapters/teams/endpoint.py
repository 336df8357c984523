"""``/api/messages`` on the bot's own web server: everything put together when the server starts."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Final

import aiohttp
from aiohttp import web

from adapters.teams.acts import Acts
from adapters.teams.first_contact import FirstContact
from adapters.teams.handler import TeamsHandler
from adapters.teams.identity import Identities
from adapters.teams.pace import Pace
from adapters.teams.sdk.adapter import TeamsAdapter
from adapters.teams.sdk.connector import SdkLine
from adapters.teams.sdk.tokens import CachedToken, NoToken, Tokens, by_managed_identity, by_secret
from adapters.teams.sender import Shown, TeamsSender
from adapters.teams.services import Services
from adapters.teams.verify import Keys, Verifier, only_loopback

PATH: Final = "/api/messages"
SETTLES_WITHIN: Final = 10.0
"""Seconds that answers under way are given when the server ends."""


class NotSafe(Exception):
    """Settings with which anybody could speak as anybody."""


@dataclass(slots=True)
class Teams:
    """The adapter at work. ``handler`` is there once the server has started."""

    services: Services
    sender: TeamsSender
    shown: Shown
    pace: Pace
    adapter: TeamsAdapter | None = None
    handler: TeamsHandler | None = None
    acts: Acts | None = None

    async def settled(self) -> None:
        """Wait until everything that runs beside requests has ended."""
        if self.handler is not None and self.acts is not None:
            await self.handler.settled()
            await self.acts.settled()
            await self.handler.settled()


def mount(app: web.Application, services: Services) -> Teams:
    """Put the endpoint onto a server, and return the adapter with its sender. Raise ``NotSafe``.

    Without an app id nothing can be verified: that is allowed only in the loopback test mode, said by its own setting.
    """
    if not services.app_id and not services.loopback_test:
        raise NotSafe("Teams without an app id would believe everybody")
    if not services.loopback_test and not any(services.tenants):
        raise NotSafe("Teams without a tenant would let every organisation in")
    pace, shown = Pace(services.clock), Shown()
    teams = Teams(services, TeamsSender(pace, shown, services), shown, pace)

    async def endpoint(request: web.Request) -> web.Response:
        if teams.adapter is None:
            return web.Response(status=503)
        return await teams.adapter.process(request)

    app.router.add_post(PATH, endpoint)
    app.cleanup_ctx.append(lambda _: _running(teams))
    return teams


async def _running(teams: Teams) -> AsyncIterator[None]:
    services = teams.services
    async with aiohttp.ClientSession() as session:
        verifier = _verifier(services, session)
        line = SdkLine(session, _tokens(services), verifier.allow if verifier else only_loopback)
        identities = Identities(services.store, services.clock, services.tenants)
        teams.acts = Acts(services, identities, line, teams.shown)
        teams.handler = TeamsHandler(teams.acts, FirstContact(teams.acts, teams.pace))
        tenants = frozenset(services.tenants)
        teams.adapter = TeamsAdapter(line, teams.handler, verifier, tenants, services.app_id)
        teams.sender.connect(asyncio.get_running_loop(), line)
        yield
        teams.sender.disconnect()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(teams.settled(), SETTLES_WITHIN)
        teams.acts.close()


def _verifier(services: Services, session: aiohttp.ClientSession) -> Verifier | None:
    if services.loopback_test:
        return None
    return Verifier(services.app_id, Keys(session, services.clock, services.metadata), services.service_hosts)


def _tokens(services: Services) -> Tokens:
    if services.loopback_test:
        return NoToken()
    if services.fetch_token is not None:
        return CachedToken(services.fetch_token, services.clock)
    if services.identity == "managed":
        return by_managed_identity(services.app_id, services.clock)
    return by_secret(services.app_id, services.password, services.tenant, services.clock)
