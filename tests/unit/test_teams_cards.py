"""Cards and forms drawn as Adaptive Cards: by the schema, by the lint, and with what people typed shown as typed."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from adapters.teams import elements as draw
from adapters.teams.elements import LARGEST, Surface
from adapters.teams.forms import form_card, input_id
from adapters.teams.lint import faults
from adapters.teams.outcomes import in_dialog, posts
from adapters.teams.signs import Data, Sign, Unreadable, command_of, pack, read
from bot.messages import (
    Ask,
    Bars,
    Bullets,
    Button,
    Buttons,
    Card,
    Choice,
    DateField,
    Element,
    Facts,
    Form,
    Heading,
    Link,
    Option,
    PersonField,
    Pressed,
    Quote,
    Say,
    Show,
    Submitted,
    Text,
    TextField,
    Tick,
    Typed,
)
from tests.cardschema import buttons, check, elements, inputs, schema_faults, words

CHAT = Surface("d", desk="https://desk.example")
DIALOG = Surface("d", dialog=True)
NASTY = "**bold** [x](https://evil.example) <at>all</at> {{DATE(2026-01-01)}} `c` | _i_ ![p](https://e.example/p) &lt;"
ALL: tuple[Element, ...] = (
    Heading("A heading"),
    Text("A verdict.", "strong"),
    Text("Less.", "small"),
    Quote("Clause words", "Clause 7.3"),
    Facts((("Kind", "Breach"), ("What happened?", Typed(NASTY)))),
    Bullets(("One", "Two")),
    Bars("Who has read", (("Year 1", 3, "of 4"), ("Year 2", 0, ""))),
    Buttons(tuple(Button(f"Choice {n}", "ask.meant", str(n)) for n in range(9))),
    Link("Help line", "tel:0800"),
    Link("The desk", "/records"),
)
FORM = Form(
    "report.breach",
    "A report",
    (
        TextField("what", "What happened?", "In your own words.", required=True, multiline=True),
        TextField("where", "Where?"),
        Choice("about", "Who?", (Option("staff", "Staff"), Option("self", "Myself")), required=True),
        Choice("kinds", "Which?", (Option("a", "A"), Option("b", "B")), many=True),
        Choice("long", "One of many", tuple(Option(str(n), f"Option {n}") for n in range(9))),
        PersonField("person", "Name", options=tuple(Option(f"p{n}", f"Person {n}") for n in range(3))),
        DateField("when", "When?", required=True),
        Tick("conflict", "I am involved"),
    ),
    "Send",
    "k-1",
    intro=(Text("Before you write."),),
)


@pytest.mark.parametrize("on", [CHAT, DIALOG], ids=["chat", "window"])
def test_every_element_meets_schema_and_lint(on: Surface) -> None:
    """Each element that a card can hold is drawn in a chat and in a window by Microsoft's schema and our lint."""
    card = draw.card(Card("All.", ALL, "k"), on)
    check(card)
    assert "Kind:  Breach What happened?  **bold**" in words(card)


def test_an_element_that_nobody_taught_us_is_an_error() -> None:
    """A new element of the core cannot be left out in silence."""
    thing: Any = object()
    with pytest.raises(TypeError):
        draw.drawn(thing, CHAT)


@pytest.mark.parametrize("element", [Text, Quote, lambda t: Facts((("a", t),)), lambda t: Bullets((t,))])
def test_what_people_typed_is_shown_as_typed(element: Any) -> None:  # noqa: ANN401 - makers of elements
    """Typed text stands in a TextRun only, in which nothing is markup; a date function is taken apart."""
    card = draw.card(Card("s", (element(Typed(NASTY)),)), CHAT)
    holding = [e for e in elements(card) if "bold" in str(e.get("text", ""))]
    assert {e["type"] for e in holding} == {"TextRun"}
    assert "{{DATE" not in json.dumps(card)
    assert holding[0]["text"].replace("\u2060", "") == NASTY


def test_our_own_headings_are_not_read_as_markup() -> None:
    """Characters of a policy's own words that mean something in markdown are escaped."""
    card = draw.card(Card("s", (Heading("7.3 *Staff* [must] not"),)), CHAT)
    assert card["body"][0]["text"] == r"7\.3 \*Staff\* \[must\] not"  # type: ignore[typeddict-item]
    check(card)


def test_links_lead_to_the_desk_or_to_known_schemes_only() -> None:
    """A page of the desk is linked at its public address; anything but https, mailto and tel is shown as words."""
    urls = [e["url"] for e in elements(draw.card(Card("s", ALL), CHAT)) if e["type"] == "Action.OpenUrl"]
    assert urls == ["tel:0800", "https://desk.example/records"]
    for href in ("javascript:alert(1)", "/records"):
        assert "selectAction" not in json.dumps(draw.card(Card("s", (Link("x", href),)), DIALOG))


