"""Who comes to the files of a report: its reporter to add, those entitled to read, nobody else at all."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.cases import Hidden
from bot.people import Absence, SharedLogin
from bot.ports import Door
from bot.references import new_form_key
from bot.reports import Grant
from tests.evidencefiles import EVERYBODY, NAME, SHOT, audited, nameless, readers, with_file
from tests.fakes import MONDAY, World


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({}, {"head"}),
        ({"about": "headteacher"}, {"chair"}),
        ({"about": "chair"}, {"vice"}),
        ({"about": "head_and_chair"}, {"vice"}),
        ({"person": "demo-dsl"}, {"head"}),
        ({"conflict": "yes"}, {"vice"}),
    ],
)
def test_only_those_entitled_read_it(any_world: World, values: dict[str, str], expected: set[str]) -> None:
    """Neither the subject nor the reporter nor anybody else: to each of them there is no such file."""
    _, file_id = with_file(any_world, **values)
    found = readers(any_world, file_id)
    assert found == expected


def test_a_file_follows_the_rights_to_its_report(any_world: World) -> None:
    """Handed over, added to, stepped aside: who has the report has its files, and who gave it up has not."""
    world = any_world
    reference, file_id = with_file(world)
    world.send("head", world.form("head", "report.add_person", reference), person="demo-nominated")
    assert readers(world, file_id) == {"head", "nominated"}
    world.send("head", world.form("head", "report.hand_over", reference), person="demo-dsl")
    assert readers(world, file_id) == {"dsl", "nominated"}
    world.press("nominated", "report.step_aside", reference)
    assert readers(world, file_id) == {"dsl"}
    world.press("dsl", "report.step_aside", reference)
    left = readers(world, file_id)
    assert left
    assert not left & {"head", "dsl", "nominated", "colleague", "teacher"}


def test_a_stand_in_reads_it(any_world: World) -> None:
    """While the head is away whoever stands in was told, and reads it; the subject does not, whoever stands in."""
    world = any_world
    with world.store.begin() as work:
        work.people.absent(Absence("demo-head", MONDAY.date()))
        work.commit()
    _, file_id = with_file(world)
    assert "deputy" in readers(world, file_id)
    _, about_deputy = with_file(world, person="demo-deputy", what="Another one.")
    assert "deputy" not in readers(world, about_deputy)


def test_no_right_helps_a_subject_or_who_shares_their_login(any_world: World) -> None:
    """A grant that should never have been given opens nothing."""
    world = any_world
    reference, file_id = with_file(world)
    with world.store.begin() as work:
        report = work.reports.by_reference("demo", reference)
        assert report is not None
        for who in ("colleague", "assistant"):
            work.reports.grant(Grant(f"g-{who}", report.id, f"demo-{who}", "added", MONDAY))
        work.people.share(SharedLogin("demo-colleague", "demo-assistant"))
        work.commit()
    assert readers(world, file_id) == {"head"}


def test_only_its_reporter_adds_to_a_report(any_world: World) -> None:
    """Nobody else comes to the page, not even its reader; nor by the code's way to a report that has a name."""
    world = any_world
    reference, file_id = with_file(world)
    evidence = world.bot.evidence
    for who in EVERYBODY:
        if who != "teacher":
            with pytest.raises(Hidden):
                evidence.door(f"demo-{who}", "demo", reference)
    with world.store.look() as work:
        report = work.reports.by_reference("demo", reference)
    assert report is not None
    acts: tuple[Callable[[Door], object], ...] = (
        evidence.link,
        evidence.folder,
        lambda door: evidence.add(door, SHOT, NAME, new_form_key()),
        lambda door: evidence.own(door, file_id),
    )
    for door in (Door(report.id, None), Door(report.id, "demo-head"), Door("0" * 32, None)):
        for act in acts:
            with pytest.raises(Hidden):
                act(door)


def test_a_report_without_a_name_takes_files_and_keeps_no_name(any_world: World) -> None:
    """By its code's way; neither the chain nor the link nor the file tells who it was; another's file is not there."""
    world = any_world
    evidence, door = world.bot.evidence, nameless(world)
    secret = evidence.link(door).rpartition("/")[2]
    assert evidence.come(secret, "a-browser")
    assert evidence.came("a-browser") == door
    assert evidence.add(door, SHOT, NAME, new_form_key())
    folder = evidence.folder(door)
    assert evidence.own(door, folder.files[0].id).content == SHOT
    assert audited(world, folder.report.reference) == [(None, "report.file_added"), (None, "report.file_shown")]
    with world.engine.connect() as connection:
        rows = connection.exec_driver_sql("SELECT report_id, person_id FROM attachment_doors").all()
    assert {tuple(row) for row in rows} == {(door.report_id, None)}
    _, other = with_file(world)
    with pytest.raises(Hidden):
        evidence.own(door, other)
    evidence.leave("a-browser")
    assert evidence.came("a-browser") is None


def test_a_link_works_once_and_not_for_long(any_world: World) -> None:
    """Used up by the first browser; over after a quarter of an hour; what it began ends after half an hour."""
    world = any_world
    evidence, door = world.bot.evidence, nameless(world)
    first, second = (evidence.link(door).rpartition("/")[2] for _ in range(2))
    assert evidence.come(first, "one")
    assert not evidence.come(first, "two")
    assert not evidence.come("made up", "two")
    assert evidence.came("two") is None
    world.clock.move(minutes=16)
    assert not evidence.come(second, "two")
    assert evidence.came("one") == door
    world.clock.move(minutes=15)
    assert evidence.came("one") is None


def test_a_reporter_who_has_left_comes_to_nothing(any_world: World) -> None:
    """A link that was given is worth nothing once its person is no longer of the school."""
    world = any_world
    reference = world.report("teacher")
    evidence = world.bot.evidence
    door = evidence.door("demo-teacher", "demo", reference)
    with world.store.begin() as work:
        person = work.people.get("demo-teacher")
        assert person is not None
        work.people.put(type(person)(person.id, person.school_id, person.name, left=MONDAY.date().replace(day=1)))
        work.commit()
    with pytest.raises(Hidden):
        evidence.folder(door)
