"""Reports in Slack: through dialogs only, once however often sent, alerted without words, opened after a check."""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import Sequence

import pytest

from bot.messages import Inbound, Outbound, Submitted, Where
from tests.fakes import World
from tests.slackpeer.peer import Peer
from tests.slackpeer.people import Someone, uid
from tests.slackpeer.reading import actions, said
from tests.slackpeer.rig import Rig, conversation, running
from tests.slackpeer.wire import Json

CANARY = "He wrote zanzibar-quill on the class page"
FILLED = {"about": "staff", "named": "with_name", "what": CANARY, "when": "2026-09-20"}


async def form(someone: Someone, view: Json | None = None) -> Json:
    """Go through the sorter to the form about a rule that somebody broke, and return its dialog."""
    if view is None:
        await someone.command("/report")
        view = await someone.dialog("Before you write")
    await someone.press(view, "report.sort", "first:somebody")
    view = await someone.choosing("report.sort", "colleague:rule")
    await someone.press(view, "report.sort", "colleague:rule")
    return await someone.filling("what")


async def report(someone: Someone, **values: str) -> str:
    """Make a report about a colleague, or as ``values`` say, and return its reference."""
    view = await form(someone)
    given = {**FILLED, **({"person": uid("colleague")} if "about" not in values else {}), **values}
    await someone.submit(view, **given)
    return reference(someone.peer.views[view["id"]])


def reference(view: Json) -> str:
    """Return the reference that a dialog shows."""
    found = re.search(r"[A-Z0-9]{4}-[A-Z0-9]{4}(?:-[A-Z0-9]{4})*|[A-Z]{2,4}-[A-Z0-9-]{4,}", said(view))
    assert found, said(view)
    return found[0]


def in_chats(peer: Peer) -> str:
    """Return everything that stands in messages, seen by all or by one, and at home."""
    return json.dumps([peer.messages, peer.hidden, peer.homes, peer.of("chat.update")])


def opened(world: World) -> Sequence[str | None]:
    """Return who opened a report."""
    with world.store.look() as work:
        return [row.actor_id for row in work.audit.rows("demo") if row.action == "report.opened"]


async def test_a_report_about_a_colleague(rig: Rig, caplog: pytest.LogCaptureFixture) -> None:
    """From the command to the head's acknowledgement: refused field, reference, alert, words in a dialog, in place."""
    teacher, head, colleague = rig.person("teacher"), rig.person("head"), rig.person("colleague")
    view = await form(teacher)
    assert next(b for b in view["blocks"] if b.get("block_id") == "field:person")["element"]["type"] == "users_select"
    refused = await teacher.submit(view, **FILLED)
    assert refused == {
        "response_action": "errors",
        "errors": {"field:person": "Please choose the person from the list."},
    }
    await teacher.submit(view, **FILLED, person=uid("colleague"))
    made = reference(rig.peer.views[view["id"]])
    await rig.relay()
    alert = await head.answered()
    assert made in said(alert)
    assert "zanzibar" not in said(alert)
    assert not colleague.chat
    await head.press(alert, "report.open")
    shown = await head.dialog("zanzibar-quill")
    assert opened(rig.world) == ["demo-head"]
    await head.press(shown, "report.acknowledge")
    await rig.peer.until(lambda: "report.acknowledge" not in dict(actions(rig.peer.top())))
    with rig.world.store.look() as work:
        (only,) = work.reports.all("demo")
    assert only.acknowledged_by == "demo-head"
    await colleague.write("hello")
    await colleague.answered()
    assert made not in json.dumps([colleague.chat, await colleague.open_home()])
    assert "zanzibar" not in in_chats(rig.peer)
    assert "zanzibar" not in caplog.text


async def test_a_report_about_the_head_goes_past_the_head(rig: Rig) -> None:
    """The chair is told; the head is not, and a button made up by the head opens nothing."""
    teacher, head, chair = rig.person("teacher"), rig.person("head"), rig.person("chair")
    made = await report(teacher, about="headteacher")
    await rig.relay()
    alert = await chair.answered()
    assert made in said(alert)
    assert not head.chat
    stolen = {**alert, "channel": f"D{head.user}"}
    await head.press(stolen, "report.open")
    await rig.peer.until(lambda: rig.peer.of("views.open")[1:] or head.chat)
    assert opened(rig.world) == []
    assert "zanzibar" not in said(rig.peer.top())
    await chair.press(alert, "report.open")
    await chair.dialog("zanzibar-quill")
    assert opened(rig.world) == ["demo-chair"]


