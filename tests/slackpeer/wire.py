"""What Slack puts on the wire: signed requests, forms and JSON."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from typing import Any
from urllib.parse import urlencode

from aiohttp import web

Json = dict[str, Any]
SECRET = "8f742231b10e8888abcd99yyyzzz85a5"


def dm(user: str) -> str:
    """Return the id of the bot's direct conversation with a user."""
    return f"D{user}"


def signed(body: bytes, secret: str = SECRET, at: float | None = None) -> dict[str, str]:
    """Return the headers with which Slack signs a request."""
    stamp = str(int(time.time() if at is None else at))
    digest = hmac.new(secret.encode(), b"v0:" + stamp.encode() + b":" + body, hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={digest}"}


def packed(kind: str, payload: Json) -> tuple[bytes, str]:
    """Return a payload as Slack sends it over HTTP, with its content type."""
    if kind == "events_api":
        return json.dumps(payload).encode(), "application/json"
    fields = payload if kind == "slash_commands" else {"payload": json.dumps(payload)}
    return urlencode(fields).encode(), "application/x-www-form-urlencoded"


async def read_given(request: web.Request) -> Json:
    """Return what was given with a call of the Web API."""
    if request.content_type == "application/json":
        return dict(await request.json())
    fields: Json = {**request.query, **await request.post()}
    for name in ("view", "blocks", "metadata", "prompts"):
        if isinstance(fields.get(name), str):
            fields[name] = json.loads(fields[name])
    return fields
