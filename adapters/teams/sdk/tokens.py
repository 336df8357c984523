"""The bot's own token, with which it writes to Teams: fetched off the loop, once, and kept until it is nearly spent."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final, Protocol

from botframework.connector.auth import ManagedIdentityAppCredentials, MicrosoftAppCredentials
from msrest.pipeline import SansIOHTTPPolicy

from bot.ports import Clock, RetryLater

RESOURCE: Final = "https://api.botframework.com"
LOGIN: Final = "https://login.microsoftonline.com"
KEPT_FOR: Final = 240.0
"""Seconds before msal is asked again. It gives a token out until five minutes before its end, and then a new one."""
FETCH_LIMIT: Final = 15.0


class Tokens(Protocol):
    """Where the bot's token comes from."""

    async def get(self) -> str:
        """Return a token; empty where none is needed. Raise ``RetryLater``."""
        ...

    def forget(self) -> None:
        """Fetch anew next time: Teams has refused the token."""
        ...


class NoToken:
    """For Microsoft's local client, which asks for none."""

    async def get(self) -> str:
        """Return an empty token."""
        return ""

    def forget(self) -> None:
        """Do nothing."""


class CachedToken:
    """A token that ``fetch`` (blocking, run in a thread) brings; many turns at once wait for one fetch."""

    def __init__(self, fetch: Callable[[], str], clock: Clock) -> None:
        self._fetch = fetch
        self._clock = clock
        self._token = ""
        self._at = float("-inf")
        self._fetching = asyncio.Lock()

    async def get(self) -> str:
        """Return the token. Raise ``RetryLater`` where it cannot be had."""
        if not self._fresh():
            async with self._fetching:
                if not self._fresh():
                    await self._renew()
        return self._token

    def forget(self) -> None:
        """Fetch anew next time."""
        self._at = float("-inf")

    def _fresh(self) -> bool:
        return bool(self._token) and self._clock.monotonic() - self._at < KEPT_FOR

    async def _renew(self) -> None:
        try:
            self._token = await asyncio.wait_for(asyncio.to_thread(self._fetch), FETCH_LIMIT)
        except Exception:  # noqa: BLE001 - msal and requests raise of every sort, with words that are not for a log
            raise RetryLater(30.0, "no token") from None
        self._at = self._clock.monotonic()


def by_secret(app_id: str, password: str, tenant: str, clock: Clock) -> CachedToken:
    """Return the token of a single-tenant registration with a client secret."""
    credentials = MicrosoftAppCredentials(app_id, password, tenant, RESOURCE)
    credentials.oauth_endpoint = f"{LOGIN}/{tenant}"
    return CachedToken(credentials.get_access_token, clock)


def by_managed_identity(app_id: str, clock: Clock) -> CachedToken:
    """Return the token of a user-assigned managed identity: no secret at all, on Azure only."""
    return CachedToken(ManagedIdentityAppCredentials(app_id, RESOURCE).get_access_token, clock)


class Bearer(SansIOHTTPPolicy):  # type: ignore[type-arg]
    """Credentials that leave requests as they are: ``connector.Driver`` puts the token onto each."""
