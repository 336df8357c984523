"""The bot in a stand-in for Teams, on loopback, for each scenario."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest

from tests.fakes import World
from tests.teamsclient import Client, meet, running

EVERYBODY = ("head", "deputy", "chair", "dsl", "teacher", "colleague", "assistant", "office")


@pytest.fixture
def world(sqlite_url: str) -> Iterator[World]:
    """A whole bot with the demo school, whose people are known by their Teams accounts."""
    made = World(sqlite_url)
    meet(made, *EVERYBODY)
    yield made
    made.close()


@pytest.fixture
async def teams(world: World) -> AsyncIterator[Client]:
    """The bot in Teams with authentication on: every request bears a token as Teams signs it."""
    async with running(world, signed=True) as made:
        yield made


@pytest.fixture
async def loopback(world: World) -> AsyncIterator[Client]:
    """The bot in Teams in the loopback test mode, in which nothing is signed."""
    async with running(world) as made:
        yield made
