"""What those entitled do with a report, on both databases."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select, update

from adapters.db import tables as t
from bot.messages import Ask, Show
from bot.people import SharedLogin
from tests.fakes import World, buttons, facts, words

HIDDEN = "There is no report of that reference that you can open."
CANNOT = "That cannot be done"


def said(out: tuple[object, ...]) -> str:
    return " ".join(words(o.card) for o in out if hasattr(o, "card"))  # type: ignore[attr-defined]


def act(world: World, who: str, action: str, reference: str, **values: str) -> str:
    """Open an act's form and send it in; return what was said."""
    out, *_ = world.press(who, f"report.{action}", reference)
    if not isinstance(out, Ask):
        return words(out.card)  # type: ignore[union-attr]
    return said(world.send(who, out.form, **values))


def state(world: World, reference: str) -> str:
    with world.store.look() as work:
        found = work.reports.by_reference("demo", reference)
    assert found is not None
    return found.state


def test_a_life_from_received_to_reopened(any_world: World) -> None:
    """Taken up, in progress, noted, written to, closed with an outcome, reopened; each step in the audit chain."""
    world = any_world
    reference = world.report("teacher")
    assert CANNOT in act(world, "head", "close", reference, outcome="resolved")
    world.press("head", "report.acknowledge", reference)
    world.press("head", "report.progress", reference)
    assert state(world, reference) == "in_progress"
    assert "Rang the family." in act(world, "head", "note", reference, text="Rang the family.")
    assert "Thank you." in act(world, "head", "message", reference, text="Thank you.")
    act(world, "teacher", "add", reference, text="One more thing.")
    act(world, "head", "close", reference, outcome="advice_given", text="Spoke to them.", message="It is settled.")
    assert state(world, reference) == "closed"
    (seen,) = world.press("teacher", "report.status", reference)
    text = words(seen.card)  # type: ignore[union-attr]
    for shown in ("Thank you.", "One more thing.", "It is settled.", "closed"):
        assert shown in text
    for kept in ("Rang the family.", "Spoke to them.", "Advice given", "Ruth"):
        assert kept not in text
    world.press("head", "report.reopen", reference)
    assert state(world, reference) == "in_progress"
    with world.store.look() as work:
        actions = [row.action.removeprefix("report.") for row in work.audit.of_thing("demo", reference)]
    assert actions == [
        "received",
        "acknowledged",
        "in_progress",
        "noted",
        "messaged",
        "added",
        "closed",
        "reopened",
    ]


def test_every_change_tells_the_reporter_without_content(any_world: World) -> None:
    """Taking up, a message, closing: one card each, with the reference and no word of what happened."""
    world = any_world
    reference = world.report("teacher")
    world.press("head", "report.acknowledge", reference)
    act(world, "head", "message", reference, text="CANARY")
    act(world, "head", "close", reference, outcome="resolved", message="CANARY")
    world.deliver()
    with world.engine.connect() as connection:
        told = connection.exec_driver_sql(
            "SELECT count(*) FROM outbox WHERE template = 'report.status' AND state = 'sent'"
        ).scalar()
    assert told == 3
    assert "CANARY" not in " ".join(words(card) for card in world.inbox("teacher"))
    assert {buttons(card)["report.status"] for card in world.inbox("teacher")} == {reference}


def test_handing_over_moves_the_right(any_world: World) -> None:
    """The new person is told and can open; the old one cannot any more; sent twice it is one hand-over."""
    world = any_world
    reference = world.report("teacher")
    form = world.form("head", "report.hand_over", reference)
    for _ in range(2):
        assert "Handed over" in said(world.send("head", form, person="demo-deputy", text="Please take this."))
    world.deliver()
    assert len(world.inbox("deputy")) == 1
    assert HIDDEN in said(world.press("head", "report.open", reference))
    assert "Please take this." in said(world.press("deputy", "report.open", reference))
    with world.store.look() as work:
        report = work.reports.by_reference("demo", reference)
    assert report is not None
    assert [g.person_id for g in report.live_grants] == ["demo-deputy"]


