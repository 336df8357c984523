"""A report from its form to its end, through the one entry that every adapter uses, on both databases."""

from __future__ import annotations

import pytest

from bot.messages import Ask, Pressed, Replace, Say, Show, Submitted, Where
from knowledge.pack import REPORT_KINDS
from tests.fakes import World, buttons, facts, words

HIDDEN = "There is no report of that reference that you can open."
TEXT = "CANARY: he put the class list on a public page."


def refused(world: World, who: str, reference: str) -> bool:
    """Whether opening looks exactly as for a reference that was never given out."""
    there = world.press(who, "report.open", reference)
    nowhere = world.press(who, "report.open", "0000-0000-0000-0000")
    return there == nowhere and HIDDEN in words(there[0].card)  # type: ignore[union-attr]


def test_a_report_about_a_colleague_goes_to_the_head(any_world: World) -> None:
    """Reference at once; the head is alerted without content, opens, takes it up; the reporter hears of it."""
    world = any_world
    reference = world.report("teacher", what=TEXT)
    world.deliver()
    (alert,) = world.inbox("head")
    assert buttons(alert) == {"report.open": reference}
    assert "CANARY" not in words(alert)
    assert world.inbox("colleague") == world.inbox("chair") == []
    (opened,) = world.press("head", "report.open", reference)
    assert isinstance(opened, Show)
    assert facts(opened.card)["What happened?"] == TEXT
    assert facts(opened.card)["From"] == "Sam Okoro"
    shown, replaced = world.press("head", "report.acknowledge", reference)
    assert isinstance(shown, Show)
    assert isinstance(replaced, Replace)
    assert replaced.card.key == alert.key
    assert "Taken up by Ruth Abara" in words(replaced.card)
    assert "CANARY" not in words(replaced.card)
    world.deliver()
    (news,) = world.inbox("teacher")
    assert buttons(news) == {"report.status": reference}
    (status,) = world.press("teacher", "report.status", reference)
    assert facts(status.card)["Where it stands"] == "taken up"  # type: ignore[union-attr]
    assert "Ruth" not in words(status.card)  # type: ignore[union-attr]


def test_a_report_about_the_head_goes_to_the_chair_alone(any_world: World) -> None:
    """The head is told nothing, sees nothing, and cannot tell that it is there."""
    world = any_world
    before = world.home("head")
    reference = world.report("teacher", about="headteacher", what=TEXT)
    world.deliver()
    assert len(world.inbox("chair")) == 1
    for who in ("head", "deputy", "colleague", "office"):
        assert world.inbox(who) == []
        assert refused(world, who, reference)
    assert world.home("head") == before
    assert world.press("head", "report.inbox") == world.press("deputy", "report.inbox")
    for action in (
        "acknowledge",
        "note",
        "message",
        "hand_over",
        "close",
        "status",
        "add",
        "print",
        "confirm_deletion",
    ):
        there = world.press("head", f"report.{action}", reference)
        assert there == world.press("head", f"report.{action}", "0000-0000-0000-0000")
    world.press("chair", "report.acknowledge", reference)
    assert world.home("head") == before


@pytest.mark.parametrize("kind", REPORT_KINDS)
def test_every_kind_has_a_form_that_can_be_sent(world: World, kind: str) -> None:
    """Each kind's form warns first, names who reads it, and comes in with the least that it needs."""
    form = world.form("teacher", "report.kind", kind)
    said = words(form.intro)  # type: ignore[arg-type]
    for warning in ("999", "Nude or semi-nude", "locked away", "cannot see that it exists", "Ruth Abara"):
        assert warning in said
    assert len(form.title) <= 24 or form.title.startswith("Report: ")
    values = {"about": "unknown", "what": "x", "named": "with_name", "at_risk": "unsure"}
    (done,) = world.send("teacher", form, **values)
    assert isinstance(done, Show)
    assert facts(done.card)["Reference"]


def test_the_sorter_finds_each_kind_in_at_most_three_questions(world: World) -> None:
    """Every way through the sorter ends in a form; every kind is reached; none takes more than three presses."""
    found: dict[str, int] = {}

    def walk(card: object, pressed: int) -> None:
        for element in card.body:  # type: ignore[attr-defined]
            for button in getattr(element, "buttons", ()):
                (out,) = world.say("teacher", Pressed(button.action, button.value))
                if isinstance(out, Ask):
                    kind = out.form.name.removeprefix("report.")
                    found[kind] = min(pressed, found.get(kind, 9))
                else:
                    assert isinstance(out, Replace)
                    walk(out.card, pressed + 1)

    (start,) = world.press("teacher", "report.start")
    assert isinstance(start, Say)
    walk(start.card, 1)
    assert set(found) == set(REPORT_KINDS)
    assert max(found.values()) <= 3


