"""Words to blocks of Slack's Block Kit. Every text is plain: Slack reads no markup in anything we send.

Long texts are split between sentences or words into several blocks, and never cut.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final, TypeAlias

from blockkit import RichStyle, RichText, RichTextEl, RichTextSection, Section, Text
from blockkit.core import Component

from bot import messages as m
from bot.plain import visible

Block: TypeAlias = dict[str, Any]

LONGEST: Final = 2_900
"""Characters of one block: Slack takes 3,000."""
NOTHING: Final = "-"
"""What stands where there is nothing to see: Slack refuses an empty text."""
_ENDS: Final = re.compile(r"(?<=[.;:!?])\s+|\s+")


def plain(text: str) -> Text:
    """Return words as Slack's plain text, in which ``:signs:`` stay what they are."""
    return Text(visible(text) or NOTHING, emoji=False, type=Text.PLAIN)


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
    for part in split(showable(text)):
        if part.strip():
            yield built(Section(plain(part)))


def rich(text: str, *, bold: bool = False) -> Iterator[Block]:
    """Yield words as rich text: for our own."""
    for part in split(showable(text)):
        yield built(RichText([RichTextSection([run(part, bold=bold)])]))


def run(text: str, *, bold: bool = False) -> RichTextEl:
    """Return words as a part of rich text."""
    shown = visible(text) or NOTHING
    return RichTextEl(shown, RichStyle(bold=True)) if bold else RichTextEl(shown)


def words_of(line: m.Line) -> str:
    """Return the words of a line, our own or typed."""
    return line.text if isinstance(line, m.Typed) else line


def showable(text: str) -> str:
    """Return text that Slack takes: no empty text, and none of the control characters that it refuses."""
    clean = visible(text)
    return clean if clean.strip() else NOTHING
