"""Socket Mode: Slack reaches us over a connection that we open, so that a school's firewall lets it through."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from typing import Any, Final

from slack_bolt.adapter.socket_mode.async_internals import run_async_bolt_app, send_async_response
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse

from adapters.slack.again import FIRST, Hourly, growing
from adapters.slack.answered import as_trouble, taken
from adapters.slack.api import Api
from adapters.slack.consequences import NOT_SLACK, Trouble
from adapters.slack.listeners import Listeners
from adapters.slack.payloads import MOST_BYTES, too_deep
from adapters.slack.remedies import mend_app_token
from adapters.slack.workspaces import Workspaces
from bot.ports import Clock

log = logging.getLogger(__name__)

PING: Final = 10.0
STEADY: Final = 60.0
"""Seconds after which a connection counts as having held: the next loss of it is mended without a pause."""
LONGEST: Final = 60.0
OK: Final = 200
UNOPENED: Final = "Slack gave an address but no connection: the firewall must let wss://*.slack.com out"
SILENT: Final = logging.getLogger("slack_sdk.silent")
"""slack_sdk's Socket Mode writes the address, a secret, and what comes over it into the log even where it fails."""
SILENT.setLevel(logging.CRITICAL + 1)


class Sockets(SocketModeClient):
    """One connection of Socket Mode. What comes from a workspace that we do not serve is acknowledged and dropped.

    ``keep`` is the one place that connects: slack_sdk's own ways to do so would try one address for ever, and so never
    come back from an outage that the address did not outlive.
    """

    def __init__(
        self,
        listeners: Listeners,
        app_token: str,
        api: Api,
        workspaces: Workspaces,
        clock: Clock,
        ping_interval: float = PING,
        first_wait: float = FIRST,
    ) -> None:
        super().__init__(app_token, logger=SILENT, web_client=api.client(), ping_interval=ping_interval)
        self._bolt = listeners.app
        self._underway = listeners.underway
        self._workspaces = workspaces
        self._hourly = Hourly(clock)
        self._first_wait = first_wait
        self._lost = asyncio.Event()
        self._ending = False
        self.socket_mode_request_listeners.append(self.handle)

    # --- the connection -------------------------------------------------------------------------------------------

    async def keep(self) -> None:
        """Connect, and anew whenever the connection is lost or Slack asks for another; for ever."""
        loop = asyncio.get_running_loop()
        tries = growing(self._first_wait, LONGEST)
        while True:
            # Held meanwhile, so that an answer that finds the connection lost waits for the next one.
            async with self.connect_operation_lock:
                await self._connect(tries)
            begun = loop.time()
            log.info("slack socket mode connected")
            await self._lost.wait()
            if loop.time() - begun > STEADY:
                tries = growing(self._first_wait, LONGEST)
            else:
                await asyncio.sleep(next(tries))

    async def _connect(self, tries: Iterator[float]) -> None:
        """Connect, for as long as it takes. Each try has an address of its own: Slack's are good for a short while."""
        while True:
            after = 0.0
            try:
                self.wss_uri = await self.issue_new_wss_url()
                # One try: slack_sdk waits for a ping interval before it would try the same address again.
                async with asyncio.timeout(self.ping_interval):
                    await self.connect()  # type: ignore[no-untyped-call]
            except Trouble as trouble:
                after = trouble.after
                self._say(trouble.code, mend_app_token(trouble.code))
            except TimeoutError:
                self._say("unopened", UNOPENED)
            else:
                self._lost.clear()
                return
            await asyncio.sleep(max(after, next(tries)))

    def _say(self, code: str, says: str) -> None:
        if self._hourly.due(code):
            log.error("slack socket mode not connected, tried again: %s", says)

    async def issue_new_wss_url(self) -> str:
        """Return a new address from Slack, a secret. Raise ``Trouble``."""
        with as_trouble():
            answer = await self.web_client.apps_connections_open(app_token=self.app_token)
        address = taken(answer.data).get("url")
        if not isinstance(address, str):
            raise Trouble(NOT_SLACK)
        return address

    async def connect_to_new_endpoint(self, force: bool = False) -> None:  # noqa: FBT001, FBT002 - slack_sdk's own
        """Let ``keep`` connect anew: the connection may be lost, or (``force``) Slack asks for another."""
        if force or not await self.is_connected():
            self._lost.set()

    def end(self) -> None:
        """Take nothing more in: what Slack is not told of as taken it tells again, to whoever runs then."""
        self._ending = True

    # --- what comes over it ---------------------------------------------------------------------------------------

    async def handle(self, _client: AsyncBaseSocketModeClient, req: SocketModeRequest) -> None:
        """Answer an envelope. Each is acknowledged, whatever becomes of it: else Slack would send it for ever.

        But for a form that was not taken in: acknowledged, it would close as if it had been. And but for what comes
        while a workspace that is set up is not known yet, or while the bot ends: Slack is to tell of it again.
        """
        if self._ending:
            return
        with self._underway.one():
            try:
                await self._handle(req)
            except Exception as error:  # noqa: BLE001 - slack_sdk would leave it unsaid
                log.error("slack envelope failed error=%s", type(error).__name__)  # noqa: TRY400 - no words

    async def _handle(self, req: SocketModeRequest) -> None:
        payload: Any = req.payload
        if not isinstance(payload, dict) or too_deep(payload) or len(str(payload)) > MOST_BYTES:
            log.warning("slack envelope refused kind=unreadable")
        elif self._workspaces.admitted(payload) is None:
            log.warning("slack envelope refused kind=unknown workspace")
            if not self._workspaces.complete:
                return
        else:
            response = await run_async_bolt_app(self._bolt, req)
            if response.status == OK:
                await send_async_response(self, req, response, 0.0)
                return
            log.warning("slack envelope not answered status=%d", response.status)
            if payload.get("type") == "view_submission":
                return
        await self.send_socket_mode_response(SocketModeResponse(envelope_id=req.envelope_id))