def test_a_refused_form_keeps_everything_and_its_key(world: World) -> None:
    """One wrong field: all else stays as it was typed; put right, it is one report."""
    form = world.form("teacher", "report.kind", "breach")
    values = {"about": "staff", "person": "demo-nobody", "what": TEXT, "when": "2099-01-01", "named": "with_name"}
    (again,) = world.send("teacher", form, **values)
    assert isinstance(again, Ask)
    assert again.form.key == form.key
    assert dict(again.form.values) == values
    assert set(again.form.errors) == {"person", "when"}
    (done,) = world.send("teacher", again.form, person="demo-colleague", when="2026-09-20")
    assert isinstance(done, Show)
    assert not world.form("teacher", "report.kind", "breach").values


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("about", "everybody"),
        ("about", ""),
        ("named", "maybe"),
        ("when", "yesterday"),
        ("what", " \n "),
        ("what", "x" * 3001),
        ("person", ""),
        ("at_risk", "perhaps"),
        ("conflict", "no"),
    ],
)
def test_what_a_form_cannot_hold_is_refused_by_field(world: World, field: str, value: str) -> None:
    """The field that is wrong is named, and nothing is stored."""
    form = world.form("teacher", "report.kind", "breach")
    values = {"about": "staff", "person": "demo-colleague", "what": "x", "named": "with_name", field: value}
    (again,) = world.send("teacher", form, **values)
    assert isinstance(again, Ask)
    assert set(again.form.errors) == {field}
    with world.store.look() as work:
        assert work.reports.all("demo") == ()


def test_the_head_named_in_prose_is_asked_about_before_anybody_is_told(any_world: World) -> None:
    """About the headteacher? Yes sends it to the chair, no to the head; until then nobody is told."""
    world = any_world
    form = world.form("teacher", "report.kind", "breach")
    values = {"about": "unknown", "what": "The headteacher posted a pupil's photo.", "named": "with_name"}
    (asked,) = world.send("teacher", form, **values)
    assert isinstance(asked, Ask)
    assert set(asked.form.errors) == {"about_head"}
    assert asked.form.fields[0].name == "about_head"
    assert world.deliver() == 0
    (done,) = world.send("teacher", asked.form, about_head="yes")
    assert isinstance(done, Show)
    world.deliver()
    assert (len(world.inbox("chair")), world.inbox("head")) == (1, [])
    other = world.form("colleague", "report.kind", "breach")
    (asked,) = world.send("colleague", other, **values)
    (unclear,) = world.send("colleague", asked.form, about_head="perhaps")  # type: ignore[union-attr]
    assert set(unclear.form.errors) == {"about_head"}  # type: ignore[union-attr]
    (done,) = world.send("colleague", asked.form, about_head="no")  # type: ignore[union-attr]
    world.deliver()
    assert (len(world.inbox("chair")), len(world.inbox("head"))) == (1, 1)
    (shown,) = world.press("head", "report.open", facts(done.card)["Reference"])  # type: ignore[union-attr]
    assert "No, the headteacher is only mentioned" in words(shown.card)  # type: ignore[union-attr]


def test_a_form_closed_by_accident_can_be_taken_up_again(any_world: World) -> None:
    """What was typed is kept sealed for its writer; carried on it is whole, begun afresh it is gone."""
    world = any_world
    form = world.form("teacher", "report.kind", "breach")
    values = {"what": TEXT, "about": "unknown"}
    (said,) = world.say("teacher", Submitted("report.draft.breach", form.key, values))
    assert "CANARY" not in words(said.card)  # type: ignore[union-attr]
    for nothing in ({}, {"named": "with_name"}):
        world.say("teacher", Submitted("report.draft.breach", form.key, nothing))
    (start,) = world.press("teacher", "report.start")
    assert buttons(start.card) == {"report.carry_on": "breach", "report.afresh": ""}  # type: ignore[union-attr]
    assert dict(world.form("teacher", "report.carry_on", "breach").values) == values
    assert not world.form("colleague", "report.kind", "breach").values
    with world.engine.connect() as connection:
        assert "CANARY" not in str(connection.exec_driver_sql("SELECT * FROM drafts").all())
    world.press("teacher", "report.afresh")
    (start,) = world.press("teacher", "report.start")
    assert "report.carry_on" not in buttons(start.card)  # type: ignore[union-attr]


def test_a_window_that_tells_late_that_it_was_closed_keeps_nothing(any_world: World) -> None:
    """The form was sent meanwhile: a draft of it would be sent a second time as another report."""
    world = any_world
    form = world.form("teacher", "report.kind", "other")
    values = {"what": TEXT, "about": "unknown", "named": "with_name"}
    world.send("teacher", form, **values)
    world.say("teacher", Submitted("report.draft.other", form.key, values))
    (start,) = world.press("teacher", "report.start")
    assert "report.carry_on" not in buttons(start.card)  # type: ignore[union-attr]


