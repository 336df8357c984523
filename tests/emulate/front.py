"""Our stand-in for Slack in front of an independent one (npm ``emulate``), which keeps messages, dialogs and people.

What ``emulate`` lacks stays ours: Socket Mode, presses and forms, response URLs, the assistant, rate limits and faults.
The ids that it makes up are exchanged for those that the scenarios know, in everything that passes.
"""

from __future__ import annotations

import asyncio
import json
import re
import socket
import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import parse_qs, urlencode, urlsplit

import aiohttp
import msgspec

from bot import demo
from tests.slackpeer.methods import Team
from tests.slackpeer.peer import Peer
from tests.slackpeer.people import larkfield, uid
from tests.slackpeer.wire import Json, dm

P = TypeVar("P", bound="Emulated")
FOLDER = Path(__file__).parent
IDS = re.compile(rb"\b[A-Z]\w+")
"""Whatever may be an id: they begin with a capital letter."""
CLIENT = {"client_id": "1.2", "client_secret": "client-secret"}
BACK = "http://bot.example/slack/oauth_redirect"
THEIRS = frozenset(
    {
        "auth.test",
        "chat.postEphemeral",
        "chat.postMessage",
        "chat.update",
        "conversations.history",
        "conversations.open",
        "users.info",
        "users.list",
        "users.lookupByEmail",
        "views.open",
        "views.publish",
        "views.push",
        "views.update",
    }
)
"""Methods that ``emulate`` answers."""


