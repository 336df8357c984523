"""Elements of a card to blocks of Slack's Block Kit.

Words of our own are rich text, whose text elements Slack never parses; words that a person typed are ``plain_text``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Final

from blockkit import (
    Actions,
    Button,
    Confirm,
    Context,
    Header,
    RichLinkEl,
    RichText,
    RichTextEl,
    RichTextList,
    RichTextQuote,
    RichTextSection,
    Section,
)

from adapters.slack.lint import checked
from adapters.slack.marks import action_id, block_id
from adapters.slack.texts import (
    LONGEST,
    NOTHING,
    Block,
    built,
    plain,
    rich,
    run,
    showable,
    split,
    text_blocks,
    words_of,
)
from bot import messages as m
from bot.plain import visible
from bot.wording import say

SMALL: Final = 1_900
HEADING: Final = 150
LABEL: Final = 75
A_ROW: Final = 5
"""Buttons of one block; Slack takes 25, a phone shows five."""
BAR: Final = 10
REMEMBERED: Final = 4_000
"""Elements of our own words whose blocks are kept: clauses, and the buttons under them, come again and again."""


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
        if isinstance(element, m.Text) and button and len(words_of(element.text)) <= LONGEST:
            yield from _explained((button,))
            yield _line(element, button, card.key, at)
            at, skip = at + 1, True
        elif isinstance(element, m.Buttons):
            for row in _rows(element.buttons):
                yield from (_row if card.key else _kept_row)(row, card.key, at)
                at += 1
        else:
            yield from (_kept if _fixed(element) else _element)(element)


def _fixed(element: m.Element) -> bool:
    """Return whether an element holds our own words only: nothing that a person typed is kept in memory."""
    if isinstance(element, m.Bullets):
        return all(isinstance(item, str) for item in element.items)
    return isinstance(element, m.Heading | m.Text | m.Quote) and isinstance(element.text, str)


@lru_cache(REMEMBERED)
def _kept(element: m.Element) -> tuple[Block, ...]:
    return tuple(map(checked, _element(element)))


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
        yield built(Header(plain(showable(text))))
    else:
        yield from rich(text, bold=True)


def _text(element: m.Text) -> Iterator[Block]:
    if isinstance(element.text, m.Typed):
        yield from text_blocks(element.text.text)
    elif element.style == "small":
        for part in split(showable(element.text), SMALL):
            yield built(Context([plain(part)]))
    else:
        yield from rich(element.text, bold=element.style == "strong")


def _quote(element: m.Quote) -> Iterator[Block]:
    if element.source:
        yield from rich(element.source, bold=True)
    if isinstance(element.text, m.Typed):
        yield from text_blocks(element.text.text)
    else:
        for part in split(showable(element.text)):
            yield built(RichText([RichTextQuote([run(part)])]))


def _facts(rows: Iterable[tuple[str, m.Line]]) -> Iterator[Block]:
    """Yield pairs of label and value: our own together, each line of its own; what was typed under its label."""
    together: list[RichTextEl] = []
    size = 0
    for label, value in rows:
        typed = isinstance(value, m.Typed)
        long = len(label) + len(words_of(value)) + 3
        if together and (typed or size + long > LONGEST):
            yield built(RichText([RichTextSection([*together])]))
            together, size = [], 0
        if typed:
            yield from rich(label, bold=True)
            yield from text_blocks(words_of(value))
        elif long > LONGEST:
            yield from rich(label, bold=True)
            yield from rich(words_of(value))
        else:
            together += [run(f"{label}: ", bold=True), run(f"{words_of(value) or '-'}\n")]
            size += long
    if together:
        yield built(RichText([RichTextSection([*together])]))


def _bullets(items: Iterable[m.Line]) -> Iterator[Block]:
    together: list[RichTextSection] = []
    size = 0
    for item in items:
        words = words_of(item)
        typed = isinstance(item, m.Typed) or len(words) > LONGEST
        if together and (typed or size + len(words) > LONGEST):
            yield built(RichText([RichTextList(RichTextList.BULLET, [*together])]))
            together, size = [], 0
        if typed:
            yield from text_blocks(f"• {words}")
        elif words:
            together.append(RichTextSection([run(words)]))
            size += len(words)
    if together:
        yield built(RichText([RichTextList(RichTextList.BULLET, together)]))


def _bars(element: m.Bars) -> Iterator[Block]:
    """Yield bars as lines that say everything in words first: the drawing comes after them."""
    if element.title:
        yield from _heading(element.title)
    yield from _bullets(
        tuple(
            f"{label}: {count}{f' ({note})' if note else ''}  {'▇' * round(BAR * count / element.full)}".rstrip()
            for label, count, note in element.rows
        )
    )


def _link(element: m.Link) -> RichLinkEl | RichTextEl:
    if element.href.startswith(("https://", "http://", "mailto:")):
        return RichLinkEl(element.href, visible(element.label) or NOTHING)
    return run(f"{element.label}: {element.href}")


def _only_button(element: m.Element | None) -> m.Button | None:
    one = isinstance(element, m.Buttons) and len(element.buttons) == 1 and len(element.buttons[0].label) <= LABEL
    return element.buttons[0] if isinstance(element, m.Buttons) and one else None


def _line(element: m.Text, button: m.Button, key: str, at: int) -> Block:
    section = Section(plain(showable(words_of(element.text))), accessory=_button(button, 0), block_id=block_id(key, at))
    return built(section)


def _rows(buttons: tuple[m.Button, ...]) -> Iterator[tuple[m.Button, ...]]:
    for start in range(0, len(buttons), A_ROW):
        yield buttons[start : start + A_ROW]


def _explained(row: Iterable[m.Button]) -> Iterator[Block]:
    """Yield in words what does not fit onto a button: a label beyond Slack's limit, what a screen reader is to say."""
    for number, button in enumerate(row, 1):
        if len(button.label) > LABEL:
            yield from rich(f"{number}. {button.label}")
        elif button.about and len(f"{button.label}: {button.about}") > LABEL:
            yield from _text(m.Text(button.about, "small"))


def _row(row: tuple[m.Button, ...], key: str, at: int) -> tuple[Block, ...]:
    actions = Actions([_button(button, number) for number, button in enumerate(row)], block_id(key, at))
    return (*_explained(row), built(actions))


@lru_cache(REMEMBERED)
def _kept_row(row: tuple[m.Button, ...], key: str, at: int) -> tuple[Block, ...]:
    return tuple(map(checked, _row(row, key, at)))


def _button(button: m.Button, number: int) -> Button:
    fits = len(button.label) <= LABEL
    label = button.label if fits else say("slack.choice", number=number + 1)
    spoken = visible(f"{button.label}: {button.about}") if button.about else ""
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
