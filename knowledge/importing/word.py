"""A Word file (.docx) as blocks, with the numbers that Word prints, its tables, and its unresolved tracked changes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from io import BytesIO
from typing import Any

import docx
from docx.opc.constants import RELATIONSHIP_TYPE as RT
from docx.oxml.parser import parse_xml

from knowledge.importing.blocks import Block, Document, flat, labelled, plain_label, shows_headings
from knowledge.importing.model import LeftOut
from knowledge.importing.numbering import Numbering, Printed
from knowledge.importing.safety import ImportRefused
from knowledge.importing.wordstyles import Styles, W, value
from knowledge.importing.wordtext import READING, Words, words_of

ASIDE = {
    RT.HEADER: "a running header or footer",
    RT.FOOTER: "a running header or footer",
    RT.FOOTNOTES: "a footnote",
    RT.ENDNOTES: "an endnote",
    RT.COMMENTS: "a comment in the margin",
}
WRAPPERS = {f"{W}sdt", f"{W}sdtContent", f"{W}customXml", f"{W}smartTag", f"{W}ins", f"{W}moveTo"}
MOST_PARAGRAPHS = 8_000
STEP = 180
"""Twentieths of a point that make one step of indent: finer than any list, coarser than a slip of the ruler."""


def word_document(data: bytes, tell: Callable[[str, float], None] | None = None) -> Document:
    """Return a Word file's blocks. Whatever python-docx raises on a broken file is left to the caller.

    ``tell`` hears how far it is.
    """
    package = docx.Document(BytesIO(data))
    if sum(1 for _ in package.element.body.iter(f"{W}p")) > MOST_PARAGRAPHS:
        raise ImportRefused("This document is far longer than any policy. Is it the right file?")
    reading = _Reading(package, tell or (lambda _what, _share: None))
    reading.through(package.element.body)
    reading.end()
    return reading.document


class _Reading:
    """Walks through a document's body in order, counting the paragraphs of its lists."""

    def __init__(self, package: Any, tell: Callable[[str, float], None]) -> None:  # noqa: ANN401 - no types
        self.package = package
        self.tell = tell
        self.read = 0
        self.document = Document([])
        self.styles = Styles(package.styles.element)
        self.numbering = Numbering(self._part(RT.NUMBERING), self.styles)
        body = package.element.body
        self.body_size = self._body_size(body)
        self.page = 1 if next(body.iter(f"{W}lastRenderedPageBreak"), None) is not None else None
        self.whole = sum(1 for _ in body.iter(f"{W}p"))
        self.tables = 0
        self.carried: Words | None = None

    def _part(self, kind: str) -> Any:  # noqa: ANN401 - lxml has no types
        try:
            part = self.package.part.part_related_by(kind)
        except KeyError:
            return None
        return part.element if hasattr(part, "element") else parse_xml(part.blob)

    def _body_size(self, body: Any) -> int:  # noqa: ANN401 - lxml has no types
        sizes: Counter[int] = Counter()
        for paragraph in list(body.iter(f"{W}p"))[:400]:
            for run in paragraph.iter(f"{W}r"):
                sizes[self.styles.size(run, paragraph)] += sum(len(text.text or "") for text in run.iter(f"{W}t"))
        return sizes.most_common(1)[0][0] if sizes else 20

    def through(self, element: Any) -> None:  # noqa: ANN401 - lxml has no types
        """Read what stands in the body, or in something that wraps paragraphs."""
        for child in element:
            if child.tag == f"{W}p":
                self.document.blocks.extend(self.paragraph(child))
            elif child.tag == f"{W}tbl":
                self._table(child)
            elif child.tag in WRAPPERS:
                self.through(child)

    def end(self) -> None:
        """Add what stands beside the text, and say how headings are shown."""
        if self.carried is not None:
            self.document.blocks.append(Block(flat(self.carried.text), changes=self.carried.changes))
        for relation in self.package.part.rels.values():
            why = ASIDE.get(relation.reltype)
            if why is None or relation.is_external:
                continue
            part = relation.target_part
            root = part.element if hasattr(part, "element") else parse_xml(part.blob)
            for paragraph in root.iter(f"{W}p"):
                self._aside(words_of(paragraph).text, why)
        self.document.emphasis = shows_headings(self.document.blocks)
        changes = [*self.document.tracked, *(change for block in self.document.blocks for change in block.changes)]
        self.document.taken = READING if changes else None

    def _aside(self, text: str, why: str) -> None:
        words = flat(text)
        if words and LeftOut(words, why) not in self.document.left_out:
            self.document.left_out.append(LeftOut(words, why))

    def paragraph(self, paragraph: Any) -> list[Block]:  # noqa: ANN401 - lxml has no types
        """Return the blocks of one paragraph: one, or several where it holds lines with numbers of their own."""
        self.read += 1
        if self.read % 100 == 0:
            self.tell("Reading the words", 0.05 + 0.8 * min(self.read / self.whole, 1.0))
        words = words_of(paragraph)
        self._beside(words)
        if self.carried is not None:
            words = _joined(self.carried, words)
            self.carried = None
        if words.deleted:
            if words.text.strip():
                self.carried = words
            else:
                self.document.tracked.extend(words.changes)
            return []
        if not words.text.strip():
            self.document.tracked.extend(words.changes)
            if self._is_counted_empty(paragraph):
                self.numbering.printed(paragraph)
            return []
        if self._in_contents(paragraph):
            self.document.contents.append(Block(flat(words.text), cells=tuple(words.text.split("\t"))))
            self._aside(words.text, "the table of contents")
            return []
        return self._blocks(paragraph, words)

    def _is_counted_empty(self, paragraph: Any) -> bool:  # noqa: ANN401 - lxml has no types
        """Word prints a number before an empty paragraph of a list too, so it counts."""
        return value(paragraph.find(f"{W}pPr/{W}numPr"), "numId") is not None

    def _beside(self, words: Words) -> None:
        if self.page is not None:
            self.page += words.page_breaks
        if words.hidden.strip():
            self._aside(words.hidden, "hidden text: Word does not show it")
        for box in words.boxes:
            inside = " ".join(words_of(paragraph).text for paragraph in box.iter(f"{W}p"))
            self._aside(inside, "a text box beside the text: see whether it belongs in a clause")

    def _in_contents(self, paragraph: Any) -> bool:  # noqa: ANN401 - lxml has no types
        return any(name.startswith("toc ") for name in self.styles.names(paragraph)[:1])

    def _blocks(self, paragraph: Any, words: Words) -> list[Block]:  # noqa: ANN401 - lxml has no types
        number = self.numbering.printed(paragraph)
        lines = [line for line in words.text.strip().split("\n") if line.strip()]
        strong = self._strong(paragraph, words)
        blocks: list[Block] = []
        for place, line in enumerate(lines):
            block = labelled(line.strip())
            if place == 0 and number is not None:
                block = _numbered(number, line.strip())
            elif place and not block.mark:
                blocks[-1].text = f"{blocks[-1].text} {flat(block.text)}"
                continue
            block.text = flat(block.text)
            block.strong, block.page = strong, self.page
            inward = self.styles.indent(paragraph, number.level if number else None)
            block.depth = round((inward or 0) / STEP)
            blocks.append(block)
        outline = self.styles.outline(paragraph)
        if outline is not None and len(blocks) == 1 and _short(blocks[0]):
            blocks[0].heading = outline
        blocks[0].changes = words.changes
        return blocks

    def _strong(self, paragraph: Any, words: Words) -> bool:  # noqa: ANN401 - lxml has no types
        runs = [run for run, text in words.runs if text.strip()]
        larger = all(self.styles.size(run, paragraph) > self.body_size + 1 for run in runs)
        return larger or all(self.styles.bold(run, paragraph) for run in runs) or words.text.strip().isupper()

    def _table(self, table: Any) -> None:  # noqa: ANN401 - lxml has no types
        """Read a table row by row: as cells, or in reading order where it only places lists and paragraphs."""
        self.tables += 1
        for row in _children(table, "tr"):
            properties = row.find(f"{W}trPr")
            cells = [self._cell(cell) for cell in _children(row, "tc")]
            if properties is not None and properties.find(f"{W}del") is not None:
                continue
            self._row([blocks for blocks, _ in cells], [span for _, span in cells])

    def _cell(self, cell: Any) -> tuple[list[Block], int]:  # noqa: ANN401 - lxml has no types
        whole, self.document.blocks = self.document.blocks, []
        properties = cell.find(f"{W}tcPr")
        self.through(cell)
        blocks, self.document.blocks = self.document.blocks, whole
        span = value(properties, "gridSpan") if properties is not None else None
        return blocks, int(span) if span and span.isdigit() else 1

    def _row(self, cells: list[list[Block]], spans: list[int]) -> None:
        listed = any(sum(bool(block.mark) for block in blocks) > 1 or len(blocks) > 3 for blocks in cells)
        if listed or (len(cells) == 1 and len(cells[0]) > 1):
            for blocks in cells:
                self.document.blocks.extend(blocks)
            return
        texts: list[str] = []
        for blocks, span in zip(cells, spans, strict=True):
            texts.append(" ".join(f"{block.printed} {block.text}".strip() for block in blocks))
            texts.extend([""] * (span - 1) if len(cells) > 1 else [])
        whole = [block for blocks in cells for block in blocks]
        row = Block(" ".join(filter(None, texts)), cells=tuple(texts), table=self.tables)
        row.strong = bool(whole) and all(block.strong for block in whole)
        row.page = whole[0].page if whole else self.page
        row.changes = [change for block in whole for change in block.changes]
        self.document.blocks.append(row)


