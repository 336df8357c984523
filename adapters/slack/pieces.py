"""Elements of a card to blocks of Slack's Block Kit. Every text is plain: Slack reads no markup in anything we send.

Words of our own are rich text, whose text elements Slack never parses; words that a person typed are ``plain_text``.
Long texts are split between sentences or words into several blocks, and never cut.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, Final, TypeAlias

from blockkit import (
    Actions,
    Button,
    Confirm,
    Context,
    Header,
    RichLinkEl,
    RichStyle,
    RichText,
    RichTextEl,
    RichTextList,
    RichTextQuote,
    RichTextSection,
    Section,
    Text,
)
from blockkit.core import Component

from adapters.slack.marks import action_id, block_id
from bot import messages as m
from bot.wording import say

Block: TypeAlias = dict[str, Any]

LONGEST: Final = 2_900
"""Characters of one block: Slack takes 3,000."""
SMALL: Final = 1_900
HEADING: Final = 150
LABEL: Final = 75
A_ROW: Final = 5
"""Buttons of one block; Slack takes 25, a phone shows five."""
BAR: Final = 10
_ENDS: Final = re.compile(r"(?<=[.;:!?])\s+|\s+")


def blocks_of(card: m.Card) -> Iterator[Block]:
    """Yield the blocks of a card, in order. A line and the one button after it become one block.

    A card that shows nothing of its own shows its summary.
    """
    shown = False
    for block in _body(card):
        shown = True
        yield block
    if not shown and card.summary:
        yield from text_blocks(card.summary)


def _body(card: m.Card) -> Iterator[Block]:
    at = 0
    skip = False
    for number, element in enumerate(card.body):
        if skip:
            skip = False
            continue
        following = card.body[number + 1] if number + 1 < len(card.body) else None
        button = _only_button(following)
        if isinstance(element, m.Text) and button and len(_words(element.text)) <= LONGEST:
            yield from _explained([button])
            yield _line(element, button, card.key, at)
            at, skip = at + 1, True
        elif isinstance(element, m.Buttons):
            for row in _rows(element.buttons):
                yield from _explained(row)
                yield _actions(row, card.key, at)
                at += 1
        else:
            yield from _element(element)


def plain(text: str) -> Text:
    """Return words as Slack's plain text, in which ``:signs:`` stay what they are."""
    return Text(text, emoji=False, type=Text.PLAIN)


