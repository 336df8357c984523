"""Promise 5: a report's words stand nowhere but on the screen of somebody entitled."""

from __future__ import annotations

import logging
import traceback
from pathlib import Path

import pytest

from adapters.desk.uploads import Upload
from bot.messages import Pressed, Submitted
from tests.evidencefiles import add, png
from tests.fakes import World, words

CANARY = "CANARY-7f3a9c"


def lead_a_life(world: World) -> str:
    """File, open, note, write, add, hand over, close, with the canary in every text that can be typed and in a file."""
    world.say("teacher", Submitted("report.draft.breach", "", {"what": CANARY}))
    form = world.form("teacher", "report.kind", "breach")
    world.send("teacher", form, what=CANARY)
    everything = {"what": CANARY, "platform": CANARY, "address": CANARY, "evidence": CANARY, "when": "2026-09-20"}
    reference = world.report("teacher", "breach", **everything)
    world.deliver()
    world.press("head", "report.open", reference)
    world.press("head", "report.acknowledge", reference)
    for action, values in (
        ("note", {"text": CANARY}),
        ("message", {"text": CANARY}),
        ("add_person", {"person": "demo-dsl", "text": CANARY}),
        ("close", {"outcome": "resolved", "text": CANARY, "message": CANARY}),
    ):
        world.send("head", world.form("head", f"report.{action}", reference), **values)
    world.send("teacher", world.form("teacher", "report.add", reference), text=CANARY)
    file_id = add(world, reference, png(note=CANARY.encode()), f"{CANARY}.png")
    assert CANARY.encode() in world.bot.evidence.read("demo-head", file_id).content
    world.deliver()
    return reference


def test_the_canary_is_found_nowhere(any_world: World, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Through a whole life at DEBUG: not in a log, a chat card, a table, the database file or its write-ahead log."""
    caplog.set_level(logging.DEBUG)
    logging.getLogger("sqlalchemy").setLevel(logging.DEBUG)
    try:
        lead_a_life(any_world)
    finally:
        logging.getLogger("sqlalchemy").setLevel(logging.NOTSET)
    assert CANARY not in caplog.text
    for who in ("head", "teacher", "dsl", "colleague", "chair"):
        assert CANARY not in " ".join(words(card) for card in any_world.inbox(who))
        assert CANARY not in words(any_world.home(who))
    with any_world.store.look() as work:
        tables = any_world.engine.dialect.get_table_names(work._connection)  # type: ignore[attr-defined]
    with any_world.engine.connect() as connection:
        for table in tables:
            kept = str(connection.exec_driver_sql(f'SELECT * FROM "{table}"').all())  # noqa: S608 - names of our own
            assert CANARY not in kept, table
            assert CANARY.encode().hex() not in kept, table
    if any_world.engine.dialect.name == "sqlite":
        files = sorted(tmp_path.glob("can-i.sqlite3*"))
        assert len(files) >= 2
        assert all(CANARY.encode() not in file.read_bytes() for file in files)


def test_the_canary_is_in_no_repr_and_no_traceback(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is logged of an object, or of an error in the middle of a submission, holds no text."""
    form = world.form("teacher", "report.kind", "breach")
    values = {"about": "unknown", "what": CANARY, "named": "with_name"}
    seen = []

    def broken(*_: object, **__: object) -> bool:
        raise RuntimeError

    monkeypatch.setattr("adapters.db.report_repos.SqlReports.add", broken)
    submitted = Submitted(form.name, form.key, values)
    try:
        world.say("teacher", submitted)
    except RuntimeError:
        seen.append(traceback.format_exc())
    assert seen
    monkeypatch.undo()
    reference = world.report("teacher", what=CANARY)
    shown = world.say("head", Pressed("report.open", reference))
    with world.store.look() as work:
        report = work.reports.by_reference("demo", reference)
        assert report is not None
        entries = work.reports.entries(report.id)
    file_id = add(world, reference, png(note=CANARY.encode()), f"{CANARY}.png")
    file = world.bot.evidence.read("demo-head", file_id)
    upload = Upload(f"{CANARY}.png", CANARY.encode())
    folder = world.bot.evidence.folder(world.bot.evidence.door("demo-teacher", "demo", reference))
    for thing in (*seen, submitted, shown, report, entries, form, file, file.about, folder, upload):
        assert CANARY not in repr(thing)


def test_report_text_is_only_ever_in_a_dialog(any_world: World) -> None:
    """Whatever is said or replaced in a chat history holds no word of a report; only ``Show`` does."""
    from bot.messages import Show  # noqa: PLC0415 - for this test only

    reference = lead_a_life(any_world)
    shown = 0
    for who in ("head", "dsl", "teacher"):
        for action in ("open", "acknowledge", "progress", "status", "mine", "inbox", "start", "reopen"):
            for out in any_world.press(who, f"report.{action}", reference):
                text = words(getattr(out, "card", None) or out.form)  # type: ignore[union-attr]
                if isinstance(out, Show):
                    shown += CANARY in text
                else:
                    assert CANARY not in text, (who, action)
    assert shown >= 3
