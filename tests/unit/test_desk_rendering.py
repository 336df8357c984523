"""Cards and forms as HTML: every element, every field, and nothing that anybody types is read as markup."""

from __future__ import annotations

import typing
from collections.abc import Mapping
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.desk import wording
from adapters.desk.outcomes import page_of, paired
from adapters.desk.rendering import At, card_html, environment, form_html, place, problems, safe_href, titled
from bot import messages
from bot.messages import (
    Bars,
    Bullets,
    Button,
    Buttons,
    Card,
    Choice,
    DateField,
    Element,
    Facts,
    Field,
    Form,
    Heading,
    Link,
    Option,
    PersonField,
    Quote,
    Text,
    TextField,
    Tick,
    Typed,
)
from tests.deskclient import parse

TEMPLATES = environment()
OPTIONS = tuple(Option(f"v{i}", f"Choice {i}") for i in range(4))
ELEMENTS: dict[str, Element] = {
    "Heading": Heading("A heading"),
    "Text": Text("A paragraph", "strong"),
    "Quote": Quote("Quoted words", "Clause 4.2"),
    "Facts": Facts((("Label", "Value"),)),
    "Bullets": Bullets(("First", "Second")),
    "Bars": Bars("Where staff stand", (("done", 12, "of 20"), ("due", 0, ""))),
    "Buttons": Buttons((Button("Press", "ask.fact", "time:break", about="the time"),)),
    "Link": Link("Help line", "https://help.example/"),
}
FIELDS: dict[str, Field] = {
    "TextField": TextField("what", "What?", "In short", required=True, multiline=True),
    "Choice": Choice("about", "Who?", OPTIONS, "One of these", required=True),
    "PersonField": PersonField("person", "Which person?", "From the list", options=OPTIONS),
    "DateField": DateField("when", "When?", "A day"),
    "Tick": Tick("agree", "I agree", "All of it"),
}
NASTY = (
    "<script>alert(1)</script>",
    "</p></article><h1>x",
    '" onmouseover="alert(1)',
    "' autofocus onfocus='alert(1)",
    "{{ 7 * 7 }}{% raw %}",
    "<!-- ",
    "]]>",
    "&lt;b&gt;",
    "javascript:alert(1)",
    "@everyone <@U123> [a](http://evil.example)",
    "</textarea><b>",
    "</option></select>",
    "\u202egnp.exe",
    "&#60;script&#62;",
)
anything = st.one_of(st.sampled_from(NASTY), st.text(max_size=60))


@dataclass(frozen=True)
class Unheard(Tick):
    """A kind of field that no template knows."""


def form(*fields: Field, **more: Mapping[str, object]) -> Form:
    """Return a form of these fields."""
    return Form("report.breach", "A form", fields, "Send", "key-1", **more)  # type: ignore[arg-type]


def shape(html: str) -> list[tuple[str, tuple[str, ...]]]:
    """Return the tags of a page with the names of their attributes: what markup there is, whatever the words."""
    return [(e.tag, tuple(e.attributes)) for e in parse(html).all()]


def test_every_element_of_the_card_model_is_drawn() -> None:
    """No element can be added to the card model without the desk learning to draw it."""
    assert set(ELEMENTS) == {kind.__name__ for kind in typing.get_args(messages.Element)}
    for element in ELEMENTS.values():
        assert parse(card_html(TEMPLATES, Card("A card", (element,)))).text.strip()


def test_every_field_of_the_card_model_is_drawn() -> None:
    """No field can be added to the card model without the desk learning to draw it."""
    assert set(FIELDS) == {kind.__name__ for kind in typing.get_args(messages.Field)}
    for field in FIELDS.values():
        tree = parse(form_html(TEMPLATES, form(field)))
        assert [e for e in tree.all("input", "textarea", "select") if e.get("name") == field.name]


def test_an_element_without_a_template_is_a_fault() -> None:
    """Something unknown is not left out in silence."""
    with pytest.raises(TypeError):
        card_html(TEMPLATES, Card("A card", (typing.cast("Element", Typed("x")),)))
    with pytest.raises(TypeError):
        form_html(TEMPLATES, form(typing.cast("Field", Unheard("f", "A field"))))


