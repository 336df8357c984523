"""A form is told to be taken in only when it is: not where the bot is late, nor where others keep it busy."""

from __future__ import annotations

import asyncio
import sqlite3
import time

import pytest

from tests.fakes import World
from tests.scenario.slack.test_reports import FILLED, Late, form
from tests.slackpeer.peer import Peer
from tests.slackpeer.people import user
from tests.slackpeer.rig import running

BOLTS_PATIENCE = 3.0
"""Seconds after which slack-bolt looks for somebody else to answer."""


async def test_a_form_that_is_not_taken_in_yet_is_not_acknowledged(world: World, peer: Peer) -> None:
    """An acknowledgement would close the dialog as if all were well: Slack is left to say that it was not."""
    async with running(world, peer, talk=Late(world, BOLTS_PATIENCE + 1)) as rig:
        teacher = rig.person("teacher")
        view = dict(await form(teacher))
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(teacher.submit(view, **FILLED), BOLTS_PATIENCE + 0.5)


async def test_many_changes_of_people_leave_room_for_others(world: World, peer: Peer, sqlite_url: str) -> None:
    """While the database is held, changes wait one behind the other, and not in every thread that there is."""
    held = sqlite3.connect(sqlite_url.removeprefix("sqlite:///"), isolation_level=None)
    async with running(world, peer) as rig:
        held.execute("BEGIN IMMEDIATE")
        for number in range(40):
            person = user(f"U{number}", f"u{number}@larkfield.example")
            await rig.person("teacher").event({"type": "user_change", "user": person})
        await asyncio.wait_for(asyncio.to_thread(time.monotonic), 2)
        held.execute("ROLLBACK")
    held.close()
