"""The bot in Microsoft's Agents Playground, driven by a headless Chromium."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractAsyncContextManager
from functools import partial
from pathlib import Path

import pytest

from tests.fakes import World
from tests.playground.stage import Stage, stage

CLI = Path(__file__).parent / "node_modules/@microsoft/m365agentsplayground/cli.js"
NO_PLAYGROUND = "needs Microsoft's Agents Playground: npm install --no-package-lock --prefix tests/playground"

Staged = Callable[..., AbstractAsyncContextManager[Stage]]


@pytest.fixture
def world(sqlite_url: str) -> Iterator[World]:
    """The demo school, in which nobody has a Teams account yet."""
    made = World(sqlite_url)
    yield made
    made.close()


@pytest.fixture
def staged(world: World, node: str, chromium: str, tmp_path: Path) -> Staged:
    """Makes the stage for the people it is given."""
    if not CLI.exists():
        pytest.skip(NO_PLAYGROUND)
    return partial(stage, world, CLI, node, chromium, tmp_path)