def test_nobody_is_given_a_report_about_themselves(any_world: World) -> None:
    """Neither the subject, nor who shares their login, nor a stranger can be handed it or added; nothing changes."""
    world = any_world
    reference = world.report("teacher")
    with world.store.begin() as work:
        work.people.share(SharedLogin("demo-colleague", "demo-office"))
        work.commit()
    offered = world.form("head", "report.hand_over", reference).fields[0]
    assert not {"demo-colleague", "demo-office"} & {o.value for o in offered.options}  # type: ignore[union-attr]
    for to in ("demo-colleague", "demo-office", "demo-teacher", "nobody", "demo-head", ""):
        assert CANNOT in act(world, "head", "hand_over", reference, person=to)
    assert CANNOT in act(world, "head", "add_person", reference, person="demo-colleague")
    world.deliver()
    assert world.inbox("colleague") == world.inbox("office") == []
    with world.store.look() as work:
        report = work.reports.by_reference("demo", reference)
    assert report is not None
    assert [g.person_id for g in report.live_grants] == ["demo-head"]


def test_stepping_aside_tells_the_next_person(any_world: World) -> None:
    """A conflict: the head is out, the chair is told in the same commit; the last one is given the outside body."""
    world = any_world
    reference = world.report("teacher")
    assert "next person entitled" in said(world.press("head", "report.step_aside", reference))
    world.deliver()
    assert HIDDEN in said(world.press("head", "report.open", reference))
    assert len(world.inbox("chair")) == 1
    world.press("chair", "report.step_aside", reference)
    assert "01632 960 017" in said(world.press("vice", "report.step_aside", reference))


def test_an_added_person_reads_and_acts(any_world: World) -> None:
    """Both can work on it."""
    world = any_world
    reference = world.report("teacher")
    world.clock.move(minutes=1)
    act(world, "head", "add_person", reference, person="demo-dsl", text="For advice.")
    world.press("dsl", "report.acknowledge", reference)
    assert state(world, reference) == "acknowledged"
    assert CANNOT in said(world.press("head", "report.acknowledge", reference))
    assert "Ruth Abara, Farida Noor" in facts(shown(world, "head", reference))["Who can read it"]


def test_a_printed_record_tells_what_was_done_and_by_whom(any_world: World) -> None:
    """For the police or the LADO: text, times, who did what; no buttons, no name of an anonymous reporter."""
    world = any_world
    reference = world.report("teacher", what="What happened.", named="without_name")
    world.press("head", "report.acknowledge", reference)
    act(world, "head", "note", reference, text="Rang the LADO.")
    (out,) = world.press("head", "report.print", reference)
    assert isinstance(out, Show)
    text = words(out.card)
    for there in ("What happened.", "Rang the LADO.", "10:00: taken up (Ruth Abara)", "note added", "Printed on"):
        assert there in text
    assert "Sam Okoro" not in text
    assert buttons(out.card) == {}
    (again,) = world.press("head", "report.print", reference)
    assert "printed (Ruth Abara)" in words(again.card)  # type: ignore[union-attr]


def shown(world: World, who: str, reference: str):  # type: ignore[no-untyped-def]  # noqa: ANN201 - a card
    (out,) = world.press(who, "report.open", reference)
    assert isinstance(out, Show)
    return out.card


def test_links_join_only_what_one_may_see(any_world: World) -> None:
    """Two reports of one's own can be linked; a link to another's looks like one to nothing, and shows nothing."""
    world = any_world
    one, two = world.report("teacher"), world.report("assistant")
    hidden = world.report("teacher", about="headteacher")
    assert two in act(world, "head", "link", one, other=two)
    assert act(world, "head", "link", one, other=hidden) == act(world, "head", "link", one, other="0000-0000-0000-0000")
    world.bot.casework.add_person("demo-chair", "demo", hidden, "demo-dsl", "", "k" * 30)
    world.bot.casework.add_person("demo-head", "demo", one, "demo-dsl", "", "l" * 30)
    world.bot.casework.link("demo-dsl", "demo", one, hidden)
    assert hidden in words(shown(world, "dsl", one))
    assert hidden not in words(shown(world, "head", one))


