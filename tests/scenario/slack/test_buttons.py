"""Every button of every card, pressed in Slack: each is answered, and none is left out."""

from __future__ import annotations

import ast
import copy
import datetime as dt
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from adapters.desk import mint_link
from adapters.slack import own
from bot import demo
from bot.access import OFFERED
from bot.evidence import Rule
from knowledge.pack import load_installed
from tests.evidencefiles import add
from tests.fakes import FakeClock, Lectern, World
from tests.ownpolicies import bring, desk_of
from tests.slackpeer.peer import Peer
from tests.slackpeer.people import larkfield, uid
from tests.slackpeer.rig import Rig, confirm, conversation, running
from tests.slackpeer.walking import Walker

SEPTEMBER = dt.datetime(2026, 9, 14, 8, 0, tzinfo=dt.UTC)
PEOPLE = ("head", "deputy", "chair", "vice", "dsl", "teacher", "colleague", "assistant", "office")
COMPUTED = {"bot/report_cards.py:report.*": {f"report.{act}" for act in OFFERED}}
"""Buttons whose action is put together: where, and all that it can be."""
QUESTIONS = (
    "can I add a pupil's mum on facebook?",
    "can I check facebook on my own phone?",
    "may I post a photo of my class?",
    "blue",
    "somebody posted lies about me on instagram",
)
ENTRIES = {
    **{f"{uid(person)}:name": name for person, name, _ in demo.PEOPLE},
    f"{uid('colleague')}:witness": uid("teacher"),
    "witness": uid("colleague"),
    "person": uid("colleague"),
    "signer": uid("assistant"),
    "about": "staff",
    "named": "with_name",
    "at_risk": "no",
    "when": "2026-09-10",
    "keep": ["yes"],
}


def drawn(root: Path) -> Iterator[str]:
    """Yield the action of every button that some line of the core or of this adapter draws."""
    for path in (*sorted((root / "bot").glob("*.py")), *sorted((root / "adapters/slack").glob("*.py"))):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Button" and len(node.args) > 1:
                yield from _action(node.args[1], path.relative_to(root).as_posix())


def _action(argument: ast.expr, where: str) -> Iterator[str]:
    if isinstance(argument, ast.Constant):
        yield str(argument.value)
    elif isinstance(argument, ast.Name):
        yield str(getattr(own, argument.id))
    elif isinstance(argument, ast.JoinedStr):
        shape = "".join(str(part.value) if isinstance(part, ast.Constant) else "*" for part in argument.values)
        yield from COMPUTED[f"{where}:{shape}"]
    elif not where.startswith("adapters/slack/pieces"):
        raise AssertionError(f"{where}:{argument.lineno}: which actions can this button have?")


class School:
    """A school with a bot in Slack, and somebody who presses everything."""

    def __init__(self, rig: Rig, *, thorough: bool) -> None:
        self.rig = rig
        self.walker = Walker(rig, ENTRIES, thorough=thorough)

    async def at_home(self, name: str) -> None:
        """Press everything that a person can reach from their Home."""
        who = self.rig.person(name)
        await self.walker.walk(who, copy.deepcopy(await who.open_home()))

    async def in_chat(self, name: str) -> None:
        """Press everything that stands in a person's chat."""
        who = self.rig.person(name)
        await self.rig.relay()
        await self.walker.walk(who, *copy.deepcopy(who.chat))

    async def in_dialog(self, name: str, command: str) -> None:
        """Press everything in the dialog that a command opens."""
        who, before = self.rig.person(name), len(self.rig.peer.of("views.open"))
        await who.command(command)
        await self.rig.peer.until(lambda: len(self.rig.peer.of("views.open")) > before)
        await self.walker.walk(who, copy.deepcopy(self.rig.peer.top()))

    async def asked(self, name: str, text: str) -> None:
        """Let a person ask, and press everything on the answer."""
        who, before = self.rig.person(name), len(self.rig.person(name).chat)
        await who.write(text)
        await self.walker.walk(who, copy.deepcopy(await who.answered(before + 1)))


@asynccontextmanager
async def school(url: str, policy: str, *, thorough: bool) -> AsyncIterator[tuple[School, Lectern]]:
    """Run a bot for the demo school, some of whose people have said who they are."""
    lectern = Lectern(load_installed(policy))
    world = World(url, clock=FakeClock(SEPTEMBER), shelf=lectern, policy=policy)
    confirm(world, *PEOPLE)
    talk = conversation(world, policy, files=Rule(desk="https://desk.school.example", sign_in=mint_link))
    async with Peer(larkfield()) as peer, running(world, peer, talk=talk) as rig:
        peer.trigger_life = 60.0
        yield School(rig, thorough=thorough), lectern
    world.close()


