"""Requests over HTTP, before anything else looks at them: size, signature, shape, workspace. In that order.

What is refused leaves no row, no line with words in it, and tells the sender nothing but the status.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable
from typing import Any, Final
from urllib.parse import parse_qs

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response
from slack_bolt.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.signature import SignatureVerifier

from adapters.slack.workspaces import Workspaces

log = logging.getLogger(__name__)

PATH: Final = "/slack/events"
MOST_BYTES: Final = 1_000_000
DEEPEST: Final = 32
"""Levels of a payload: the deepest that Slack sends, a view with its blocks, has about twelve."""


class Refused(Exception):
    """A request is refused with a status; ``why`` is a code word for the log."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status = status
        self.why = why


class Endpoint:
    """Takes Slack's requests on the bot's own server. ``secrets`` are the signing secrets of the apps served.

    A secret speaks for the workspaces of its own app only.
    """

    def __init__(self, app: AsyncApp, workspaces: Workspaces, secrets: Iterable[str]) -> None:
        self._app = app
        self._workspaces = workspaces
        self._verifiers = [SignatureVerifier(secret) for secret in dict.fromkeys(secrets) if secret]

    async def take(self, request: web.Request) -> web.Response:
        """Answer a request."""
        try:
            return await self._take(request)
        except Refused as refused:
            log.warning("slack request refused status=%d why=%s", refused.status, refused.why)
            return web.Response(status=refused.status)

    async def _take(self, request: web.Request) -> web.Response:
        if (request.content_length or 0) > MOST_BYTES:
            raise Refused(413, "too large")
        try:
            raw = await request.read()
        except web.HTTPRequestEntityTooLarge:
            raise Refused(413, "too large") from None
        if len(raw) > MOST_BYTES:
            raise Refused(413, "too large")
        secret = self._verified(raw, request)
        body = read_payload(raw, request.content_type)
        if body.get("type") == "url_verification":
            return web.json_response({"challenge": str(body.get("challenge", ""))})
        if body.get("ssl_check"):
            return web.Response()
        workspace = self._workspaces.admitted(body)
        if workspace is None or workspace.signing_secret not in {"", secret}:
            raise Refused(403, "unknown workspace")
        # Bolt is given what was looked at here, written anew: it would read some bodies otherwise than we did, and so
        # take them for another workspace's. Of the headers, which nobody signed, it sees none.
        bolt = AsyncBoltRequest(body=json.dumps(body), headers={"content-type": "application/json"})
        return await to_aiohttp_response(await self._app.async_dispatch(bolt))

    def _verified(self, raw: bytes, request: web.Request) -> str:
        """Return the secret with which a request is signed. Raise ``Refused``."""
        stamp = request.headers.get("X-Slack-Request-Timestamp", "")
        signature = request.headers.get("X-Slack-Signature", "")
        if not stamp.isascii() or not stamp.isdecimal() or len(stamp) > 12 or not signature.isascii():
            raise Refused(401, "unsigned")
        try:
            right = next((each for each in self._verifiers if each.is_valid(raw, stamp, signature)), None)
        except UnicodeDecodeError:
            raise Refused(401, "not text") from None
        if right is None:
            raise Refused(401, "wrong signature")
        return right.signing_secret


def read_payload(raw: bytes, content_type: str) -> dict[str, Any]:
    """Return a signed request's payload. Raise ``Refused`` for what is not an object of bearable depth."""
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        raise Refused(400, "not text") from None
    try:
        body: Any
        if content_type == "application/json" or text.startswith("{"):
            body = json.loads(text)
        else:
            fields = parse_qs(text, keep_blank_values=True, max_num_fields=100)
            flat = {name: values[-1] for name, values in fields.items()}
            body = json.loads(flat["payload"]) if "payload" in flat else flat
    except (ValueError, RecursionError):
        raise Refused(400, "garbage") from None
    if not isinstance(body, dict) or not body:
        raise Refused(400, "no object")
    if too_deep(body):
        raise Refused(400, "too deep")
    return body


def too_deep(thing: Any) -> bool:  # noqa: ANN401 - a tree of any shape
    """Return whether a payload is nested deeper than anything that Slack sends. Never recurses itself."""
    level = [thing]
    for _ in range(DEEPEST):
        level = [
            inner
            for outer in level
            for inner in (outer.values() if isinstance(outer, dict) else outer)
            if isinstance(inner, dict | list)
        ]
        if not level:
            return False
    return True
