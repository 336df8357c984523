"""The bot's cards as Adaptive Cards: one function for each element. What a person typed is only ever in a TextRun."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Final, Literal, TypeVar
from urllib.parse import urlsplit

from adapters.teams import shapes
from adapters.teams.shapes import AdaptiveCard, RichTextBlock, TextBlock, TextRun
from adapters.teams.signs import Sign, pack
from bot.messages import (
    Bars,
    Bullets,
    Button,
    Buttons,
    Card,
    Element,
    Facts,
    Heading,
    Line,
    Link,
    Quote,
    Text,
    Typed,
)
from bot.plain import visible

LARGEST: Final = 80_000
"""Bytes of a message. Teams takes about 100 KB: https://learn.microsoft.com/microsoftteams/limits-specifications-teams"""
BUTTONS_A_ROW: Final = 4
"""Teams shows at most six actions of a set; four fit beside each other on a telephone without being cut."""
LONGEST_ON_A_BUTTON: Final = 38
"""Characters that fit onto one button of a telephone. Clients cut a longer label and never wrap it."""

_MARKDOWN: Final = re.compile(r"([\\`*_{}\[\]()#+\-.!<>|~&])")
_COLON: Final = re.compile(r"(?<=[^\W\d_]):(?=\S)")
_OPENING: Final = re.compile(r"\{(?=\{)")
_SCHEMES: Final = frozenset({"https", "http", "mailto", "tel"})
_IN_CHAT: Final = frozenset({"report.inbox", "report.mine"})
"""Acts with reports that give a list without text, and so may stand in the chat; every other one opens a dialog."""
_IN_DIALOG: Final = frozenset(
    {
        "ask.clause",
        "ask.head",
        "ask.open",
        "ask.read",
        "reread.read",
        "reread.changes",
        "reread.receipt",
        "reread.paper",
        "reread.nudge_one",
        "reread.check",
    }
)


NOTHING: Final = Sign()
Pressable = TypeVar("Pressable", shapes.Submit, shapes.Execute)


@dataclass(frozen=True, slots=True)
class Surface:
    """What a card is drawn for: ``drawn`` is minted for each drawing, and goes back with each of its buttons.

    ``dialog`` is a task module, where every button sends the dialog in. ``sign`` holds what all buttons carry on.
    ``desk`` is the desk's public address, against which its pages are linked; without it they are named.
    """

    drawn: str
    dialog: bool = False
    sign: Sign = NOTHING
    desk: str = ""

    def carry(self, **changed: Any) -> Sign:  # noqa: ANN401 - fields of a sign
        """Return what a button of this surface carries."""
        kept = {name: getattr(self.sign, name) for name in ("message", "behind", "plain", "evidence", "address")}
        return Sign(drawn=self.drawn, **{**kept, **changed})


def opens_dialog(action: str) -> bool:
    """Return whether a button opens a dialog: whatever shows or takes words that may not stand in the chat."""
    return action in _IN_DIALOG or (action.startswith("report.") and action not in _IN_CHAT)


def card(shown: Card, on: Surface) -> AdaptiveCard:
    """Return a card as an Adaptive Card, whatever its size (``fit`` brings it under the limit)."""
    return whole(shown.summary, [part for element in shown.body for part in drawn(element, on, shown.key)])


def whole(summary: str, body: Sequence[shapes.Element]) -> AdaptiveCard:
    """Return a whole card around drawn elements; ``summary`` is shown where a client cannot draw the card."""
    return {
        "type": "AdaptiveCard",
        "version": shapes.VERSION,
        "lang": shapes.LANGUAGE,
        "fallbackText": visible(summary),
        "body": [*body],
        "msteams": {"width": "Full"},
    }


def size(drawn_card: object) -> int:
    """Return the bytes that a card or message takes on the wire."""
    return len(json.dumps(drawn_card, ensure_ascii=False, separators=(",", ":")).encode())


