"""Questions in Slack timed from envelope to posted answer, over loopback, beside bare echo bots of slack-bolt.

All run in one process over Socket Mode against the same stand-in for Slack: by turns, one question at a time, then each
for itself with fifty people who ask again as soon as they are answered. Ours tells copies of an event from the first in
the database, looks up who asks, answers from the policy and draws a card; the echo bot repeats what it was told.

``python -m tests.bench.slack_meter FOLDER TURNS SECONDS`` is run by ``tests.bench.slack``: the folder holds the
certificate of the stand-in, whose authority the process was started to trust. It writes what it found as JSON.
"""

from __future__ import annotations

import asyncio
import gc
import shutil
import ssl
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import msgspec
from aiohttp import web
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.logins import Login
from tests.bench.slack_steps import BETWEEN, PEOPLE, WARMING_UP, cards, question, school
from tests.certificates import held
from tests.emulate.front import FOLDER, Emulated, emulated
from tests.slackpeer.peer import Peer
from tests.slackpeer.people import TOKEN, larkfield, uid
from tests.slackpeer.rig import running
from tests.slackpeer.wire import SECRET, Json, dm

AT_ONCE: Final = 50
ECHO, CARD, OURS = "a bare echo bot of slack-bolt", "the same, repeating a card of ours", "Can I?"
TLS, SILENCE, BEHIND, PLAIN = "over TLS", "over TLS, after a silence", "over TLS, emulate behind", "without TLS"


@dataclass
class Times:
    """What a bot took: one question at a time (milliseconds, and those of a core), and with fifty people at once."""

    alone: list[float] = field(default_factory=list)
    work: list[float] = field(default_factory=list)
    crowd: list[float] = field(default_factory=list)
    lost: int = 0


Found = dict[str, dict[str, Times]]
"""Times by situation and bot."""


class Metering(Peer):
    """A stand-in that tells at once when something is posted in a conversation."""

    closes = False
    """Whether the connection is closed with each answer, as it is when nobody has asked for a while."""

    @cached_property
    def _awaited(self) -> dict[str, asyncio.Future[None]]:
        return {}

    async def _api(self, request: web.Request) -> web.StreamResponse:
        answer = await super()._api(request)
        if self.closes:
            answer.force_close()
        return answer

    async def asked(self, socket: int, person: str, channel: str, turn: int) -> float:
        """Let a person ask in a conversation, and return the milliseconds until an answer is posted there.

        The same ``turn`` has the same question.
        """
        number = self.unique()
        event = {"type": "message", "channel": channel, "channel_type": "im", "user": uid(person)}
        body = {
            "type": "event_callback",
            "team_id": "T1",
            "api_app_id": "A1",
            "event": {**event, "text": question(turn, number), "ts": f"1600000000.{number:06d}"},
            "event_id": f"Ev{number}",
            "authorizations": [{"team_id": "T1", "enterprise_id": None, "user_id": "UBOT", "is_bot": True}],
        }
        answered = self._awaited[channel] = asyncio.get_running_loop().create_future()
        start = time.perf_counter()
        await self.envelope("events_api", body, socket=socket)
        await asyncio.wait_for(answered, 30)
        return (time.perf_counter() - start) * 1000

    async def answered(self, method: str, token: str, given: Json) -> Json:
        """Do what a call asks for."""
        answer = await super().answered(method, token, given)
        awaited = self._awaited.pop(str(given.get("channel")), None) if method == "chat.postMessage" else None
        if awaited is not None and not awaited.done():
            awaited.set_result(None)
        return answer


class Meter(Metering, Peer):
    """Our own stand-in."""


class MeterBefore(Metering, Emulated):
    """Our stand-in in front of ``emulate``."""


