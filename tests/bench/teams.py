"""From POST to reply over loopback, beside a bare echo bot of the same SDK, by turns in one process.

Both write to the same sort of stand-in for Teams. Ours looks up who asks, looks for copies of the turn in the database,
answers from the policy and draws a card; the echo bot repeats what it was told. Neither checks a token but where said.
"""

from __future__ import annotations

import asyncio
import json
import statistics
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Final

from aiohttp import web
from aiohttp.test_utils import TestServer
from botbuilder.core import TurnContext
from botbuilder.integration.aiohttp import CloudAdapter, ConfigurationBotFrameworkAuthentication

from tests.bench.waits import Wait, waited
from tests.fakes import World
from tests.slackpeer.rig import conversation
from tests.teamsclient import PATH, Client, meet, running

QUESTION: Final = "can I add a pupil's mum on insta?"
TURNS: Final = 300
WARMING_UP: Final = 30
ECHO: Final = "a bare echo bot of the SDK"
OURS: Final = "Can I?"
CHECKED: Final = "Can I?, each token checked"


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


async def post(teams: Client, text: str, url: str = "", who: str = "teacher") -> float:
    """Return the milliseconds that a message's request takes; both bots write their reply before they answer it."""
    activity, headers = teams.activity(who, text=text), {"Content-Type": "application/json"}
    if teams.signed:
        headers["Authorization"] = f"Bearer {teams.token()}"
    start = time.perf_counter()
    async with teams.http.post(url or teams.url, data=json.dumps(activity), headers=headers) as answer:
        answer.raise_for_status()
    return (time.perf_counter() - start) * 1000


async def ask(teams: Client, text: str, url: str = "", who: str = "teacher") -> float:
    """Return the milliseconds from a message to its reply. Raise ``RuntimeError`` where there was none."""
    before = len(teams.service.messages())
    spent = await post(teams, text, url, who)
    if len(teams.service.messages()) == before:
        raise RuntimeError("no reply")
    return spent


async def _measured(folder: Path, turns: int, warming_up: int) -> list[Wait]:
    times: dict[str, list[float]] = {ECHO: [], OURS: [], CHECKED: []}
    cores: dict[str, list[float]] = {ECHO: [], OURS: [], CHECKED: []}
    with World(f"sqlite:///{folder / 'can-i.sqlite3'}") as world:
        meet(world, "teacher", "colleague")
        talk = conversation(world)
        async with (
            running(world, talk=talk) as teams,
            running(world, talk=talk, signed=True) as checked,
            TestServer(stock()) as echo,
        ):
            teams.service.checks = checked.service.checks = False
            bots: dict[str, Callable[[str], Awaitable[float]]] = {
                ECHO: lambda text: ask(teams, text, str(echo.make_url(PATH))),
                OURS: lambda text: ask(teams, text),
                CHECKED: lambda text: ask(checked, text, who="colleague"),
            }
            for number in range(turns + warming_up):
                for name, bot in bots.items():
                    worked = time.process_time()
                    spent = await bot(QUESTION)
                    if number >= warming_up:
                        times[name].append(spent)
                        cores[name].append((time.process_time() - worked) * 1000)
    return [waited(name, spent, statistics.median(cores[name])) for name, spent in times.items()]


def beside_an_echo(folder: Path, turns: int = TURNS, warming_up: int = WARMING_UP) -> list[Wait]:
    """Return how long an answer takes: of the echo bot, of ours, of ours with authentication on."""
    return asyncio.run(_measured(folder, turns, warming_up))