def test_a_label_too_long_for_a_button_wraps_in_a_box() -> None:
    """Clients cut a long label: it is written in a box that is pressed; the buttons beside it stay, in their order."""
    long = "Somebody is abusing me or a colleague online"
    row = Buttons((Button("One", "ask.meant", "1"), Button(long, "ask.meant", "2"), Button("Three", "ask.meant", "3")))
    card = draw.card(Card("s", (row,)), CHAT)
    check(card)
    assert [e["type"] for e in card["body"]] == ["ActionSet", "Container", "ActionSet"]
    assert [buttons(card)[label]["data"]["canI"]["value"] for label in ("One", long, "Three")] == ["1", "2", "3"]
    assert words(card["body"][1]["items"]) == long  # type: ignore[typeddict-item]


def test_what_is_confidential_opens_a_window() -> None:
    """A report's buttons open a window from the chat, and send the window in from there; others do not."""
    row = Buttons(
        (Button("Open", "report.open", "R"), Button("Mine", "report.mine"), Button("Clause", "ask.clause", "7"))
    )
    chat, window = buttons(draw.card(Card("s", (row,)), CHAT)), buttons(draw.card(Card("s", (row,)), DIALOG))
    assert chat["Open"]["data"]["msteams"] == {"type": "task/fetch"}
    assert chat["Clause"]["data"]["msteams"] == {"type": "task/fetch"}
    assert chat["Mine"]["type"] == "Action.Execute"
    assert chat["Mine"]["fallback"]["type"] == "Action.Submit"
    assert {button["type"] for button in window.values()} == {"Action.Submit"}
    assert all("msteams" not in button["data"] for button in window.values())


@pytest.mark.parametrize("on", [CHAT, DIALOG], ids=["chat", "window"])
def test_a_form_meets_schema_and_lint(on: Surface) -> None:
    """Every sort of field has a label, says whether it is needed, and what is wrong stands beside it in words."""
    check(form_card(FORM, on))
    fields = inputs(form_card(FORM, on))
    strict = inputs(form_card(replace(FORM, name="reread.sign"), on))["what"]
    assert strict["isRequired"] and strict["errorMessage"]  # noqa: PT018
    assert ("isRequired" in fields["what"]) == (on is CHAT)
    assert fields["where"]["label"] == "Where? (optional)"
    wrong = Form(
        "f", "T", FORM.fields, "Send", "k", values={"what": "typed", "kinds": ("a", "b")}, errors={"what": "No."}
    )
    again = form_card(wrong, on)
    check(again)
    assert "Please put this right: No." in words(again)
    assert "Nothing has been sent yet" in words(again)
    assert inputs(again)["what"]["value"] == "typed"
    assert inputs(again)["kinds"]["value"] == "a,b"


def test_many_people_are_searched_for() -> None:
    """Of more people than a card can hold, the client asks for those who match."""
    people = PersonField("person", "Name", options=tuple(Option(f"p{n}", f"Person {n}") for n in range(400)))
    made = form_card(Form("f", "T", (people,), "Send", "k", values={"person": "p7"}), DIALOG)
    check(made)
    assert inputs(made)["person"]["choices"] == [{"title": "Person 7", "value": "p7"}]
    assert inputs(made)["person"]["choices.data"] == {"type": "Data.Query", "dataset": "people"}


def test_what_a_form_sends_comes_back_as_values() -> None:
    """Toggles come as words or truth values, several choices with commas, the untouched as nothing."""
    data = pack(Sign(form="report.breach", key="k-1", drawn="d"))
    ids = {field.name: input_id(field) for field in FORM.fields}
    came = {ids["what"]: "Words, with a comma", ids["kinds"]: "a,b", ids["where"]: "", ids["when"]: None}
    for ticked, value in (("true", "yes"), (True, "yes"), ("yes", "yes"), ("false", None), (False, None), ("no", None)):
        found = read({**data, **came, ids["conflict"]: ticked, "stray": "x"})
        assert found is not None
        said = found.said()
        assert isinstance(said, Submitted)
        expected = {"what": "Words, with a comma", "kinds": ("a", "b")} | ({"conflict": value} if value else {})
        assert (said.form, said.key, said.values) == ("report.breach", "k-1", expected)


@pytest.mark.parametrize(
    "data",
    [
        {"canI": {}},
        {"canI": []},
        {"canI": "x"},
        {"canI": {"action": 7}},
        {"canI": {"action": "x" * 121}},
        {"canI": {"action": "a", "part": -1}},
        {"canI": {"action": "a", "part": "1"}},
        {"canI": {"action": "a"}, "in_one_x": {"deep": 1}},
        {"canI": {"action": "a"}, "in_one_x": "y" * 12_001},
        {"canI": {"action": "a"}, **{f"in_one_{n}": "y" for n in range(41)}},
    ],
)
def test_data_that_no_card_of_ours_sends_is_refused(data: dict[str, Any]) -> None:
    """Wrong types and lengths are an error without the data in it; what bears no sign of ours is nothing."""
    with pytest.raises(Unreadable):
        read(data)
    assert read({"other": data}) is None
    assert read([data]) is None


def test_what_was_filled_in_is_not_shown_by_accident() -> None:
    """What came back prints without its values."""
    assert "canary" not in repr(Data(Sign(form="f"), {"what": "canary"}))


