"""Calls to Slack from the event loop: one session, no hidden retries, failures are ``Trouble`` without words.

slack_sdk would try again after a lost reply, and post twice: its retry handlers are off. What is tried again, how often
and for how long stands in ``patience``.
"""

from __future__ import annotations

import json
import logging
import secrets
import sys
from collections.abc import Mapping
from functools import partial
from typing import Any, Final
from urllib.parse import urlsplit

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.answered import OK, as_trouble, code_of, refusal, taken
from adapters.slack.consequences import Trouble, unreached
from adapters.slack.patience import PATIENCE, TRIGGERED, Call, patiently
from adapters.slack.pauses import Pauses, place_of
from adapters.slack.rendering import METADATA
from adapters.slack.workspaces import Workspace

TIMEOUT: Final = 10
HOOKS: Final = "hooks.slack.com"
NOT_FOUND, NO_LONGER = 404, 410
LONGEST_REPLY: Final = 4_000
"""Bytes that are read of what a response_url answers: Slack says "ok", a web filter shows a page."""
MARK: Final = "once"
"""What tells one direct message from all others in its metadata."""
LOOKED_BACK: Final = 100
"""Messages of a direct conversation that are looked through for a card."""


class Wordless(logging.Filter):
    """Leaves of what a library logs the place and the kind of error: its words may be a foreign server's, or a page."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Take the words out of a record."""
        error = (record.exc_info or sys.exc_info())[0]
        record.msg = "slack library said something at %s:%d error=%s"
        record.args = (record.module, record.lineno, error.__name__ if error else "-")
        record.exc_info = record.exc_text = record.stack_info = None
        return True


QUIET: Final = logging.getLogger("slack_bolt.quiet")
"""The logger for Slack's libraries: they write whole payloads at DEBUG and bodies at INFO, so both are off."""
QUIET.setLevel(logging.WARNING)
QUIET.addFilter(Wordless())


class Api:
    """Slack's Web API for every workspace, over one session of the event loop."""

    def __init__(
        self,
        address: str,
        session: aiohttp.ClientSession,
        pauses: Pauses | None = None,
        patience: float = PATIENCE,
    ) -> None:
        self.address = address
        self._session = session
        self._pauses = pauses or Pauses()
        self._patience = patience
        self._clients: dict[str, AsyncWebClient] = {}

    def client(self, token: str | None = None) -> AsyncWebClient:
        """Return a client of slack_sdk's that retries nothing."""
        return AsyncWebClient(
            token=token,
            base_url=self.address,
            timeout=TIMEOUT,
            session=self._session,
            retry_handlers=[],
            logger=QUIET,
        )

    def bare(self) -> AsyncWebClient:
        """Return a client for Bolt, which copies it deeply for every lazy listener: a session cannot be copied."""
        return AsyncWebClient(base_url=self.address, timeout=TIMEOUT, retry_handlers=[], logger=QUIET)

    async def call(self, workspace: Workspace, method: str, **given: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
        """Call a method (``chat_postMessage``) and return the answer. Raise ``Trouble``.

        It is tried again as ``patience`` says; a direct message that arrived although its reply was lost is not sent
        again.
        """
        arrived = None
        if method == "chat_postMessage" and str(given.get("channel", "")).startswith("D") and "thread_ts" not in given:
            # The history of a channel may not be read, and that of a direct conversation is without its threads.
            mark = secrets.token_hex(8)
            payload = {**(payload_of(given) or {}), MARK: mark}
            given |= {"metadata": {"event_type": METADATA, "event_payload": payload}}
            arrived = partial(self._arrived, workspace, str(given["channel"]), mark)
        return await patiently(
            self._pauses,
            Call(
                partial(self._once, workspace, method, given),
                (workspace.team, place_of(method, given)),
                repeatable=method not in {"chat_postMessage", "chat_postEphemeral"},
                arrived=arrived,
                seconds=TRIGGERED if "trigger_id" in given else self._patience,
            ),
        )

    async def respond(self, url: str, payload: Mapping[str, Any]) -> None:
        """Answer at a response_url: for messages that only one person sees. Raise ``Trouble``."""
        if not self._ours(url):
            raise Trouble("foreign_url")
        over = bool(payload.get("replace_original"))
        await patiently(
            self._pauses, Call(partial(self._respond, url, payload), ("", url), repeatable=over, seconds=self._patience)
        )

    async def direct(self, workspace: Workspace, user: str) -> str:
        """Return the id of the direct conversation with a user. Raise ``Trouble``."""
        answer = await self.call(workspace, "conversations_open", users=user)
        return str(answer["channel"]["id"])

    async def find(self, workspace: Workspace, user: str, card_key: str) -> tuple[str, str] | None:
        """Return channel and id of the latest message to a user that shows the card of a key. Raise ``Trouble``."""
        channel = await self.direct(workspace, user)
        answer = await self.call(
            workspace, "conversations_history", channel=channel, limit=LOOKED_BACK, include_all_metadata=True
        )
        for message in answer.get("messages", []):
            if card_of(message) == card_key:
                return channel, str(message["ts"])
        return None

    def _client(self, token: str) -> AsyncWebClient:
        if token not in self._clients:
            self._clients[token] = self.client(token)
        return self._clients[token]

    async def _respond(self, url: str, payload: Mapping[str, Any]) -> dict[str, Any]:
        try:
            async with self._session.post(url, json=dict(payload), timeout=aiohttp.ClientTimeout(TIMEOUT)) as answer:
                text = (await answer.content.read(LONGEST_REPLY)).decode("utf-8", "replace").strip()
                _taken(answer.status, answer.headers, text)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise unreached(error) from None
        return {}

    async def _arrived(self, workspace: Workspace, channel: str, mark: str) -> bool:
        given = {"channel": channel, "limit": LOOKED_BACK, "include_all_metadata": True}
        answer = await self._once(workspace, "conversations_history", given)
        return any((payload_of(each) or {}).get(MARK) == mark for each in answer.get("messages", []))

    async def _once(self, workspace: Workspace, method: str, given: dict[str, Any]) -> dict[str, Any]:
        call = getattr(self._client(workspace.token), method)
        with as_trouble():
            answer = await call(**given)
        return taken(answer.data)

    def _ours(self, url: str) -> bool:
        try:
            where, ours = urlsplit(url), urlsplit(self.address)
        except ValueError:
            return False
        return where.netloc == ours.netloc or (where.scheme == "https" and where.hostname == HOOKS)


def card_of(message: Mapping[str, Any]) -> str | None:
    """Return the key of the card that one of our messages shows, ``None`` for any other message."""
    payload = payload_of(message)
    return None if payload is None else str(payload.get("card", ""))


def payload_of(message: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Return what we wrote into a message's metadata, ``None`` for messages that are not ours."""
    metadata = message.get("metadata")
    if not isinstance(metadata, Mapping) or metadata.get("event_type") != METADATA:
        return None
    payload = metadata.get("event_payload")
    return payload if isinstance(payload, Mapping) else None


def _taken(status: int, headers: Mapping[str, str], text: str) -> None:
    """Raise ``Trouble`` unless a response_url has taken what was sent there. Slack says "ok", or so in JSON."""
    try:
        said = json.loads(text)
    except (ValueError, RecursionError):
        said = None
    if status in {NOT_FOUND, NO_LONGER} and not code_of(said):
        raise Trouble("expired_url")
    if status != OK or code_of(said) or text.startswith("<"):
        raise refusal(status, headers, said)
