"""Trying out what Teams needs of the network and of the settings, for ``teams check``."""

from __future__ import annotations

import aiohttp

from adapters.teams.sdk.tokens import Tokens, by_managed_identity, by_secret
from adapters.teams.settings import TeamsSettings
from adapters.teams.verify import METADATA, Keys, KeysAway
from bot.ports import Clock, RetryLater

Line = tuple[str, str, str]


async def tried(settings: TeamsSettings, clock: Clock) -> list[Line]:
    """Return what came of fetching Teams' signing keys and a token of the bot's own."""
    async with aiohttp.ClientSession() as session:
        return [await keys(Keys(session, clock, METADATA)), await token(settings, tokens_of(settings, clock))]


async def keys(of_teams: Keys) -> Line:
    """Return whether Teams' signing keys can be fetched."""
    try:
        await of_teams.get("")
    except KeysAway:
        return "mend", "keys", f"{METADATA} cannot be fetched: let this machine reach it, past any web filter"
    return "ok", "keys", "Microsoft's signing keys can be fetched"


async def token(settings: TeamsSettings, ours: Tokens | None) -> Line:
    """Return whether the bot gets a token."""
    if ours is None:
        return "mend", "token", "CAN_I_TEAMS_APP_ID, CAN_I_TEAMS_TENANT and CAN_I_TEAMS_APP_PASSWORD are needed"
    try:
        await ours.get()
    except RetryLater:
        if settings.teams_identity == "managed":
            return "mend", "token", "the managed identity gives none: is this machine in Azure, and is the id its own?"
        return "mend", "token", "Microsoft gives none: look at app id, tenant, and whether the secret has run out"
    return "ok", "token", "the bot can prove itself to Teams"


def tokens_of(settings: TeamsSettings, clock: Clock) -> Tokens | None:
    """Return where the bot's token comes from, or ``None`` where the settings do not say enough."""
    app_id, password = settings.teams_app_id, settings.teams_app_password.reveal()
    if settings.teams_identity == "managed":
        return by_managed_identity(app_id, clock) if app_id else None
    if not (app_id and password and settings.teams_tenant):
        return None
    return by_secret(app_id, password, settings.teams_tenant, clock)
