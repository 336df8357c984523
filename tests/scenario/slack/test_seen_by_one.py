"""Messages that only one person sees, wherever they stand: Slack keeps none of them, and they cannot be updated."""

from __future__ import annotations

import pytest

from tests.slackpeer.people import uid
from tests.slackpeer.reading import actions, said
from tests.slackpeer.rig import Rig
from tests.slackpeer.wire import dm

QUESTION = "can i add a pupil on snapchat?"


@pytest.mark.parametrize("channel", ["C1", dm(uid("governor")), "DCOLLEAGUES"])
async def test_first_contact_by_command(rig: Rig, channel: str) -> None:
    """In a channel, in the bot's own chat and among colleagues: yes is thanked for in place, the question answered."""
    governor = rig.person("governor")
    await governor.command("/can-i", QUESTION, channel)
    hello = await governor.seen()
    assert "Is that you?" in said(hello)
    await governor.press(hello, "slack.me")
    answer = await governor.seen(2)
    assert "Clause 6." in said(answer)
    assert "I know you now" in said(rig.peer.hidden[governor.user][0])
    assert "slack.me" not in dict(actions(rig.peer.hidden[governor.user][0]))
    assert not rig.peer.messages


async def test_a_report_begun_from_a_command_in_the_bots_own_chat(rig: Rig) -> None:
    """The button to report, on an answer that only the asker sees, opens a dialog there too."""
    teacher = rig.person("teacher")
    await teacher.command("/can-i", QUESTION, dm(teacher.user))
    await teacher.press(await teacher.seen(), "report.start")
    assert "report.sort" in dict(actions(await teacher.dialog("Before you write")))
    assert len(rig.peer.hidden[teacher.user]) == 1
