"""From the settings to Slack on the bot's own server."""

from __future__ import annotations

import logging

from aiohttp import web

from adapters.slack.logins import WrongWorkspace
from adapters.slack.remedies import unusable_authorities
from adapters.slack.service import Options, SlackService
from adapters.slack.settings import SlackSettings, installing_of, logins_of
from adapters.slack.talk import Talk
from bot.ports import Clock, Sealer, Store

log = logging.getLogger(__name__)


def connect(
    app: web.Application, settings: SlackSettings, talk: Talk, store: Store, clock: Clock, sealer: Sealer
) -> SlackService:
    """Put Slack onto a server as the settings say, and return it with its sender. Raise ``WrongWorkspace``."""
    http, every = settings.slack_mode == "http", logins_of(settings)
    for login in every:
        if not (login.signing_secret if http else login.app_token):
            needed = "signing secret, which http mode needs" if http else "xapp- token, which socket mode needs"
            raise WrongWorkspace(f"{login.school_id or 'the workspace'} has no {needed}")
    options = Options(
        every,
        http=http,
        openly=settings.slack_group_answers == "thread",
        address=settings.slack_api_url,
        installing=installing_of(settings),
    )
    if unusable := unusable_authorities():
        log.error("slack: %s", unusable)
    service = SlackService(options, store, clock, talk, sealer)
    service.mount(app)
    return service
