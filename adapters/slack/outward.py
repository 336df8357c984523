"""The way out to Slack, as the environment of the process names it."""

from __future__ import annotations

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.api import QUIET, TIMEOUT


def session() -> aiohttp.ClientSession:
    """Return a session that goes by the proxy that slack_sdk's clients take from HTTPS_PROXY or HTTP_PROXY, if any.

    aiohttp's own ``trust_env`` would not do: it takes no HTTPS_PROXY for wss:// addresses.
    """
    return aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=TIMEOUT), proxy=AsyncWebClient(logger=QUIET).proxy)