class Hidden(HTMLParser):
    """Reads the hidden fields of the first form of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.fields: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "input" and given.get("type") == "hidden" and given.get("name") not in self.fields:
            self.fields[str(given["name"])] = given.get("value") or ""


class Emulated(Peer):
    """The stand-in for Slack whose Web API is ``emulate``'s."""

    def __init__(self, url: str, team: Team, tls: ssl.SSLContext | None = None) -> None:
        super().__init__(team, tls=tls)
        self.url = url
        self.token = ""
        self._http = aiohttp.ClientSession()
        self._ours: dict[str, str] = {}
        self._theirs: dict[str, str] = {}

    async def begin(self) -> None:
        """Install the bot by OAuth, as an administrator does, and learn which ids stand for whom."""
        self.token = str((await self.install())["access_token"])
        (team,) = self.teams.values()
        self.teams[self.token] = team
        me = await self._ask("auth.test", {})
        names = {"T1": me["team_id"], "UBOT": me["user_id"], "B1": me["bot_id"]}
        for user in (await self._ask("users.list", {"limit": 200}))["members"]:
            person = next((p for p, name, _ in demo.PEOPLE if name == user["real_name"]), None)
            if person is not None:
                names[uid(person)] = user["id"]
                opened = await self._ask("conversations.open", {"users": user["id"]})
                names[dm(uid(person))] = opened["channel"]["id"]
        channels = (await self._ask("conversations.list", {}))["channels"]
        names["C1"] = next(each["id"] for each in channels if each["name"] == "staffroom")
        await self._ask("conversations.join", {"channel": names["C1"]})
        self._theirs, self._ours = names, {theirs: ours for ours, theirs in names.items()}

    async def install(self, state: str = "", redirect: str = BACK) -> Json:
        """Agree, exchange the code, and return what ``oauth.v2.access`` answers."""
        code = parse_qs(urlsplit(await self.agreed(state, redirect)).query)["code"][0]
        given = {**CLIENT, "code": code, "redirect_uri": redirect}
        async with self._http.post(f"{self.url}/api/oauth.v2.access", data=given) as answer:
            return dict(await answer.json())

    async def agreed(self, state: str, redirect: str = BACK) -> str:
        """Agree on the page on which apps are installed. Return the address that the browser is sent to."""
        query = {"client_id": CLIENT["client_id"], "redirect_uri": redirect, "state": state, "scope": self.scopes}
        async with self._http.get(f"{self.url}/oauth/v2/authorize", params=query) as answer:
            page = Hidden()
            page.feed(await answer.text())
        async with self._http.post(
            f"{self.url}/oauth/v2/authorize/callback", data=page.fields, allow_redirects=False
        ) as answer:
            return answer.headers["Location"]

    async def end(self) -> None:
        """Close the connections."""
        await self._http.close()

    async def answered(self, method: str, token: str, given: Json) -> Json:
        if method == "oauth.v2.access":
            answer = await self._ask(method, given)
            (team,) = {id(team): team for team in self.teams.values()}.values()
            self.teams[str(answer.get("access_token"))] = team
            return self._exchanged(answer, self._ours)
        if method not in THEIRS or token not in self.teams or self.teams[token].revoked:
            return self.answer(method, token, given)
        return await self._passed_on(method, given)

    async def history(self, channel: str) -> list[Json]:
        """Return the messages of a conversation as ``emulate`` keeps them, oldest first."""
        found = await self._ask("conversations.history", self._exchanged({"channel": channel}, self._theirs))
        return list(reversed(self._exchanged(found["messages"], self._ours)))

    async def _passed_on(self, method: str, given: Json) -> Json:
        wrong = self._spent(given) if method in {"views.open", "views.push"} else ""
        if wrong:
            return {"ok": False, "error": wrong}
        theirs = self._exchanged(given, self._theirs)
        if method in {"views.open", "views.push"}:
            user, view = self.asking[given["trigger_id"]]
            who = {"user_id": self._theirs[user], **({"view_id": view} if view in self.views else {})}
            theirs["trigger_id"] = (await self._ask("views.generateTriggerId", who))["trigger_id"]
        answer: Json = self._exchanged(await self._ask(method, theirs), self._ours)
        if answer.get("ok"):
            self._note(method, given, answer)
        return answer

    def _note(self, method: str, given: Json, answer: Json) -> None:
        """Keep what the scenarios look at: what was shown to whom."""
        if method == "chat.postMessage":
            shown = {"type": "message", "ts": answer["ts"], "user": "UBOT", "bot_id": "B1"}
            self.messages[answer["channel"]].append({**shown, **given})
        elif method == "chat.postEphemeral":
            self.hidden[given["user"]].append({"ts": answer["message_ts"], **given})
        elif method == "chat.update":
            message = next(each for each in self.messages[given["channel"]] if each["ts"] == given["ts"])
            message.update({n: given[n] for n in ("text", "blocks", "metadata") if n in given})
        elif method.startswith("views."):
            kept = {k: v for k, v in answer["view"].items() if v not in (None, "")}
            kept |= {"previous_view_id": kept.get("previous_view_id"), "turn": self.unique()}
            if kept["type"] == "home":
                self.homes[given["user_id"]] = kept
            self.views.setdefault(kept["id"], {}).update(kept)
            answer["view"] = self.views[kept["id"]]

    async def _ask(self, method: str, given: Mapping[str, Any]) -> Json:
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        there = {name: value for name, value in given.items() if value is not None}
        if method.startswith(("chat.", "views.")):
            body, kind = msgspec.json.encode(there), "application/json"
        else:
            body, kind = urlencode(there).encode(), "application/x-www-form-urlencoded"
        headers["Content-Type"] = kind
        async with self._http.post(f"{self.url}/api/{method}", data=body, headers=headers) as answer:
            return dict(await answer.json())

    @staticmethod
    def _exchanged(thing: Any, names: Mapping[str, str]) -> Any:  # noqa: ANN401 - JSON
        def other(found: re.Match[bytes]) -> bytes:
            word = found[0].decode()
            return names.get(word, word).encode()

        return msgspec.json.decode(IDS.sub(other, msgspec.json.encode(thing)))


@asynccontextmanager
async def emulated(
    node: str,
    kind: type[P] = Emulated,  # type: ignore[assignment]
    tls: ssl.SSLContext | None = None,
) -> AsyncIterator[P]:
    """Run ``emulate`` with the demo school's people, and our stand-in in front of it, which speaks TLS if given."""
    team = larkfield()
    seed = {
        "team": {"name": "Larkfield", "domain": "larkfield"},
        "users": [
            {"name": person, "real_name": name, "email": team.users[uid(person)]["profile"]["email"]}
            for person, name, _ in demo.PEOPLE
        ],
        "channels": [{"name": "staffroom"}],
        "oauth_apps": [{**CLIENT, "app_id": "A1", "name": "Can I?", "redirect_uris": [BACK]}],
    }
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    process = await asyncio.create_subprocess_exec(
        node,
        str(FOLDER / "start.mjs"),
        str(port),
        json.dumps(seed),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    try:
        assert await asyncio.wait_for(process.stdout.readline(), 60)
        async with kind(f"http://127.0.0.1:{port}", team, tls) as peer:
            try:
                await peer.begin()
                yield peer
            finally:
                await peer.end()
    finally:
        process.kill()
        await process.wait()