@asynccontextmanager
async def echoing(
    peer: Peer, token: str = TOKEN, saying: Callable[[str], Json] = lambda text: {"text": f"echo: {text}"}
) -> AsyncIterator[int]:
    """Run an echo bot as slack-bolt's own samples put it together. Give the number of its connection."""
    app = AsyncApp(client=AsyncWebClient(token=token, base_url=peer.address))

    @app.event("message")
    async def repeat(event: dict[str, Any], say: Callable[..., Any]) -> None:
        await say(**saying(event["text"]))

    handler = AsyncSocketModeHandler(app, "xapp-1")
    number = len(peer.sockets)
    await handler.connect_async()
    await peer.until(lambda: len(peer.sockets) > number)
    yield number
    await handler.close_async()


async def one_at_a_time(peer: Metering, bots: dict[str, int], times: dict[str, Times], turns: int) -> None:
    """Ask every bot that is timed, by turns."""
    gc.freeze()  # as ``serve`` does once it has started
    for number in range(WARMING_UP + turns):
        for name, found in times.items():
            await asyncio.sleep(BETWEEN)
            work = time.process_time()
            spent = await peer.asked(bots[name], "teacher", dm(uid("teacher")), number)
            if number >= WARMING_UP:
                found.alone.append(spent)
                found.work.append((time.process_time() - work) * 1000)


async def at_once(peer: Metering, socket: int, found: Times, seconds: float) -> None:
    """Let fifty people ask one bot for a while, each again as soon as answered."""
    end = time.perf_counter() + seconds

    async def somebody(number: int) -> None:
        person = PEOPLE[number % len(PEOPLE)]
        while time.perf_counter() < end:
            try:
                turn = len(found.crowd)
                found.crowd.append(await peer.asked(socket, person, f"{dm(uid(person))}/{number}", turn))
            except TimeoutError:
                found.lost += 1

    await asyncio.gather(*(somebody(number) for number in range(AT_ONCE)))


async def measured(folder: Path, turns: int, seconds: float, tls: ssl.SSLContext | None) -> Found:
    """Return the times with our stand-in alone; without TLS only those of one question at a time."""
    each = {name: Times() for name in (ECHO, CARD, OURS)}
    silent = {name: Times() for name in (ECHO, OURS)}
    with school(folder) as world:
        async with (
            Meter(larkfield(), tls=tls) as peer,
            running(world, peer) as rig,
            echoing(peer) as echo,
            echoing(peer, saying=cards(world)) as card,
        ):
            bots = {ECHO: echo, CARD: card, OURS: rig.number}
            await one_at_a_time(peer, bots, each, turns)
            if tls is None:
                return {PLAIN: each}
            for name in (ECHO, OURS):
                await at_once(peer, bots[name], each[name], seconds)
            peer.closes = True
            await one_at_a_time(peer, bots, silent, turns)
    return {TLS: each, SILENCE: silent}


async def measured_behind(folder: Path, node: str, turns: int, tls: ssl.SSLContext) -> Found:
    """Return the times with ``emulate`` behind our stand-in, one question at a time."""
    each = {name: Times() for name in (ECHO, CARD, OURS)}
    with school(folder) as world:
        async with emulated(node, MeterBefore, tls) as peer:
            login = Login("", peer.token, "xapp-1", SECRET)
            async with (
                running(world, peer, logins=(login,)) as rig,
                echoing(peer, peer.token) as echo,
                echoing(peer, peer.token, cards(world)) as card,
            ):
                await one_at_a_time(peer, {ECHO: echo, CARD: card, OURS: rig.number}, each, turns)
    return {BEHIND: each}


def all_measured(folder: Path, turns: int, seconds: float) -> Found:
    """Return the times of every bot in every situation; ``emulate`` is left out where it is not there."""
    tls = held(folder)
    found = asyncio.run(measured(folder / "ours", turns, seconds, tls))
    node = shutil.which("node")
    if node and (FOLDER / "node_modules").exists():
        found |= asyncio.run(measured_behind(folder / "behind", node, turns, tls))
    return found | asyncio.run(measured(folder / "plain", turns, 0, None))


if __name__ == "__main__":
    sys.stdout.buffer.write(msgspec.json.encode(all_measured(Path(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]))))
