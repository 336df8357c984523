"""Socket Mode: Slack reaches us over a connection that we open, so that a school's firewall lets it through."""

from __future__ import annotations

import logging
from typing import Any, Final

from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.adapter.socket_mode.async_internals import run_async_bolt_app, send_async_response
from slack_bolt.async_app import AsyncApp
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse

from adapters.slack.api import QUIET, Api
from adapters.slack.payloads import MOST_BYTES, too_deep
from adapters.slack.workspaces import Workspaces

log = logging.getLogger(__name__)

PING: Final = 10.0
OK: Final = 200


class Sockets(AsyncSocketModeHandler):
    """One connection of Socket Mode. What comes from a workspace that we do not serve is acknowledged and dropped."""

    client: SocketModeClient

    def __init__(
        self, app: AsyncApp, app_token: str, api: Api, workspaces: Workspaces, ping_interval: float = PING
    ) -> None:
        self._workspaces = workspaces
        client = api.client()
        super().__init__(app, app_token, logger=QUIET, web_client=client, ping_interval=ping_interval)

    async def handle(self, client: AsyncBaseSocketModeClient, req: SocketModeRequest) -> None:
        """Answer an envelope. Each is acknowledged, whatever becomes of it: else Slack would send it for ever.

        But for a form that was not taken in: acknowledged, it would close as if it had been.
        """
        payload: Any = req.payload
        if not isinstance(payload, dict) or too_deep(payload) or len(str(payload)) > MOST_BYTES:
            log.warning("slack envelope refused kind=unreadable")
        elif self._workspaces.admitted(payload) is None:
            log.warning("slack envelope refused kind=unknown workspace")
        else:
            response = await run_async_bolt_app(self.app, req)
            if response.status == OK:
                await send_async_response(client, req, response, 0.0)
                return
            log.warning("slack envelope not answered status=%d", response.status)
            if payload.get("type") == "view_submission":
                return
        await client.send_socket_mode_response(SocketModeResponse(envelope_id=req.envelope_id))
