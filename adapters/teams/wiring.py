"""From the settings to Teams on the bot's own server."""

from __future__ import annotations

from typing import Literal, Protocol

from aiohttp import web

from adapters.teams.endpoint import Teams, mount
from adapters.teams.identity import tenants_of
from adapters.teams.services import Services, Talk
from bot.ports import Clock, Store


class Hidden(Protocol):
    """A secret of the settings."""

    def reveal(self) -> str:
        """Return it."""
        ...


class TeamsSettings(Protocol):
    """The settings that Teams is set up by (docs/settings.md)."""

    @property
    def teams_app_id(self) -> str:
        """The bot's application id."""
        ...

    @property
    def teams_app_password(self) -> Hidden:
        """Its client secret."""
        ...

    @property
    def teams_tenant(self) -> str:
        """The tenant that it is registered in."""
        ...

    @property
    def teams_allowed_tenants(self) -> tuple[str, ...]:
        """Who may talk to it."""
        ...

    @property
    def teams_identity(self) -> Literal["secret", "managed"]:
        """How the bot proves who it is."""
        ...

    @property
    def teams_group_answers(self) -> Literal["personal", "thread"]:
        """Where a question in a channel is answered."""
        ...

    @property
    def teams_loopback_test(self) -> bool:
        """Whether unsigned messages from this machine are taken."""
        ...

    @property
    def public_url(self) -> str:
        """The desk's address."""
        ...


def connect(app: web.Application, settings: TeamsSettings, talk: Talk, store: Store, clock: Clock) -> Teams:
    """Put Teams onto a server as the settings say, and return it with its sender. Raise ``endpoint.NotSafe``."""
    services = Services(
        talk,
        store,
        clock,
        app_id=settings.teams_app_id,
        password=settings.teams_app_password.reveal(),
        tenant=settings.teams_tenant,
        tenants=tenants_of(settings.teams_allowed_tenants, settings.teams_tenant),
        identity=settings.teams_identity,
        group_answers=settings.teams_group_answers,
        desk=settings.public_url,
        loopback_test=settings.teams_loopback_test,
    )
    return mount(app, services)
