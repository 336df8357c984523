"""Microsoft Teams' own service and its identity provider, on loopback: what our adapter writes to and fetches from."""

from __future__ import annotations

import asyncio
import itertools
import time
from typing import Any, Final

from aiohttp import web
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

from adapters.teams.verify import ISSUER
from tests.cardschema import card_of, checked

KEY: Final = rsa.generate_private_key(public_exponent=65537, key_size=2048)
OTHER_KEY: Final = rsa.generate_private_key(public_exponent=65537, key_size=2048)


class TeamsService:
    """What Teams offers to bots, as far as ours uses it; keeps what it is sent and does what ``faults`` say first."""

    def __init__(self) -> None:
        self.sent: list[dict[str, Any]] = []
        self.updated: list[tuple[str, dict[str, Any]]] = []
        self.opened: list[dict[str, Any]] = []
        self.faults: list[tuple[int, dict[str, str], Any]] = []
        self.tokens: list[str] = []
        self.people: list[dict[str, Any]] = []
        self.page = 2
        self.pages = 0
        self.page_faults: list[int] = []
        self.closed = False
        self.keys: list[dict[str, Any]] = [_public(KEY, "one")]
        self.fetched = 0
        self.logins = 0
        self.delay = 0.0
        self.gate = asyncio.Event()
        self.gate.set()
        self.key_delay = 0.0
        self.checks = True
        self.login_delay = 0.0
        self._ids = itertools.count(1)

    def app(self) -> web.Application:
        """Return the service as a web application."""
        app = web.Application(client_max_size=2**22)
        app.router.add_get("/.well-known/openidconfiguration", self._metadata)
        app.router.add_get("/keys", self._keys)
        app.router.add_post("/v3/conversations", self._open)
        app.router.add_post("/v3/conversations/{id}/activities", self._send)
        app.router.add_post("/v3/conversations/{id}/activities/{message}", self._send)
        app.router.add_put("/v3/conversations/{id}/activities/{message}", self._update)
        app.router.add_get("/v3/conversations/{id}/members/{user}", self._member)
        app.router.add_get("/v3/conversations/{id}/pagedmembers", self._members)
        return app

    async def _metadata(self, request: web.Request) -> web.Response:
        self.fetched += 1
        await asyncio.sleep(self.key_delay)
        if self.closed:
            return web.Response(status=500)
        return web.json_response({"issuer": ISSUER, "jwks_uri": str(request.url.with_path("/keys"))})

    def login(self) -> str:
        """Return a token for the bot, as Microsoft's login does: a call that blocks."""
        self.logins += 1
        time.sleep(self.login_delay)
        return f"our-token-{self.logins}"

    async def _keys(self, _: web.Request) -> web.Response:
        return web.json_response({"keys": self.keys})

    async def _before(self, request: web.Request) -> web.Response | None:
        self.tokens.append(request.headers.get("Authorization", ""))
        await self.gate.wait()
        if self.delay:
            await asyncio.sleep(self.delay)
        if self.faults:
            status, headers, body = self.faults.pop(0)
            return web.json_response(body, status=status, headers=headers)
        return None

    async def _open(self, request: web.Request) -> web.Response:
        if (fault := await self._before(request)) is not None:
            return fault
        asked = await request.json()
        self.opened.append(asked)
        return web.json_response({"id": f"own:{asked['members'][0]['id']}"}, status=201)

    async def _read(self, request: web.Request) -> Any:  # noqa: ANN401 - JSON
        body = await request.json()
        return checked(body) if self.checks else body

    async def _send(self, request: web.Request) -> web.Response:
        if (fault := await self._before(request)) is not None:
            return fault
        self.sent.append({**await self._read(request), "_to": request.match_info["id"]})
        return web.json_response({"id": f"m{next(self._ids)}"}, status=201)

    async def _update(self, request: web.Request) -> web.Response:
        if (fault := await self._before(request)) is not None:
            return fault
        self.updated.append((request.match_info["message"], await self._read(request)))
        return web.json_response({"id": request.match_info["message"]})

    async def _member(self, request: web.Request) -> web.Response:
        found = [p for p in self.people if request.match_info["user"] in {p["id"], p.get("aadObjectId")}]
        return web.json_response(found[0]) if found else web.json_response({"error": {"code": "NotFound"}}, status=404)

    async def _members(self, request: web.Request) -> web.Response:
        self.pages += 1
        if self.page_faults:
            return web.Response(status=self.page_faults.pop(0), headers={"Retry-After": "0"})
        start = int(request.query.get("continuationToken", "0"))
        after = start + self.page
        page: dict[str, Any] = {"members": self.people[start:after]}
        if after < len(self.people):
            page["continuationToken"] = str(after)
        return web.json_response(page)

    def messages(self, conversation: str = "") -> list[dict[str, Any]]:
        """Return the messages (not the signs of typing) that were written, to one conversation or to all."""
        return [a for a in self.sent if a["type"] == "message" and conversation in {"", a["_to"]}]

    def cards(self, conversation: str = "") -> list[dict[str, Any]]:
        """Return the cards of the messages that were written."""
        return [card_of(a) for a in self.messages(conversation) if a.get("attachments")]


def _public(key: rsa.RSAPrivateKey, kid: str) -> dict[str, Any]:
    made: dict[str, Any] = RSAAlgorithm.to_jwk(key.public_key(), as_dict=True)
    return {**made, "kid": kid, "use": "sig", "endorsements": ["msteams", "webchat"]}