async def test_sent_again_it_is_one_report(rig: Rig) -> None:
    """The same dialog sent twice, and once more later, is one report with one reference."""
    teacher = rig.person("teacher")
    view = dict(await form(teacher))
    answers = await asyncio.gather(
        *(teacher.submit(view, **FILLED, person=uid("colleague")) for _ in range(2)),
    )
    answers.append(await teacher.submit(view, **FILLED, person=uid("colleague")))
    with rig.world.store.look() as work:
        (only,) = work.reports.all("demo")
    assert all(only.reference in said(answer["view"]) for answer in answers)


class Slow:
    """The bot, but a report takes as long to be written as somebody has patience."""

    def __init__(self, world: World) -> None:
        self._bot = conversation(world)
        self.first = True

    def handle(self, person_id: str, where: Where, said: Inbound) -> tuple[Outbound, ...]:
        outs = self._bot.handle(person_id, where, said)
        if isinstance(said, Submitted) and self.first:
            self.first = False
            raise TimeoutError
        return outs


async def test_what_was_written_though_slack_gave_up_is_one_report(any_world: World, peer: Peer) -> None:
    """The report is on disk, the answer failed: the person sees an error, sends again, and it is one report."""
    async with running(any_world, peer, talk=Slow(any_world)) as rig:
        teacher = rig.person("teacher")
        view = await form(teacher)
        first = await teacher.submit(view, **FILLED, person=uid("colleague"))
        assert first["response_action"] == "errors"
        second = await teacher.submit(view, **FILLED, person=uid("colleague"))
        with any_world.store.look() as work:
            (only,) = work.reports.all("demo")
        assert only.reference in said(second["view"])


class Late:
    """The bot, but the first report is written only after a while."""

    def __init__(self, world: World, seconds: float) -> None:
        self._bot = conversation(world)
        self.seconds = seconds

    def handle(self, person_id: str, where: Where, said: Inbound) -> tuple[Outbound, ...]:
        if isinstance(said, Submitted):
            seconds, self.seconds = self.seconds, 0.0
            time.sleep(seconds)
        return self._bot.handle(person_id, where, said)


@pytest.mark.parametrize(("slow", "patience"), [(1.0, 0.5), pytest.param(4.0, 3.0, marks=pytest.mark.soak)])
async def test_a_submission_slower_than_slack_waits_is_one_report(
    any_world: World, peer: Peer, slow: float, patience: float
) -> None:
    """Slack gives up and shows an error, the person sends again, then the first is written too: one report."""
    async with running(any_world, peer, talk=Late(any_world, slow)) as rig:
        teacher = rig.person("teacher")
        view = dict(await form(teacher))
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(teacher.submit(view, **FILLED, person=uid("colleague")), patience)
        again: Json = {}
        while "view" not in again:
            # On a busy machine Slack's answer about the person chosen may be late: then it is sent once more.
            again = await teacher.submit(view, **FILLED, person=uid("colleague"))
        await asyncio.sleep(slow - patience + 0.2)
        with any_world.store.look() as work:
            (only,) = work.reports.all("demo")
        assert only.reference in said(again["view"])
        await rig.relay()
        assert len(rig.person("head").chat) == 1


async def test_a_message_goes_into_a_report_only_if_it_is_said_so(rig: Rig) -> None:
    """The shortcut shows the message and asks; with yes it stands in the form, to be changed; nothing is sent."""
    teacher = rig.person("teacher")
    await teacher.shortcut("report_message", CANARY)
    asked = await teacher.dialog("zanzibar-quill")
    await teacher.press(asked, "slack.carry")
    view = await form(teacher, await teacher.dialog("This message will stand in your form"))
    what = next(b for b in view["blocks"] if b.get("block_id") == "field:what")
    assert what["element"]["initial_value"] == CANARY
    with rig.world.store.look() as work:
        assert not work.reports.all("demo")
    assert "zanzibar" not in in_chats(rig.peer)


