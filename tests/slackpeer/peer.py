"""A stand-in for Slack on loopback: Web API, Socket Mode, signed requests, response URLs. Stateful, strict, and no mock.

It knows Slack's rules that matter to us and refuses what Slack would refuse; what it was told is kept in ``calls``.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import itertools
import json
import time
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import aiohttp
from aiohttp import web

from tests.slackpeer.rules import refusal

Json = dict[str, Any]
SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
PATIENCE = 10.0


@dataclass
class Fault:
    """What happens to a call: an error by name, a status, a header; or the reply is lost after the deed is done."""

    error: str = ""
    status: int = 200
    after: str = ""
    lose_reply: bool = False


@dataclass
class Team:
    """A workspace: its users by id, and its tokens."""

    team: str = "T1"
    token: str = "xoxb-1"
    enterprise: str = ""
    users: dict[str, Json] = field(default_factory=dict)
    revoked: str = ""


class Peer:
    """The server. ``async with Peer(teams) as slack`` listens on a port of its own."""

    def __init__(self, *teams: Team) -> None:
        self.teams = {team.token: team for team in teams}
        self.calls: list[tuple[str, Json]] = []
        self.messages: defaultdict[str, list[Json]] = defaultdict(list)
        self.hidden: defaultdict[str, list[Json]] = defaultdict(list)
        self.views: dict[str, Json] = {}
        self.homes: dict[str, Json] = {}
        self.stacks: defaultdict[str, list[str]] = defaultdict(list)
        self.faults: defaultdict[str, deque[Fault]] = defaultdict(deque)
        self.sockets: list[web.WebSocketResponse] = []
        self.hellos = 0
        self.triggers: dict[str, float] = {}
        self.trigger_life = 3.0
        self.at: defaultdict[str, list[float]] = defaultdict(list)
        self._acks: dict[str, asyncio.Future[Json]] = {}
        self._counter = itertools.count(1)
        self._changed = asyncio.Condition()
        self._runner: web.AppRunner | None = None
        self.address = ""

    # --- the server -----------------------------------------------------------------------------------------------

    async def __aenter__(self) -> Peer:
        app = web.Application()
        app.router.add_route("*", "/api/{method}", self._api)
        app.router.add_get("/link", self._link)
        app.router.add_post("/hook/{place}", self._hook)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        port = site._server.sockets[0].getsockname()[1]  # type: ignore[union-attr]
        self.address = f"http://127.0.0.1:{port}/api/"
        return self

    async def __aexit__(self, *_: object) -> None:
        for socket in self.sockets:
            await socket.close()
        assert self._runner is not None
        await self._runner.cleanup()

    async def until(self, true: Callable[[], Any], patience: float = PATIENCE) -> Any:
        """Wait until something is true of what this server holds, and return it."""

        async def wait() -> Any:
            async with self._changed:
                while not (found := true()):
                    await self._changed.wait()
                return found

        return await asyncio.wait_for(wait(), patience)

    def of(self, method: str) -> list[Json]:
        """Return what was given with each call of a method."""
        return [given for name, given in self.calls if name == method]

    def unique(self) -> int:
        """Return the next number, for ids."""
        return next(self._counter)

    def trigger(self) -> str:
        """Return a trigger as Slack gives with each press: good for one dialog, for three seconds."""
        name = f"trigger.{self.unique()}"
        self.triggers[name] = time.monotonic()
        return name

    async def _told(self) -> None:
        async with self._changed:
            self._changed.notify_all()

    async def _api(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        given = await _read(request)
        token = request.headers.get("Authorization", "").removeprefix("Bearer ") or str(given.get("token", ""))
        fault = self.faults[method].popleft() if self.faults[method] else Fault()
        if fault.error or fault.status != 200:
            headers = {"Retry-After": fault.after} if fault.after else {}
            return web.json_response({"ok": False, "error": fault.error}, status=fault.status, headers=headers)
        answer = self._answer(method, token, given)
        if answer.get("ok"):
            self.calls.append((method, given))
            self.at[method].append(time.monotonic())
        await self._told()
        if fault.lose_reply:
            assert request.transport is not None
            request.transport.close()
        return web.json_response(answer)

    def _answer(self, method: str, token: str, given: Json) -> Json:
        if method == "apps.connections.open":
            if not token.startswith("xapp-"):
                return {"ok": False, "error": "not_allowed_token_type"}
            return {"ok": True, "url": self.address.replace("http", "ws", 1).replace("/api/", "/link")}
        if method == "oauth.v2.access":
            return self._installed(given)
        team = self.teams.get(token)
        if team is None or team.revoked:
            return {"ok": False, "error": team.revoked if team else "invalid_auth"}
        wrong = refusal(method, given)
        if wrong:
            return {"ok": False, "error": wrong}
        act = getattr(self, "_" + method.replace(".", "_").lower(), None)
        return act(team, given) if act else {"ok": False, "error": "unknown_method"}

    # --- methods --------------------------------------------------------------------------------------------------

    def _auth_test(self, team: Team, _given: Json) -> Json:
        name = {
            "ok": True,
            "team_id": team.team,
            "team": "Larkfield",
            "user_id": "UBOT",
            "bot_id": "B1",
            "user": "can-i",
        }
        return name | ({"enterprise_id": team.enterprise} if team.enterprise else {})

    def _users_info(self, team: Team, given: Json) -> Json:
        user = team.users.get(given.get("user", ""))
        return {"ok": True, "user": user} if user else {"ok": False, "error": "user_not_found"}

    def _users_list(self, team: Team, given: Json) -> Json:
        everybody, start = [*team.users.values()], int(given.get("cursor") or 0)
        page = everybody[start : start + 7]
        following = str(start + 7) if start + 7 < len(everybody) else ""
        return {"ok": True, "members": page, "response_metadata": {"next_cursor": following}}

    def _conversations_open(self, team: Team, given: Json) -> Json:
        user = team.users.get(given.get("users", ""))
        if user is None:
            return {"ok": False, "error": "user_not_found"}
        if user.get("deleted"):
            return {"ok": False, "error": "user_disabled"}
        return {"ok": True, "channel": {"id": dm(user["id"])}}

    def _conversations_history(self, _team: Team, given: Json) -> Json:
        found = list(reversed(self.messages[given["channel"]]))
        if str(given.get("include_all_metadata", "")).lower() not in {"1", "true"}:
            found = [{n: v for n, v in message.items() if n != "metadata"} for message in found]
        return {"ok": True, "messages": found[: int(given.get("limit") or 100)]}

    def _chat_postmessage(self, team: Team, given: Json) -> Json:
        channel = dm(given["channel"]) if given["channel"].startswith("U") else given["channel"]
        if channel == "CAWAY":
            return {"ok": False, "error": "not_in_channel"}
        if channel.startswith("D") and channel[1:] not in team.users:
            return {"ok": False, "error": "channel_not_found"}
        ts = f"1700000000.{self.unique():06d}"
        self.messages[channel].append({"type": "message", "ts": ts, "user": "UBOT", "bot_id": "B1", **given})
        return {"ok": True, "channel": channel, "ts": ts, "message": {}}

    def _chat_update(self, _team: Team, given: Json) -> Json:
        for message in self.messages[given["channel"]]:
            if message["ts"] == given["ts"]:
                message.update({n: given[n] for n in ("text", "blocks", "metadata") if n in given})
                return {"ok": True, "ts": given["ts"], "channel": given["channel"], "text": given["text"]}
        return {"ok": False, "error": "message_not_found"}

    def _chat_postephemeral(self, _team: Team, given: Json) -> Json:
        if given["channel"] == "CAWAY":
            return {"ok": False, "error": "not_in_channel"}
        ts = f"1700000000.{self.unique():06d}"
        self.hidden[given["user"]].append({"ts": ts, **given})
        return {"ok": True, "message_ts": ts}

    def _views_publish(self, _team: Team, given: Json) -> Json:
        view = self._kept(given["view"], "")
        self.homes[given["user_id"]] = view
        return {"ok": True, "view": view}

    def _views_open(self, _team: Team, given: Json) -> Json:
        wrong = self._spent(given)
        if wrong:
            return {"ok": False, "error": wrong}
        view = self._kept(given["view"], "")
        self.stacks[view["id"]] = [view["id"]]
        return {"ok": True, "view": view}

    def _views_push(self, _team: Team, given: Json) -> Json:
        wrong = self._spent(given)
        if wrong:
            return {"ok": False, "error": wrong}
        stack = self.stacks[self.top()["root_view_id"]]
        if len(stack) >= 3:
            return {"ok": False, "error": "push_limit_reached"}
        view = self._kept(given["view"], stack[-1], stack[0])
        stack.append(view["id"])
        return {"ok": True, "view": view}

    def _views_update(self, _team: Team, given: Json) -> Json:
        there = self.views.get(given.get("view_id", ""))
        if there is None:
            return {"ok": False, "error": "not_found"}
        there.update(given["view"])
        there["turn"] = self.unique()
        return {"ok": True, "view": there}

    def _assistant_threads_setsuggestedprompts(self, _team: Team, _given: Json) -> Json:
        return {"ok": True}

    def _installed(self, given: Json) -> Json:
        code = given.get("code", "")
        team = next((t for t in self.teams.values() if f"code-{t.team}" == code), None)
        if team is None:
            return {"ok": False, "error": "invalid_code"}
        return {
            "ok": True,
            "access_token": team.token,
            "token_type": "bot",
            "scope": "chat:write",
            "bot_user_id": "UBOT",
            "app_id": "A1",
            "team": {"id": team.team, "name": "Larkfield"},
            "enterprise": {"id": team.enterprise} if team.enterprise else None,
            "is_enterprise_install": False,
        }

    def _spent(self, given: Json) -> str:
        at = self.triggers.pop(str(given.get("trigger_id", "")), None)
        if at is None:
            return "invalid_trigger"
        return "expired_trigger_id" if time.monotonic() - at > self.trigger_life else ""

    def _kept(self, view: Json, before: str, root: str = "") -> Json:
        name = f"V{self.unique()}"
        kept = {
            **view,
            "id": name,
            "previous_view_id": before or None,
            "root_view_id": root or name,
            "turn": self.unique(),
        }
        self.views[name] = kept
        return kept

    def top(self) -> Json:
        """Return the dialog that was opened or changed last."""
        return max((v for v in self.views.values() if v["type"] == "modal"), key=lambda view: view["turn"])

    # --- Socket Mode and HTTP -------------------------------------------------------------------------------------

    async def _link(self, request: web.Request) -> web.WebSocketResponse:
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

    async def envelope(self, kind: str, payload: Json, *, patience: float = 5.0, socket: int = -1) -> Json:
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

    async def _hook(self, request: web.Request) -> web.Response:
        given = await request.json()
        if not str(given.get("text", "")).strip() or refusal(
            "chat.postEphemeral", {**given, "channel": "C", "user": "U"}
        ):
            return web.Response(status=400)
        place = request.match_info["place"]
        there = self.hidden[place]
        if given.get("replace_original") and there:
            there[-1].update(given)
        else:
            there.append({"ts": f"1700000000.{self.unique():06d}", **given})
        await self._told()
        return web.Response(text="ok")

    def hook(self, user: str) -> str:
        """Return a response_url for a user."""
        return self.address.replace("/api/", f"/hook/{user}")


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


async def _read(request: web.Request) -> Json:
    if request.content_type == "application/json":
        return dict(await request.json())
    fields: Json = {**request.query, **await request.post()}
    for name in ("view", "blocks", "metadata", "prompts"):
        if isinstance(fields.get(name), str):
            fields[name] = json.loads(fields[name])
    return fields
