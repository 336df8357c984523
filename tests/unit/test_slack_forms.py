"""Forms as dialogs of Slack: every field, refused ones, what is carried, what is marked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from adapters.slack.fields import Directory, block_of, values_of
from adapters.slack.lint import faults
from adapters.slack.marks import Marks, action_id, action_of, block_id, card_key, read_marks
from adapters.slack.rendering import carried, carried_text, dialog, errors, form_dialog
from bot import forms
from bot import messages as m
from tests.fakes import World
from tests.slackpeer.reading import texts


class Known:
    """A workspace in which some people have accounts."""

    def __init__(self, **accounts: str) -> None:
        self.accounts = accounts

    def account(self, person_id: str) -> str:
        return self.accounts.get(person_id.replace("-", "_"), "")


@pytest.fixture
def world(sqlite_url: str) -> Iterator[World]:
    """A whole bot."""
    made = World(sqlite_url)
    yield made
    made.close()


@pytest.mark.parametrize("kind", sorted(forms.FIELDS))
def test_every_report_form_is_a_dialog(world: World, kind: str) -> None:
    """Each form has labelled inputs, a button to send, one to keep for later, and Slack's people picker for persons."""
    form = world.form("teacher", "report.kind", kind)
    view = form_dialog(form, Marks(), Known(demo_colleague="U1"), may_keep=True)
    assert faults(view) == []
    assert view["submit"]["text"] == "Send the report"
    inputs = {b["block_id"]: b for b in view["blocks"] if b["type"] == "input"}
    assert {block_of(field.name) for field in form.fields} <= inputs.keys()
    assert all(b["label"]["text"] for b in inputs.values())
    if "person" in forms.FIELDS[kind]:
        assert inputs[block_of("person")]["element"]["type"] == "users_select"
        others = inputs["field:listed:person"]["element"]["options"]
        assert "demo-colleague" not in [option["value"] for option in others]
        assert "demo-teacher" in [option["value"] for option in others]


def test_a_form_comes_back_as_it_was_filled() -> None:
    """What stands in a dialog's inputs is read as the values of the form, people as user ids to be looked up."""
    entered = {
        "about": {"type": "radio_buttons", "selected_option": {"value": "staff"}},
        "person": {"type": "users_select", "selected_user": "U7"},
        "what": {"type": "plain_text_input", "value": " He posted it. "},
        "when": {"type": "datepicker", "selected_date": "2026-09-20"},
        "conflict": {"type": "checkboxes", "selected_options": [{"value": "yes"}]},
        "evidence": {"type": "plain_text_input", "value": None},
    }
    view = {"state": {"values": {block_of(name): {"entry": entry} for name, entry in entered.items()}}}
    values, users = values_of(view)
    assert values == {"about": "staff", "what": " He posted it. ", "when": "2026-09-20", "conflict": "yes"}
    assert users == {"person": "U7"}
    view["state"]["values"]["field:listed:person"] = {
        "entry": {"type": "static_select", "selected_option": {"value": "demo-governor"}}
    }
    assert values_of(view)[0]["person"] == "demo-governor"
    assert values_of(view)[1] == {}


def test_a_refused_form_keeps_what_was_typed(world: World) -> None:
    """Errors stand at their fields; where a field came in, the form is drawn anew with everything in it."""
    form = world.form("teacher", "report.kind", "breach")
    typed = {"about": "staff", "what": "Something", "named": "with_name", "when": "2026-09-20", "conflict": "yes"}
    (out,) = world.send("teacher", form, **typed)
    assert isinstance(out, m.Ask)
    view = form_dialog(form, Marks())
    assert errors(out.form, view) == {"field:person": "Please choose the person from the list."}
    anew = form_dialog(out.form, Marks())
    filled = {b["block_id"]: b["element"] for b in anew["blocks"] if b["type"] == "input"}
    assert filled["field:what"]["initial_value"] == "Something"
    assert filled["field:about"]["initial_option"]["value"] == "staff"
    assert filled["field:when"]["initial_date"] == "2026-09-20"
    assert filled["field:conflict"]["initial_options"][0]["value"] == "yes"
    (out,) = world.send("teacher", form, **{**typed, "about": "outside", "what": "Ruth Abara posted it again."})
    assert isinstance(out, m.Ask)
    assert "about_head" in out.form.errors
    assert errors(out.form, view) is None
    again = form_dialog(out.form, Marks())
    assert any("You mention the headteacher" in text for text in texts(again["blocks"]))


def test_a_person_chosen_before_is_chosen_still(world: World) -> None:
    """A form drawn anew shows the person again, in Slack's picker or in the list of those without an account."""
    form = world.form("teacher", "report.kind", "breach")
    filled = m.Form(form.name, form.title, form.fields, form.submit, form.key, (), {"person": "demo-colleague"})

    def inputs(directory: Directory) -> dict[str, Any]:
        view = form_dialog(filled, Marks(), directory)
        return {b["block_id"]: b["element"] for b in view["blocks"] if b["type"] == "input"}

    assert inputs(Known(demo_colleague="U9"))["field:person"]["initial_user"] == "U9"
    assert inputs(Known())["field:listed:person"]["initial_option"]["value"] == "demo-colleague"


def test_a_message_is_carried_word_for_word() -> None:
    """A message chosen for a report is kept in the dialog and read from there, as plain text."""
    said = "He wrote *this* <@U1> on the class page. " * 40
    view = dialog(m.Card("x", (m.Text("y"),)), Marks(carries=True), carried(said))
    assert faults(view) == []
    assert carried_text(view)[1] == said[:3000]


def test_marks_survive_and_garbage_is_nothing() -> None:
    """What is written into a dialog is read again; anything else reads as blank."""
    marks = Marks(
        "C1", "D1", "17.1", "16.1", "report/X", "k", "report.breach", "report.open", "X", 2, carries=True, whole=5021
    )
    assert read_marks(marks.write()) == marks
    for text in ("", "{", "[]", "null", '{"part": "x"}', '{"other": 1}', '{"part": true}', "x" * 5000):
        assert read_marks(text) == Marks()
    assert card_key(block_id("report/X", 3)) == "report/X"
    assert action_of(action_id("ask.fact", 2)) == "ask.fact"