@given(anything)
def test_words_never_become_markup_in_a_card(words: str) -> None:
    """Whatever stands in any place of a card, the tags and attributes are those of harmless words."""

    def card(said: str) -> Card:
        typed = Typed(said)
        return Card(
            said,
            (
                Heading(said),
                Text(said),
                Text(typed, "small"),
                Quote(typed, said),
                Facts(((said, typed),)),
                Bullets((said, typed)),
                Bars(said, ((said, 3, said),)),
                Buttons((Button(said, "report.close_it", said, about=said),)),
            ),
            said,
        )

    drawn = card_html(TEMPLATES, card(f"x{words}"), At("token"))
    assert shape(drawn) == shape(card_html(TEMPLATES, card("harmless"), At("token")))
    if "\r" not in words and "\0" not in words:
        assert f"x{words}" in parse(drawn).text


@given(anything)
def test_words_never_become_markup_in_a_form(words: str) -> None:
    """Whatever was typed, chosen or said in an error, the form's tags stay the same and the words come back."""

    def filled(said: str) -> Form:
        return form(
            TextField("a", said, said, multiline=True),
            TextField("b", said, said),
            Choice("c", said, (Option(said, said),), said),
            PersonField("d", said, said, options=(Option(said, said),)),
            Tick("e", said, said),
            values={"a": said, "b": said, "c": said, "d": said, "e": said},
            errors={"a": said, "b": said, "c": said, "d": said, "e": said},
        )

    drawn = form_html(TEMPLATES, filled(f"x{words}"))
    assert shape(drawn) == shape(form_html(TEMPLATES, filled("harmless")))
    if "\r" not in words and "\0" not in words:
        tree = parse(drawn)
        (area,) = tree.all("textarea")
        assert area.text.removeprefix("\n") == f"x{words}"
        assert next(e for e in tree.all("input") if e.get("name") == "b").get("value") == f"x{words}"


def test_typed_text_keeps_its_lines_and_its_direction() -> None:
    """What somebody typed stands in an element of its own, so that it cannot turn the words around it."""
    tree = parse(card_html(TEMPLATES, Card("A card", (Text(Typed("one\n  two")),))))
    (typed,) = [e for e in tree.all("span") if e.get("class") == "typed"]
    assert typed.text == "one\n  two"
    assert typed.get("dir") == "auto"


def test_a_line_end_that_was_typed_first_is_kept() -> None:
    """Browsers drop the first line end of a text box; the form puts one there to be dropped."""
    (area,) = parse(form_html(TEMPLATES, form(FIELDS["TextField"], values={"what": "\n\nlate"}))).all("textarea")
    assert area.text.removeprefix("\n") == "\n\nlate"


def test_a_button_that_does_something_is_a_form_with_a_token() -> None:
    """It can be pressed without JavaScript, and brings back the token, the action, the value and the card."""
    card = Card("A card", (Buttons((Button("Take up", "report.acknowledge", "R-1", about="report R-1"),)),), "k")
    (made,) = parse(card_html(TEMPLATES, card, At("token", "/chat/press"))).all("form")
    assert made.get("method") == "post"
    assert made.get("action") == "/chat/press"
    sent = {e.get("name"): e.get("value") for e in made.all("input")}
    assert sent == {"_csrf": "token", "action": "report.acknowledge", "value": "R-1", "card": "k"}
    assert "report R-1" in made.all("button")[0].text


def test_a_button_that_goes_somewhere_is_a_link() -> None:
    """It opens a page, and what stands in its value cannot lead anywhere else."""
    assert place(Button("Open", "report.open", "AB-1")) == "/reports/AB-1"
    assert place(Button("Clause", "ask.clause", "4.1.a/../x?y#z")) == "/policy/clause/4.1.a%2F..%2Fx%3Fy%23z"
    assert place(Button("Open", "report.open", "")) == ""
    assert place(Button("Take up", "report.acknowledge", "AB-1")) == ""


@pytest.mark.parametrize(
    "address", ["/policy#a", "https://a.example/x", "http://a.example", "mailto:a@b.example", "tel:999"]
)
def test_addresses_that_may_be_linked(address: str) -> None:
    """Pages of the desk, web, mail and telephone."""
    assert safe_href(address) == address


@pytest.mark.parametrize(
    "address",
    ["javascript:alert(1)", "JAVASCRIPT:x", " javascript:x", "data:text/html,x", "//evil.example", "/\\evil.example",
     "https:///x", "vbscript:x", "", "x", "http://[", "file:///etc/passwd", "mailto:"],
)  # fmt: skip
def test_addresses_that_may_not_be_linked(address: str) -> None:
    """Anything else is shown as text."""
    assert safe_href(address) == ""
    tree = parse(card_html(TEMPLATES, Card("A card", (Link("Here", address),))))
    assert not tree.all("a")


