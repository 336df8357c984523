"""Cards and forms as Block Kit: within every limit of Slack, nothing cut, nothing typed read as markup."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.slack.lint import faults
from adapters.slack.marks import Marks, action_of, card_key
from adapters.slack.rendering import dialog, escaped, home, messages
from adapters.slack.texts import split
from bot import messages as m
from bot.plain import visible
from knowledge import pack
from tests.slackpeer.reading import texts

WORDS = st.text(st.characters(min_codepoint=32, max_codepoint=0x2FFF, exclude_categories=("Cs", "Cc")), max_size=200)
LONG = st.builds(lambda w, n: (w or "word. ") * n, WORDS, st.integers(1, 60))
LINES = st.one_of(WORDS, LONG, st.builds(m.Typed, LONG))
LABELS = st.text(st.characters(categories=("L", "N", "P", "Zs")), min_size=1, max_size=120)
BUTTONS = st.builds(
    m.Button,
    LABELS,
    st.sampled_from(["report.open", "ask.meant", "reread.read"]),
    st.text(max_size=40),
    st.sampled_from(["plain", "primary", "danger"]),
    st.one_of(st.just(""), LABELS),
)
ELEMENTS = st.one_of(
    st.builds(m.Heading, st.one_of(WORDS, LONG)),
    st.builds(m.Text, LINES, st.sampled_from(["normal", "strong", "small"])),
    st.builds(m.Quote, LINES, WORDS),
    st.builds(lambda rows: m.Facts(tuple(rows)), st.lists(st.tuples(LABELS, LINES), max_size=15)),
    st.builds(lambda items: m.Bullets(tuple(items)), st.lists(LINES, max_size=15)),
    st.builds(
        lambda t, rows: m.Bars(t, tuple(rows)),
        WORDS,
        st.lists(st.tuples(LABELS, st.integers(0, 999), WORDS), max_size=8),
    ),
    st.builds(lambda some: m.Buttons(tuple(some)), st.lists(BUTTONS, min_size=1, max_size=30)),
    st.builds(m.Link, LABELS, st.sampled_from(["https://a.example/x", "tel:999", "mailto:a@b.example"])),
)
CARDS = st.builds(
    lambda s, body, key: m.Card(s or "Summary", tuple(body), key),
    WORDS,
    st.lists(ELEMENTS, min_size=1, max_size=25),
    WORDS,
)
QUICK = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


def letters(text: str) -> str:
    """Return a text without its white space, and without signs that nobody sees."""
    return re.sub(r"\s", "", visible(text))


def shown(element: m.Element) -> Iterator[str]:
    """Yield every word that an element shows."""
    if isinstance(element, m.Heading | m.Text):
        yield element.text.text if isinstance(element.text, m.Typed) else element.text
    elif isinstance(element, m.Quote):
        yield element.text.text if isinstance(element.text, m.Typed) else element.text
        yield element.source
    elif isinstance(element, m.Facts):
        for label, value in element.rows:
            yield label
            yield value.text if isinstance(value, m.Typed) else value
    elif isinstance(element, m.Bullets):
        yield from (item.text if isinstance(item, m.Typed) else item for item in element.items)
    elif isinstance(element, m.Buttons):
        yield from (button.label for button in element.buttons)


@QUICK
@given(CARDS)
def test_any_card_keeps_every_limit(card: m.Card) -> None:
    """Whatever a card holds, its messages, its dialog and its home page break no rule of Slack or of ours."""
    for payload in [*messages(card), dialog(card, Marks()), home(card)]:
        assert faults(payload) == []


@QUICK
@given(CARDS)
def test_nothing_is_cut(card: m.Card) -> None:
    """Every word of a card stands in the messages that show it, however long it is."""
    there = letters("".join(text for payload in messages(card) for text in texts(payload["blocks"])))
    for element in card.body:
        for words in shown(element):
            for line in words.split("\n"):
                assert all(letters(part) in there for part in split(line)), line[:40]


def test_what_is_typed_is_never_markup() -> None:
    """Mentions, links, bold signs and emoji that a person typed arrive as plain text, letter by letter."""
    typed = "*bold* _it_ <!channel> <@U123> <https://evil.example|here> :smile: `code` & @here"
    elements = (m.Text(m.Typed(typed)), m.Quote(m.Typed(typed), "s"), m.Facts((("x", m.Typed(typed)),)))
    card = m.Card("Something.", (*elements, m.Bullets((m.Typed(typed),))))
    (message,) = messages(card)
    assert "mrkdwn" not in json.dumps(message)
    sections = [b["text"] for b in message["blocks"] if b["type"] == "section"]
    assert [s["text"].removeprefix("• ") for s in sections] == [typed] * 4
    assert all(s["type"] == "plain_text" and s["emoji"] is False for s in sections)


def test_the_top_text_cannot_mention_anybody() -> None:
    """Slack reads markup in a message's own text: its signs are written out there."""
    (message,) = messages(m.Card("Is <!channel> & <@U1> allowed?", (m.Text("x"),)))
    assert message["text"] == "Is &lt;!channel&gt; &amp; &lt;@U1&gt; allowed?"
    assert escaped("a < b") == "a &lt; b"


