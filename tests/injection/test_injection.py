"""No mention, link or markup that somebody typed comes alive: in a card of Slack or Teams, on a page, in a mail."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.desk.rendering import At, card_html, environment, form_html
from adapters.mail import Post, Server
from adapters.mail import words as mail_words
from adapters.slack.marks import Marks
from adapters.slack.rendering import dialog, form_dialog, home, messages
from adapters.teams import elements as draw
from adapters.teams.elements import Surface
from adapters.teams.forms import form_card
from bot.messages import (
    Bars,
    Bullets,
    Button,
    Buttons,
    Card,
    Choice,
    Facts,
    Form,
    Heading,
    Link,
    Option,
    PersonField,
    Quote,
    Submitted,
    Text,
    TextField,
    Tick,
    Typed,
)
from bot.plain import is_name, received, visible
from tests.injection import oracles

CORPUS = [json.loads(line) for line in Path(__file__).with_name("corpus.jsonl").read_text("ascii").splitlines()]
TEMPLATES = environment()
CHAT, WINDOW = Surface("d", desk="https://desk.example"), Surface("d", dialog=True)
POST = Post(Server("127.0.0.1", sender="can-i@school.example"))
SHORT = 70


def full_card(said: str) -> Card:
    """Return a card with words in every place that a card has."""
    typed, short = Typed(said), said[:SHORT] or "x"
    return Card(
        said,
        (
            Heading(said),
            Text(said, "strong"),
            Text(said, "small"),
            Text(said),
            Text(typed),
            Quote(typed, said),
            Quote(said),
            Facts(((said, typed), (said, said))),
            Bullets((typed, said)),
            Bars(said, ((said, 2, said),)),
            Buttons((Button(short, "report.acknowledge", "id", about=said), Button(short, "x", "id", "danger"))),
            Link(said, "https://desk.example/x"),
        ),
        "key",
    )


def full_form(said: str) -> Form:
    """Return a form with words in every place that a form has."""
    short = said[:SHORT] or "x"
    names = ("what", "line", "about", "person", "sure")
    return Form(
        "report.breach",
        short,
        (
            TextField("what", "What happened?", "A hint.", multiline=True),
            TextField("line", "Where?"),
            Choice("about", "Who?", (Option("a", short), Option("b", said))),
            PersonField("person", "Name", options=(Option("p", said),)),
            Tick("sure", "I am sure"),
        ),
        "Send",
        "key-of-a-form",
        (Text(Typed(said)), Text(said)),
        dict.fromkeys(names[:2], said),
        dict.fromkeys(names, said),
    )


PAGES = [card_html(TEMPLATES, full_card("harmless"), At("t")), form_html(TEMPLATES, full_form("harmless"))]


def stays_words(said: str) -> None:
    """Render words in every place on every platform, and let each platform's rules judge."""
    card, form = full_card(said), full_form(said)
    for payload in (*messages(card, "k"), dialog(card, Marks()), home(card), form_dialog(form, Marks())):
        oracles.slack(payload)
    for drawn in (draw.card(card, CHAT), draw.card(card, WINDOW), form_card(form, CHAT), form_card(form, WINDOW)):
        oracles.teams(drawn)  # type: ignore[arg-type]
    for page, harmless in zip((card_html(TEMPLATES, card, At("t")), form_html(TEMPLATES, form)), PAGES, strict=True):
        oracles.same_markup(page, harmless)
    oracles.mailed(POST._message("head@school.example", "A subject", mail_words(card), "k"))


def made_up(number: int) -> Iterator[str]:
    """Yield so many texts, each of some pieces of the corpus cut and joined at random; the same each time."""
    choice = random.Random(number)  # noqa: S311 - a fixed choice, not a secret
    for _ in range(number):
        some = choice.choices(CORPUS, k=choice.randint(1, 4))
        cut = [text[choice.randint(0, len(text) // 2) :][: choice.randint(1, 60)] for text in some]
        yield choice.choice(("", " ", "\n", "\u200b", "x")).join(cut)


def test_the_corpus_is_what_it_says() -> None:
    """Five hundred texts and more, none twice, of every sort."""
    assert len(CORPUS) == len(set(CORPUS)) > 500
    for sign in ("<!channel>", "<@U", "](", "<script", "{{DATE", "\u202e", "\r\nBcc:", "\0", "\ud800"):
        assert any(sign in text for text in CORPUS), sign


@pytest.mark.parametrize("part", range(4))
def test_known_injections_stay_words(part: int) -> None:
    """Each of the corpus, in every place, on every platform."""
    for said in CORPUS[part::4]:
        stays_words(said)


@pytest.mark.parametrize("number", [150, pytest.param(20_000, marks=pytest.mark.soak)])
def test_made_up_injections_stay_words(number: int) -> None:
    """The same with texts put together from pieces of the corpus."""
    for said in made_up(number):
        stays_words(said)


def test_the_rules_can_fail() -> None:
    """What is alive is found to be: each rule is broken once."""
    for payload in (
        {"text": "<!channel>"},
        {"text": "*bold*"},
        {"text": "https://evil.example"},
        {"text": "", "blocks": [{"type": "mrkdwn", "text": "x"}]},
        {"text": "", "blocks": [{"type": "link", "url": "https://evil.example"}]},
        {"text": "", "blocks": [{"type": "text", "text": "\u202ex"}]},
    ):
        with pytest.raises(AssertionError):
            oracles.slack(payload)
    for text in ("**bold**", "[x](https://evil.example)", "{{DATE(2026-01-01)}}", "`x`", "\x07"):
        with pytest.raises(AssertionError):
            oracles.teams({"type": "TextBlock", "text": text})
    with pytest.raises(AssertionError):
        oracles.same_markup("<p><b>x</b></p>", "<p>x</p>")
    with pytest.raises(AssertionError):
        oracles.mailed(POST._message("head@school.example", "s", "see www.evil.example", "k"))


def test_what_is_a_name_and_what_is_not() -> None:
    """Names of people pass; whatever of the corpus could mislead does not."""
    for name in (
        "Ruth Abara",
        "Seán O'Brien-Ní Dhomhnaill",
        "María José",
        "J. R. Smith (née Jones)",
        "李小龙",
        "محمد علي",
    ):
        assert is_name(name), name
    for text in CORPUS:
        if is_name(text):
            assert text == visible(text)
            assert not set(text) & set("<>[]*_`@\n")
            assert "://" not in text


def test_what_comes_in_can_be_kept() -> None:
    """Zero bytes and halves of characters are taken out of whatever comes in; everything else stays as it was typed."""
    for text in CORPUS:
        said = received(Submitted("report.breach", "key", {"what": text, "many": (text,)}))
        assert isinstance(said, Submitted)
        what = said.values["what"]
        assert isinstance(what, str)
        what.encode()
        assert said.values["many"] == (what,)
        if text.isprintable():
            assert what == text