def test_bars_are_drawn_and_said() -> None:
    """Label, number and note stand as words; the drawing is hidden from screen readers and has no inline style."""
    html = card_html(TEMPLATES, Card("A card", (ELEMENTS["Bars"],)))
    assert "done 12 of 20" in " ".join(parse(html).text.split())
    drawings = parse(html).all("svg")
    assert [d.get("aria-hidden") for d in drawings] == ["true", "true"]
    assert [r.get("width") for r in drawings[0].all("rect")] == ["100%", "100%"]
    assert len(drawings[1].all("rect")) == 1


def test_a_form_with_errors_ties_them_to_their_fields() -> None:
    """A summary in the fields' order with links to the inputs; each input names its hint and its error."""
    errors = {"about": "Choose one.", "when": "Not a day.", "elsewhere": "All of it."}
    made = form(*FIELDS.values(), errors=errors, values={"when": "tomorrowish", "about": "v2"})
    tree = parse(form_html(TEMPLATES, made))
    ids = {e.get("id"): e for e in tree.all() if e.get("id")}
    links = [a.get("href").removeprefix("#") for a in ids["summary"].all("a")]
    assert links == ["form", "f-about-1", "f-when"]
    assert set(links) <= set(ids)
    for element in tree.all():
        for named in element.get("aria-describedby").split():
            assert ids[named].text.strip()
    assert ids["f-when"].get("aria-invalid") == "true"
    assert "checked" in ids["f-about-3"].attributes
    assert [p.label for p in problems(made)] == ["", "Who?", "When?"]


def test_every_input_has_a_label() -> None:
    """Each input that one sees has a label of its own, and each group of choices a legend."""
    tree = parse(form_html(TEMPLATES, form(*FIELDS.values())))
    named = {label.get("for") for label in tree.all("label")}
    for element in tree.all("input", "select", "textarea"):
        if element.get("type") != "hidden":
            assert element.get("id") in named
    assert all(fieldset.all("legend") for fieldset in tree.all("fieldset"))


def test_long_choices_are_lists_and_several_can_be_ticked() -> None:
    """More than ten options make a list to choose from; a choice of several makes boxes to tick."""
    many = tuple(Option(str(i), str(i)) for i in range(11))
    assert parse(form_html(TEMPLATES, form(Choice("c", "Which?", many)))).all("select")
    made = form(Choice("c", "Which?", OPTIONS, many=True), values={"c": ("v0", "v3")})
    boxes = [e for e in parse(form_html(TEMPLATES, made)).all("input") if e.get("type") == "checkbox"]
    assert ["checked" in box.attributes for box in boxes] == [True, False, False, True]


def test_a_card_as_a_page_takes_its_heading_as_title() -> None:
    """The first heading is the page's; a card without one is called by its summary."""
    assert titled(Card("Summary", (Heading("Title"), Text("x")))) == ("Title", (Text("x"),))
    assert titled(Card("Summary", (Text("x"),))) == ("Summary", (Text("x"),))


def test_cards_with_a_page_of_their_own_are_known_by_key() -> None:
    """What a card shows can be found again at an address; other cards have none."""
    assert page_of(Card("x", (), "report/AB12-CD34/open")) == "/reports/AB12-CD34"
    assert page_of(Card("x", (), "reread/overview")) == "/reread/overview"
    assert page_of(Card("x", (), "reread/c1")) == "/reread"
    assert page_of(Card("x", (), "reread/witness/a1")) == ""
    assert page_of(Card("x", ())) == ""


def test_a_list_pairs_each_line_with_its_buttons() -> None:
    """In a list a line and the button that belongs to it stand side by side; everything else stands alone."""
    text, buttons, heading = Text("a"), Buttons(()), Heading("h")
    assert paired((heading, text, buttons, buttons, text)) == ((heading,), (text, buttons), (buttons,), (text,))


def test_words_for_codes() -> None:
    """Roles, forces, errors and days are said in words."""
    assert wording.role_words(("staff", "headteacher")) == "the headteacher, staff"
    assert wording.short_roles(("staff",)) == "staff"
    assert wording.error_words("404") == "There is no page at this address."
    assert wording.error_words("418") == wording.error_words("500")
    assert all(wording.force_words(force) for force in ("prohibited", "permitted", "required", "stated"))
