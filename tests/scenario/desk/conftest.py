"""The desk over a database of its own: in the demonstration, and where people sign in."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.deskclient import Browser, Served, fresh_world
from tests.fakes import World


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """A bot over a database of its own with the demo school in it."""
    made = fresh_world(tmp_path)
    yield made
    made.close()


@pytest.fixture
async def demo(world: World) -> AsyncIterator[Served]:
    """The desk in demo mode."""
    async with Served(world) as made:
        yield made


@pytest.fixture
async def signed(world: World) -> AsyncIterator[Served]:
    """The desk outside the demonstration, where people sign in."""
    async with Served(world, demo=False) as made:
        yield made


@pytest.fixture
async def browser(demo: Served) -> Browser:
    """A browser that has not been at the demonstration yet."""
    return demo.browser()
