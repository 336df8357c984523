"""Messages that only one person sees, wherever they stand: Slack keeps none of them, and they cannot be updated."""

from __future__ import annotations

import pytest

from tests.fakes import World
from tests.slackpeer.peer import Peer
from tests.slackpeer.people import uid
from tests.slackpeer.reading import actions, said
from tests.slackpeer.rig import Rig, running
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


async def test_who_one_is_concerns_nobody_else(world: World, peer: Peer) -> None:
    """Where mentions are answered openly, "is that you" is seen by that person only, and so is what follows from it."""
    async with running(world, peer, openly=True) as rig:
        governor, vice, teacher = rig.person("governor"), rig.person("vice"), rig.person("teacher")
        await governor.mention(QUESTION)
        hello = await governor.seen()
        assert "Is that you?" in said(hello)
        # Slack shows no such message in a thread that nobody has begun.
        assert "thread_ts" not in hello
        await governor.press(hello, "slack.me")
        assert "Clause 6." in said(await governor.seen(2))
        assert not peer.messages["C1"]
        await teacher.mention("somebody posted lies about me on instagram")
        await peer.until(lambda: peer.messages["C1"])
        (answer,) = peer.messages["C1"]
        action, value = next(each for each in actions(answer) if each[0].startswith("ask."))
        for count in (1, 2):
            await vice.press(answer, action, value)
            asked = await vice.seen(count)
            assert ("Is that you?" in said(asked), asked["thread_ts"]) == (True, answer["thread_ts"])
        assert len(peer.messages["C1"]) == 1
        stranger = {"type": "app_mention", "channel": "C1", "user": "UNEW", "text": "hello", "thread_ts": "15.1"}
        await teacher.event({**stranger, "ts": "16.1"})
        await peer.until(lambda: peer.hidden["UNEW"])
        assert peer.hidden["UNEW"][0]["thread_ts"] == "15.1"
        assert len(peer.messages["C1"]) == 1