@given(st.text(st.characters(exclude_categories=("Cs",)), max_size=4000), st.integers(20, 500))
def test_splitting_loses_nothing(text: str, longest: int) -> None:
    """The parts of a split text are the text, and none is too long."""
    parts = split(text, longest)
    assert "".join(parts) == text
    assert all(len(part) <= longest for part in parts)


def test_long_clauses_are_split_after_sentences() -> None:
    """A clause that does not fit is parted where a sentence ends."""
    clause = " ".join(f"Sentence number {n} says something about a policy." for n in range(200))
    parts = split(clause)
    assert len(parts) > 1
    assert all(part.rstrip().endswith("policy.") for part in parts)


def test_every_clause_of_every_policy_can_be_shown() -> None:
    """Each clause of the installed packs renders as an answer would quote it."""
    for name in pack.installed():
        for clause in pack.load_installed(name).clauses:
            card = m.Card(clause.id, (m.Quote(f"{clause.stem or ''} {clause.text}", f"Clause {clause.id}"),))
            assert faults(messages(card)[0]) == []


def test_a_long_list_takes_several_messages_with_the_key_on_the_last() -> None:
    """More than fifty blocks go out as several messages; only the last bears the outbox key."""
    rows = [
        e for n in range(60) for e in (m.Text(f"Line {n}"), m.Buttons((m.Button("A", "a", "1"), m.Button("B", "b"))))
    ]
    found = messages(m.Card("List", tuple(rows), "list"), "outbox-1")
    assert [len(message["blocks"]) <= 50 for message in found] == [True] * len(found)
    assert len(found) == 3
    keys = [message["metadata"]["event_payload"].get("key") for message in found]
    assert keys == [None, None, "outbox-1"]


def test_a_long_card_is_read_in_parts() -> None:
    """A dialog that would be too long shows a part and a button to the next; every part can be reached."""
    card = m.Card("List", tuple(m.Text(f"Line {n}") for n in range(250)), "list")
    seen: set[str] = set()
    for part in (1, 2, 3):
        view = dialog(card, Marks(part=part))
        assert faults(view) == []
        seen |= {text for text in texts(view["blocks"]) if text.startswith("Line")}
        assert any(e.get("action_id") == "slack.more|0" for b in view["blocks"] for e in b.get("elements", []))
    assert len(seen) == 250


def test_buttons_say_where_they_belong() -> None:
    """A press tells the action, its value and the key of its card; labels too long for a button stand in words."""
    card = m.Card("x", (m.Buttons((m.Button("Open", "report.open", "REF", about="reference REF"),)),), "report/REF")
    (block,) = messages(card)[0]["blocks"]
    (button,) = block["elements"]
    assert (action_of(button["action_id"]), button["value"]) == ("report.open", "REF")
    assert card_key(block["block_id"]) == "report/REF"
    assert button["accessibility_label"] == "Open: reference REF"
    long = m.Card("x", (m.Buttons((m.Button("A very long label " * 8, "ask.meant", "act"),)),))
    first, second = messages(long)[0]["blocks"]
    assert "A very long label " * 8 in first["elements"][0]["elements"][0]["text"]
    assert second["elements"][0]["text"]["text"] == "Choice 1"


def test_what_cannot_be_undone_is_asked_twice() -> None:
    """A button of danger asks before it acts."""
    (message,) = messages(m.Card("x", (m.Buttons((m.Button("Delete for good", "report.x", style="danger"),)),)))
    assert message["blocks"][0]["elements"][0]["confirm"]["title"]["text"] == "Are you sure?"
