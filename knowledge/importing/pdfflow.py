"""The lines of a PDF as paragraphs and list items: joined over line ends, columns and pages, hyphens taken out."""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise
from statistics import median

import msgspec

from knowledge.importing.blocks import Block, flat, labelled
from knowledge.importing.pdfpages import Line

KEPT = {
    "anti",
    "co",
    "cross",
    "e",
    "ex",
    "mid",
    "multi",
    "non",
    "off",
    "on",
    "over",
    "part",
    "post",
    "pre",
    "self",
    "well",
}
"""What is followed by a hyphen of its own, so that one at the end of a line stays."""
HYPHENATED = "-"
"""Counted among a document's words if its program parts words at the ends of lines; most do not."""
ABBREVIATED = re.compile(r"\b(?:e\.g|i\.e|cf|incl|Mr|Mrs|Ms|Dr|St|No)\.$")
STEP = 3.0
"""Points that make a difference in how far in a line stands."""


class Paragraph(msgspec.Struct):
    """Lines that belong together, and where their second line begins."""

    lines: list[Line]
    block: Block
    inward: float | None = None


def blocks_of(lines: list[Line]) -> list[Block]:
    """Return the paragraphs, items, headings and rows that a document's lines make."""
    known = Counter(word.casefold() for line in lines for word in re.findall(r"\w[\w-]*\w", line.text))
    known[HYPHENATED] = sum(bool(re.search(r"\w[-\u2010]$", line.text)) for line in lines) > len(lines) * 0.04
    body = _body_size(lines)
    leading = _leading(lines)
    paragraphs: list[Paragraph] = []
    for line in _with_bullets(lines):
        last = paragraphs[-1] if paragraphs else None
        if last is not None and line.cells is None and last.lines[-1].cells is None and _goes_on(last, line, leading):
            _add(last, line, known)
        else:
            paragraphs.append(_opened(line, body))
    return [paragraph.block for paragraph in paragraphs]


def _body_size(lines: list[Line]) -> float:
    sizes: Counter[float] = Counter()
    for line in lines:
        sizes[line.size] += len(line.text)
    return sizes.most_common(1)[0][0] if sizes else 10.0


def _leading(lines: list[Line]) -> float:
    """From one line of a paragraph to the next, in line heights."""
    steps = [
        (two.bottom - one.bottom) / max(one.bottom - one.top, 1.0)
        for one, two in pairwise(lines)
        if one.page == two.page and two.text[:1].islower() and two.bottom > one.bottom
    ]
    return median(steps) if steps else 1.2


def _with_bullets(lines: list[Line]) -> list[Line]:
    """Lines in which a bullet or number that stands on a line of its own is put before the words that it marks."""
    kept: list[Line] = []
    for line in lines:
        line.text = re.sub(r"^(?:\(cid:\d+\)|[\ue000-\uf8ff])\s*", "• ", line.text)
        before = kept[-1] if kept else None
        alone = before is not None and re.fullmatch(r"[•◦▪■●○o–-]|\(?[\da-z]{1,2}(?:\.\d+)*[.)]", before.text.strip())
        if before is not None and alone and line.x0 > before.x0 and line.page == before.page and line.cells is None:
            line.text, line.x0 = f"{before.text.strip()} {line.text}", before.x0
            kept.pop()
        kept.append(line)
    return kept


def _opened(line: Line, body: float) -> Paragraph:
    strong = line.bold or line.size > body + 0.9 or (line.text.isupper() and len(line.text) > 3)
    if line.cells is not None:
        block = Block(line.text, cells=line.cells, table=line.table)
    else:
        block = labelled(line.text)
        if strong and not block.mark:
            bare = re.match(r"^(\d{1,2})\s+(?=[A-Z])", line.text)
            if bare:
                block = Block(line.text[bare.end() :], bare.group(1), bare.group(1), "number")
    block.text, block.page, block.strong = flat(block.text), line.page, strong
    block.depth = round((line.x0 - line.left) / STEP)
    return Paragraph([line], block)