@pytest.mark.parametrize(
    ("typed", "action"), [("help", "home"), (" Report  SOMETHING ", "report.start"), ("helps", None)]
)
def test_commands_are_known_as_they_are_typed(typed: str, action: str | None) -> None:
    """Case and spaces make no difference; anything else is a question."""
    assert command_of(typed) == (Pressed(action) if action else None)


def test_a_long_card_is_cut_into_messages_under_the_limit() -> None:
    """Nothing is lost: everything stands in one of several messages, each small enough."""
    lines = tuple(Text(f"Paragraph {n}: " + "words " * 200) for n in range(200))
    made = posts([Say(Card("Long.", lines, "k"))], Sign(), CHAT)
    assert len(made) > 2
    assert all(draw.size(post.activity) <= LARGEST for post in made)
    shown = " ".join(words(post.activity["attachments"][0]["content"]) for post in made)
    assert all(f"Paragraph {n}: " in shown for n in range(200))
    assert {post.key for post in made} == {""}


def test_one_enormous_paragraph_is_cut_too() -> None:
    """A single text that is longer than a message is cut into several of its kind."""
    text = "".join(chr(0x4E00 + n % 5000) for n in range(60_000))
    made = posts([Say(Card("Long.", (Quote(Typed(text), "Source"),)))], Sign(), CHAT)
    assert all(draw.size(post.activity) <= LARGEST for post in made)


def test_a_long_window_is_turned_page_by_page() -> None:
    """What is too long for a window is shown in parts with buttons to the next, for acts that only show."""
    card = Card("Policy.", tuple(Text(f"Paragraph {n}: " + "words " * 200) for n in range(200)))
    seen, part = "", 0
    while True:
        body = in_dialog([Show(card)], Sign(action="reread.read", value="c:1", part=part), DIALOG).body
        assert body is not None
        shown = body["task"]["value"]["card"]["content"]
        assert faults(shown) == []
        seen += words(shown)
        following = buttons(shown).get("Next part")
        if following is None:
            break
        part = following["data"]["canI"]["part"]
    assert all(f"Paragraph {n}: " in seen for n in range(200))
    other = in_dialog([Show(card)], Sign(action="report.acknowledge"), DIALOG).body
    assert other is not None
    assert "The desk shows all of it" in words(other["task"]["value"]["card"]["content"])


def test_words_for_one_reader_never_go_into_a_chat() -> None:
    """A dialog's card or form, asked for where there is no window, becomes a button that opens one."""
    for outcome in (Show(Card("s", (Text("canary"),))), Ask(Form("report.x", "canary", FORM.fields, "Send", "k"))):
        (post,) = posts([outcome], Sign(action="report.open", value="R"), CHAT)
        assert "canary" not in json.dumps(post.activity)
        assert buttons(post.activity["attachments"][0]["content"])["Open"]["data"]["canI"]["value"] == "R"
        (post,) = posts([outcome], Sign(action="report.open", plain=True), CHAT)
        assert buttons(post.activity["attachments"][0]["content"]) == {}


@pytest.mark.parametrize(
    ("card", "fault"),
    [
        ({"body": [{"type": "TextBlock", "text": "x"}]}, "does not wrap"),
        ({"body": [{"type": "TextBlock", "text": " ", "wrap": True}]}, "is empty"),
        ({"body": [{"type": "TextBlock", "text": "**x**", "wrap": True}]}, "holds markup"),
        ({"body": [{"type": "Image", "url": "https://x.example"}]}, "altText"),
        ({"body": [{"type": "Input.Text", "id": "a"}]}, "label"),
        ({"body": [{"type": "Input.Text", "id": "a", "label": "A", "isRequired": True}]}, "errorMessage"),
        ({"body": [{"type": "Input.ChoiceSet", "id": "a", "label": "A"}]}, "do not wrap"),
        ({"body": [{"type": "Input.Text", "id": "a", "label": "A"}] * 2}, "stands twice"),
        ({"body": [{"type": "ActionSet", "actions": [{"type": "Action.Submit"}]}]}, "title"),
        ({"body": [{"type": "ActionSet", "actions": [{"type": "Action.Execute", "title": "x"}]}]}, "fallback"),
        ({"body": [{"type": "ActionSet", "actions": [{"type": "Action.Submit", "title": "x"}] * 7}]}, "more than 6"),
        ({"body": []}, "is empty"),
        ({"body": ["x" * LARGEST]}, "larger"),
        ({"fallbackText": ""}, "fallbackText"),
        ({"lang": ""}, "lang"),
    ],
)
def test_the_lint_finds_what_the_schema_lets_through(card: dict[str, Any], fault: str) -> None:
    """Each fault is named; none of them breaks the schema but those of the whole card."""
    whole = {"type": "AdaptiveCard", "version": "1.5", "lang": "en", "fallbackText": "s", "body": [], **card}
    assert any(fault in found for found in faults(whole))


def test_the_schema_check_can_fail() -> None:
    """An element that does not exist, and one of the wrong type, are found."""
    for body in ([{"type": "TextBlokk"}], [{"type": "TextBlock", "text": 3}]):
        assert schema_faults({"type": "AdaptiveCard", "version": "1.5", "body": body})
