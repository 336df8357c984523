"""People and schools held in memory: no look into the database for a question, and nothing held too long."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest

from adapters.db.store import SqlStore, SqlUnitOfWork
from bot.acquaintances import FRESH_FOR, Acquaintances
from bot.ask_talk import AskTalk
from bot.messages import Asked, Opened
from bot.ports import StoreBusy
from tests.fakes import World, words
from tests.scenario.test_questions import QUESTION, with_answers


class Door(SqlStore):
    """A store that can be shut."""

    shut = False

    @contextmanager
    def begin(self, *, patient: bool = False, lightly: bool = False) -> Iterator[SqlUnitOfWork]:
        self._open()
        with super().begin(patient=patient, lightly=lightly) as work:
            yield work

    @contextmanager
    def look(self) -> Iterator[SqlUnitOfWork]:
        self._open()
        with super().look() as work:
            yield work

    def _open(self) -> None:
        if self.shut:
            raise StoreBusy


@pytest.fixture
def door(world: World) -> Door:
    """The world's store, which can be shut."""
    assert isinstance(world.store, Door)
    return world.store


@pytest.fixture
def world(sqlite_url: str) -> Iterator[World]:
    """The demo school with the real engine."""
    with World(sqlite_url) as made:
        made.store = Door(made.engine, made.clock, made.clock.seconds())
        yield with_answers(made)


def leave(store: SqlStore, world: World) -> None:
    """Let the teacher have left yesterday."""
    with store.begin() as work:
        teacher = work.people.get("demo-teacher")
        assert teacher is not None
        work.people.put(replace(teacher, left=world.clock.now().date() - dt.timedelta(days=1)))
        work.commit()


def refuses(world: World) -> bool:
    """Return whether the teacher is told that they are not on the staff list."""
    (out,) = world.say("teacher", Asked(QUESTION))
    return "Clause " not in words(out.card)


def test_a_question_looks_into_no_database(world: World, door: Door) -> None:
    """Once somebody of the school has asked, questions need no unit of work; anything else does."""
    assert not refuses(world)

    door.shut = True
    assert not refuses(world)
    (out,) = world.say("teacher", Opened())
    assert "cannot get at my records" in words(out.card)


def test_what_this_process_changes_is_seen_at_once(world: World) -> None:
    """Who has left is not answered any more, from the commit on."""
    assert not refuses(world)
    leave(world.store, world)
    assert refuses(world)


def test_what_another_process_changes_is_seen_within_seconds(world: World) -> None:
    """What another instance writes is seen when the memory is looked up anew; a report sees it at once."""
    assert not refuses(world)
    leave(SqlStore(world.engine, world.clock), world)
    assert not refuses(world)
    (out,) = world.press("teacher", "report.start")
    assert "staff list" in words(out.card)
    world.clock.move(seconds=FRESH_FOR)
    assert refuses(world)


def test_an_unknown_school_is_an_error(world: World) -> None:
    """A school that is not there is no school without a policy."""
    with pytest.raises(KeyError):
        Acquaintances(world.store, world.clock).school("nowhere")


def test_counts_are_written_afterwards_and_not_lost(world: World, door: Door) -> None:
    """Questions are counted in memory, written together, and kept where the database is busy."""
    answers = world.bot._answers
    assert isinstance(answers, AskTalk)
    for _ in range(3):
        world.say("teacher", Asked(QUESTION))

    def counted() -> int:
        with world.store.look() as work:
            return sum(count for _, _, count in work.questions.counted("demo", dt.date(2026, 1, 1)))

    assert counted() == 0

    door.shut = True
    with pytest.raises(StoreBusy):
        answers.tally.write()
    door.shut = False
    assert answers.tally.write() == 3
    assert answers.tally.write() == 0
    assert counted() == 3
