"""From the settings to Teams on the bot's own server."""

from __future__ import annotations

from aiohttp import web

from adapters.teams.endpoint import Teams, mount
from adapters.teams.identity import tenants_of
from adapters.teams.services import Services, Talk
from adapters.teams.settings import TeamsSettings
from bot.ports import Clock, Store


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