def test_an_anonymous_report_keeps_nothing_of_its_reporter(any_world: World) -> None:
    """No row anywhere leads from the report to who wrote it; the code reads replies and adds."""
    world = any_world
    world.say("caretaker", Submitted("report.draft.breach", "", {"what": TEXT}))
    form = world.form("caretaker", "report.kind", "breach")
    values = {"about": "staff", "person": "demo-colleague", "what": TEXT, "named": "without_name"}
    (done,) = world.send("caretaker", form, **values)
    told = facts(done.card)  # type: ignore[union-attr]
    (again,) = world.send("caretaker", form, **values)
    assert facts(again.card) == told  # type: ignore[union-attr]
    with world.engine.connect() as connection:
        for table in ("reports", "grants", "report_entries", "drafts", "outbox", "audit", "report_subjects", "inbox"):
            rows = connection.exec_driver_sql(f"SELECT * FROM {table}").all()  # noqa: S608 - names of our own
            assert "demo-caretaker" not in str(rows), table
            assert told["Your code"] not in str(rows), table
            assert form.key not in str(rows), table
    reference, code = told["Reference"], told["Your code"]
    note = world.form("head", "report.message", reference)
    world.send("head", note, text="Which day was it?")
    code_form = world.form("caretaker", "report.code")
    (status,) = world.send("caretaker", code_form, code=code.lower().replace("-", " "), text="On Monday.")
    assert "Which day was it?" in words(status.card)  # type: ignore[union-attr]
    assert "On Monday." in words(status.card)  # type: ignore[union-attr]
    (opened,) = world.press("head", "report.open", reference)
    assert "On Monday." in words(opened.card)  # type: ignore[union-attr]
    assert facts(opened.card)["From"] == "somebody who left out their name"  # type: ignore[union-attr]
    (wrong,) = world.send("caretaker", world.form("caretaker", "report.code"), code="0000-0000-0000-0000")
    assert "No report has that code." in words(wrong.card)  # type: ignore[union-attr]
    assert world.press("caretaker", "report.status", reference) == world.press("caretaker", "report.status", "x")


def test_where_others_can_read_along_nothing_is_reported(world: World) -> None:
    """In a channel a report is neither begun nor taken in nor opened."""
    channel = Where("slack", "C1", private=False)
    reference = world.report("teacher", what=TEXT)
    for said in (Pressed("report.start"), Pressed("report.open", reference), Submitted("report.breach", "k" * 30, {})):
        (out,) = world.say("head", said, channel)
        assert isinstance(out, Say)
        assert "in private" in words(out.card)


def test_a_form_that_was_never_drawn_here_is_not_taken(world: World) -> None:
    """A made-up key brings the form again, with a key of ours and everything typed."""
    (out,) = world.say("teacher", Submitted("report.breach", "short", {"what": "x"}))
    assert isinstance(out, Ask)
    assert len(out.form.key) > 20
    assert out.form.values == {"what": "x"}


def test_somebody_elses_form_is_not_taken_as_ones_own(world: World) -> None:
    """A key that another person used does not show their reference."""
    form = world.form("teacher", "report.kind", "breach")
    values = {"about": "unknown", "what": "x", "named": "with_name"}
    (done,) = world.send("teacher", form, **values)
    (other,) = world.send("colleague", form, **values)
    assert isinstance(other, Ask)
    assert facts(done.card)["Reference"] not in words(other.form.intro)  # type: ignore[union-attr,arg-type]


def test_opening_is_written_down_in_the_same_transaction(any_world: World) -> None:
    """Each opening has an audit row with who and which; a refused one shows nothing and has none."""
    world = any_world
    reference = world.report("teacher")
    for _ in range(2):
        world.press("head", "report.open", reference)
    world.press("colleague", "report.open", reference)
    with world.store.look() as work:
        rows = [(r.actor_id, r.action) for r in work.audit.of_thing("demo", reference)]
    assert rows == [
        ("demo-teacher", "report.received"),
        ("demo-head", "report.opened"),
        ("demo-head", "report.opened"),
    ]


@pytest.mark.parametrize("said", [Pressed("report.nonsense", "x"), Pressed("report.open", "\0" * 9), Pressed("x.y")])
def test_unknown_buttons_never_break_the_bot(world: World, said: Pressed) -> None:
    """A button of another age, or a made-up value, gets an answer."""
    (out,) = world.say("teacher", said)
    assert words(out.card)  # type: ignore[union-attr]


def test_strangers_and_leavers_are_nobody(world: World) -> None:
    """Who is not on the list is told so, and nothing else."""
    (out,) = world.bot.handle("nobody", Where("desk", "x"), Pressed("report.start"))
    assert "I do not know you" in words(out.card)  # type: ignore[union-attr]
