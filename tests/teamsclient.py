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

from adapters.teams.endpoint import PATH, Teams, mount
from adapters.teams.services import Services, Talk
from adapters.teams.verify import ISSUER
from bot.people import Account
from tests.cardschema import checked
from tests.fakes import World
from tests.teamsservice import KEY, TeamsService

APP_ID: Final = "0f1f1b0e-5d0c-4f4e-9a57-2f6a3f1f0a11"
TENANT: Final = "5ad3f1c8-0d0d-4f0a-8f61-6f7b7f1f0c22"


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
            status, body = answer.status, checked(await _json(answer))
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


async def _json(answer: ClientResponse) -> Any:  # noqa: ANN401
    raw = await answer.read()
    return json.loads(raw) if raw and answer.content_type == "application/json" else None