async def test_a_message_that_is_left_out(rig: Rig) -> None:
    """Without the person's yes the form is empty."""
    teacher = rig.person("teacher")
    await teacher.shortcut("report_message", CANARY)
    await teacher.press(await teacher.dialog("zanzibar-quill"), "slack.without")
    view = await form(teacher, await teacher.dialog("Before you write"))
    what = next(b for b in view["blocks"] if b.get("block_id") == "field:what")
    assert "initial_value" not in what["element"]


async def test_words_after_the_command_are_not_kept(rig: Rig) -> None:
    """Somebody who types a report after /report is told to use the form, and the words go nowhere."""
    teacher = rig.person("teacher")
    await teacher.command("/report", CANARY)
    view = await teacher.dialog("was not kept")
    assert "zanzibar" not in said(view) + in_chats(rig.peer)


async def test_a_report_kept_for_later(rig: Rig) -> None:
    """What stands in the form is kept, sealed, and nobody is told."""
    teacher = rig.person("teacher")
    view = await form(teacher)
    await teacher.press(view, "slack.keep")
    await teacher.dialog("kept for you")
    await rig.relay()
    with rig.world.store.look() as work:
        assert not work.reports.all("demo")
    assert not rig.person("head").chat


async def begun(rig: Rig, holding: str) -> Json:
    """Wait until the teacher's next dialog offers what was begun, carry it on and return the form that holds it."""
    teacher = rig.person("teacher")
    for _ in range(50):
        await teacher.command("/report")
        view = await teacher.dialog()
        if "report.carry_on" in dict(actions(view)):
            await teacher.press(view, "report.carry_on")
            form = await teacher.filling("what")
            if holding in json.dumps(form):
                return form
        await asyncio.sleep(0.05)
    raise AssertionError("nothing was kept")


async def test_a_form_closed_by_accident_can_be_taken_up_again(rig: Rig) -> None:
    """Each choice made in it keeps what stands there, and so does closing it; nothing is sent, nobody is told."""
    teacher = rig.person("teacher")
    view = await form(teacher)
    await teacher.choose(view, "named", what=CANARY, about="unknown", named="with_name")
    again = await begun(rig, CANARY)
    shown = {b["block_id"]: b["element"] for b in again["blocks"] if b["type"] == "input"}
    assert shown["field:about"]["initial_option"]["value"] == "unknown"
    await teacher.close(again, what=f"{CANARY} and more")
    await begun(rig, f"{CANARY} and more")
    await rig.relay()
    with rig.world.store.look() as work:
        assert not work.reports.all("demo")
    assert not rig.person("head").chat
    assert "zanzibar" not in in_chats(rig.peer)


async def test_a_form_that_was_sent_leaves_nothing_begun(rig: Rig) -> None:
    """What Slack tells late of a form that is in already makes no second one of it."""
    teacher = rig.person("teacher")
    view = await form(teacher)
    sent = {**FILLED, "person": uid("colleague")}
    before = {**view, "blocks": [*view["blocks"]]}
    await teacher.submit(view, **sent)
    await teacher.choose(before, "named", **sent)
    await teacher.close(before, **sent)
    await asyncio.sleep(0.3)
    await teacher.command("/report")
    assert "report.carry_on" not in dict(actions(await teacher.dialog("Before you write")))


async def test_an_alert_too_late_goes_on(rig: Rig) -> None:
    """What nobody acknowledged is chased: the head again, then the next person; each message without words."""
    teacher, head = rig.person("teacher"), rig.person("head")
    made = await report(teacher)
    await rig.relay()
    await head.answered()
    for _ in range(6):
        rig.world.clock.move(days=1)
        rig.world.chasing.chase("demo")
        await rig.relay()
    assert len(head.chat) > 1
    others = [who for who in ("deputy", "chair") if made in json.dumps(rig.person(who).chat)]
    assert others
    assert "zanzibar" not in in_chats(rig.peer)
