"""A web page (HTML) as blocks, read by lxml: the part that holds the policy, without what stands around it."""

from __future__ import annotations

import re
from typing import Any

import msgspec
from lxml import html

from knowledge.importing.blocks import Block, Document, flat, labelled, shows_headings
from knowledge.importing.model import LeftOut
from knowledge.importing.numbering import shown_number

UNSAID = {"script", "style", "noscript", "template", "head", "svg", "iframe", "object", "select", "button"}
AROUND = {"nav", "header", "footer", "aside"}
INLINE = {
    *("img", "input", "picture", "wbr"),
    *("a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "del", "dfn", "em", "font", "i", "ins", "kbd"),
    *("label", "mark", "q", "s", "samp", "small", "span", "strike", "strong", "sub", "sup", "time", "tt", "u", "var"),
}
STYLES = {"1": "decimal", "a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman"}
HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)


class _List(msgspec.Struct):
    """A list that is open: the number of its next item, how it counts, or nothing for bullets."""

    next: int
    counts: str | None


def webpage_document(text: str) -> Document:
    """Return a web page's blocks. Entities that a page defines itself are not followed."""
    parser = html.HTMLParser(no_network=True, remove_comments=True, remove_pis=True)
    root = html.document_fromstring(re.sub(r"^\s*<\?xml[^>]*\?>", "", text), parser=parser)
    document = Document([])
    document.title = flat(root.findtext(".//title") or "") or None
    reading = _Reading(document)
    whole = root.find(".//main")
    if whole is None:
        articles = root.findall(".//article")
        whole = articles[0] if len(articles) == 1 else root.find("body")
    reading.through(whole if whole is not None else root)
    reading.flush()
    _note_around(root, whole, document)
    document.emphasis = shows_headings(document.blocks)
    return document


def _note_around(root: Any, whole: Any, document: Document) -> None:  # noqa: ANN401 - lxml has no types
    """List the words of the page that stand outside the part that was read."""
    if whole is None or whole.tag == "body":
        return
    body = root.find("body")
    for element in body if body is not None else ():
        if element is not whole and isinstance(element.tag, str) and element.tag not in UNSAID:
            inside = element.find(f".//{whole.tag}") is not None
            words = "" if inside else flat(element.text_content())
            if words:
                document.left_out.append(LeftOut(words, "a part of the web page around the policy"))


class _Reading:
    """Walks through a page, gathers words, and makes a block at the end of each paragraph."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.words: list[tuple[str, bool]] = []
        self.bold = 0
        self.lists: list[_List] = []
        self.waiting: str | None = None
        self.in_item = False
        self.heading: int | None = None
        self.tables = 0

    def through(self, element: Any) -> None:  # noqa: ANN401 - lxml has no types
        """Read an element and everything in it."""
        self.say(element.text)
        for child in element:
            if isinstance(child.tag, str):
                self._child(child, child.tag.rpartition("}")[2].lower())
            self.say(child.tail)

    def say(self, words: str | None) -> None:
        """Add words to the paragraph that is open."""
        if words:
            self.words.append((re.sub(r"\s+", " ", words), self.bold > 0))

    def _child(self, child: Any, tag: str) -> None:  # noqa: ANN401 - lxml has no types
        if tag in UNSAID:
            return
        if tag in AROUND or child.get("hidden") is not None or HIDDEN.search(child.get("style") or ""):
            hidden = tag not in AROUND
            why = "hidden text: the page does not show it" if hidden else "a part of the web page around the policy"
            words = flat(child.text_content())
            self.document.left_out.extend([LeftOut(words, why)] if words else [])
        elif tag == "br":
            self.words.append(("\n", self.bold > 0))
        elif tag in INLINE or ":" in tag:
            self.bold += tag in {"b", "strong"}
            self.through(child)
            self.bold -= tag in {"b", "strong"}
        elif tag == "table":
            self._table(child)
        else:
            self._block(child, tag)

    def _block(self, child: Any, tag: str) -> None:  # noqa: ANN401 - lxml has no types
        self.flush()
        if tag in {"ol", "ul", "menu"}:
            start = str(child.get("start") or "1")
            counts = STYLES.get(child.get("type") or "1", "decimal") if tag == "ol" else None
            self.lists.append(_List(int(start) if start.isdigit() else 1, counts))
        elif tag == "li" and self.lists:
            self._item(child)
        elif re.fullmatch(r"h[1-6]", tag):
            self.heading = int(tag[1])
        self.through(child)
        self.flush()
        self.heading = None
        if tag in {"ol", "ul", "menu"}:
            self.lists.pop()
        if tag in {"ol", "ul", "menu", "li"}:
            self.waiting, self.in_item = None, False

    def _item(self, child: Any) -> None:  # noqa: ANN401 - lxml has no types
        listed = self.lists[-1]
        given = str(child.get("value") or "")
        number = int(given) if given.isdigit() else listed.next
        listed.next = number + 1
        self.waiting = "•" if listed.counts is None else f"{shown_number(number, listed.counts)}."
        self.in_item = False

    def flush(self) -> None:
        """End the paragraph that is open."""
        said = "".join(words for words, _ in self.words)
        strong = all(bold for words, bold in self.words if words.strip())
        self.words = []
        for place, line in enumerate(filter(None, (flat(line) for line in said.split("\n")))):
            self._line(line, place, strong=strong)

    def _line(self, line: str, place: int, *, strong: bool) -> None:
        block = labelled(line)
        if self.heading is None and self.waiting is not None:
            block = block if block.mark else labelled(f"{self.waiting} {line}")
            self.waiting, self.in_item = None, True
        elif self.heading is None and (place or self.in_item) and not block.mark and self.document.blocks:
            self.document.blocks[-1].text += f" {block.text}"
            return
        block.depth, block.strong, block.heading = max(len(self.lists) - 1, 0), strong, self.heading
        block.tight = bool(self.lists)
        self.document.blocks.append(block)

    def _table(self, table: Any) -> None:  # noqa: ANN401 - lxml has no types
        """Rows of cells; a table with lists or paragraphs in its cells only places them, and is read through."""
        self.flush()
        if table.find(".//li") is not None or table.find(".//table") is not None:
            self.through(table)
            self.flush()
            return
        self.tables += 1
        for row in table.iter("tr"):
            cells = tuple(flat(" ".join(cell.itertext())) for cell in row if cell.tag in {"td", "th"})
            block = Block(" ".join(filter(None, cells)), cells=cells, table=self.tables, tight=True)
            block.strong = bool(len(row)) and all(cell.tag == "th" for cell in row)
            self.document.blocks.append(block)
