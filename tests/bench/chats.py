"""Both chats in one process, fifty people asking now and then: neither waits for the other, not even where one hangs.

``python -m tests.bench.chats`` measures the chats alone, and puts their section into ``docs/benchmarks.md``.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from aiohttp import web

from bot.people import Holding, Person
from tests.bench.page import machine, renew, table, today
from tests.bench.teams import beside_an_echo, post
from tests.bench.waits import Wait, waited, waits_rows
from tests.fakes import World
from tests.slackpeer.methods import Team
from tests.slackpeer.peer import Peer
from tests.slackpeer.people import TOKEN, uid, user
from tests.slackpeer.rig import Rig, confirm, conversation
from tests.slackpeer.rig import running as in_slack
from tests.slackpeer.wire import dm
from tests.teamsclient import Client, meet
from tests.teamsclient import running as in_teams

IN_EACH: Final = 25
MINUTE: Final = 60.0
ALONE: Final = 20.0
HANGS: Final = 5.0
"""Seconds for which a platform that hangs keeps each call waiting."""
TOLD: Final = f"""\
From the request with a message to the reply's arrival at the platform, over loopback. The stand-ins for the platforms
run in the same process and take their share of its time. First beside a bare echo bot of the Teams SDK, which repeats
what it was told, by turns; ours finds out who asks, looks for copies of the turn in the database, answers from the
policy and draws a card; "processor" is what one core works for one answer, the stand-in's part included, which other
programs on the machine hardly change. Then fifty people, half of them in each chat of one process: each asks, waits
for the answer, thinks for one to three seconds and asks again, for {ALONE:.0f} seconds in one chat alone, for a minute
in both, and for {ALONE:.0f} seconds while the other chat's platform takes {HANGS:.0f} seconds for every call."""
QUESTIONS: Final = (
    "can i add a pupil's mum on insta?",
    "is it ok to post a photo from the school trip",
    "can I moan about my job online if I don't name the school",
    "am I allowed to look at tiktok on my phone at lunch?",
)
Asking = Callable[[str, str], Awaitable[float]]
"""Asks a question as somebody, and returns the milliseconds until the answer is there."""


class SlowSlack(Peer):
    """Slack's stand-in, which can keep each call waiting."""

    delay = 0.0

    async def _api(self, request: web.Request) -> web.StreamResponse:
        await asyncio.sleep(self.delay)
        return await super()._api(request)


def staff(world: World, names: Sequence[str]) -> None:
    """Put people onto the demo school's staff list."""
    with world.store.begin() as work:
        for name in names:
            work.people.put(Person(f"demo-{name}", "demo", f"Name {name}", f"{name}@larkfield.example"))
            work.people.hold(Holding(f"demo-{name}", "staff"))
        work.commit()


@asynccontextmanager
async def both(world: World) -> AsyncIterator[tuple[SlowSlack, Rig, Client]]:
    """Run the bot in both chats, each with people of its own."""
    names = [f"p{number:02}" for number in range(2 * IN_EACH)]
    staff(world, names)
    meet(world, *names[:IN_EACH])
    confirm(world, *names[IN_EACH:])
    users = {uid(name): user(uid(name), f"{name}@larkfield.example") for name in names[IN_EACH:]}
    talk = conversation(world)
    async with (
        SlowSlack(Team("T1", TOKEN, users=users)) as slack,
        in_slack(world, slack, talk=talk) as rig,
        in_teams(world, talk=talk) as teams,
    ):
        teams.service.checks = False
        yield slack, rig, teams


def asking_in_slack(rig: Rig) -> Asking:
    """Return how somebody asks in Slack."""

    async def asks(name: str, text: str) -> float:
        someone = rig.person(name)
        before = len(rig.peer.messages[dm(uid(name))])
        start = time.perf_counter()
        await someone.write(text)
        await someone.answered(before + 1)
        return (time.perf_counter() - start) * 1000

    return asks


def asking_in_teams(teams: Client) -> Asking:
    """Return how somebody asks in Teams. Many write at once, so each looks into their own chat."""

    async def asks(name: str, text: str) -> float:
        before = len(teams.service.messages(f"chat-{name}"))
        spent = await post(teams, text, who=name)
        if len(teams.service.messages(f"chat-{name}")) == before:
            raise RuntimeError("no reply")
        return spent

    return asks


async def busy(names: Sequence[str], asks: Asking, seconds: float) -> list[float]:
    """Let people ask for a while, and return how long each waited each time."""
    end = time.monotonic() + seconds

    async def somebody(name: str) -> list[float]:
        # Who is what they are each time, so that runs can be compared.
        chance, took = random.Random(name), []  # noqa: S311 - no secret
        await asyncio.sleep(chance.uniform(0, 2))
        while time.monotonic() < end:
            took.append(await asks(name, chance.choice(QUESTIONS)))
            await asyncio.sleep(chance.uniform(1, 3))
        return took

    return [spent for took in await asyncio.gather(*map(somebody, names)) for spent in took]


async def _measured(folder: Path, minute: float, alone: float) -> list[Wait]:
    with World(f"sqlite:///{folder / 'can-i.sqlite3'}") as world:
        async with both(world) as (slack, rig, teams):
            names = [f"p{number:02}" for number in range(2 * IN_EACH)]
            of_teams, of_slack = names[:IN_EACH], names[IN_EACH:]
            in_teams_, in_slack_ = asking_in_teams(teams), asking_in_slack(rig)
            await asyncio.gather(busy(of_teams[:5], in_teams_, 3), busy(of_slack[:5], in_slack_, 3))
            found = [waited("Teams alone", await busy(of_teams, in_teams_, alone))]
            found.append(waited("Slack alone", await busy(of_slack, in_slack_, alone)))
            together = await asyncio.gather(busy(of_teams, in_teams_, minute), busy(of_slack, in_slack_, minute))
            found += [waited("Teams, both at once", together[0]), waited("Slack, both at once", together[1])]
            slack.delay = HANGS
            there, _ = await asyncio.gather(busy(of_teams, in_teams_, alone), busy(of_slack, in_slack_, alone))
            found.append(waited("Teams, while Slack hangs", there))
            slack.delay, teams.service.delay = 0.0, HANGS
            _, there = await asyncio.gather(busy(of_teams, in_teams_, alone), busy(of_slack, in_slack_, alone))
            found.append(waited("Slack, while Teams hangs", there))
            teams.service.delay = 0.0
    return found


def in_both(folder: Path, minute: float = MINUTE, alone: float = ALONE) -> list[Wait]:
    """Return how long people wait in each chat: alone, with the other, and while the other's platform hangs."""
    return asyncio.run(_measured(folder, minute, alone))


def section(folder: Path) -> str:
    """Measure, and return what the page tells of the chats."""
    head = ("who answers", "answers", "median ms", "p99 ms", "slowest ms")
    alone, shared = folder / "alone", folder / "shared"
    alone.mkdir()
    shared.mkdir()
    waits = beside_an_echo(alone)
    cores = [f"{wait.core:,.1f}" for wait in waits]
    rows = [[*row[:2], core, *row[2:]] for row, core in zip(waits_rows(waits), cores, strict=True)]
    beside = table((*head[:2], "processor ms", *head[2:]), rows)
    both_at_once = table(("where", *head[1:]), waits_rows(in_both(shared)))
    return "\n\n".join((f"## The chats\n\n{TOLD}", f"Measured on {today()}: {machine()}.", beside, both_at_once))


if __name__ == "__main__":
    renew(section)
