"""``python -m tests.bench.slack``: from envelope to posted answer over loopback, beside a bare echo bot of slack-bolt.

Both run in one process over Socket Mode against the same stand-in for Slack: by turns, one question at a time, then
each for itself with fifty people who ask again as soon as they are answered. Ours tells copies of an event from the
first in the database, looks up who asks, answers from the policy and draws a card; the echo bot repeats what it was
told.
"""

from __future__ import annotations

import asyncio
import shutil
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from adapters.db.engine import make_engine
from adapters.db.store import SqlStore
from adapters.slack.logins import Login
from tests.bench.page import machine, renew, table, today
from tests.emulate.front import FOLDER, Emulated, emulated
from tests.fakes import World
from tests.slackpeer.peer import Peer
from tests.slackpeer.people import TOKEN, larkfield, uid
from tests.slackpeer.rig import confirm, running
from tests.slackpeer.wire import SECRET, Json, dm

QUESTION: Final = "can I add the mum of pupil {number} on insta?"
PEOPLE: Final = ("teacher", "colleague", "assistant", "office", "head", "deputy", "dsl", "chair")
TURNS: Final = 300
WARMING_UP: Final = 30
AT_ONCE: Final = 50
SECONDS: Final = 60.0
ECHO, OURS = "a bare echo bot of slack-bolt", "Can I?"
HEADING: Final = "## Slack beside an echo bot"
ABOUT: Final = """\
From the envelope that tells of a question to the answer's being posted, over Socket Mode on loopback. Both bots and our
stand-in for Slack share one process; the stand-in answers at once, where Slack itself takes a tenth of a second or
more. "Processor" is what one core works for one question, the stand-in's part included: other programs on the machine
hardly change that; the other times are as long as one waits. With fifty at once, for a minute, each asks again as soon
as answered. "emulate behind": an independent stand-in for the Web API, in a process of its own, keeps the messages."""


@dataclass
class Times:
    """What a bot took: one question at a time (milliseconds, and those of a core), and with fifty people at once."""

    alone: list[float] = field(default_factory=list)
    work: list[float] = field(default_factory=list)
    crowd: list[float] = field(default_factory=list)
    lost: int = 0


class Metering(Peer):
    """A stand-in that tells at once when something is posted in a conversation."""

    @cached_property
    def _awaited(self) -> dict[str, asyncio.Future[None]]:
        return {}

    async def asked(self, socket: int, person: str, channel: str) -> float:
        """Let a person ask in a conversation, and return the milliseconds until an answer is posted there."""
        number = self.unique()
        event = {"type": "message", "channel": channel, "channel_type": "im", "user": uid(person)}
        body = {
            "type": "event_callback",
            "team_id": "T1",
            "api_app_id": "A1",
            "event": {**event, "text": QUESTION.format(number=number), "ts": f"1600000000.{number:06d}"},
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
async def echoing(peer: Peer, token: str = TOKEN) -> AsyncIterator[int]:
    """Run an echo bot as slack-bolt's own samples put it together. Give the number of its connection."""
    app = AsyncApp(client=AsyncWebClient(token=token, base_url=peer.address))

    @app.event("message")
    async def repeat(event: dict[str, Any], say: Callable[..., Any]) -> None:
        await say(f"echo: {event['text']}")

    handler = AsyncSocketModeHandler(app, "xapp-1")
    number = len(peer.sockets)
    await handler.connect_async()
    await peer.until(lambda: len(peer.sockets) > number)
    yield number
    await handler.close_async()


async def one_at_a_time(peer: Metering, bots: dict[str, int], times: dict[str, Times], turns: int) -> None:
    """Ask both bots by turns."""
    for number in range(WARMING_UP + turns):
        for name, socket in bots.items():
            work = time.process_time()
            spent = await peer.asked(socket, "teacher", dm(uid("teacher")))
            if number >= WARMING_UP:
                times[name].alone.append(spent)
                times[name].work.append((time.process_time() - work) * 1000)


async def at_once(peer: Metering, socket: int, found: Times, seconds: float) -> None:
    """Let fifty people ask one bot for a while, each again as soon as answered."""
    end = time.perf_counter() + seconds

    async def somebody(number: int) -> None:
        person = PEOPLE[number % len(PEOPLE)]
        while time.perf_counter() < end:
            try:
                found.crowd.append(await peer.asked(socket, person, f"{dm(uid(person))}/{number}"))
            except TimeoutError:
                found.lost += 1

    await asyncio.gather(*(somebody(number) for number in range(AT_ONCE)))


@contextmanager
def school(folder: Path) -> Iterator[World]:
    """Give a school whose database waits for the disk, as a world's own does not."""
    url = f"sqlite:///{folder / 'can-i.sqlite3'}"
    folder.mkdir()
    with World(url) as world:
        world.store = SqlStore(make_engine(url), world.clock)
        confirm(world, *PEOPLE)
        yield world
        world.store.engine.dispose()


async def measured(folder: Path, turns: int, seconds: float) -> dict[str, Times]:
    """Return the times of both bots, with our stand-in alone."""
    times = {ECHO: Times(), OURS: Times()}
    with school(folder) as world:
        async with Meter(larkfield()) as peer, running(world, peer) as rig, echoing(peer) as echo:
            bots = {ECHO: echo, OURS: rig.number}
            await one_at_a_time(peer, bots, times, turns)
            for name, socket in bots.items():
                await at_once(peer, socket, times[name], seconds)
    return times


async def measured_behind(folder: Path, node: str, turns: int) -> dict[str, Times]:
    """Return the times of both bots with ``emulate`` behind our stand-in, one question at a time."""
    times = {ECHO: Times(), OURS: Times()}
    with school(folder) as world:
        async with emulated(node, MeterBefore) as peer:
            login = Login("", peer.token, "xapp-1", SECRET)
            async with running(world, peer, logins=(login,)) as rig, echoing(peer, peer.token) as echo:
                await one_at_a_time(peer, {ECHO: echo, OURS: rig.number}, times, turns)
    return times


def rows(times: dict[str, Times]) -> list[list[str]]:
    """Return a row of the table for each bot."""
    return [
        [
            name,
            f"{part(found.alone, 50):.1f}",
            f"{part(found.alone, 99):.1f}",
            f"{part(found.work, 50):.1f}",
            *((f"{len(found.crowd):,}", f"{found.lost}") if found.crowd else ("-", "-")),
            *((f"{part(found.crowd, 50):.0f}", f"{part(found.crowd, 99):.0f}") if found.crowd else ("-", "-")),
        ]
        for name, found in times.items()
    ]


def part(spent: Sequence[float], percent: int) -> float:
    """Return the time that so many of a hundred did not exceed; 0 where nothing was measured."""
    return sorted(spent)[min(len(spent) * percent // 100, len(spent) - 1)] if spent else 0.0


def section(folder: Path, turns: int = TURNS, seconds: float = SECONDS) -> str:
    """Measure, and return what the page tells of it."""
    head = ("bot", "p50 ms", "p99 ms", "processor p50 ms", "50 at once: answered", "lost", "p50 ms", "p99 ms")
    found = rows(asyncio.run(measured(folder / "ours", turns, seconds)))
    node = shutil.which("node")
    if node and (FOLDER / "node_modules").exists():
        behind = asyncio.run(measured_behind(folder / "behind", node, turns))
        found += rows({f"{name}, emulate behind": times for name, times in behind.items()})
    return "\n\n".join((HEADING, ABOUT, f"Measured on {today()}: {machine()}.", table(head, found)))


if __name__ == "__main__":
    renew(section)
