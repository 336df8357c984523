"""Whether a request comes from Teams: the token's signature, issuer, audience, times and service address.

The rules are those of https://learn.microsoft.com/azure/bot-service/rest-api/bot-framework-rest-connector-authentication
(bot connector to bot). Nothing of any SDK is needed for them.
"""

from __future__ import annotations

import asyncio
import ipaddress
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit

import aiohttp
import jwt
from jwt import PyJWK

from bot.ports import Clock

METADATA: Final = "https://login.botframework.com/v1/.well-known/openidconfiguration"
ISSUER: Final = "https://api.botframework.com"
CHANNEL: Final = "msteams"
SERVICE_HOSTS: Final = (
    "smba.trafficmanager.net",
    "smba.infra.gcc.teams.microsoft.com",
    "smba.infra.gov.teams.microsoft.us",
)
"""Where Teams lets bots write to: the token of the bot is sent nowhere else."""
SKEW: Final = 300.0
"""Seconds by which clocks may differ."""
DAY: Final = 86_400.0
UNKNOWN_KEY_AGAIN: Final = 300.0
"""Seconds before keys are fetched again because a token names one that is not known."""
AGAIN_WITHOUT: Final = 5.0
"""Seconds before keys are fetched again where none are at hand, so that a flood of requests makes no flood of ours."""
FETCH_LIMIT: Final = 5.0


class NotAuthentic(Exception):
    """The token is missing or not good: 401. The message is a code word."""


class Forbidden(Exception):
    """A good token, for something that is not allowed here: 403. The message is a code word."""


class KeysAway(Exception):
    """The keys cannot be fetched, and none are at hand: 503; Teams sends the turn again."""


class Keys:
    """The signing keys of Teams: fetched without blocking, kept for a day, fetched again where a new one is named."""

    def __init__(self, session: aiohttp.ClientSession, clock: Clock, metadata: str = METADATA) -> None:
        self._session = session
        self._clock = clock
        self._metadata = metadata
        self._keys: dict[str, tuple[PyJWK, tuple[str, ...]]] = {}
        self._fetched = float("-inf")
        self._tried = float("-inf")
        self._fetching = asyncio.Lock()

    async def get(self, key_id: str) -> tuple[PyJWK, tuple[str, ...]] | None:
        """Return a key and the channels that it may sign for; ``None`` for an unknown one. Raise ``KeysAway``."""
        if self._due(key_id):
            async with self._fetching:
                if self._due(key_id):
                    await self._fetch()
        return self._keys.get(key_id)

    def _due(self, key_id: str) -> bool:
        now = self._clock.monotonic()
        if not self._keys:
            return True
        return (key_id not in self._keys or now - self._fetched > DAY) and now - self._tried > UNKNOWN_KEY_AGAIN

    async def _fetch(self) -> None:
        now = self._clock.monotonic()
        if not self._keys and now - self._tried < AGAIN_WITHOUT:
            raise KeysAway("keys away")
        self._tried = now
        try:
            found = await self._json(self._metadata)
            listed = (await self._json(_same_sort(str(found["jwks_uri"]), self._metadata)))["keys"]
            keys = {
                str(one["kid"]): (PyJWK.from_dict(one, "RS256"), tuple(map(str, one.get("endorsements", ()))))
                for one in listed
                if one.get("kty") == "RSA"
            }
        except (aiohttp.ClientError, TimeoutError, KeyError, TypeError, ValueError, jwt.PyJWTError):
            # Old keys still serve while new ones cannot be had.
            if self._keys:
                return
            raise KeysAway("keys away") from None
        self._keys, self._fetched = keys, now

    async def _json(self, url: str) -> Any:  # noqa: ANN401 - JSON
        limit = aiohttp.ClientTimeout(total=FETCH_LIMIT)
        async with self._session.get(url, timeout=limit, allow_redirects=False) as answer:
            answer.raise_for_status()
            return await answer.json(content_type=None)


class Verifier:
    """Checks the token of one request against one bot."""

    def __init__(self, app_id: str, keys: Keys, hosts: tuple[str, ...] = SERVICE_HOSTS) -> None:
        if not app_id:
            # An empty audience would be met by any token without one: the stock SDK then lets everybody in.
            raise ValueError("a bot without an app id can check nobody")
        self._app_id = app_id
        self._keys = keys
        self._hosts = hosts

    async def verify(self, header: str, service_url: str, channel: str) -> Mapping[str, Any]:
        """Return the claims of a request's token. Raise ``NotAuthentic``, ``Forbidden`` or ``KeysAway``."""
        token = _bearer(header)
        if channel != CHANNEL:
            raise Forbidden("channel")
        try:
            kept = jwt.get_unverified_header(token)
        except jwt.PyJWTError:
            raise NotAuthentic("garbled") from None
        if kept.get("alg") != "RS256" or not isinstance(kept.get("kid"), str):
            raise NotAuthentic("algorithm or key")
        found = await self._keys.get(kept["kid"])
        if found is None:
            raise NotAuthentic("unknown key")
        key, channels = found
        try:
            claims: Mapping[str, Any] = jwt.decode(
                token,
                key,
                algorithms=["RS256"],
                audience=self._app_id,
                issuer=ISSUER,
                leeway=SKEW,
                options={"require": ["exp", "iss", "aud"]},
            )
        except (jwt.PyJWTError, ValueError, TypeError):
            raise NotAuthentic("not good") from None
        if channels and channel not in channels:
            raise NotAuthentic("endorsement")
        if not _same(claims.get("serviceurl", claims.get("serviceUrl")), service_url):
            raise NotAuthentic("service address")
        self.allow(service_url)
        return claims

    def allow(self, service_url: str) -> None:
        """Raise ``Forbidden`` for an address to which the bot may not write."""
        try:
            parts = urlsplit(service_url)
            host = parts.hostname or ""
        except ValueError:
            raise Forbidden("service address") from None
        if host not in self._hosts or (parts.scheme != "https" and not loopback(host)) or parts.username:
            raise Forbidden("service address")


def loopback(host: str) -> bool:
    """Return whether a host is this machine."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def only_loopback(service_url: str) -> None:
    """Raise ``Forbidden`` for an address on another machine."""
    try:
        host = urlsplit(service_url).hostname
    except ValueError:
        host = None
    if not loopback(host or ""):
        raise Forbidden("service address")


def _bearer(header: str) -> str:
    kind, _, token = header.strip().partition(" ")
    if kind.casefold() != "bearer" or not token.strip():
        raise NotAuthentic("no token")
    return token.strip()


def _same(claimed: object, given: str) -> bool:
    return isinstance(claimed, str) and claimed.rstrip("/") == given.rstrip("/") != ""


def _same_sort(url: str, metadata: str) -> str:
    """Return an address that metadata names, unless it leads from https to anything less."""
    if urlsplit(url).scheme != "https" and urlsplit(metadata).scheme == "https":
        raise ValueError
    return url