def _children(element: Any, name: str) -> list[Any]:  # noqa: ANN401 - lxml has no types
    """Children of that name, also where a content control or a change wraps them."""
    found: list[Any] = []
    for child in element:
        if child.tag == f"{W}{name}":
            found.append(child)
        elif child.tag in WRAPPERS:
            found.extend(_children(child, name))
    return found


def _numbered(number: Printed, line: str) -> Block:
    """A block with the number that Word prints before it. "Appendix A" before a title is part of the title."""
    if number.counts == "bullet":
        box = number.text in "☐❑❏"
        return Block(line, printed=number.text, mark="box" if box else "bullet")
    label = plain_label(number.text.split()[-1]) if number.text.split() else ""
    if not label:
        return labelled(line)
    if number.text.split()[0].casefold() in {"appendix", "annex", "schedule"}:
        return Block(f"{number.text.rstrip(':')}: {line}")
    decimal = any(sign.isdigit() for sign in label)
    return Block(line, label, number.text, "number" if decimal else "letter")


def _short(block: Block) -> bool:
    """Whether a paragraph in a heading's style can be one: many a policy numbers whole clauses with them."""
    return len(block.text) <= 120 and (not block.mark or block.text[-1:] not in ".;:,")


def _joined(first: Words, second: Words) -> Words:
    """Two paragraphs whose mark between them is deleted are one."""
    return Words(
        f"{first.text} {second.text}",
        [*first.runs, *second.runs],
        second.hidden,
        second.boxes,
        [*first.changes, *second.changes],
        second.page_breaks,
        second.deleted,
    )
