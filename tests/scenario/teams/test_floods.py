"""Everything twice and late, again and again: one effect each, none missing."""

from __future__ import annotations

import asyncio
import re
from typing import Any

import pytest

from adapters.systemclock import SystemClock
from adapters.teams import acts
from bot.messages import Pressed
from tests.cardschema import words
from tests.fakes import World
from tests.scenario.teams.test_repeats import Slow
from tests.teamsclient import Client, meet, running

AT_ONCE = 40
REFERENCE = re.compile(r"\b[0-9A-Z]{4}(?:-[0-9A-Z]{4}){3}\b")
FILLED = {"in_one_about": "staff", "in_one_person": "demo-colleague", "in_one_named": "with_name"}


async def again(teams: Client, activity: dict[str, Any], after: float) -> list[Any]:
    """Send a turn, its copy with a new id while it is under way, and one more afterwards; return the answers."""
    first = asyncio.create_task(teams.post(activity))
    await asyncio.sleep(after)
    second = await teams.post({**activity, "id": f"{activity['id']}-late"})
    answers = [await first, second, await teams.post({**activity, "id": f"{activity['id']}-later"})]
    assert {status for status, _ in answers} == {200}
    return [body for _, body in answers]


def question(teams: Client, number: int) -> dict[str, Any]:
    """Return a question that somebody types."""
    return teams.activity(text=f"Question {number}", localTimestamp=f"2026-09-21T10:00:00.{number:06}+01:00")


def press(teams: Client, number: int) -> dict[str, Any]:
    """Return a press of a button."""
    data = {"canI": {"action": "ask.meant", "value": f"{number}", "drawn": f"d{number}"}}
    value = {"action": {"type": "Action.Execute", "verb": "x", "data": data}}
    return teams.activity(type="invoke", name="adaptiveCard/action", value=value)


@pytest.mark.parametrize(("times", "seconds"), [(20, 0.2), pytest.param(1_000, 4.0, marks=pytest.mark.soak)])
async def test_slow_turns_and_presses_that_come_again(
    database_url: str, monkeypatch: pytest.MonkeyPatch, times: int, seconds: float
) -> None:
    """Each question and each press, answered slowly and sent three times with ids of their own: heard and told once."""
    # How many work at once is no part of what is looked at.
    monkeypatch.setattr(acts, "THREADS", AT_ONCE)
    talk = Slow(seconds)
    with World(database_url) as world:
        meet(world, "teacher")
        async with running(world, talk=talk, clock=SystemClock()) as teams:
            for start in range(0, times, AT_ONCE // 2):
                sent = [make(teams, n) for n in range(start, start + AT_ONCE // 2) for make in (question, press)]
                await asyncio.gather(*(again(teams, activity, seconds * 0.75) for activity in sent))
            pressed = [said for said in talk.heard if isinstance(said, Pressed)]
            assert len({said.value for said in pressed}) == len(pressed) == times
            assert len(talk.heard) == len(set(talk.heard)) == len(teams.service.messages()) == 2 * times


@pytest.mark.parametrize("times", [8, pytest.param(1_000, marks=pytest.mark.soak)])
async def test_forms_sent_again(database_url: str, times: int) -> None:
    """Each report's form sent twice at once, and once more a minute later: one report with one reference."""
    with World(database_url) as world:
        meet(world, "teacher")
        async with running(world) as teams:
            for number in range(times):
                form = world.form("teacher", "report.kind", "breach")
                data = {"canI": {"form": form.name, "key": form.key, "drawn": f"d{number}"}, **FILLED}
                value = {"data": {**data, "in_one_what": f"What happened {number}"}}
                sent = [teams.activity(type="invoke", name="task/submit", value=value) for _ in range(3)]
                answers = await asyncio.gather(*(teams.post(each) for each in sent[:2]))
                world.clock.move(minutes=1)
                answers.append(await teams.post(sent[2]))
                assert {status for status, _ in answers} == {200}
                assert len({found for _, body in answers for found in REFERENCE.findall(words(body))}) == 1
            with world.store.look() as work:
                assert len(work.reports.all("demo")) == times
