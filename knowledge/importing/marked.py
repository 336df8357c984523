"""Markdown as blocks, read by markdown-it."""

from __future__ import annotations

import re

from markdown_it import MarkdownIt
from markdown_it.token import Token

from knowledge.importing.blocks import Block, Document, flat, labelled, shows_headings
from knowledge.importing.model import LeftOut
from knowledge.importing.plain import TAG

HEAD = re.compile(r"\A---\n(.*?)\n---\n", re.DOTALL)
TITLE = re.compile(r"^title:\s*[\"']?(.+?)[\"']?\s*$", re.MULTILINE)


def marked_document(text: str) -> Document:
    """Return a Markdown text's blocks. Numbers of lists are those that a reader would see."""
    document = Document([])
    text = text.replace("\r\n", "\n")
    head = HEAD.match(text)
    if head:
        found = TITLE.search(head.group(1))
        document.title = found.group(1) if found else None
        document.left_out.append(LeftOut(head.group(1), "facts about the file, above its text"))
        text = text[head.end() :]
    reading = _Reading(document)
    for token in MarkdownIt("commonmark").enable("table").disable("code").parse(text):
        reading.token(token)
    document.emphasis = shows_headings(document.blocks)
    return document


class _Reading:
    """Takes markdown-it's tokens one by one and adds blocks to the document."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.numbers: list[int | None] = []
        self.waiting: str | None = None
        self.in_item = False
        self.heading: int | None = None
        self.cells: list[str] | None = None
        self.table = 0

    def token(self, token: Token) -> None:
        if token.type == "inline":
            self._inline(token)
        elif token.type in {"fence", "html_block", "code_block"}:
            self._lines(TAG.sub(" ", token.content), strong=False)
        elif token.type == "heading_open":
            self.heading = int(token.tag[1])
        elif token.tag in {"ul", "ol", "li"}:
            self._list(token)
        elif token.tag in {"table", "tr"}:
            self._row(token)

    def _list(self, token: Token) -> None:
        self.in_item = False
        if token.tag == "li":
            number = self.numbers[-1]
            opens = token.nesting > 0
            self.waiting = (token.markup if number is None else f"{number}{token.markup}") if opens else None
            self.numbers[-1] = None if number is None else number + opens
        elif token.nesting > 0:
            self.numbers.append(int(token.attrs.get("start", 1)) if token.tag == "ol" else None)
        else:
            self.numbers.pop()

    def _row(self, token: Token) -> None:
        if token.tag == "table":
            self.table += token.nesting > 0
        elif token.nesting > 0:
            self.cells = []
        else:
            cells = tuple(self.cells or ())
            self.document.blocks.append(Block(" ".join(filter(None, cells)), cells=cells, table=self.table))
            self.cells = None

    def _inline(self, token: Token) -> None:
        text, strong = self._words(token.children or [])
        if self.cells is not None:
            self.cells.append(flat(text))
        elif self.heading is not None:
            block = labelled(flat(text))
            block.heading, block.strong, self.heading = self.heading, True, None
            self.document.blocks.append(block)
        else:
            self._lines(text, strong=strong)

    def _words(self, children: list[Token]) -> tuple[str, bool]:
        """The words of a paragraph, a line each, and whether all of them are bold."""
        words: list[str] = []
        deep, plain, bold = 0, False, False
        for child in children:
            deep += child.nesting if child.tag == "strong" else 0
            if child.type in {"text", "code_inline"}:
                words.append(child.content)
                bold = bold or deep > 0
                plain = plain or (deep == 0 and bool(child.content.strip()))
            elif child.type in {"softbreak", "hardbreak"}:
                words.append("\n")
            elif child.type == "link_open":
                self._address(str(child.attrs.get("href", "")), children)
            elif child.type == "html_inline" and not TAG.fullmatch(child.content):
                words.append(child.content)
        return "".join(words), bold and not plain

    def _address(self, address: str, children: list[Token]) -> None:
        if address and not any(address in child.content for child in children):
            self.document.left_out.append(LeftOut(address, "the address behind a link"))

    def _lines(self, text: str, *, strong: bool) -> None:
        """Lines of a paragraph are one block, except that a line with a number or letter begins another."""
        depth = max(len(self.numbers) - 1, 0)
        for place, line in enumerate(filter(None, (flat(line) for line in text.split("\n")))):
            block = labelled(line)
            block.depth, block.strong, block.tight = depth, strong, place > 0 or bool(self.numbers)
            if place == 0 and self.waiting is not None:
                if not block.mark:
                    block = labelled(f"{self.waiting} {line}")
                    block.depth, block.strong, block.tight = depth, strong, True
                self.waiting, self.in_item = None, True
            elif (place > 0 or self.in_item) and not block.mark and self.document.blocks:
                self.document.blocks[-1].text += f" {block.text}"
                continue
            self.document.blocks.append(block)