def split(text: str, longest: int = LONGEST) -> list[str]:
    """Return a text in parts of at most ``longest`` characters, split after sentences, else words; nothing is lost."""
    parts: list[str] = []
    rest = text
    while len(rest) > longest:
        window = rest[: longest + 1]
        ends = [found.end() for found in _ENDS.finditer(window) if found.end() <= longest]
        sentences = [e for e in ends if window[:e].rstrip()[-1:] in ".;:!?"]
        at = next((e for e in reversed(sentences) if e > longest // 2), ends[-1] if ends else longest)
        parts.append(rest[:at])
        rest = rest[at:]
    return [*parts, rest] if rest or not parts else parts


def built(component: Component) -> Block:
    """Return a piece of blockkit's as Slack takes it, with the limits that blockkit knows checked. Raise its errors."""
    found: Block = component.build()  # type: ignore[no-untyped-call]  # blockkit types all but this
    return found


def text_blocks(text: str) -> Iterator[Block]:
    """Yield words as plain sections: for what people typed."""
    for part in split(_shown(text)):
        if part.strip():
            yield built(Section(plain(part)))


def _element(element: m.Element) -> Iterator[Block]:
    if isinstance(element, m.Heading):
        yield from _heading(element.text)
    elif isinstance(element, m.Text):
        yield from _text(element)
    elif isinstance(element, m.Quote):
        yield from _quote(element)
    elif isinstance(element, m.Facts):
        yield from _facts(element.rows)
    elif isinstance(element, m.Bullets):
        yield from _bullets(element.items)
    elif isinstance(element, m.Bars):
        yield from _bars(element)
    elif isinstance(element, m.Link):
        yield built(RichText([RichTextSection([_link(element)])]))


def _heading(text: str) -> Iterator[Block]:
    if len(text) <= HEADING:
        yield built(Header(plain(_shown(text))))
    else:
        yield from _rich(text, bold=True)


def _text(element: m.Text) -> Iterator[Block]:
    if isinstance(element.text, m.Typed):
        yield from text_blocks(element.text.text)
    elif element.style == "small":
        for part in split(_shown(element.text), SMALL):
            yield built(Context([plain(part)]))
    else:
        yield from _rich(element.text, bold=element.style == "strong")


def _rich(text: str, *, bold: bool = False) -> Iterator[Block]:
    for part in split(_shown(text)):
        yield built(RichText([RichTextSection([_run(part, bold=bold)])]))


def _run(text: str, *, bold: bool = False) -> RichTextEl:
    return RichTextEl(text, RichStyle(bold=True)) if bold else RichTextEl(text)


def _quote(element: m.Quote) -> Iterator[Block]:
    if element.source:
        yield from _rich(element.source, bold=True)
    if isinstance(element.text, m.Typed):
        yield from text_blocks(element.text.text)
    else:
        for part in split(_shown(element.text)):
            yield built(RichText([RichTextQuote([_run(part)])]))


def _facts(rows: Iterable[tuple[str, m.Line]]) -> Iterator[Block]:
    """Yield pairs of label and value: our own together, each line of its own; what was typed under its label."""
    together: list[RichTextEl] = []
    size = 0
    for label, value in rows:
        typed = isinstance(value, m.Typed)
        long = len(label) + len(_words(value)) + 3
        if together and (typed or size + long > LONGEST):
            yield built(RichText([RichTextSection([*together])]))
            together, size = [], 0
        if typed:
            yield from _rich(label, bold=True)
            yield from text_blocks(_words(value))
        elif long > LONGEST:
            yield from _rich(label, bold=True)
            yield from _rich(_words(value))
        else:
            together += [_run(f"{label}: ", bold=True), _run(f"{_words(value) or '-'}\n")]
            size += long
    if together:
        yield built(RichText([RichTextSection([*together])]))


def _bullets(items: Iterable[m.Line]) -> Iterator[Block]:
    together: list[RichTextSection] = []
    size = 0
    for item in items:
        words = _words(item)
        typed = isinstance(item, m.Typed) or len(words) > LONGEST
        if together and (typed or size + len(words) > LONGEST):
            yield built(RichText([RichTextList(RichTextList.BULLET, [*together])]))
            together, size = [], 0
        if typed:
            yield from text_blocks(f"• {words}")
        elif words:
            together.append(RichTextSection([_run(words)]))
            size += len(words)
    if together:
        yield built(RichText([RichTextList(RichTextList.BULLET, together)]))


def _bars(element: m.Bars) -> Iterator[Block]:
    """Yield bars as lines that say everything in words first: the drawing comes after them."""
    if element.title:
        yield from _heading(element.title)
    most = max((count for _, count, _ in element.rows), default=0) or 1
    yield from _bullets(
        tuple(
            f"{label}: {note or count}  {'▇' * round(BAR * count / most)}".rstrip()
            for label, count, note in element.rows
        )
    )


def _link(element: m.Link) -> RichLinkEl | RichTextEl:
    if element.href.startswith(("https://", "http://", "mailto:")):
        return RichLinkEl(element.href, element.label)
    return _run(f"{element.label}: {element.href}")


def _only_button(element: m.Element | None) -> m.Button | None:
    one = isinstance(element, m.Buttons) and len(element.buttons) == 1 and len(element.buttons[0].label) <= LABEL
    return element.buttons[0] if isinstance(element, m.Buttons) and one else None


def _line(element: m.Text, button: m.Button, key: str, at: int) -> Block:
    section = Section(plain(_shown(_words(element.text))), accessory=_button(button, 0), block_id=block_id(key, at))
    return built(section)


def _rows(buttons: tuple[m.Button, ...]) -> Iterator[list[m.Button]]:
    for start in range(0, len(buttons), A_ROW):
        yield [*buttons[start : start + A_ROW]]


def _explained(row: list[m.Button]) -> Iterator[Block]:
    """Yield in words what does not fit onto a button: a label beyond Slack's limit, what a screen reader is to say."""
    for number, button in enumerate(row, 1):
        if len(button.label) > LABEL:
            yield from _rich(f"{number}. {button.label}")
        elif button.about and len(f"{button.label}: {button.about}") > LABEL:
            yield from _text(m.Text(button.about, "small"))


def _actions(row: list[m.Button], key: str, at: int) -> Block:
    return built(Actions([_button(button, number) for number, button in enumerate(row)], block_id(key, at)))


def _button(button: m.Button, number: int) -> Button:
    fits = len(button.label) <= LABEL
    label = button.label if fits else say("slack.choice", number=number + 1)
    spoken = f"{button.label}: {button.about}" if button.about else ""
    return Button(
        plain(label),
        action_id(button.action, number),
        value=button.value or None,
        style=None if button.style == "plain" else button.style,
        confirm=_sure(button) if button.style == "danger" else None,
        accessibility_label=spoken if 0 < len(spoken) <= LABEL else None,
    )


def _sure(button: m.Button) -> Confirm:
    return Confirm(
        plain(say("slack.sure.title")),
        plain(say("slack.sure.says", label=button.label)[:300]),
        plain(say("slack.sure.yes")),
        plain(say("slack.sure.no")),
        style=Confirm.DANGER,
    )


def _words(line: m.Line) -> str:
    return line.text if isinstance(line, m.Typed) else line


def _shown(text: str) -> str:
    """Return text that Slack takes: no empty text, and none of the control characters that it refuses."""
    clean = "".join(sign for sign in text if sign >= " " or sign in "\n\t")
    return clean if clean.strip() else "-"