async def questions(there: School) -> None:
    """Press everything about questions: facts, clauses, other readings, the head's side, rulings, counts."""
    for text in QUESTIONS:
        await there.asked("teacher", text)
    await there.in_chat("head")
    await there.at_home("head")


async def beginnings(there: School) -> None:
    """Press everything that comes before the bot's own cards: who are you, a chosen message, a form kept for later."""
    for name, answer in (("governor", "slack.not_me"), ("governor", "slack.me"), ("manager", "slack.me")):
        who, before = there.rig.person(name), len(there.rig.person(name).chat)
        await who.write(QUESTIONS[0])
        hello = copy.deepcopy(await who.answered(before + 1))
        await there.walker.press(who, hello, answer, "")
    who = there.rig.person("assistant")
    for _ in range(2):
        await who.shortcut("report_message", "Look at this. " * 300)
        chosen = copy.deepcopy(await who.dialog("Look at this"))
        for action in ("slack.without", "slack.carry"):
            await there.walker.press(who, chosen, action, "")
    await there.in_dialog("assistant", "/report")
    await who.command("/report")
    await who.press(await who.choosing("report.sort", "first:somebody"), "report.sort", "first:somebody")
    await who.press(await who.choosing("report.sort", "colleague:rule"), "report.sort", "colleague:rule")
    half = copy.deepcopy(await who.filling("what"))
    next(b for b in half["blocks"] if b.get("block_id") == "field:what")["element"]["initial_value"] = "Half a"
    await there.walker.press(who, half, "slack.keep", "")
    await there.in_dialog("assistant", "/report")


async def reports(there: School) -> None:
    """Press everything about reports: all forms of all kinds, and all that can be done with one, to its deletion."""
    await there.at_home("colleague")
    for _ in range(2):
        there.rig.world.report("teacher", about="staff", person="demo-assistant")
    with there.rig.world.store.look() as work:
        named = [report for report in work.reports.all("demo") if report.reporter_id]
    for report in named:
        add(there.rig.world, report.reference, who=str(report.reporter_id).removeprefix("demo-"))
    await there.at_home("teacher")
    await there.in_chat("head")
    await there.in_chat("deputy")


async def rereads(there: School, lectern: Lectern) -> None:
    """Press everything about the re-read: reading, confirming, changes, adoption by two, papers, nudges, witnesses."""
    world = there.rig.world
    await there.at_home("head")
    world.clock.move(hours=1)
    await there.in_chat("teacher")
    await there.in_chat("colleague")
    lectern.edit("2027", c_99="Staff must never post the address of the school.")
    world.bot.rereading.plan("demo")
    there.walker.again("reread.overview")
    await there.at_home("head")
    world.clock.move(hours=1)
    await there.in_chat("chair")
    there.walker.again("reread.mine")
    await there.at_home("teacher")
    lectern.beside = (load_installed("beaumont"),)
    there.walker.again("reread.overview")
    await there.at_home("head")
    lectern.beside = ()


async def own_policy(there: School) -> None:
    """Press what the chair is asked about a policy of the school's own, which the head has signed."""
    desk = desk_of(there.rig.world)
    draft = bring(desk).draft
    desk.adopting.sign("demo-head", "demo", draft.id, version="2030")
    await there.in_chat("chair")


@pytest.mark.parametrize("thorough", [False, pytest.param(True, marks=pytest.mark.soak)])
async def test_every_button_is_pressed(root: Path, tmp_path: Path, thorough: bool) -> None:
    """Whatever button any card has, it is pressed here and answered; a new one that is not fails this test."""
    pressed: set[str] = set()
    # The second policy wants each declaration witnessed.
    for policy in ("stockham", "neath-port-talbot"):
        async with school(f"sqlite:///{tmp_path / policy}", policy, thorough=thorough) as (there, lectern):
            if policy == "stockham":
                await beginnings(there)
                await questions(there)
                await reports(there)
            await rereads(there, lectern)
            if policy == "stockham":
                await own_policy(there)
            pressed |= there.walker.pressed
    assert sorted(set(drawn(root)) - pressed) == []
