"""A message that somebody chose: what does not go into the form is said in words beside it."""

from __future__ import annotations

from adapters.slack.marks import read_marks
from tests.scenario.slack.test_reports import FILLED, begun, form, reference
from tests.slackpeer.reading import actions, said
from tests.slackpeer.rig import Rig
from tests.slackpeer.wire import Json

LONG = "Begin. " + "word " * 1_000 + "END-OF-MESSAGE"
LEFT = "The message has 5,021 characters, and the form takes 3,000: the last 2,021 are left out."


def field(view: Json, name: str = "what") -> Json:
    """Return the block of a form's field."""
    return next(dict(b) for b in view["blocks"] if b.get("block_id") == f"field:{name}")


async def test_a_message_longer_than_the_form_takes(rig: Rig) -> None:
    """What is left out is said before the choice, beside the field, and where the form is drawn anew; not after it."""
    teacher = rig.person("teacher")
    await teacher.shortcut("report_message", LONG)
    asked = await teacher.dialog("You chose this message")
    assert LEFT in said(asked)
    await teacher.press(asked, "slack.carry")
    view = await form(teacher, await teacher.dialog("This message will stand in your form"))
    what = field(view)
    assert what["element"]["initial_value"] == LONG[:3_000]
    assert what["hint"]["text"].startswith(LEFT)
    # The head is named: the form comes back with one question more.
    answer = await teacher.submit(view, **{**FILLED, "about": "outside", "what": "Ruth Abara posted it."})
    assert LEFT in said(answer["view"])
    await teacher.submit(rig.peer.views[view["id"]], about_head="no")
    shown = rig.peer.views[view["id"]]
    assert reference(shown)
    assert read_marks(shown["private_metadata"]).whole == 0


async def test_a_message_that_fits_is_put_in_without_more_words(rig: Rig) -> None:
    """Nothing is said of what is left out where nothing is."""
    teacher = rig.person("teacher")
    await teacher.shortcut("report_message", LONG[:3_000])
    asked = await teacher.dialog("You chose this message")
    await teacher.press(asked, "slack.carry")
    view = await form(teacher, await teacher.dialog("This message will stand in your form"))
    assert field(view)["element"]["initial_value"] == LONG[:3_000]
    assert "left out" not in said(asked) + said(view)


async def test_a_message_left_out_though_it_is_long(rig: Rig) -> None:
    """Who reports without the message reads nothing of its length in the form."""
    teacher = rig.person("teacher")
    await teacher.shortcut("report_message", LONG)
    await teacher.press(await teacher.dialog("You chose this message"), "slack.without")
    view = await form(teacher, await teacher.dialog("Before you write"))
    assert "initial_value" not in field(view)["element"]
    assert "left out" not in said(view)


async def test_a_message_without_words(rig: Rig) -> None:
    """A picture or an attachment puts nothing into a form, and that is said; the required field stays empty."""
    teacher = rig.person("teacher")
    await teacher.shortcut("report_message", "")
    asked = await teacher.dialog("has no words")
    assert [action for action, _ in actions(asked)] == ["slack.without"]
    await teacher.press(asked, "slack.without")
    view = await form(teacher, await teacher.dialog("Before you write"))
    assert "initial_value" not in field(view)["element"]
    await teacher.shortcut("ask_message", "")
    question = await teacher.dialog("has no words")
    assert "initial_value" not in field(question, "question")["element"]


async def test_a_form_that_holds_words_already(rig: Rig) -> None:
    """A form kept for later is not filled with the message over its own words, and that is said."""
    teacher = rig.person("teacher")
    view = await form(teacher)
    await teacher.choose(view, "named", what="My own words.", about="unknown", named="with_name")
    await begun(rig, "My own words.")
    await teacher.shortcut("report_message", LONG)
    await teacher.press(await teacher.dialog("You chose this message"), "slack.carry")
    await teacher.press(await teacher.dialog("This message will stand in your form"), "report.carry_on")
    what = field(await teacher.filling("what"))
    assert what["element"]["initial_value"] == "My own words."
    assert "was not put in" in what["hint"]["text"]
    assert "left out" not in what["hint"]["text"]


async def test_a_question_about_a_message_longer_than_it_takes(rig: Rig) -> None:
    """The question takes the beginning, and says how much it does not take."""
    teacher = rig.person("teacher")
    await teacher.shortcut("ask_message", LONG)
    view = await teacher.dialog("Your question")
    question = field(view, "question")
    assert question["element"]["initial_value"] == LONG[:3_000]
    assert "the last 2,021 are left out" in question["hint"]["text"]
    await teacher.press(await teacher.open_home(), "ask.start")
    assert "left out" not in said(await teacher.dialog("For example"))
