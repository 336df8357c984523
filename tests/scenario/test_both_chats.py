"""Slack and Teams in one process: neither waits for the other, not even for one whose platform hangs."""

from __future__ import annotations

import asyncio

import pytest
from aiohttp import web

from tests.fakes import World
from tests.slackpeer.peer import Peer
from tests.slackpeer.people import larkfield
from tests.slackpeer.rig import confirm
from tests.slackpeer.rig import running as in_slack
from tests.teamsclient import meet
from tests.teamsclient import running as in_teams

AT_ONCE = 20
"""More than either chat has threads."""


class Held(Peer):
    """Slack's stand-in, which lets calls wait while its gate is shut."""

    def __init__(self) -> None:
        super().__init__(larkfield())
        self.gate = asyncio.Event()
        self.gate.set()

    async def _api(self, request: web.Request) -> web.StreamResponse:
        await self.gate.wait()
        return await super()._api(request)


@pytest.fixture
def known(world: World) -> World:
    """The demo school with a teacher in Slack and a colleague in Teams."""
    confirm(world, "teacher")
    meet(world, "colleague")
    return world


async def test_teams_answers_while_slack_hangs(known: World) -> None:
    """With twenty questions stuck at Slack, twenty in Teams are answered; then those in Slack are too."""
    async with Held() as slack, in_slack(known, slack, talk=known.bot) as rig, in_teams(known) as teams:
        teacher = rig.person("teacher")
        slack.gate.clear()
        for number in range(AT_ONCE):
            await teacher.write(f"Question {number}")
        for number in range(AT_ONCE):
            assert await teams.say(f"Question {number}", "colleague")
        assert teacher.chat == []
        slack.gate.set()
        await teacher.answered(AT_ONCE)


async def test_slack_answers_while_teams_hangs(known: World) -> None:
    """With twenty questions stuck at Teams, twenty in Slack are answered; then those in Teams are too."""
    async with Held() as slack, in_slack(known, slack, talk=known.bot) as rig, in_teams(known) as teams:
        teacher, service = rig.person("teacher"), teams.service
        service.gate.clear()
        asked = [teams.activity("colleague", text=f"Question {number}") for number in range(AT_ONCE)]
        stuck = [asyncio.create_task(teams.post(each)) for each in asked]
        for number in range(AT_ONCE):
            await teacher.write(f"Question {number}")
        await teacher.answered(AT_ONCE)
        assert service.messages() == []
        service.gate.set()
        await asyncio.gather(*stuck)
        assert len(service.messages()) == AT_ONCE
