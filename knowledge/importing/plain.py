"""Plain text as blocks: lines or wrapped paragraphs, tables by tabs, and the marks that other programs leave behind."""

from __future__ import annotations

import re
from itertools import pairwise

from knowledge.importing.blocks import Block, Document, flat, labelled
from knowledge.importing.model import LeftOut

CONVERSION = re.compile(r"\[(?:bookmark|image|link|if[^\]]{0,20}|endif)\s*:?[^\[\]]*\]", re.IGNORECASE)
TAG = re.compile(r"</?(?:p|u|b|i|br|em|strong|span|div|a|table|tr|td|th|ul|ol|li)(?:\s[^<>]*)?/?>", re.IGNORECASE)
LINK = re.compile(r"<((?:https?://|mailto:)[^<>\s]+)>")
LEAD = re.compile(r"^([A-Z][^.:]{2,40}:)\s+(\S.*)$")
BOLD = re.compile(r"\*\*([^*]+?)\*\*")
WRAPPED_AT = 110
"""No line of a text that a program broke into lines is longer than this."""


def decode(data: bytes) -> str:
    """Return a text file's words, whether it was written as UTF-8, UTF-16 or in Windows' Western alphabet."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def plain_document(text: str) -> Document:
    """Return a text's blocks. Tabs between words make a row of a table, except behind a number."""
    document = Document([])
    text = _without_marks(text.replace("\r\n", "\n").replace("\r", "\n"), document.left_out)
    lines = text.split("\n")
    wrapped = _is_wrapped(lines)
    reading = _Reading(document, wrapped)
    for line in lines:
        for part in _pages(line):
            reading.line(part)
    reading.end()
    return document


def _pages(line: str) -> list[str]:
    """A line as the pieces between form feeds, each form feed standing for itself."""
    return [piece for piece in re.split(r"(\f)", line) if piece] or [""]


def _without_marks(text: str, left_out: list[LeftOut]) -> str:
    found = CONVERSION.findall(text)
    if found:
        left_out.append(LeftOut(" ".join(found), "a mark that a program left when it turned the file into text"))
        text = CONVERSION.sub("", text)
    tags = TAG.findall(text)
    if tags:
        left_out.append(LeftOut(" ".join(tags), "a mark of a web page, not words of the policy"))
        text = TAG.sub(" ", text)
    text = BOLD.sub(
        lambda found: f"**{' '.join(found.group(1).split())}**" if "\n\n" not in found.group(1) else found.group(), text
    )
    return LINK.sub(r"\1", text)


def _is_wrapped(lines: list[str]) -> bool:
    full = [line.rstrip() for line in lines if line.strip()]
    if len(full) < 5 or max(map(len, full)) > WRAPPED_AT:
        return False
    broken = sum(1 for one, two in pairwise(lines) if len(one) > 50 and two.strip()[:1].islower())
    return broken >= 2


class _Reading:
    """Takes lines one by one and adds blocks to the document."""

    def __init__(self, document: Document, wrapped: bool) -> None:  # noqa: FBT001
        self.document = document
        self.wrapped = wrapped
        self.gap = True
        self.page: int | None = None
        self.cells: list[str] | None = None
        self.table = 0
        self.in_table = False
        self.item: Block | None = None

    def line(self, line: str) -> None:
        if line == "\f":
            self.page = (self.page or 1) + 1
            self.gap = True
            return
        if "\t" in line and not line.strip():
            self._open_cell(line, "")
            return
        if not line.strip():
            self._close_row()
            self.gap = True
            return
        if line.startswith("\t") and (self.cells is not None or "\t" not in line.strip()):
            self._open_cell(line, line.strip())
            return
        if self.cells is not None and self.in_table:
            self._into_cell(line.strip())
            return
        self._words(line)

    def end(self) -> None:
        self._close_row()

    def _open_cell(self, line: str, words: str) -> None:
        """A line that begins with a tab is the next cell of a row, or several cells."""
        if self.cells is None:
            self.cells = []
            self.table += 0 if self.in_table else 1
            self.in_table = True
        self.cells.extend(part.strip() for part in (line[1:].split("\t") if words else [words]))

    def _into_cell(self, words: str) -> None:
        cells = self.cells or [""]
        begins = labelled(words)
        if begins.mark == "box" or (cells[-1] == "" and begins.mark):
            cells.append(words)
        else:
            cells[-1] = f"{cells[-1]} {words}".strip()
        self.cells = cells

    def _close_row(self) -> None:
        if self.cells is not None:
            self._add(Block(" ".join(filter(None, self.cells)), cells=tuple(self.cells), table=self.table))
        self.cells = None

    def _words(self, line: str) -> None:
        block = labelled(line)
        cells = tuple(part.strip() for part in line.strip(" \n").split("\t"))
        if not block.mark and len(cells) > 1:
            self.table += 0 if self.in_table and not self.gap else 1
            self.in_table = True
            self._add(Block(flat(line), cells=cells, table=self.table))
            return
        self.in_table = False
        block.depth = len(line.expandtabs(4)) - len(line.expandtabs(4).lstrip())
        block.text = flat(block.text)
        last = self.document.blocks[-1] if self.document.blocks and not self.gap else None
        if last is not None and last.cells is None and not block.mark:
            if self._is_listed_below(last, block, set_in=line[:1] == " "):
                return
            if self._continues(last, block.text):
                last.text = f"{last.text} {block.text}".strip()
                return
        self._add(block)
        if block.mark == "bullet":
            before = self.item
            if before is not None and block.depth == before.depth + 1 and not before.text.endswith(":"):
                block.depth = before.depth  # one space is a slip of the hand, unless a list is expected
            self.item = block

    def _continues(self, last: Block, words: str) -> bool:
        if self.wrapped:
            return True
        return words[:1].islower() or last.text.count("**") % 2 == 1

    def _is_listed_below(self, last: Block, block: Block, *, set_in: bool) -> bool:
        """Lines set in below "Useful links: the first one" are its list; nothing else shows them as items."""
        if not set_in or self.wrapped:
            return False
        lead = LEAD.match(last.text) if not last.mark else None
        if lead:
            last.text = lead.group(1)
            self._add(Block(lead.group(2), mark="bullet", tight=True))
        elif last.mark != "bullet" or last.printed:
            return False
        self._add(Block(block.text, mark="bullet", tight=True))
        return True

    def _add(self, block: Block) -> None:
        if block.text.count("**") == 2 and block.text.startswith("**") and block.text.endswith("**"):
            block.text, block.strong = block.text.strip("*").strip(), True
        block.text = block.text.replace("**", "")
        block.tight = not self.gap
        block.page = self.page
        self.document.blocks.append(block)
        self.gap = False
