"""What each step of our answer in Slack takes one core, alone; and the cards that the answers are."""

from __future__ import annotations

import itertools
import re
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from adapters.db.engine import make_engine
from adapters.db.store import SqlStore
from adapters.slack.rendering import messages
from bot.messages import Asked, Card, Say, Where
from tests.fakes import World
from tests.slackpeer.rig import confirm, conversation
from tests.slackpeer.wire import Json

QUESTIONS: Final = (
    "can i add the mum of pupil {number} on insta?",
    "may i put photo {number} of my class on facebook",
    "is it ok to look at twitter {number} times in my lunch break",
    "do i have to make my profile private, it has {number} followers",
    "can i join a whatsapp group of {number} parents",
)
PEOPLE: Final = ("teacher", "colleague", "assistant", "office", "head", "deputy", "dsl", "chair")
WARMING_UP: Final = 30
BETWEEN: Final = 0.005
"""Seconds between two questions, in which what is left to do after the first answer is done: it is nobody else's."""
NUMBER: Final = re.compile(r"\d+")


def question(turn: int, number: int) -> str:
    """Return the question of a turn, which holds a number so that no two questions are the same."""
    return QUESTIONS[turn % len(QUESTIONS)].format(number=number)


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


def cards(world: World) -> Callable[[str], Json]:
    """Return what posts, for a question, the card with which we answer it, drawn beforehand."""
    talk = conversation(world)

    def drawn(text: str) -> Json:
        (said,) = talk.handle("demo-teacher", Where("slack", text), Asked(text))
        assert isinstance(said, Say)
        (message,) = messages(said.card)
        return {name: message[name] for name in ("text", "blocks", "metadata")}

    kept = {question(turn, 0): drawn(question(turn, 0)) for turn in range(len(QUESTIONS))}
    return lambda text: kept[NUMBER.sub("0", text)]


def steps(folder: Path, turns: int) -> list[list[str]]:
    """Return what one core works for each step of our answer, median, the questions by turns and nothing else."""
    with school(folder) as world:
        talk, store = conversation(world), world.store
        asked = itertools.count()

        def claim(_turn: int) -> None:
            store.claim("slack", [f"step{next(asked)}"])

        def answer(turn: int) -> Card:
            said = talk.handle("demo-teacher", Where("slack", "D1"), Asked(question(turn, next(asked))))
            return next(each.card for each in said if isinstance(each, Say))

        drawn = [answer(turn) for turn in range(len(QUESTIONS))]
        each: dict[str, Callable[[int], object]] = {
            "telling copies of the event apart, in the database": claim,
            "reading the question, ruling on it, wording the card": answer,
            "drawing and checking the card as blocks of Slack": lambda turn: messages(drawn[turn % len(drawn)]),
        }
        return [[name, f"{worked(step, turns):.2f}"] for name, step in each.items()]


def worked(step: Callable[[int], object], turns: int) -> float:
    """Return the median of the milliseconds that a core works for a step."""
    spent = []
    for turn in range(WARMING_UP + turns):
        time.sleep(BETWEEN)
        start = time.thread_time()
        step(turn)
        spent.append((time.thread_time() - start) * 1000)
    return part(spent[WARMING_UP:], 50)


def part(spent: Sequence[float], percent: int) -> float:
    """Return the time that so many of a hundred did not exceed; 0 where nothing was measured."""
    return sorted(spent)[min(len(spent) * percent // 100, len(spent) - 1)] if spent else 0.0
