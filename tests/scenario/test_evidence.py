"""Files of a report: added by its reporter, once, told without content, read and written down; refused in words."""

from __future__ import annotations

import hashlib

import pytest

from bot.evidence import Evidence, NotTaken, Rule
from bot.messages import Ask, Link, Outbound, Pressed, Show, Submitted, Text, Where
from bot.references import new_form_key
from tests.evidencefiles import CANARY, NAME, REFUSED, SHOT, TAKEN, add, audited, png, with_file
from tests.fakes import World, buttons, facts, words

DESK, CHAT = Where("desk", "desk"), Where("slack", "D1")


def chat(world: World, who: str, action: str, value: str = "", where: Where = CHAT) -> Outbound:
    """Press a button in a chat and return what comes of it."""
    (out,) = world.say(who, Pressed(action, value), where)
    return out


def test_a_file_is_added_told_read_and_written_down(any_world: World) -> None:
    """Byte by byte, with its hash; the readers are told without its name; each opening is in the chain."""
    world = any_world
    reference = world.report("teacher")
    world.deliver()
    file_id = add(world, reference)
    world.deliver()
    (told,) = [card for card in world.inbox("head") if "has added something" in card.summary]
    assert CANARY not in words(told)
    assert buttons(told)["report.open"] == reference
    file = world.bot.evidence.read("demo-head", file_id)
    assert (file.content, file.about.name, file.about.size) == (SHOT, NAME, len(SHOT))
    assert file.about.sha256 == hashlib.sha256(SHOT).hexdigest()
    door = world.bot.evidence.door("demo-teacher", "demo", reference)
    assert world.bot.evidence.own(door, file_id).content == SHOT
    assert audited(world, reference) == [
        ("demo-teacher", "report.file_added"),
        ("demo-head", "report.file_opened"),
        ("demo-teacher", "report.file_shown"),
    ]


def test_a_reader_sees_it_in_the_report_and_on_the_record(any_world: World) -> None:
    """Name, kind, size, time and hash; a button to get it in the report; its history on the printed record."""
    world = any_world
    reference, file_id = with_file(world)
    (opened,) = world.press("head", "report.open", reference)
    assert isinstance(opened, Show)
    assert buttons(opened.card)["report.file"] == file_id
    world.bot.evidence.read("demo-head", file_id)
    (printed,) = world.press("head", "report.print", reference)
    assert isinstance(printed, Show)
    assert "report.file" not in buttons(printed.card)
    for shown in (opened.card, printed.card):
        assert facts(shown)["File 1"] == NAME
        assert facts(shown)["What it is"] == "picture (PNG), 1 KB"
        assert facts(shown)["Added by the reporter"] == "21 September 2026, 10:00"
        assert facts(shown)["SHA-256"] == hashlib.sha256(SHOT).hexdigest()
    assert "file added by the reporter (Sam Okoro)" in words(printed.card)
    assert "file opened (Ruth Abara)" in words(printed.card)


def test_sent_twice_it_is_there_once(any_world: World) -> None:
    """The same form, or the same content from a fresh page: one file, told once."""
    world = any_world
    reference = world.report("teacher")
    evidence, key = world.bot.evidence, new_form_key()
    door = evidence.door("demo-teacher", "demo", reference)
    assert evidence.add(door, SHOT, NAME, key)
    assert not evidence.add(door, SHOT, NAME, key)
    assert not evidence.add(door, png(b"abc"), "other.png", key)
    assert not evidence.add(door, SHOT, "renamed.png", new_form_key())
    assert [each.about.name for each in evidence.folder(door).files if each.about] == [NAME]
    assert audited(world, reference) == [("demo-teacher", "report.file_added")]


def test_what_is_not_taken_is_said_and_changes_nothing(any_world: World) -> None:
    """Empty, too large, of no kind, one too many, without a key of ours: each in words, the report as it was."""
    world = any_world
    rule = Rule(largest=1_000_000, most=2)
    evidence = Evidence(world.store, world.sealer, world.clock, world.shelf, rule)
    reference = world.report("teacher")
    door = evidence.door("demo-teacher", "demo", reference)

    def refused(data: bytes, key: str = "") -> str:
        with pytest.raises(NotTaken) as said:
            evidence.add(door, data, NAME, key or new_form_key())
        assert CANARY not in str(said.value)
        return str(said.value)

    assert "empty" in refused(b"")
    assert "at most 1 MB" in refused(SHOT + b"x" * 1_000_000)
    for data in REFUSED.values():
        assert "this kind" in refused(data)
    assert "out of date" in refused(SHOT, "short")
    assert evidence.folder(door).files == ()
    for data in (SHOT, TAKEN["pdf"]):
        assert evidence.add(door, data, NAME, new_form_key())
    assert "2 files" in refused(TAKEN["text"])
    assert evidence.folder(door).room == 0
    assert len(audited(world, reference)) == 2