def test_a_hold_stops_deletion_and_deletion_destroys_the_key(any_world: World) -> None:
    """Proposed, confirmed, gone: key and entries are destroyed, nothing can be opened, the audit chain stays."""
    world = any_world
    reference = world.report("teacher", what="CANARY-del")
    world.press("head", "report.acknowledge", reference)
    act(world, "head", "close", reference, outcome="unfounded")
    act(world, "head", "hold", reference, hold="police")
    assert CANNOT in said(world.press("head", "report.propose_deletion", reference))
    world.press("head", "report.release", reference)
    assert CANNOT in said(world.press("head", "report.confirm_deletion", reference))
    world.press("head", "report.propose_deletion", reference)
    world.press("head", "report.keep", reference)
    assert CANNOT in said(world.press("head", "report.confirm_deletion", reference))
    world.press("head", "report.propose_deletion", reference)
    assert "deleted" in said(world.press("head", "report.confirm_deletion", reference))
    for who in ("head", "teacher"):
        for action in ("open", "status"):
            assert HIDDEN in said(world.press(who, f"report.{action}", reference))
    with world.store.look() as work:
        (report,) = work.reports.all("demo")
        assert (report.state, report.key, report.reporter_id) == ("deleted", None, None)
        assert work.reports.entries(report.id) == ()
        assert work.audit.of_thing("demo", reference)[-1].action == "report.deleted"


def test_a_dsl_who_handles_a_report_cannot_delete_it(any_world: World) -> None:
    """Deletion is for the head or the chair."""
    world = any_world
    reference = world.report("teacher")
    act(world, "head", "hand_over", reference, person="demo-dsl")
    world.press("dsl", "report.acknowledge", reference)
    act(world, "dsl", "close", reference, outcome="resolved")
    assert CANNOT in said(world.press("dsl", "report.propose_deletion", reference))


def test_moved_or_changed_entries_show_as_broken_not_as_text(any_world: World) -> None:
    """A sealed entry that was put at another report's place does not open there; the rest can still be read."""
    world = any_world
    one = world.report("teacher", what="first")
    two = world.report("assistant", what="second")
    with world.engine.begin() as connection:
        sealed = dict(
            connection.exec_driver_sql(
                "SELECT reports.reference, report_entries.sealed FROM report_entries "
                "JOIN reports ON reports.id = report_entries.report_id"
            ).all()  # type: ignore[arg-type]
        )
        of_two = select(t.reports.c.id).where(t.reports.c.reference == two).scalar_subquery()
        moved = update(t.report_entries).where(t.report_entries.c.report_id == of_two).values(sealed=sealed[one])
        connection.execute(moved)
    assert "its seal is broken" in words(shown(world, "head", two))
    assert "first" in words(shown(world, "head", one))


def test_the_inbox_sorts_what_is_late_new_in_work_and_closed(any_world: World) -> None:
    """A reader sees at a glance what to do first."""
    world = any_world
    late = world.report("teacher")
    world.clock.move(days=3)
    fresh, working, closed = (world.report("teacher") for _ in range(3))
    for reference in (working, closed):
        world.press("head", "report.acknowledge", reference)
    act(world, "head", "close", closed, outcome="resolved")
    (out,) = world.press("head", "report.inbox")
    text = words(out.card)  # type: ignore[union-attr]
    assert [text.index(f"{group} (1)") for group in ("Late", "New", "Being worked on", "Closed")] == sorted(
        text.index(f"{group} (1)") for group in ("Late", "New", "Being worked on", "Closed")
    )
    assert [text.index(r) for r in (late, fresh, working, closed)] == sorted(
        text.index(r) for r in (late, fresh, working, closed)
    )
    assert "2 new, 1 late" in words(world.home("head"))


def test_the_same_form_sent_twice_writes_one_note(any_world: World) -> None:
    """A slow network writes nothing twice."""
    world = any_world
    reference = world.report("teacher")
    form = world.form("head", "report.note", reference)
    for _ in range(3):
        world.send("head", form, text="Once.")
    assert words(shown(world, "head", reference)).count("Once.") == 1
    add = world.form("teacher", "report.add", reference)
    for _ in range(3):
        world.send("teacher", add, text="Also once.")
    world.deliver()
    assert words(shown(world, "head", reference)).count("Also once.") == 1


def test_keeping_time(any_world: World) -> None:
    """Only a closed report whose time is over and that nothing holds may be proposed for deletion."""
    from dataclasses import replace  # noqa: PLC0415 - for this test only

    from bot.retention import keeping_time_over  # noqa: PLC0415 - for this test only

    world = any_world
    world.report("teacher")
    with world.store.look() as work:
        (report,) = work.reports.all("demo")
    now = world.clock.now()
    closed = replace(report, state="closed", closed_at=now - dt.timedelta(days=31))
    assert keeping_time_over(closed, now, 30)
    assert not keeping_time_over(closed, now, 31)
    assert not keeping_time_over(replace(closed, hold="lado"), now, 30)
    assert not keeping_time_over(report, now, 0)
