"""A bot in Slack's stand-in for each scenario, over Socket Mode and over HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest

from tests.fakes import World
from tests.slackpeer.peer import Peer
from tests.slackpeer.people import larkfield
from tests.slackpeer.rig import Mode, Rig, confirm, running

EVERYBODY = ("head", "deputy", "chair", "dsl", "teacher", "colleague", "assistant", "office")


@pytest.fixture
def world(sqlite_url: str) -> Iterator[World]:
    """A whole bot with the demo school; some of its people have said who they are in Slack."""
    made = World(sqlite_url)
    confirm(made, *EVERYBODY)
    yield made
    made.close()


@pytest.fixture
async def peer() -> AsyncIterator[Peer]:
    """Slack's stand-in with everybody of the demo school in it."""
    async with Peer(larkfield()) as made:
        yield made


@pytest.fixture(params=["socket", "http"])
async def rig(request: pytest.FixtureRequest, world: World, peer: Peer) -> AsyncIterator[Rig]:
    """The bot at work, once over Socket Mode and once over HTTP."""
    mode: Mode = request.param
    async with running(world, peer, mode) as made:
        yield made
