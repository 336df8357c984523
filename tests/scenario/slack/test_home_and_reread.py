"""App Home by role, and the yearly re-read in Slack."""

from __future__ import annotations

import json

from tests.fakes import World
from tests.slackpeer.peer import Peer
from tests.slackpeer.reading import actions, said
from tests.slackpeer.rig import Rig, running


async def test_home_shows_what_ones_role_may_do(rig: Rig) -> None:
    """Everybody asks, reports and re-reads; the head and the chair have what waits for them; nobody else has that."""
    common = {"ask.start", "report.start", "report.mine", "reread.mine"}
    found = {name: dict(actions(await rig.person(name).open_home())) for name in ("teacher", "head", "chair")}
    assert all(common <= shown.keys() for shown in found.values())
    assert "report.inbox" in found["head"].keys() & found["chair"].keys()
    assert "report.inbox" not in found["teacher"]
    assert "reread.overview" in found["head"]
    assert "reread.overview" not in found["teacher"]


async def test_every_button_of_home_is_answered(rig: Rig) -> None:
    """Each button opens a dialog, and none fails."""
    head = rig.person("head")
    home = await head.open_home()
    for number, (action, value) in enumerate(actions(home), 1):
        await head.press(home, action, value)
        await rig.peer.until(lambda number=number: len(rig.peer.of("views.open")) >= number)
    assert "did not work" not in json.dumps([rig.peer.messages, rig.peer.views])


async def test_first_contact(world: World, peer: Peer) -> None:
    """Somebody new reads in four lines what it is, what it keeps and who reads what, and says whether it is them."""
    async with running(world, peer) as rig:
        governor = rig.person("governor")
        home = await governor.open_home()
        text = said(home)
        assert all(word in text for word in ("I make nothing up", "sealed", "never sees it", "can see what you type"))
        before = len(peer.of("views.publish"))
        await governor.press(home, "slack.me")
        await peer.until(lambda: len(peer.of("views.publish")) > before)
        assert "ask.start" in dict(actions(peer.homes[governor.user]))
        with world.store.look() as work:
            assert any(row.action == "account.confirmed" for row in work.audit.rows("demo"))


async def test_what_was_asked_before_is_answered_then(world: World, peer: Peer) -> None:
    """The first question waits until its asker has said who they are; it is answered once, and not after a while."""
    async with running(world, peer) as rig:
        governor = rig.person("governor")
        await governor.write("can i add a pupil on snapchat?")
        hello = await governor.answered()
        assert "Is that you?" in said(hello)
        await governor.press(hello, "slack.me")
        await peer.until(lambda: len(governor.chat) == 2)
        assert "I know you now" in said(governor.chat[0])
        assert "Clause 6." in said(governor.chat[1])
        vice = rig.person("vice")
        await vice.write("can i add a pupil on snapchat?")
        hello = await vice.answered()
        world.clock.move(minutes=11)
        await vice.press(hello, "slack.me")
        await peer.until(lambda: len(vice.chat) == 2)
        assert "Clause 6." not in said(vice.chat[1])
        assert "ask.start" in dict(actions(vice.chat[1]))


async def test_what_was_pressed_before_is_opened_then(world: World, peer: Peer) -> None:
    """A command or an alert's button of somebody new leads where it should as soon as they have said who they are."""
    async with running(world, peer) as rig:
        governor = rig.person("governor")
        await governor.command("/reread")
        hello = await governor.dialog("Is that you?")
        await governor.press(hello, "slack.me")
        shown = said(await governor.dialog("I know you now"))
        assert "nothing to read just now" in shown


async def test_not_me(world: World, peer: Peer) -> None:
    """Who says that it is not them is nobody, and nothing is kept as theirs."""
    async with running(world, peer) as rig:
        governor = rig.person("governor")
        await governor.write("can I add a parent on facebook?")
        hello = await governor.answered()
        await governor.press(hello, "slack.not_me")
        await peer.until(lambda: peer.of("chat.update"))
        assert "have kept nothing" in said(governor.chat[0])
        await governor.command("/report")
        await governor.dialog("Is that you?")


async def test_a_reread_from_the_card_to_the_receipt(rig: Rig) -> None:
    """The card comes, is read in a dialog, is confirmed once, and changes in place."""
    teacher = rig.person("teacher")
    rig.world.press("head", "reread.start")
    rig.world.clock.move(hours=1)
    rig.world.bot.rereading.plan("demo")
    await rig.relay()
    card = await teacher.answered()
    await teacher.press(card, "reread.read")
    view = await teacher.dialog("Social")
    assert len(said(view)) > 200
    await teacher.press(card, "reread.confirm")
    await rig.peer.until(lambda: rig.peer.of("chat.update"))
    assert "reread.confirm" not in dict(actions(teacher.chat[0]))
    with rig.world.store.look() as work:
        (ack,) = work.rereads.acknowledgements("demo")
    assert (ack.person_id, ack.how) == ("demo-teacher", "chat")
    assert len(teacher.chat) == 1


async def test_reread_by_command(rig: Rig) -> None:
    """/reread opens one's own re-reading in a dialog."""
    teacher = rig.person("teacher")
    await teacher.command("/reread")
    await rig.peer.until(lambda: rig.peer.of("views.open"))
    assert not teacher.chat


async def test_the_global_shortcut(rig: Rig) -> None:
    """The shortcut opens the menu in a dialog, from wherever one is."""
    teacher = rig.person("teacher")
    await teacher.shortcut("can_i")
    view = await teacher.dialog("Report something")
    assert {"report.start", "report.mine"} <= dict(actions(view)).keys()