def parts(shown: Card, on: Surface, largest: int = LARGEST - 4_000) -> list[Card]:
    """Return a card cut, between elements, into as many as are each under the limit; one that fits is itself."""
    if size(card(shown, on)) <= largest:
        return [shown]
    found: list[Card] = []
    at: list[Element] = []
    for element in [piece for each in shown.body for piece in _pieces(each, on, largest)]:
        if at and size(card(Card(shown.summary, (*at, element), shown.key), on)) > largest:
            found.append(Card(shown.summary, tuple(at), shown.key))
            at = []
        at.append(element)
    return [*found, Card(shown.summary, tuple(at), shown.key)]


def _pieces(element: Element, on: Surface, largest: int) -> list[Element]:
    """Return an element that is too long for any card as several of its kind."""
    if size(drawn(element, on)) <= largest:
        return [element]
    if isinstance(element, Facts):
        return [Facts((row,)) for row in element.rows]
    if isinstance(element, Bullets):
        return [Bullets((item,)) for item in element.items]
    if isinstance(element, Text | Quote):
        text = element.text.text if isinstance(element.text, Typed) else element.text
        kind = Typed if isinstance(element.text, Typed) else str
        cut = [text[i : i + largest // 8] for i in range(0, len(text), largest // 8)]
        if isinstance(element, Quote):
            return [Quote(kind(piece), element.source) for piece in cut]
        return [Text(kind(piece), element.style) for piece in cut]
    return [element]


def plain(text: str) -> str:
    """Return text for a TextBlock so that none of it is read as markdown or as a date function."""
    return _MARKDOWN.sub(r"\\\1", _COLON.sub(":\u2060", " ".join(_no_functions(text).split("\n"))))


def run(line: Line, *, weight: shapes.Weight | None = None, small: bool = False, italic: bool = False) -> TextRun:
    """Return a line as a run; no markup is read in it."""
    text = line.text if isinstance(line, Typed) else line
    made: TextRun = {"type": "TextRun", "text": _no_functions(text) or " "}
    if weight:
        made["weight"] = weight
    if small:
        made["size"], made["isSubtle"] = "small", True
    if italic:
        made["italic"] = True
    return made


def paragraph(*runs: TextRun) -> RichTextBlock:
    """Return runs as a paragraph."""
    return {"type": "RichTextBlock", "inlines": [*runs]}


def heading(text: str) -> TextBlock:
    """Return a heading that screen readers announce as one."""
    return {
        "type": "TextBlock",
        "text": plain(text),
        "wrap": True,
        "style": "heading",
        "size": "medium",
        "weight": "bolder",
    }


def drawn(element: Element, on: Surface, key: str = "") -> list[shapes.Element]:  # noqa: PLR0911 - one for each kind
    """Return an element drawn. Raise ``TypeError`` for one that nobody taught us."""
    if isinstance(element, Heading):
        return [heading(element.text)]
    if isinstance(element, Text):
        strong: Literal["bolder"] | None = "bolder" if element.style == "strong" else None
        return [paragraph(run(element.text, weight=strong, small=element.style == "small"))]
    if isinstance(element, Quote):
        items: list[shapes.Element] = [paragraph(run(element.text))]
        if element.source:
            items.append(paragraph(run(element.source, small=True)))
        return [{"type": "Container", "style": "emphasis", "items": items}]
    if isinstance(element, Facts):
        return [paragraph(_named(label), run(value)) for label, value in element.rows]
    if isinstance(element, Bullets):
        return [paragraph(run("•  "), run(item)) for item in element.items]
    if isinstance(element, Bars):
        return _bars(element)
    if isinstance(element, Buttons):
        return _rows([button(each, on, key) for each in element.buttons])
    if isinstance(element, Link):
        return [_link(element, on)]
    raise TypeError(type(element).__name__)


def button(shown: Button, on: Surface, key: str = "") -> shapes.Action:
    """Return a button: in a dialog it sends the dialog in; in the chat it opens one, or is answered in place."""
    sign = on.carry(action=shown.action, value=shown.value, replaces=key)
    if on.dialog:
        sent = _styled(submit(shown.label, pack(sign)), shown)
        sent["associatedInputs"] = "none"
        return sent
    if opens_dialog(shown.action) and not on.sign.plain:
        return _styled(submit(shown.label, pack(sign, msteams={"type": "task/fetch"})), shown)
    return _styled(execute(shown.label, shown.action, pack(sign)), shown)


def _rows(made: Sequence[shapes.Action]) -> list[shapes.Element]:
    """Return buttons in rows, and one whose label is too long for a button as a box to press, in which it wraps."""
    found: list[shapes.Element] = []
    for long, some in groupby(made, key=lambda each: len(each.get("title", "")) > LONGEST_ON_A_BUTTON):
        alike = [*some]
        if long:
            found += [_box(each) for each in alike]
            continue
        for start in range(0, len(alike), BUTTONS_A_ROW):
            found.append({"type": "ActionSet", "actions": alike[start : start + BUTTONS_A_ROW]})
    return found


def _box(made: shapes.Action) -> shapes.Container:
    # Underlined, because a quotation stands in such a box too, and cannot be pressed.
    words: TextRun = {**run(made.get("title", ""), weight="bolder"), "underline": True}
    return {"type": "Container", "style": "emphasis", "selectAction": made, "items": [paragraph(words)]}


def submit(title: str, data: dict[str, Any]) -> shapes.Submit:
    """Return a Submit button."""
    return {"type": "Action.Submit", "title": visible(title), "data": data}


def execute(title: str, verb: str, data: dict[str, Any]) -> shapes.Execute:
    """Return an Execute button, with a Submit button for clients that do not know it."""
    fallback = submit(title, data)
    return {"type": "Action.Execute", "title": fallback["title"], "verb": verb, "data": data, "fallback": fallback}


def _styled(made: Pressable, shown: Button) -> Pressable:
    if shown.style != "plain":
        made["style"] = "positive" if shown.style == "primary" else "destructive"
    if shown.about:
        made["tooltip"] = visible(f"{shown.label}: {shown.about}")
    return made


def _named(label: str) -> TextRun:
    """Return what stands before a value: a label that is a question already ends."""
    return run(f"{label} " if label.endswith(("?", ":")) else f"{label}: ", weight="bolder")


def _bars(bars: Bars) -> list[shapes.Element]:
    found: list[shapes.Element] = [paragraph(run(bars.title, weight="bolder"))]
    for label, count, note in bars.rows:
        found.append(paragraph(_named(label), run(f"{count}"), run(f" ({note})" if note else " ")))
        share = max(1, round(100 * count / bars.full)) if count else 0
        bar: list[shapes.Column] = []
        if share:
            bar.append({"type": "Column", "width": f"{share}", "style": "accent", "minHeight": "8px", "items": []})
        if share < 100:
            bar.append({"type": "Column", "width": f"{100 - share}", "minHeight": "8px", "items": []})
        found.append({"type": "ColumnSet", "columns": bar, "spacing": "small"})
    return found


def _link(link: Link, on: Surface) -> RichTextBlock:
    href = f"{on.desk.rstrip('/')}{link.href}" if on.desk and link.href.startswith("/") else link.href
    if urlsplit(href).scheme not in _SCHEMES:
        return paragraph(run(f"{link.label}: {link.href}"))
    made = run(link.label)
    made["underline"] = True
    made["selectAction"] = {"type": "Action.OpenUrl", "title": visible(link.label), "url": href}
    return paragraph(made)


def _no_functions(text: str) -> str:
    """Return text in which ``{{DATE(…)}}`` is no function: clients would show a date in its place, even in a run."""
    return _OPENING.sub("{\u2060", visible(text))


def note(text: str) -> Card:
    """Return a card of one sentence of our own."""
    return Card(text, (Text(text),))
