"""Accounts of Slack's and the people they stand for, as Slack tells of changes."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests.fakes import World
from tests.scenario.slack.test_reports import FILLED, form
from tests.slackpeer.peer import Peer
from tests.slackpeer.people import Someone, larkfield, uid, user
from tests.slackpeer.reading import actions, said
from tests.slackpeer.rig import Rig, confirm, running
from tests.slackpeer.wire import Json

ADDRESS = "ruth.abara@larkfield.example"
"""The head's."""
OUTSIDE = "parent@elsewhere.example"
GRID = {"enterprise_id": "E1", "teams": ["T9", "T1"]}


@pytest.fixture
def school(sqlite_url: str) -> Iterator[World]:
    """Give the demo school, in which only the teacher and the chair have said who they are."""
    made = World(sqlite_url)
    confirm(made, "teacher", "chair")
    yield made
    made.close()


def standing(world: World, name: str) -> list[str]:
    """Return for whom a user of Slack's stands, and how: confirmed, unconfirmed or gone."""
    with world.store.look() as work:
        accounts = work.people.roster("demo").accounts
    return [f"{a.person_id} {'gone' if a.gone else a.details}".strip() for a in accounts if a.address == name]


async def stands(world: World, name: str, how: str) -> None:
    """Wait until a user of Slack's stands for somebody."""
    for _ in range(100):
        if standing(world, name) == [how]:
            return
        await asyncio.sleep(0.02)
    raise AssertionError(f"{name} is {standing(world, name)}, not {how}")


async def addressed(rig: Rig, name: str, email: str) -> None:
    """Let a user have another address, and Slack tell of it."""
    known = next(iter(rig.peer.teams.values())).users
    known[name] = user(name, email)
    await rig.person("teacher").event({"type": "user_change", "user": known[name]})


async def test_an_account_that_nobody_confirmed_goes_with_its_address(school: World, peer: Peer) -> None:
    """With an address of somebody outside it stands for nobody and gets no alert; with its own again it is back."""
    async with running(school, peer) as rig:
        head = uid("head")
        await stands(school, head, "demo-head unconfirmed")
        await addressed(rig, head, OUTSIDE)
        await stands(school, head, "demo-head gone")
        school.report("teacher", about="staff", person="demo-colleague")
        await rig.relay()
        assert not rig.person("head").chat
        await addressed(rig, head, ADDRESS)
        await stands(school, head, "demo-head unconfirmed")


async def test_a_persons_word_stands_though_the_address_is_nobodys(school: World, peer: Peer) -> None:
    """Who said that the account is theirs keeps it with an address outside, and loses it to whose the address is."""
    async with running(school, peer) as rig:
        chair = uid("chair")
        await addressed(rig, chair, OUTSIDE)
        await addressed(rig, uid("vice"), OUTSIDE)
        await stands(school, uid("vice"), "demo-vice gone")
        assert standing(school, chair) == ["demo-chair"]
        await addressed(rig, chair, ADDRESS)
        await stands(school, chair, "demo-head unconfirmed")


@pytest.mark.parametrize(
    ("member", "more"),
    [
        (True, {"enterprise_user": GRID}),
        (False, {"enterprise_user": {**GRID, "teams": ["T9"]}}),
        (False, {"enterprise_user": {**GRID, "enterprise_id": "E9"}}),
        (False, {"enterprise_user": GRID, "is_restricted": True}),
        (False, {}),
    ],
)
async def test_a_member_whose_first_workspace_is_another_of_the_organisation(
    school: World, member: bool, more: Json
) -> None:
    """In Enterprise Grid, who belongs to this workspace too is asked whether it is them; everybody else is nobody."""
    team = larkfield(head="x@larkfield.example")
    team.enterprise = "E1"
    team.users["UGRID"] = {**user("UGRID", ADDRESS, "T9"), **more}
    async with Peer(team) as peer, running(school, peer) as rig:
        somebody = Someone(peer, rig.deliver, "UGRID", enterprise="E1")
        await somebody.write("can i add a pupil on snapchat?")
        shown = await somebody.answered()
        assert ("Is that you?" in said(shown), "slack.me" in dict(actions(shown))) == (member, member)


async def test_a_workspace_without_an_organisation_has_no_members_of_one(school: World) -> None:
    """A user who names no organisation, but this workspace among theirs, is no member for that."""
    team = larkfield(head="x@larkfield.example")
    team.users["UGRID"] = {**user("UGRID", ADDRESS, "T9"), "enterprise_user": {"enterprise_id": "", "teams": ["T1"]}}
    async with Peer(team) as peer, running(school, peer) as rig:
        somebody = Someone(peer, rig.deliver, "UGRID")
        await somebody.write("can i add a pupil on snapchat?")
        assert "slack.me" not in dict(actions(await somebody.answered()))


async def test_who_has_left_keeps_what_they_typed(school: World, peer: Peer) -> None:
    """Nothing of somebody who has left is taken in; they are told so on their form, and its words stay in it."""
    async with running(school, peer) as rig:
        teacher = rig.person("teacher")
        view = await form(teacher)
        with school.store.begin() as work:
            person = work.people.roster("demo").person("demo-teacher")
            assert person is not None
            work.people.put(replace(person, left=school.clock.today("Europe/London") - dt.timedelta(days=1)))
            work.commit()
        answer = await teacher.submit(view, **FILLED, person=uid("colleague"))
        assert list(answer) == ["response_action", "errors"]
        assert "I do not know you" in "".join(answer["errors"].values())
        await teacher.press(view, "slack.keep")
        told = await teacher.dialog("I do not know you")
        assert told["previous_view_id"] == view["id"]
        assert view["callback_id"] == "form"
        with school.store.look() as work:
            assert not work.reports.all("demo")
