"""A whole bot over a database of its own, for every journey."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.fakes import World


@pytest.fixture
def world(sqlite_url: str) -> Iterator[World]:
    """The demo school on SQLite, at ten o'clock on a school day."""
    made = World(sqlite_url)
    yield made
    made.close()


@pytest.fixture
def any_world(database_url: str) -> Iterator[World]:
    """The demo school, once on each database."""
    made = World(database_url)
    yield made
    made.close()
