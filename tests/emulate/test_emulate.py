"""The scenarios again, with an independent stand-in for Slack's Web API behind ours: both must see things alike."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from types import ModuleType

import pytest

from adapters.slack.logins import Installing, Login
from bot.messages import Card, Text
from bot.people import Account
from tests.emulate.front import BACK, CLIENT, FOLDER, Emulated, emulated
from tests.fakes import World
from tests.scenario.slack import test_delivery, test_home_and_reread, test_questions, test_reports
from tests.scenario.slack.conftest import EVERYBODY
from tests.slackpeer.methods import Fault
from tests.slackpeer.people import uid
from tests.slackpeer.reading import said
from tests.slackpeer.rig import Mode, Rig, confirm, running
from tests.slackpeer.wire import SECRET, dm

NO_EMULATE = "needs emulate: npm install --no-package-lock --prefix tests/emulate"
OURS_ONLY = {
    # A channel that the bot may not write in is a rule of our own stand-in.
    "test_a_mention_where_the_bot_may_not_write",
}
EVERYDAY = {
    "test_a_mention_is_answered_to_the_asker_only",
    "test_a_report_about_a_colleague",
    "test_asking_the_headteacher",
    "test_a_reread_from_the_card_to_the_receipt",
    "test_home_shows_what_ones_role_may_do",
}
MODULES = (test_questions, test_reports, test_home_and_reread, test_delivery)
Scenario = Callable[..., Awaitable[None]]


def scenarios(module: ModuleType) -> Iterator[Scenario]:
    """Yield the tests of a module that need nothing but a bot in Slack."""
    for name, test in vars(module).items():
        if not name.startswith("test_") or name in OURS_ONLY or hasattr(test, "pytestmark"):
            continue
        if set(inspect.signature(test).parameters) <= {"rig", "one", "caplog"}:
            yield test


@pytest.fixture
def world(sqlite_url: str) -> Iterator[World]:
    """The demo school; some of its people have said who they are in Slack."""
    made = World(sqlite_url)
    confirm(made, *EVERYBODY)
    yield made
    made.close()


@pytest.fixture
async def peer(node: str) -> AsyncIterator[Emulated]:
    """Our stand-in in front of ``emulate``."""
    if not (FOLDER / "node_modules").exists():
        pytest.skip(NO_EMULATE)
    async with emulated(node) as made:
        # Each press goes a long way here: two servers more than in Slack.
        made.trigger_life = 60.0
        yield made


@pytest.fixture
async def rig(request: pytest.FixtureRequest, world: World, peer: Emulated) -> AsyncIterator[Rig]:
    """The bot at work in the workspace that it was installed in."""
    mode: Mode = getattr(request, "param", "socket")
    async with running(world, peer, mode, logins=(Login("", peer.token, "xapp-1", SECRET),)) as made:
        yield made


def rounds() -> Iterator[object]:
    """Yield each scenario over each way to Slack; a few of them belong to the everyday tests."""
    for test in (test for module in MODULES for test in scenarios(module)):
        for mode in ("socket", "http"):
            often = mode == "socket" and test.__name__ in EVERYDAY
            marks = () if often else (pytest.mark.soak,)
            yield pytest.param(test, mode, id=f"{test.__name__}-{mode}", marks=marks)


@pytest.mark.parametrize(("scenario", "rig"), [*rounds()], indirect=["rig"])
async def test_a_scenario(scenario: Scenario, rig: Rig, caplog: pytest.LogCaptureFixture) -> None:
    """What the bot does in our stand-in it does in the independent one."""
    wanted = inspect.signature(scenario).parameters
    given = {"rig": rig, "one": rig, "caplog": caplog}
    await scenario(**{name: given[name] for name in wanted})


async def test_both_hold_the_same_messages(rig: Rig, peer: Emulated) -> None:
    """What ours says was posted stands in the other's history: words, blocks, and the key that is asked for."""
    teacher = rig.person("teacher")
    await teacher.write("can I add a pupil's mum on facebook?")
    await teacher.answered()
    (ours,), (theirs,) = teacher.chat, await peer.history(dm(teacher.user))
    assert [ours[name] for name in ("ts", "text", "blocks", "metadata")] == [
        theirs[name] for name in ("ts", "text", "blocks", "metadata")
    ]


async def test_a_lost_reply_is_found_in_its_history(rig: Rig, peer: Emulated) -> None:
    """The message arrived though its reply was lost: the other's history tells, and it is not sent twice."""
    account = Account("a", "demo-teacher", "slack", uid("teacher"), "T1")
    sender, card = rig.service.sender, Card("Something waits", (Text("Something waits."),), "k")
    peer.faults["chat.postMessage"].append(Fault(lose_reply=True))
    with pytest.raises(Exception, match="connection"):
        await asyncio.to_thread(sender.send, account, card, "outbox-1")
    assert await asyncio.to_thread(sender.arrived, account, "outbox-1") is True
    assert await asyncio.to_thread(sender.arrived, account, "outbox-2") is False
    assert len(await peer.history(dm(account.address))) == 1


async def test_it_is_installed_by_its_own_oauth(world: World, peer: Emulated) -> None:
    """Page, state, leave, code, token: the other's OAuth takes what ours sends, and the token that it gives works."""
    setup = Installing(**CLIENT, signing_secret=SECRET, public_url=BACK.removesuffix("/slack/oauth_redirect"))
    async with running(world, peer, "http", installing=setup) as rig:
        async with rig.http.get(f"{rig.address}/slack/install") as page:
            cookie = page.headers["Set-Cookie"].partition(";")[0]
        back = await peer.agreed(cookie.partition("=")[2])
        async with rig.http.get(back.replace("http://bot.example", rig.address), headers={"Cookie": cookie}) as page:
            assert page.status == 200
            assert "answers nobody there until" in await page.text()
        with world.store.look() as work:
            (kept,) = work.installs.all()
        assert world.sealer.open(kept.key, kept.sealed, f"slack/{kept.team}").startswith("xoxb-")
        assert "zanzibar" not in said(kept)
