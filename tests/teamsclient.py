"""Microsoft Teams for tests: its service and its identity provider on loopback, and what a person's client sends."""

from __future__ import annotations

import asyncio
import itertools
import json
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Final

import jwt
from aiohttp import ClientResponse, ClientSession, web
from aiohttp.test_utils import TestServer
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

from adapters.teams.endpoint import PATH, Teams, mount
from adapters.teams.services import Services, Talk
from adapters.teams.verify import ISSUER
from bot.people import Account
from tests.fakes import World

APP_ID: Final = "0f1f1b0e-5d0c-4f4e-9a57-2f6a3f1f0a11"
TENANT: Final = "5ad3f1c8-0d0d-4f0a-8f61-6f7b7f1f0c22"
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
        self.closed = False
        self.keys: list[dict[str, Any]] = [_public(KEY, "one")]
        self.fetched = 0
        self.logins = 0
        self.delay = 0.0
        self.key_delay = 0.0
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

    async def _send(self, request: web.Request) -> web.Response:
        if (fault := await self._before(request)) is not None:
            return fault
        self.sent.append({**await request.json(), "_to": request.match_info["id"]})
        return web.json_response({"id": f"m{next(self._ids)}"}, status=201)

    async def _update(self, request: web.Request) -> web.Response:
        if (fault := await self._before(request)) is not None:
            return fault
        self.updated.append((request.match_info["message"], await request.json()))
        return web.json_response({"id": request.match_info["message"]})

    async def _member(self, request: web.Request) -> web.Response:
        found = [p for p in self.people if request.match_info["user"] in {p["id"], p.get("aadObjectId")}]
        return web.json_response(found[0]) if found else web.json_response({"error": {"code": "NotFound"}}, status=404)

    async def _members(self, request: web.Request) -> web.Response:
        self.pages += 1
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


