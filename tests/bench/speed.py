"""How fast the program starts and how fast notices leave the outbox, each beside something that is known.

Every figure of a table comes from the same run on the same machine. A peer does less than we do, and the table says
what: a job queue hands a job to a function, while the relay also looks who the person is and whether they may still
be told.
"""

from __future__ import annotations

import asyncio
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import msgspec
import procrastinate
from huey import SqliteHuey

from bot.chasing import Chasing
from bot.delivery import Relay
from bot.messages import Card, Text
from bot.ports import Notice, UnitOfWork
from bot.scene import Scene
from tests.fakes import Postbox, World
from tests.livebot import Bot

QUESTION = "can i add my niece in year 4 on snapchat"
STARTS = 5


class Time(msgspec.Struct, frozen=True):
    """How long something took, in milliseconds: of a processor core, which other work hardly changes, and in all."""

    what: str
    core: float
    median: float
    slowest: float


class Rate(msgspec.Struct, frozen=True):
    """How many notices or jobs a second."""

    what: str
    queued: float
    delivered: float


def starts(root: Path, folder: Path) -> list[Time]:
    """Return how long whole commands take, from the shell's point of view."""
    program = str(root / "app.py")
    environ = {name: value for name, value in os.environ.items() if not name.startswith("CAN_I_")}
    commands = {
        "Python alone (`python -c pass`)": ["-c", "pass"],
        f'`ask --policy stockham "{QUESTION}"`': [program, "ask", "--policy", "stockham", QUESTION],
        "`policy list`": [program, "policy", "list"],
        "`check`": [program, "check"],
    }

    def run(arguments: list[str]) -> Callable[[], None]:
        line = [sys.executable, *arguments]
        return lambda: (subprocess.run(line, cwd=folder, env=environ, check=True, capture_output=True), None)[1]

    return [*(_timed(what, run(arguments)) for what, arguments in commands.items()), _first_page(root, folder)]


def _first_page(root: Path, folder: Path) -> Time:
    """Return how long ``serve --demo`` takes; the first time, with an empty folder, is slowest."""

    def once() -> None:
        bot = Bot(root, folder)
        bot.wait()
        bot.end()

    return _timed("`serve --demo` to its first page, and its end", once, 3)


def _timed(what: str, run: Callable[[], None], times: int = STARTS) -> Time:
    cores, taken = [], []
    for _ in range(times):
        used, began = _used(), time.perf_counter()
        run()
        taken.append((time.perf_counter() - began) * 1000)
        cores.append((_used() - used) * 1000)
    return Time(what, statistics.median(cores), statistics.median(taken), max(taken))


def _used() -> float:
    """Return the processor seconds of everything that this process started and waited for."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def outbox(what: str, url: str, notices: int) -> Rate:
    """Queue so many notices in one transaction and let one relay deliver them to a platform that takes them at once."""
    with World(url) as world:
        postbox = Postbox(askable=False)

        def card(_work: UnitOfWork, _scene: Scene, _notice: Notice) -> Card:
            return Card("A report is waiting", (Text("A report is waiting for you."),))

        chasing = Chasing(world.store, world.clock, world.shelf)
        relay = Relay(world.store, world.clock, world.shelf, {"desk": postbox}, {"bench": card}, chasing.unreachable)
        began = time.perf_counter()
        with world.store.begin() as work:
            for number in range(notices):
                work.outbox.add(Notice(f"bench-{number}", "demo", "bench", "demo-head", f"R-{number}", {}))
            work.commit()
        queued = time.perf_counter()
        while relay.run_once():
            pass
        done = time.perf_counter()
    if len(postbox.taken) != notices:
        raise RuntimeError(f"{len(postbox.taken)} of {notices} notices were delivered")
    return Rate(what, notices / (queued - began), notices / (done - queued))


def by_huey(folder: Path, jobs: int) -> Rate:
    """Do the same with huey on SQLite: a job's function gets its two texts."""
    queue = SqliteHuey("bench", filename=str(folder / "huey.sqlite3"), results=False, fsync=True)
    taken: list[str] = []

    @queue.task()
    def job(person: str, thing: str) -> None:
        taken.append(f"{person} {thing}")

    began = time.perf_counter()
    for number in range(jobs):
        job("demo-head", f"R-{number}")
    queued = time.perf_counter()
    while (task := queue.dequeue()) is not None:
        queue.execute(task)
    done = time.perf_counter()
    queue.storage.close()
    if len(taken) != jobs:
        raise RuntimeError(f"{len(taken)} of {jobs} jobs were done")
    return Rate("huey (SQLite, fsync)", jobs / (queued - began), jobs / (done - queued))


def by_procrastinate(url: str, jobs: int) -> Rate:
    """Do the same with procrastinate on PostgreSQL: one worker, one job at a time."""
    return asyncio.run(_procrastinate(url.replace("postgresql+psycopg://", "postgresql://"), jobs))


async def _procrastinate(url: str, jobs: int) -> Rate:
    app = procrastinate.App(connector=procrastinate.PsycopgConnector(conninfo=url))
    taken: list[str] = []

    @app.task(name="bench")
    async def job(person: str, thing: str) -> None:
        taken.append(f"{person} {thing}")

    async with app.open_async():
        await app.schema_manager.apply_schema_async()
        began = time.perf_counter()
        await job.batch_defer_async(*({"person": "demo-head", "thing": f"R-{number}"} for number in range(jobs)))
        queued = time.perf_counter()
        await app.run_worker_async(wait=False, concurrency=1, install_signal_handlers=False, listen_notify=False)
        done = time.perf_counter()
    if len(taken) != jobs:
        raise RuntimeError(f"{len(taken)} of {jobs} jobs were done")
    return Rate("procrastinate (PostgreSQL)", jobs / (queued - began), jobs / (done - queued))
