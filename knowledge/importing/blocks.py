"""What every kind of file is brought to before its structure is read: blocks in reading order, with printed labels.

A block is one paragraph, list item, heading or table row. What a file says about it (a heading style, bold print, how
deep a list is) is kept beside the words, because plain text says nothing of the kind and Word says nearly all of it.
"""

from __future__ import annotations

import re
from typing import Literal

import msgspec

from knowledge.importing.model import LeftOut, TrackedChange

Mark = Literal["", "number", "letter", "bullet", "box"]


class Block(msgspec.Struct):
    """One paragraph, list item, heading or table row.

    ``label`` is the number or letter as printed, without brackets and closing full stop; ``printed`` is exactly what
    stands in the file. ``depth`` is how far a list item is indented, in steps or columns. ``heading`` is the level that
    the file itself gives, ``strong`` that the whole block is bold, larger or in capitals. ``cells`` is a table row.
    ``tight`` says that it follows the block before without a gap.
    """

    text: str
    label: str = ""
    printed: str = ""
    mark: Mark = ""
    depth: int = 0
    heading: int | None = None
    strong: bool = False
    page: int | None = None
    cells: tuple[str, ...] | None = None
    table: int | None = None
    tight: bool = False
    changes: list[TrackedChange] = msgspec.field(default_factory=list)


class Document(msgspec.Struct):
    """A file's blocks, and what its reader already found or set aside.

    ``contents`` are the entries of its table of contents, ``taken`` how its tracked changes were read. ``emphasis``
    says that the kind of file shows headings and bold print, so that a block without either is no heading.
    """

    blocks: list[Block]
    emphasis: bool = False
    title: str | None = None
    left_out: list[LeftOut] = msgspec.field(default_factory=list)
    tracked: list[TrackedChange] = msgspec.field(default_factory=list)
    contents: list[Block] = msgspec.field(default_factory=list)
    taken: str | None = None


BULLET = re.compile(r"^([-–—*+•·▪◦●○■□‣➢➤✓✔\uf0a7\uf0b7\uf0d8]|o(?=\s{2,}|\t))\s+(?=\S)")
BOX = re.compile(r"^(\|_\||\[[ xX]?\]|[☐☑☒❏❑])\s*(?=\S)")
NUMBER = re.compile(r"^(\(?\d{1,3}(?:\.\d{1,3})+[.)]?|\(?\d{1,3}[.)])(?=\s+\S|$)\s*")
BARE_NUMBER = re.compile(r"^(\d{1,2})(?:\t\s*|\s+)(?=[A-Z‘“\"'(])")
LETTER = re.compile(
    r"^(\([a-z]{1,2}\)|\([A-Z]\)|\([ivx]{1,5}\)|[a-z]{1,2}[.)]|[A-Z][.)]|[ivx]{1,5}[.)]|[IVX]{2,5}[.)])\s+(?=\S)"
)
LETTERED_NUMBER = re.compile(r"^([A-Z]\.?\d{1,3}(?:\.\d{1,3})*[.)]?)\s+(?=\S)")

PRINTED: tuple[tuple[re.Pattern[str], Mark], ...] = (
    (BOX, "box"),
    (NUMBER, "number"),
    (LETTERED_NUMBER, "number"),
    (LETTER, "letter"),
)


def labelled(text: str) -> Block:
    """Return a block of this line's words, with the number, letter or bullet that it begins with taken off."""
    text = text.strip()
    bullet = BULLET.match(text)
    rest = text[bullet.end() :] if bullet else text
    for pattern, mark in PRINTED:
        found = pattern.match(rest)
        if found:
            printed = found.group(1)
            label = "" if mark == "box" else plain_label(printed)
            return Block(rest[found.end() :].strip(), label, printed, mark)
    if bullet:
        return Block(rest.strip(), "", bullet.group(1), "bullet")
    return Block(text)


def plain_label(printed: str) -> str:
    """Return a printed label without brackets and closing full stop: ``(a)`` is ``a``, ``4.8.`` is ``4.8``."""
    return printed.strip().strip("().[] \t").rstrip(".:)")


def flat(text: str) -> str:
    """Return text on one line, with single spaces."""
    return " ".join(text.split())


def shows_headings(blocks: list[Block]) -> bool:
    """Tell whether a file marks its headings: a few of them at least, and more the longer it is."""
    marked = [block for block in blocks if (block.heading is not None or block.strong) and block.cells is None]
    return len(marked) >= max(2, len(blocks) // 40)
