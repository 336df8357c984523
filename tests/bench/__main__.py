"""``make bench``: measure everything in one run, and write ``docs/benchmarks.md`` and ``docs/images/answers.svg``.

The questions are those of ``tests/golden``, or of the file that ``CAN_I_BENCH_QUESTIONS`` names (one JSON object a
line: id, policy, text, verdict, accept, clauses, also).
"""

from __future__ import annotations

import os
import sys
import tempfile
import uuid
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import msgspec
import psycopg
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from tests.bench import chats, slack, speed
from tests.bench.drawing import drawn
from tests.bench.page import PAGE, ROOT, machine, table, today
from tests.bench.quality import READERS, Score, score
from tests.conftest import POSTGRES
from tests.golden.questions import Gold, golden

NOTICES = 200
REMARKS = """\
A verdict is right where it is the one that a careful headteacher gives with the policy in hand, or another that a fair
reader would take. "Deciding clause first" and "in three": such a clause stands first, or among the first three, of
those shown. "False yes": of the questions whose answer is not a plain yes, the share answered with one. A clause found
by plain retrieval has no verdict, so there it is read off the clause's own cue words ("must not", "may"). MiniLM is
among the readers where the extra `semantic` is installed; it needs libraries many times the size of the bot."""
PLOT = (
    "![Bars: how often each reader gives the right verdict and the deciding clause; the table above has the same "
    "figures](images/answers.svg)"
)
STARTING = f"""\
Whole commands, as the shell sees them, {speed.STARTS} times each (`serve` three times, the first into an empty folder).
"Processor" is the median time of one core, which other work on the machine hardly changes; the others are as long as
one waits."""
OUTBOX = """\
{notices} notices queued, then delivered by one relay to a platform that takes each at once. Ours are queued in one
transaction with the fact that they tell of, and each is rendered only after a look whether the person may still be
told; its delivery is written in two further transactions, before and after sending. The peers hand a job to a function
that does nothing: huey queues one at a time, procrastinate in one statement."""


def questions() -> tuple[tuple[Gold, ...], str]:
    """Return the questions and where they are from. Ends the program where there are none."""
    named = os.environ.get("CAN_I_BENCH_QUESTIONS")
    if not named:
        found = golden()
        if not found:
            sys.exit("There are no questions under tests/golden: name a file with CAN_I_BENCH_QUESTIONS.")
        return found, "tests/golden"
    try:
        lines = Path(named).read_text("utf-8").splitlines()
        found = tuple(msgspec.json.decode(line, type=Gold) for line in lines if line.strip())
    except (OSError, ValueError, msgspec.MsgspecError) as error:
        sys.exit(f"The questions in {named} cannot be read: {error}")
    return found, "a file that is not part of the repository"


def with_postgres(measure: Callable[[str], speed.Rate]) -> speed.Rate | None:
    """Measure on a new PostgreSQL database; ``None`` where there is no server."""
    name = f"can_i_bench_{uuid.uuid4().hex}"
    try:
        with psycopg.connect(POSTGRES, autocommit=True, connect_timeout=3) as connection:
            connection.execute(f'CREATE DATABASE "{name}"'.encode())
    except psycopg.OperationalError:
        return None
    try:
        return measure(POSTGRES.replace("postgresql://", "postgresql+psycopg://").rpartition("/")[0] + f"/{name}")
    finally:
        with psycopg.connect(POSTGRES, autocommit=True) as connection:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)'.encode())


def answers_table(scores: Sequence[Score]) -> str:
    """Return how well and how fast each reader answered."""
    head = ("reader", "verdict right", "deciding clause first", "in three", "false yes", "median ms", "p99 ms")
    shares = [(s.verdict, s.first, s.three) for s in scores]
    rows = [
        [s.name, *(f"{share:.0%}" for share in three), f"{s.false_yes:.1%}", f"{s.median:.2f}", f"{s.p99:.2f}"]
        for s, three in zip(scores, shares, strict=True)
    ]
    return table(head, rows)


def rates_table(rates: Sequence[speed.Rate]) -> str:
    """Return how many notices or jobs a second."""
    rows = [[rate.what, f"{rate.queued:,.0f}", f"{rate.delivered:,.0f}"] for rate in rates]
    return table(("what", "queued a second", "delivered a second"), rows)


def times_table(times: Sequence[speed.Time]) -> str:
    """Return how long whole commands take."""
    rows = [[time.what, *(f"{each:,.0f}" for each in (time.core, time.median, time.slowest))] for time in times]
    return table(("command", "processor ms", "median ms", "slowest ms"), rows)


def measure(asked: Sequence[Gold], console: Console) -> dict[str, Any]:
    """Measure all, one after the other, showing how far it has come."""
    steps: dict[str, Callable[[Path], object]] = {
        **{name: lambda _, name=name: score(name, READERS[name](), asked) for name in READERS},
        "starts": lambda folder: speed.starts(ROOT, folder),
        "outbox on SQLite": lambda folder: speed.outbox(
            "Can I? (SQLite)", f"sqlite:///{folder / 'can-i.sqlite3'}", NOTICES
        ),
        "huey": lambda folder: speed.by_huey(folder, NOTICES),
        "outbox on PostgreSQL": lambda _: with_postgres(lambda url: speed.outbox("Can I? (PostgreSQL)", url, NOTICES)),
        "procrastinate": lambda _: with_postgres(lambda url: speed.by_procrastinate(url, NOTICES)),
        "chats": chats.section,
        "slack": slack.section,
    }
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    found: dict[str, Any] = {}
    with Progress(*columns, console=console) as progress:
        task = progress.add_task("measuring", total=len(steps))
        for name, step in steps.items():
            progress.update(task, description=name)
            with tempfile.TemporaryDirectory() as folder:
                found[name] = step(Path(folder))
            progress.advance(task)
    return found


def main() -> None:
    """Measure, and write the document and the plot."""
    console = Console()
    asked, source = questions()
    found = measure(asked, console)
    scores = [found[name] for name in READERS]
    ways = ("outbox on SQLite", "huey", "outbox on PostgreSQL", "procrastinate")
    rates = [found[name] for name in ways if found[name] is not None]
    parts = (
        "# Benchmarks",
        f"Written by `make bench` on {today()}, all in one run on one machine: {machine()}.",
        f"## Answers\n\n{len(asked)} questions from {source}, all of them by every reader in the same process.",
        answers_table(scores),
        PLOT,
        REMARKS,
        f"## Starting\n\n{STARTING}",
        times_table(found["starts"]),
        f"## The outbox\n\n{OUTBOX.format(notices=f'{NOTICES:,}')}",
        rates_table(rates),
        found["chats"],
        found["slack"],
    )
    docs = ROOT / "docs"
    (docs / "images").mkdir(exist_ok=True)
    (docs / "images" / "answers.svg").write_text(drawn(scores), "utf-8")
    PAGE.write_text("\n\n".join(parts) + "\n", "utf-8")
    for shown in (
        answers_table(scores),
        times_table(found["starts"]),
        rates_table(rates),
        found["chats"],
        found["slack"],
    ):
        console.print(shown, markup=False, highlight=False, soft_wrap=True)
    console.print("Written: docs/benchmarks.md, docs/images/answers.svg")


if __name__ == "__main__":
    main()
