"""A bot in Slack's stand-in for each scenario, over Socket Mode and over HTTP, on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager

import pytest

from tests.fakes import World
from tests.slackpeer.peer import Peer
from tests.slackpeer.people import larkfield
from tests.slackpeer.rig import Mode, Rig, confirm, running

EVERYBODY = ("head", "deputy", "chair", "dsl", "teacher", "colleague", "assistant", "office")


@contextmanager
def larkfield_school(url: str) -> Iterator[World]:
    """Give the demo school, of which some have said who they are in Slack."""
    made = World(url)
    confirm(made, *EVERYBODY)
    yield made
    made.close()


@pytest.fixture
def world(sqlite_url: str) -> Iterator[World]:
    """The demo school on SQLite."""
    with larkfield_school(sqlite_url) as made:
        yield made


@pytest.fixture
def any_world(database_url: str) -> Iterator[World]:
    """The demo school, once on each database."""
    with larkfield_school(database_url) as made:
        yield made


@pytest.fixture
async def peer() -> AsyncIterator[Peer]:
    """Slack's stand-in with everybody of the demo school in it."""
    async with Peer(larkfield()) as made:
        yield made


@pytest.fixture(
    params=[
        pytest.param(("socket", "sqlite_url"), id="socket"),
        pytest.param(("http", "clean_postgres"), id="http, PostgreSQL", marks=pytest.mark.postgres),
    ]
)
def way(request: pytest.FixtureRequest) -> Iterator[tuple[Mode, World]]:
    """How Slack reaches the bot, and the demo school on a database."""
    mode, database = request.param
    with larkfield_school(request.getfixturevalue(database)) as made:
        yield mode, made


@pytest.fixture
async def rig(way: tuple[Mode, World], peer: Peer) -> AsyncIterator[Rig]:
    """The bot at work, over Socket Mode and over HTTP."""
    mode, school = way
    async with running(school, peer, mode) as made:
        yield made


@pytest.fixture
async def one(world: World, peer: Peer) -> AsyncIterator[Rig]:
    """Give the bot over Socket Mode only: what it sends does not depend on how Slack reaches it."""
    async with running(world, peer) as made:
        yield made
