"""Installations and their states, on both databases."""

from __future__ import annotations

import datetime as dt

from adapters.db import install_repos
from bot.ports import Installation
from tests.fakes import MONDAY, World

LATER = MONDAY + dt.timedelta(minutes=10)


def test_an_installation_is_renewed_admitted_and_dropped(any_world: World) -> None:
    """A renewed installation has a new token and the school of the old one; dropped it is gone."""
    first = Installation("T1", "Oak", MONDAY, b"k", b"one", enterprise="E1", bot_user="U1", bot_id="B1")
    second = Installation("T1", "Oak", LATER, b"l", b"two", bot_user="U2", bot_id="B2")
    with any_world.store.begin() as work:
        assert not work.installs.admit("T1", "demo")
        assert work.installs.put(first) == first
        assert work.installs.admit("T1", "demo")
        kept = work.installs.put(second)
        assert (kept.school_id, kept.sealed, kept.enterprise, kept.at) == ("demo", b"two", "", LATER)
        assert work.installs.all() == (kept,)
        work.commit()
    with any_world.store.begin() as work:
        assert work.installs.get("T1") == kept
        assert work.installs.drop("T1")
        assert not work.installs.drop("T1")
        assert work.installs.get("T1") is None


def test_a_state_is_used_once_and_in_time(any_world: World) -> None:
    """What was never issued, was used, or has expired is no state."""
    with any_world.store.begin() as work:
        assert work.installs.issue("a", MONDAY, LATER)
        assert not work.installs.consume("b", MONDAY)
        assert work.installs.consume("a", MONDAY)
        assert not work.installs.consume("a", MONDAY)
        assert work.installs.issue("c", MONDAY, LATER)
        assert not work.installs.consume("c", LATER)


def test_states_that_wait_are_bounded(any_world: World) -> None:
    """A flood of visitors does not fill the database; what has expired makes room again."""
    with any_world.store.begin() as work:
        kept = [work.installs.issue(str(number), MONDAY, LATER) for number in range(install_repos.MOST + 1)]
        assert kept == [True] * install_repos.MOST + [False]
        assert work.installs.issue("later", LATER, LATER + dt.timedelta(minutes=10))
