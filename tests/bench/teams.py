"""``python -m tests.bench.teams``: from POST to reply over loopback, beside a bare echo bot of the same SDK.

Both run in one process, by turns, unsigned, and write to the same stand-in for Teams. Ours looks up who asks, looks for
copies of the turn in the database, answers from the policy and draws a card; the echo bot repeats what it was told.
"""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, Final

from aiohttp import web
from aiohttp.test_utils import TestServer
from botbuilder.core import TurnContext
from botbuilder.integration.aiohttp import CloudAdapter, ConfigurationBotFrameworkAuthentication

from bot.answering import Answering
from bot.ask_talk import AskTalk
from bot.conversation import Conversation
from knowledge import pack, reader
from tests.fakes import World
from tests.teamsclient import PATH, Client, meet, running

QUESTION: Final = "can I add a pupil's mum on insta?"
TURNS: Final = 300
WARMING_UP: Final = 30


class Nobody:
    """The settings of a bot without an app id, which the stock adapter takes for one without authentication."""

    APP_ID = APP_PASSWORD = APP_TENANTID = ""
    APP_TYPE = "MultiTenant"


class EchoBot:
    """Repeats what it was told."""

    async def on_turn(self, turn: TurnContext) -> None:
        if turn.activity.type == "message":
            await turn.send_activity(f"echo: {turn.activity.text}")


def stock() -> web.Application:
    """Return the echo bot on the SDK's own adapter, as its samples put it together."""
    adapter, bot = CloudAdapter(ConfigurationBotFrameworkAuthentication(Nobody)), EchoBot()

    async def endpoint(request: web.Request) -> web.Response:
        answer: web.Response | None = await adapter.process(request, bot)
        return answer or web.Response(status=200)

    app = web.Application()
    app.router.add_post(PATH, endpoint)
    return app


async def one(teams: Client, url: str, text: str) -> float:
    """Return the milliseconds from a message to its reply."""
    before, activity = len(teams.service.sent), teams.activity(text=text)
    start = time.perf_counter()
    async with teams.http.post(url, data=json.dumps(activity), headers={"Content-Type": "application/json"}) as answer:
        answer.raise_for_status()
    spent = (time.perf_counter() - start) * 1000
    # Both write their reply before they answer the request.
    assert len(teams.service.sent) == before + 1
    return spent


async def measured(folder: Path) -> dict[str, list[float]]:
    """Return every time of both bots, in milliseconds, sorted."""
    world = World(f"sqlite:///{folder / 'can-i.sqlite3'}")
    meet(world, "teacher")
    engine = Answering({name: pack.load_installed(name) for name in pack.installed()}, reader.installed())
    answers = AskTalk(world.store, world.sealer, world.clock, world.shelf, engine)
    talk: Any = Conversation(world.store, world.sealer, world.clock, world.shelf, answers)
    times: dict[str, list[float]] = {"a bare echo bot of the SDK": [], "Can I?": []}
    async with running(world, talk=talk) as teams, TestServer(stock()) as echo:
        teams.service.checks = False
        urls = dict(zip(times, (str(echo.make_url(PATH)), teams.url), strict=True))
        for number in range(TURNS + WARMING_UP):
            for name, url in urls.items():
                spent = await one(teams, url, f"{QUESTION} {number}")
                if number >= WARMING_UP:
                    times[name].append(spent)
    world.close()
    return {name: sorted(spent) for name, spent in times.items()}


def main() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as folder:
        times = asyncio.run(measured(Path(folder)))
    sys.stdout.write("| bot | p50 | p99 |\n|---|---|---|\n")
    for name, spent in times.items():
        sys.stdout.write(f"| {name} | {spent[len(spent) // 2]:.1f} ms | {spent[len(spent) * 99 // 100]:.1f} ms |\n")


if __name__ == "__main__":
    main()
