"""``python -m tests.bench.slack``: from envelope to posted answer over loopback, beside a bare echo bot of slack-bolt.

Both run in one process over Socket Mode against the same stand-in for Slack: by turns, one question at a time, then
each for itself with fifty people who ask again as soon as they are answered. Ours tells copies of an event from the
first in the database, looks up who asks, answers from the policy and draws a card; the echo bot repeats what it was
told.
"""

from __future__ import annotations

import asyncio
import gc
import shutil
import textwrap
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.logins import Login
from tests.bench.page import machine, renew, table, today
from tests.bench.slack_steps import BETWEEN, PEOPLE, WARMING_UP, cards, part, question, school, steps
from tests.emulate.front import FOLDER, Emulated, emulated
from tests.slackpeer.peer import Peer
from tests.slackpeer.people import TOKEN, larkfield, uid
from tests.slackpeer.rig import running
from tests.slackpeer.wire import SECRET, Json, dm

TURNS: Final = 300
AT_ONCE: Final = 50
SECONDS: Final = 60.0
ECHO, CARD, OURS = "a bare echo bot of slack-bolt", "the same, repeating a card of ours", "Can I?"
HEADING: Final = "## Slack beside an echo bot"
ABOUT: Final = """\
From the envelope that tells of a question to the answer's being posted, over Socket Mode on loopback, five questions by
turns. All bots and our stand-in for Slack share one process; the stand-in answers at once, where Slack itself takes a
tenth of a second or more. "Processor" is what one core works for one question, the stand-in's part included: other
programs on the machine hardly change that; the other times are as long as one waits. The second echo bot posts, for
each question, the card with which we answer it, drawn beforehand: beside the first it shows what the card costs on its
way, and beside ours what we do to find it. With fifty at once, for a minute, each asks again as soon as answered.
"emulate behind": an independent stand-in for the Web API, in a process of its own, keeps the messages."""
REST: Final = """\
The goal is at most 1.25 times the bare echo bot's median, and is not reached where Slack takes no time at all: a core
works {more:.1f} times as long for our answer as for the echo ({behind}). That is {extra:.1f} ms more: {share:.0f}% of
what a person waits where Slack itself takes a tenth of a second. {card:.1f} ms of it an echo bot takes too that posts
the same cards. The rest are the steps below, each alone and after a pause, and one change of threads, so that no wait
for the database holds up other people; on a busy machine that change waits for its turn, which an echo bot in one
thread need not. What we save beside the echo bot is a new connection to Slack for each answer."""
SLACK: Final = 100.0
"""Milliseconds that Slack itself takes at least, from the event's coming to the answer's being seen."""


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
    """Ask every bot by turns."""
    gc.freeze()  # as ``serve`` does once it has started
    for number in range(WARMING_UP + turns):
        for name, socket in bots.items():
            await asyncio.sleep(BETWEEN)
            work = time.process_time()
            spent = await peer.asked(socket, "teacher", dm(uid("teacher")), number)
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
                turn = len(found.crowd)
                found.crowd.append(await peer.asked(socket, person, f"{dm(uid(person))}/{number}", turn))
            except TimeoutError:
                found.lost += 1

    await asyncio.gather(*(somebody(number) for number in range(AT_ONCE)))


async def measured(folder: Path, turns: int, seconds: float) -> dict[str, Times]:
    """Return the times of every bot, with our stand-in alone."""
    times = {ECHO: Times(), CARD: Times(), OURS: Times()}
    with school(folder) as world:
        async with (
            Meter(larkfield()) as peer,
            running(world, peer) as rig,
            echoing(peer) as echo,
            echoing(peer, saying=cards(world)) as card,
        ):
            await one_at_a_time(peer, {ECHO: echo, CARD: card, OURS: rig.number}, times, turns)
            for name, socket in {ECHO: echo, OURS: rig.number}.items():
                await at_once(peer, socket, times[name], seconds)
    return times


async def measured_behind(folder: Path, node: str, turns: int) -> dict[str, Times]:
    """Return the times of every bot with ``emulate`` behind our stand-in, one question at a time."""
    times = {ECHO: Times(), CARD: Times(), OURS: Times()}
    with school(folder) as world:
        async with emulated(node, MeterBefore) as peer:
            login = Login("", peer.token, "xapp-1", SECRET)
            async with (
                running(world, peer, logins=(login,)) as rig,
                echoing(peer, peer.token) as echo,
                echoing(peer, peer.token, cards(world)) as card,
            ):
                await one_at_a_time(peer, {ECHO: echo, CARD: card, OURS: rig.number}, times, turns)
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


def section(folder: Path, turns: int = TURNS, seconds: float = SECONDS) -> str:
    """Measure, and return what the page tells of it."""
    head = ("bot", "p50 ms", "p99 ms", "processor p50 ms", "50 at once: answered", "lost", "p50 ms", "p99 ms")
    alone = asyncio.run(measured(folder / "ours", turns, seconds))
    found, behind = rows(alone), {}
    node = shutil.which("node")
    if node and (FOLDER / "node_modules").exists():
        behind = asyncio.run(measured_behind(folder / "behind", node, turns))
        found += rows({f"{name}, emulate behind": times for name, times in behind.items()})
    told = f"Measured on {today()}: {machine()}."
    of_ours = table(("of our answer", "processor ms"), steps(folder / "steps", turns))
    return "\n\n".join((HEADING, ABOUT, told, table(head, found), rest(alone, behind), of_ours))


def rest(alone: dict[str, Times], behind: dict[str, Times]) -> str:
    """Return in words how far ours is from the echo bot, and why."""
    echo, card, ours = (part(alone[name].work, 50) for name in (ECHO, CARD, OURS))
    beside = "emulate was not there"
    if behind:
        times = part(behind[OURS].work, 50) / part(behind[ECHO].work, 50)
        waits = part(behind[OURS].alone, 50) / part(behind[ECHO].alone, 50)
        beside = f"with emulate behind {times:.1f} times, and one waits {waits:.1f} times as long"
    extra = ours - echo
    share = 100 * extra / (SLACK + extra)
    said = REST.format(more=ours / echo, behind=beside, extra=extra, card=card - echo, share=share)
    return textwrap.fill(said, 116)


if __name__ == "__main__":
    renew(section)
