"""Whoever acts on a report has taken it up, said or not; and what the reporter hears of it."""

from __future__ import annotations

import datetime as dt

import pytest

from bot import forms
from bot.messages import Ask
from bot.people import Holding
from tests.fakes import Postbox, World


def act(world: World, action: str, reference: str, **values: str) -> None:
    """Do something with a report as the head, by its form where it has one."""
    out, *_ = world.press("head", f"report.{action}", reference)
    if isinstance(out, Ask):
        world.send("head", out.form, **values)


@pytest.mark.parametrize("kind", [kind for kind, fields in forms.FIELDS.items() if "at_risk" in fields])
def test_a_child_at_risk_goes_by_the_clock_whatever_the_kind(world: World, kind: str) -> None:
    """Wherever the form asks, yes makes it due within the hour; no does not."""
    references = {answer: world.report("teacher", kind, at_risk=answer) for answer in ("yes", "no")}
    with world.store.look() as work:
        due = {r.reference: r.due_at - r.received_at for r in work.reports.all("demo")}
    assert due[references["yes"]] == dt.timedelta(hours=1)
    assert due[references["no"]] == dt.timedelta(days=1)


def test_only_press_accounts_and_abuse_of_staff_are_not_asked_about_a_child() -> None:
    """Every kind that can be about a child asks whether one is at risk."""
    silent = {kind for kind, fields in forms.FIELDS.items() if "at_risk" not in fields}
    assert silent == {"media_enquiry", "compromised_account", "cyberbullying"}


def state(world: World, reference: str) -> str:
    with world.store.look() as work:
        found = work.reports.by_reference("demo", reference)
    assert found is not None
    return found.state


def sent(world: World) -> dict[str, int]:
    """Return how many notices of each template went out."""
    with world.engine.connect() as connection:
        rows = connection.exec_driver_sql(
            "SELECT template, count(*) FROM outbox WHERE state = 'sent' GROUP BY template"
        ).all()
    return {str(row[0]): int(row[1]) for row in rows}


@pytest.mark.parametrize(
    ("action", "values"),
    [
        ("note", {"text": "Rang the family."}),
        ("message", {"text": "Thank you."}),
        ("hold", {"hold": "police"}),
        ("progress", {}),
    ],
)
def test_whoever_acts_has_taken_it_up(any_world: World, action: str, values: dict[str, str]) -> None:
    """A reader who acts without saying so first is not chased, nor is anybody else; the reporter is told."""
    world = any_world
    reference = world.report("teacher")
    world.deliver()
    act(world, action, reference, **values)
    for _ in range(10):
        world.deliver()
        world.clock.move(days=1)
        world.chasing.chase("demo")
    assert state(world, reference) == ("in_progress" if action == "progress" else "acknowledged")
    assert sent(world) == {"report.waiting": 1, "report.status": 2 if action == "message" else 1}


def test_being_worked_on_is_told_as_every_change_is(any_world: World) -> None:
    """Taken up, then worked on: the reporter hears of both, and of each once."""
    world = any_world
    reference = world.report("teacher")
    world.press("head", "report.acknowledge", reference)
    world.deliver()
    for _ in range(2):
        world.press("head", "report.progress", reference)
    world.deliver()
    assert sent(world)["report.status"] == 2


@pytest.mark.parametrize("gives_up", ["hand_over", "step_aside", "role ends"])
def test_what_somebody_gives_up_is_to_be_taken_up_again(database_url: str, gives_up: str) -> None:
    """Handed over, stepped aside, or no longer head: whoever has it now is reminded until they take it up."""
    box = Postbox()
    with World(database_url, senders={"desk": box}) as world:
        reference = world.report("teacher")
        world.press("head", "report.acknowledge", reference)
        if gives_up == "role ends":
            with world.store.begin() as work:
                work.people.end_role("demo-head", "headteacher", dt.date(2026, 9, 20))
                work.people.hold(Holding("demo-deputy", "headteacher", dt.date(2026, 9, 21)))
                work.commit()
        else:
            act(world, gives_up, reference, **({"person": "demo-deputy"} if gives_up == "hand_over" else {}))
        heir = "chair" if gives_up == "step_aside" else "deputy"
        for hours in (1, 24, 24):
            world.deliver()
            world.clock.move(hours=hours)
            world.chasing.chase("demo")
        world.deliver()
        assert state(world, reference) == "received"
        summaries = [card.summary for card in box.to(f"demo-{heir}")]
        assert len(summaries) > 1
        assert summaries[1] == "Reminder: a report is still waiting."
        world.press(heir, "report.acknowledge", reference)
        world.deliver()
        assert state(world, reference) == "acknowledged"
        assert len(box.to("demo-teacher")) == 2
        assert "demo-colleague" not in {person for person, _, _ in box.taken}