@pytest.mark.parametrize("kind", sorted(TAKEN))
def test_every_kind_comes_back_as_it_was(world: World, kind: str) -> None:
    """Each byte of each kind, with what a camera wrote into it."""
    file_id = add(world, world.report("teacher"), TAKEN[kind], "IMG_0001")
    file = world.bot.evidence.read("demo-head", file_id)
    assert file.content == TAKEN[kind]
    assert file.about.kind.name == kind


def test_where_the_desk_has_no_address_chats_offer_nothing(any_world: World) -> None:
    """There the form says to keep the evidence; at the desk itself it says where it can be added."""
    world = any_world
    out = chat(world, "teacher", "report.kind", "breach")
    assert isinstance(out, Ask)
    assert "Keep them safe" in str(out.form.intro)
    out = chat(world, "teacher", "report.kind", "breach", DESK)
    assert isinstance(out, Ask)
    assert "you can add them on a page of their own" in str(out.form.intro)
    reference, file_id = with_file(world)
    status = chat(world, "teacher", "report.status", reference)
    assert "report.attach" not in buttons(status.card)  # type: ignore[union-attr]
    said = chat(world, "teacher", "report.attach", reference)
    assert "Keep them safe" in words(said.card)  # type: ignore[union-attr]
    said = chat(world, "head", "report.file", file_id)
    assert "at the desk only" in words(said.card)  # type: ignore[union-attr]
    (status,) = world.press("teacher", "report.status", reference)
    assert buttons(status.card)["report.attach"] == reference  # type: ignore[union-attr]


def links(out: object) -> list[str]:
    """Return where a dialog's links lead; it must be a dialog, so that no link stands in a chat's history."""
    assert isinstance(out, Show)
    return [element.href for element in out.card.body if isinstance(element, Link)]


def test_in_a_chat_a_one_time_link_leads_to_the_page(database_url: str) -> None:
    """For a named reporter by a button; without a name beside the code; for a reader by a link that signs in."""
    signed: list[str] = []

    def sign_in(_work: object, person_id: str, _now: object) -> str:
        signed.append(person_id)
        return "/sign-in/secret"

    rule = Rule(desk="https://desk.school.example/", sign_in=sign_in)
    with World(database_url, files=rule) as world:
        reference, file_id = with_file(world)
        out = chat(world, "teacher", "report.attach", reference)
        (address,) = links(out)
        assert address.startswith("https://desk.school.example/evidence/link/")
        assert "nude" in str([e for e in out.card.body if isinstance(e, Text)])  # type: ignore[union-attr]
        evidence = world.bot.evidence
        assert evidence.come(address.rpartition("/")[2], "browser")
        door = evidence.came("browser")
        assert door is not None
        assert door.person_id == "demo-teacher"
        out = chat(world, "head", "report.file", file_id)
        assert links(out) == [f"https://desk.school.example/sign-in/secret?next=/files/{file_id}"]
        out = chat(world, "colleague", "report.file", file_id)
        assert links(out) == []
        assert signed == ["demo-head"]
        out = chat(world, "colleague", "report.attach", reference)
        assert links(out) == []
        form = chat(world, "teacher", "report.kind", "breach")
        values = {"about": "outside", "what": "x", "named": "without_name"}
        assert isinstance(form, Ask)
        (out,) = world.say("teacher", Submitted(form.form.name, form.form.key, values), CHAT)
        (address,) = links(out)
        assert evidence.come(address.rpartition("/")[2], "another")
        came = evidence.came("another")
        assert came is not None
        assert came.person_id is None


def test_no_files_are_taken_where_none_may_be(world: World) -> None:
    """With the number at 0 no button is shown, and nothing is taken."""
    evidence = Evidence(world.store, world.sealer, world.clock, world.shelf, Rule(most=0))
    assert not evidence.offered(DESK)
    door = evidence.door("demo-teacher", "demo", world.report("teacher"))
    with pytest.raises(NotTaken):
        evidence.add(door, SHOT, NAME, new_form_key())
