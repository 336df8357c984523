"""A stand-in for Slack on loopback: Web API, Socket Mode, response URLs. Stateful, strict, and no mock.

It knows Slack's rules that matter to us and refuses what Slack would refuse; what it was told is kept in ``calls``.
"""

from __future__ import annotations

import asyncio
import json
import ssl
import time
from collections.abc import Callable
from typing import Any, Self

import aiohttp
from aiohttp import web
from yarl import URL

from tests.slackpeer.methods import Fault, Methods, Team
from tests.slackpeer.rules import refusal
from tests.slackpeer.wire import Json, read_given

PATIENCE = 30.0


class Peer(Methods):
    """The server. ``async with Peer(teams) as slack`` listens on a port of its own, by TLS where it is given."""

    def __init__(self, *teams: Team, tls: ssl.SSLContext | None = None) -> None:
        super().__init__(*teams)
        self._tls = tls
        self.sockets: list[web.WebSocketResponse] = []
        self.hellos = 0
        self.shut = False
        self.refused = 0
        self._acks: dict[str, asyncio.Future[Json]] = {}
        self._changed = asyncio.Condition()
        self._runner: web.AppRunner | None = None

    # --- the server -----------------------------------------------------------------------------------------------

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_route("*", "/api/{method}", self._api)
        app.router.add_get("/link", self._link)
        app.router.add_post("/hook/{place}", self._hook)
        app.router.add_get("/oauth/v2/authorize", self._authorize)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0, ssl_context=self._tls)
        await site.start()
        port = site._server.sockets[0].getsockname()[1]  # type: ignore[union-attr]
        self.address = f"http{'s' if self._tls else ''}://127.0.0.1:{port}/api/"
        return self

    async def __aexit__(self, *_: object) -> None:
        for socket in self.sockets:
            await socket.close()
        assert self._runner is not None
        await self._runner.cleanup()

    def settings(self) -> dict[str, str]:
        """Return the variables with which the bot comes here instead of to Slack."""
        given = {"API_URL": self.address, "BOT_TOKEN": "xoxb-1", "APP_TOKEN": "xapp-1"}
        return {f"CAN_I_SLACK_{name}": value for name, value in given.items()}

    async def until(self, true: Callable[[], Any], patience: float = PATIENCE) -> Any:  # noqa: ANN401 - whatever is waited for
        """Wait until something is true of what this server holds, and return it."""

        async def wait() -> object:
            async with self._changed:
                while not (found := true()):
                    await self._changed.wait()
                return found

        return await asyncio.wait_for(wait(), patience)

    async def answered(self, method: str, token: str, given: Json) -> Json:
        """Do what a call of the Web API asks for, and return the answer."""
        return self.answer(method, token, given)

    async def _told(self) -> None:
        async with self._changed:
            self._changed.notify_all()

    async def _api(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        given = await read_given(request)
        token = request.headers.get("Authorization", "").removeprefix("Bearer ") or str(given.get("token", ""))
        fault = self.faults[method].popleft() if self.faults[method] else Fault()
        headers = {"Retry-After": fault.after} if fault.after else {}
        await asyncio.sleep(fault.slow)
        if fault.page:
            return web.Response(text=fault.page, content_type=fault.kind, status=fault.status, headers=headers)
        if fault.error or fault.status != 200:
            return web.json_response({"ok": False, "error": fault.error}, status=fault.status, headers=headers)
        answer = await self.answered(method, token, given)
        if answer.get("ok"):
            self.calls.append((method, given))
            self.at[method].append(time.monotonic())
        await self._told()
        if fault.lose_reply:
            assert request.transport is not None
            request.transport.close()
        return web.json_response(answer, headers={"X-OAuth-Scopes": self.scopes})

    # --- Socket Mode and HTTP -------------------------------------------------------------------------------------

    async def _link(self, request: web.Request) -> web.StreamResponse:
        given = self.tickets.get(request.query_string, -self.ticket_life)
        if self.shut or time.monotonic() - given > self.ticket_life:
            self.refused += 1
            return web.Response(status=403)
        socket = web.WebSocketResponse(max_msg_size=0)
        await socket.prepare(request)
        self.sockets.append(socket)
        await socket.send_json(
            {"type": "hello", "num_connections": len(self.sockets), "connection_info": {"app_id": "A1"}}
        )
        self.hellos += 1
        await self._told()
        async for frame in socket:
            if frame.type == aiohttp.WSMsgType.TEXT:
                said = json.loads(frame.data)
                waiting = self._acks.get(said.get("envelope_id", ""))
                if waiting is not None and not waiting.done():
                    waiting.set_result(said.get("payload") or {})
        if socket in self.sockets:
            self.sockets.remove(socket)
        return socket

    async def envelope(self, kind: str, payload: Json, *, patience: float = PATIENCE, socket: int = -1) -> Json:
        """Send an envelope over Socket Mode and return what it was acknowledged with. Raise ``TimeoutError``."""
        name = f"envelope-{self.unique()}"
        waiting: asyncio.Future[Json] = asyncio.get_running_loop().create_future()
        self._acks[name] = waiting
        frame = {
            "type": kind,
            "envelope_id": name,
            "payload": payload,
            "accepts_response_payload": kind != "events_api",
        }
        await self.sockets[socket].send_json(frame)
        return await asyncio.wait_for(waiting, patience)

    async def _authorize(self, request: web.Request) -> web.Response:
        """Stand in for the page on which somebody agrees that an app is installed: everybody agrees."""
        given = request.query
        code = self.agree(given["client_id"])
        raise web.HTTPFound(URL(given["redirect_uri"]).with_query(code=code, state=given["state"]))

    async def _hook(self, request: web.Request) -> web.Response:
        if self.faults["hook"]:
            fault = self.faults["hook"].popleft()
            headers = {"Retry-After": fault.after} if fault.after else {}
            return web.Response(text=fault.page, content_type=fault.kind, status=fault.status, headers=headers)
        given = await request.json()
        if not str(given.get("text", "")).strip() or refusal(
            "chat.postEphemeral", {**given, "channel": "C", "user": "U"}
        ):
            return web.Response(status=400)
        place, of = request.match_info["place"], request.query
        original = next((m for m in self.hidden[place] if m["ts"] == of.get("message")), None)
        if given.get("replace_original") and original is not None:
            original.update(given)
        else:
            self.hidden[place].append({"ts": f"1700000000.{self.unique():06d}", "channel": of["channel"], **given})
        await self._told()
        return web.Response(text="ok")

    def hook(self, user: str, channel: str = "C1", message: str = "") -> str:
        """Return a response_url for a user, of a message that they pressed a button on."""
        of = {"channel": channel, "message": message}
        return str(URL(self.address.replace("/api/", f"/hook/{user}")).with_query(of))
