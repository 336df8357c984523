"""Files of reports in Teams: the ways to them stand in windows only, and no file, name or way in any message."""

from __future__ import annotations

import json
from pathlib import Path

from adapters.desk import mint_link
from bot.evidence import Rule
from tests.cardschema import buttons, words
from tests.evidencefiles import add
from tests.fakes import World
from tests.injection.oracles import pieces
from tests.scenario.teams.test_reports import CANARY, FILLED, form, send
from tests.teamsclient import meet, running

DESK = "https://desk.school.example"


def linked(card: object) -> list[str]:
    """Return where the links of a card lead."""
    return [piece["url"] for piece in pieces(card) if piece.get("type") == "Action.OpenUrl"]


async def test_a_file_is_added_and_read_by_links_in_windows(tmp_path: Path) -> None:
    """Below the reference, and for its reader; neither the name of a file nor a way to it is in any message."""
    rule = Rule(desk=DESK, sign_in=mint_link)
    with World(f"sqlite:///{tmp_path / 'x.sqlite3'}", files=rule) as world:
        meet(world, "teacher", "head")
        async with running(world) as teams:
            shown = await teams.submit(send(await form(teams)), **FILLED, in_one_what=CANARY)
            asked = await teams.submit(buttons(shown)["Add a file"])
            assert "Never add a nude" in words(asked)
            (address,) = linked(asked)
            assert address.startswith(f"{DESK}/evidence/link/")
            with world.store.look() as work:
                reference = work.reports.all("demo")[0].reference
            file_id = add(world, reference, name="zanzibar-quill.png")
            data = {"canI": {"action": "report.open", "value": reference, "drawn": "x"}}
            opened = await teams.invoke("task/fetch", {"data": data}, "head")
            assert "zanzibar-quill.png" in words(opened)
            got = await teams.submit(buttons(opened)["Get this file"], "head")
            (address,) = linked(got)
            assert address.startswith(f"{DESK}/sign-in/")
            assert address.endswith(f"?next=/files/{file_id}")
            written = json.dumps([teams.service.sent, teams.service.updated])
            for hidden in ("zanzibar-quill", "desk.school.example", file_id):
                assert hidden not in written
