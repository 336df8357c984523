"""From the settings to Slack on the bot's own server."""

from __future__ import annotations

from aiohttp import web

from adapters.slack.service import Options, SlackService
from adapters.slack.settings import SlackSettings, logins_of
from adapters.slack.talk import Talk
from bot.ports import Clock, Store


def connect(app: web.Application, settings: SlackSettings, talk: Talk, store: Store, clock: Clock) -> SlackService:
    """Put Slack onto a server as the settings say, and return it with its sender. Raise ``WrongWorkspace``."""
    options = Options(
        logins_of(settings),
        http=settings.slack_mode == "http",
        openly=settings.slack_group_answers == "thread",
        address=settings.slack_api_url,
    )
    service = SlackService(options, store, clock, talk)
    service.mount(app)
    return service