@dataclass
class Client:
    """The Teams of one school: service, bot and the people's clients. ``url`` is the bot's endpoint."""

    service: TeamsService
    service_url: str
    url: str
    teams: Teams
    http: ClientSession
    world: World
    signed: bool = False
    ids: Any = field(default_factory=lambda: itertools.count(1))

    def activity(self, who: str = "teacher", **changed: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
        """Return an activity as Teams sends it, with some of it changed."""
        made: dict[str, Any] = {
            "type": "message",
            "id": f"a{next(self.ids)}",
            "channelId": "msteams",
            "serviceUrl": self.service_url,
            "from": {"id": f"29:{who}", "name": who, "aadObjectId": f"aad-{who}"},
            "recipient": {"id": f"28:{APP_ID}", "name": "Can I?"},
            "conversation": {"id": f"chat-{who}", "conversationType": "personal", "tenantId": TENANT},
            "channelData": {"tenant": {"id": TENANT}},
        }
        return {**made, **changed}

    async def post(self, activity: Any, token: str | None = None, **headers: str) -> tuple[int, Any]:  # noqa: ANN401
        """Send a body to the bot, and return status and JSON of the answer once everything beside it has ended."""
        if self.signed and token is None:
            token = token_for(self.service_url)
        if token:
            headers["Authorization"] = f"Bearer {token}"
        data = activity if isinstance(activity, bytes) else json.dumps(activity).encode()
        sent = {"Content-Type": "application/json", **headers}
        async with self.http.post(self.url, data=data, headers=sent) as answer:
            status, body = answer.status, await _json(answer)
        await self.teams.settled()
        return status, body

    def token(self, **changed: Any) -> str:  # noqa: ANN401
        """Return a token as Teams signs it for this bot, with some of it changed."""
        return token_for(self.service_url, **changed)

    async def deliver(self) -> int:
        """Let the relay send what is due, from a thread as it does at work; return how many notices were handled."""
        return await asyncio.to_thread(self.world.deliver)

    async def say(self, text: str, who: str = "teacher", **changed: Any) -> list[dict[str, Any]]:  # noqa: ANN401
        """Type a message, and return the cards that came back."""
        before = len(self.service.cards())
        status, _ = await self.post(self.activity(who, text=text, **changed))
        assert status == 200
        return self.service.cards()[before:]

    async def press(self, action: Mapping[str, Any], who: str = "teacher", **changed: Any) -> Any:  # noqa: ANN401
        """Press an Execute button and return what the card answers."""
        value = {"action": {"type": "Action.Execute", "verb": action["verb"], "data": action["data"]}}
        activity = self.activity(who, type="invoke", name="adaptiveCard/action", value=value, **changed)
        status, body = await self.post(activity)
        assert status == 200
        return body

    async def open(self, action: Mapping[str, Any], who: str = "teacher", **changed: Any) -> Any:  # noqa: ANN401
        """Press a button that opens a dialog, and return the dialog."""
        assert action["data"]["msteams"] == {"type": "task/fetch"}
        return await self.invoke("task/fetch", {"data": action["data"]}, who, **changed)

    async def submit(self, action: Mapping[str, Any], who: str = "teacher", **values: str) -> Any:  # noqa: ANN401
        """Send a dialog in with one of its buttons and some inputs filled in, and return the next one."""
        return await self.invoke("task/submit", {"data": {**action["data"], **values}}, who)

    async def invoke(self, name: str, value: Any, who: str = "teacher", **changed: Any) -> Any:  # noqa: ANN401
        """Send an invoke and return what it answers; of a dialog, its card."""
        status, body = await self.post(self.activity(who, type="invoke", name=name, value=value, **changed))
        assert status == 200, status
        task = body.get("task") if isinstance(body, dict) else None
        return task["value"]["card"]["content"] if task and task["type"] == "continue" else body


@asynccontextmanager
async def running(
    world: World,
    *,
    signed: bool = False,
    talk: Talk | None = None,
    middlewares: Sequence[Any] = (),
    **changed: Any,  # noqa: ANN401 - fields of Services
) -> AsyncIterator[Client]:
    """Run the adapter over a world on loopback, with the people's accounts known; signed or in the loopback mode."""
    service = TeamsService()
    async with TestServer(service.app()) as platform, ClientSession() as http:
        service_url = str(platform.make_url("/"))
        given: dict[str, Any] = {
            "conversation": talk or world.bot,
            "store": world.store,
            "clock": world.clock,
            "app_id": APP_ID,
            "password": "s",
            "tenant": TENANT,
            "tenants": {TENANT: frozenset({"demo"})},
            "loopback_test": not signed,
            "metadata": str(platform.make_url("/.well-known/openidconfiguration")),
            "service_hosts": ("127.0.0.1",),
            "first_service": service_url,
            "fetch_token": service.login,
        }
        app = web.Application(middlewares=middlewares)
        teams = mount(app, Services(**{**given, **changed}))
        if isinstance(world.senders, dict):
            world.senders["teams"] = teams.sender
        async with TestServer(app) as bot:
            yield Client(service, service_url, str(bot.make_url(PATH)), teams, http, world, signed=signed)


def meet(world: World, *people: str) -> None:
    """Let people of the demo school be known by their Teams account, without a chat yet."""
    with world.store.begin() as work:
        for who in people:
            work.people.account(Account(f"teams:demo-{who}", f"demo-{who}", "teams", f"aad-{who}", TENANT))
        work.commit()


def token_for(service_url: str, *, key: Any = KEY, kid: str = "one", alg: str = "RS256", **claims: Any) -> str:  # noqa: ANN401
    """Return a token as Teams signs it, with some claims changed; ``None`` takes a claim out."""
    now = int(time.time())
    given = {"iss": ISSUER, "aud": APP_ID, "nbf": now - 10, "exp": now + 600, "serviceurl": service_url, **claims}
    return jwt.encode({k: v for k, v in given.items() if v is not None}, key, algorithm=alg, headers={"kid": kid})


def _public(key: rsa.RSAPrivateKey, kid: str) -> dict[str, Any]:
    made: dict[str, Any] = RSAAlgorithm.to_jwk(key.public_key(), as_dict=True)
    return {**made, "kid": kid, "use": "sig", "endorsements": ["msteams", "webchat"]}


async def _json(answer: ClientResponse) -> Any:  # noqa: ANN401
    raw = await answer.read()
    return json.loads(raw) if raw and answer.content_type == "application/json" else None


def card_of(activity: Mapping[str, Any]) -> dict[str, Any]:
    """Return the Adaptive Card of a message."""
    found: dict[str, Any] = activity["attachments"][0]["content"]
    return found


def elements(card: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - JSON
    """Return every element and action of a card, fallbacks and data left out."""
    found = [card] if isinstance(card, dict) and "type" in card else []
    for name, value in card.items() if isinstance(card, dict) else enumerate(card) if isinstance(card, list) else ():
        if name not in {"data", "fallback"}:
            found += elements(value)
    return found


def words(card: Any) -> str:  # noqa: ANN401
    """Return what a card shows, as one string without markdown's backslashes."""
    shown = [str(e.get(name, "")) for e in elements(card) for name in ("text", "title", "label") if e.get(name)]
    return " ".join(shown).replace("\\", "")


def buttons(card: Any) -> dict[str, dict[str, Any]]:  # noqa: ANN401
    """Return the buttons of a card by their labels."""
    return {e["title"]: e for e in elements(card) if e["type"] in {"Action.Submit", "Action.Execute"}}


def inputs(card: Any) -> dict[str, dict[str, Any]]:  # noqa: ANN401
    """Return the inputs of a card by their fields' names."""
    return {e["id"].split("_", 2)[2]: e for e in elements(card) if e["type"].startswith("Input.")}
