"""Files of reports in Slack: the ways to them stand in dialogs only, and no file, name or way in any message."""

from __future__ import annotations

import pytest

from adapters.desk import mint_link
from bot.evidence import Rule
from tests.evidencefiles import add
from tests.fakes import World
from tests.injection.oracles import pieces
from tests.scenario.slack.test_reports import FILLED, form, in_chats, reference
from tests.slackpeer.peer import Peer
from tests.slackpeer.people import uid
from tests.slackpeer.reading import actions, said
from tests.slackpeer.rig import conversation, running
from tests.slackpeer.wire import Json

DESK = "https://desk.school.example"


def linked(view: Json) -> list[str]:
    """Return where the links of a dialog lead."""
    return [piece["url"] for piece in pieces(view) if piece.get("type") == "link"]


async def test_a_file_is_added_and_read_by_links_in_dialogs(world: World, peer: Peer) -> None:
    """Below the reference and for its reader; neither the name of a file nor a way to it is in any message."""
    talk = conversation(world, files=Rule(desk=DESK, sign_in=mint_link))
    async with running(world, peer, talk=talk) as rig:
        teacher, head = rig.person("teacher"), rig.person("head")
        view = await form(teacher)
        assert "you can add them on a page of their own" in said(view)
        await teacher.submit(view, **FILLED, person=uid("colleague"))
        shown = peer.views[view["id"]]
        report = reference(shown)
        assert ("report.attach", report) in actions(shown)
        await teacher.press(shown, "report.attach", report)
        (address,) = linked(await teacher.dialog("Never add a nude"))
        assert address.startswith(f"{DESK}/evidence/link/")
        file_id = add(world, report, name="zanzibar-quill.png")
        await rig.relay()
        await head.press(head.chat[-1], "report.open", report)
        opened = await head.dialog("zanzibar-quill.png")
        await head.press(opened, "report.file", file_id)
        (address,) = linked(await head.dialog("signs you in"))
        assert address.startswith(f"{DESK}/sign-in/")
        assert address.endswith(f"?next=/files/{file_id}")
        for hidden in ("zanzibar-quill", "desk.school.example"):
            assert hidden not in in_chats(peer)


@pytest.mark.parametrize("desk", [DESK, ""])
async def test_without_a_name_the_link_stands_beside_the_code(world: World, peer: Peer, desk: str) -> None:
    """Once, in the dialog with the reference; where the desk has no address there is none, and the form says so."""
    async with running(world, peer, talk=conversation(world, files=Rule(desk=desk))) as rig:
        teacher = rig.person("teacher")
        view = await form(teacher)
        assert ("Keep them safe" in said(view)) == (not desk)
        await teacher.submit(view, about="outside", what="x", named="without_name")
        shown = peer.views[view["id"]]
        assert "Your code" in said(shown)
        assert [address.startswith(f"{DESK}/evidence/link/") for address in linked(shown)] == [True] * bool(desk)
        assert not [action for action, _ in actions(shown) if action == "report.attach"]
