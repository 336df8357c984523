"""An answer that Slack did not take is tried again, comes once, and where it never goes through the person is told."""

from __future__ import annotations

import asyncio

import pytest

from bot.wording import say
from tests.slackpeer.methods import Fault
from tests.slackpeer.reading import said
from tests.slackpeer.rig import Rig

QUESTION = "can I add a pupil's mum on facebook?"
PAGE = "<html>Web filter</html>"
PASSING = {
    "broken": Fault(status=503),
    "fatal": Fault("fatal_error"),
    "lost reply": Fault(lose_reply=True),
    "a page": Fault(page=PAGE),
    "haste": Fault(status=429, after="0.5"),
}
AWAY = [Fault(status=503)] * 20


@pytest.mark.parametrize("fault", PASSING.values(), ids=[*PASSING])
async def test_an_answer_in_the_own_chat_comes_once(one: Rig, fault: Fault) -> None:
    """Whatever befell it in passing, the question is answered, once: what arrived unseen is not sent again."""
    teacher = one.person("teacher")
    one.peer.faults["chat.postMessage"].append(fault)
    await teacher.write(QUESTION)
    await teacher.answered()
    if not fault.after:
        await one.peer.until(lambda: one.peer.of("conversations.history"))
    await asyncio.sleep(0.2)
    (answer,) = teacher.chat
    assert "Clause " in said(answer["blocks"])


@pytest.mark.parametrize("fault", PASSING.values(), ids=[*PASSING])
async def test_an_answer_in_a_channel_comes(one: Rig, fault: Fault) -> None:
    """A mention is answered too; there nothing can be asked, so that it may come twice where a reply was lost."""
    teacher = one.person("teacher")
    one.peer.faults["chat.postEphemeral"].append(fault)
    await teacher.mention(QUESTION)
    assert "Clause " in said((await teacher.seen(1 + fault.lose_reply))["blocks"])
    await asyncio.sleep(0.2)
    assert len(one.peer.hidden[teacher.user]) == 1 + fault.lose_reply
    assert not teacher.chat


@pytest.mark.parametrize("fault", [PASSING["broken"], PASSING["fatal"], PASSING["a page"], PASSING["haste"]], ids=str)
async def test_a_dialog_opens_while_slack_takes_its_trigger(one: Rig, fault: Fault) -> None:
    """A command opens its form though the first call failed, and nothing else is said."""
    teacher = one.person("teacher")
    one.peer.faults["views.open"].append(fault)
    await teacher.command("/report")
    await teacher.dialog("Before you write")
    assert not one.peer.hidden[teacher.user]


@pytest.mark.parametrize(
    "fault", [Fault(status=429, after="0.5"), Fault(status=503), Fault(page=PAGE, status=403)], ids=str
)
async def test_an_answer_at_a_response_address_comes_once(one: Rig, fault: Fault) -> None:
    """A command is answered at its response address, in haste, away or behind a web filter."""
    teacher = one.person("teacher")
    one.peer.faults["hook"].append(fault)
    await teacher.command("/can-i", QUESTION)
    assert "Clause " in said((await teacher.seen())["blocks"])
    assert len(one.peer.hidden[teacher.user]) == 1


async def test_who_gets_no_answer_in_a_channel_is_told_in_their_own_chat(one: Rig) -> None:
    """Slack takes no answer to a mention, for as long as it is tried: the asker is told so where it can be told."""
    teacher = one.person("teacher")
    one.peer.faults["chat.postEphemeral"].extend(AWAY)
    await teacher.mention(QUESTION)
    assert (await teacher.answered())["text"] == say("slack.lost")


async def test_who_would_wait_too_long_is_told_at_once(one: Rig) -> None:
    """Slack asks for more patience than a person has: they are told in their own chat and do not wait."""
    teacher = one.person("teacher")
    one.peer.faults["chat.postEphemeral"].append(Fault(status=429, after="600"))
    await teacher.mention(QUESTION)
    assert (await teacher.answered())["text"] == say("slack.lost")


async def test_who_gets_no_dialog_is_told(one: Rig) -> None:
    """Slack opens no dialog: who typed the command is told, where only they see it."""
    teacher = one.person("teacher")
    one.peer.faults["views.open"].extend(AWAY)
    await teacher.command("/report")
    assert (await teacher.seen())["text"] == say("slack.lost")


async def test_who_is_not_reached_at_a_response_address_is_told_in_their_own_chat(one: Rig) -> None:
    """The response address takes nothing: what is left is the person's own chat."""
    teacher = one.person("teacher")
    one.peer.faults["hook"].extend(AWAY)
    await teacher.command("/can-i", QUESTION)
    assert (await teacher.answered())["text"] == say("slack.lost")
