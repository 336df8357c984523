"""From the settings to Slack on the bot's own server."""

from __future__ import annotations

import logging
from collections.abc import Mapping

from aiohttp import web

from adapters.slack.logins import WrongWorkspace
from adapters.slack.remedies import unusable_authorities
from adapters.slack.service import Options, SlackService
from adapters.slack.settings import SlackSettings, faults, installing_of, logins_of
from adapters.slack.talk import Talk
from bot.ports import Clock, Sealer, Store

log = logging.getLogger(__name__)


def connect(
    app: web.Application,
    settings: SlackSettings,
    talk: Talk,
    store: Store,
    clock: Clock,
    sealer: Sealer,
    environ: Mapping[str, str],
) -> SlackService:
    """Put Slack onto a server as the settings say, and return it with its sender. Raise ``WrongWorkspace``.

    ``environ`` are the variables of the process.
    """
    for wrong in faults(settings):
        raise WrongWorkspace(wrong)
    options = Options(
        logins_of(settings),
        http=settings.slack_mode == "http",
        openly=settings.slack_group_answers == "thread",
        address=settings.slack_api_url,
        installing=installing_of(settings),
    )
    if unusable := unusable_authorities(environ):
        log.error("slack: %s", unusable)
    service = SlackService(options, store, clock, talk, sealer)
    service.mount(app)
    return service