def _goes_on(last: Paragraph, line: Line, leading: float) -> bool:
    """Whether a line belongs to the paragraph before."""
    before = last.lines[-1]
    if abs(before.size - line.size) > 0.6 or (before.bold != line.bold and _is_heading_like(last, line)):
        return False
    ended = re.search(r"(?:[.!?:;]|[.!?][”\"’')])$", before.text) is not None and not ABBREVIATED.search(before.text)
    short = _has_room(before, line)
    same_column = before.page == line.page and before.left == line.left and line.top > before.top
    if same_column:
        step = (line.bottom - before.bottom) / max(before.bottom - before.top, 1.0)
        if step > leading * 1.3 + 0.1:
            return False
        return _in_column(last, line, ended=ended, short=short)
    if ended or _is_item(line.text):
        return False
    if line.text[:1].islower():
        return True
    return not last.block.strong and (not short or (len(last.block.text) > 40 and not last.block.mark))


def _has_room(before: Line, line: Line) -> bool:
    """Whether the first word of a line would have fitted at the end of the line before: its writer went down."""
    letter = (before.x1 - before.x0) / max(len(before.text), 1)
    word = len(line.text.split()[0]) if line.text.split() else 0
    return before.right - before.x1 > (word + 1) * letter * 1.15 + 2


def _in_column(last: Paragraph, line: Line, *, ended: bool, short: bool) -> bool:
    before = last.lines[-1]
    item = _is_item(line.text)
    if item and not _hangs(last, line):
        return not (ended or short or (abs(line.x0 - last.lines[0].x0) < STEP and last.block.mark != ""))
    if item and (ended or short):
        return False
    if last.inward is not None:
        return abs(line.x0 - last.inward) < STEP or (not ended and line.text[:1].islower())
    if last.block.mark:
        return line.x0 > before.x0 - STEP or line.text[:1].islower()
    moved = abs(line.x0 - before.x0) > 2 * STEP
    if moved and ended:
        return False
    return not (short and (ended or not line.text[:1].islower()))


def _is_heading_like(last: Paragraph, line: Line) -> bool:
    """Whether the type changes because a heading ends or begins, not for a bold word at a line's end."""
    one = " ".join(each.text for each in last.lines)
    return (last.lines[-1].bold and len(one) < 120 and one[-1:] not in ",;") or (line.bold and len(line.text) < 90)


def _is_item(text: str) -> bool:
    return bool(labelled(text).mark)


def _hangs(last: Paragraph, line: Line) -> bool:
    """Whether a line that begins with a number stands where the paragraph's words do, as part of a sentence."""
    return last.inward is not None and abs(line.x0 - last.inward) < STEP and line.x0 > last.lines[0].x0 + STEP


def _add(paragraph: Paragraph, line: Line, known: Counter[str]) -> None:
    if paragraph.inward is None:
        paragraph.inward = line.x0
    block = paragraph.block
    block.text = flat(_over_the_end(block.text, line.text, known))
    block.strong = block.strong and (
        line.bold or (line.size == paragraph.lines[-1].size and not paragraph.lines[-1].bold)
    )
    paragraph.lines.append(line)


def _over_the_end(text: str, more: str, known: Counter[str]) -> str:
    """Two lines as one. A hyphen at the line's end goes, unless the word has one where it stands elsewhere."""
    if text.endswith("\u00ad"):
        return text[:-1] + more
    if re.search(r"(?:://|www\.)\S*$", text) and (text.endswith("-") or " " not in more):
        return text + more
    broken = re.search(r"(\w+)[-\u2010]$", text)
    rest = re.match(r"\w+", more)
    if broken is None or rest is None or not more[:1].islower():
        return f"{text} {more}"
    whole, parted = f"{broken.group(1)}{rest.group()}".casefold(), f"{broken.group(1)}-{rest.group()}".casefold()
    own = broken.group(1).casefold() in KEPT or not known[HYPHENATED]
    keeps = known[parted] > known[whole] or (not known[whole] and own)
    return f"{text}{more}" if keeps else f"{text[:-1]}{more}"
