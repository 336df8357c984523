"""A PDF as blocks: its words line by line without running headers and page numbers. A scan is refused."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pdfplumber
from pdfminer.pdfdocument import PDFPasswordIncorrect
from pdfplumber.utils.exceptions import PdfminerException

from knowledge.importing.blocks import Document, flat, shows_headings
from knowledge.importing.model import LeftOut
from knowledge.importing.pdfflow import blocks_of
from knowledge.importing.pdfpages import Line, lines_of
from knowledge.importing.safety import MOST_PAGES, ImportRefused

EDGE = 0.12
"""The part of a page's height at its top and its bottom where running lines stand."""
NUMBER = re.compile(r"^(?:page\s*)?[-–|\s]*\d{1,4}[-–|\s]*(?:(?:of|/)\s*\d{1,4})?$", re.IGNORECASE)


def pdf_document(data: bytes, tell: Callable[[str, float], None] | None = None) -> Document:
    """Return a PDF's blocks; ``tell`` hears of each page. Raise ``ImportRefused`` for a scan, a lock, or 250 pages."""
    try:
        with pdfplumber.open(BytesIO(data)) as pdf:
            return _read(pdf, tell or (lambda _what, _share: None))
    except PdfminerException as failed:
        if any(isinstance(cause, PDFPasswordIncorrect) for cause in failed.args):
            raise ImportRefused(
                "This PDF is locked with a password. Save a copy without one, and choose the copy.",
            ) from None
        raise


def _read(pdf: Any, tell: Callable[[str, float], None]) -> Document:  # noqa: ANN401 - pdfplumber's own type
    pages = pdf.pages
    if len(pages) > MOST_PAGES:
        raise ImportRefused(
            f"This PDF has {len(pages)} pages, and a policy has a few. Save the policy's own pages as a file.",
        )
    document = Document([])
    lines: list[Line] = []
    heights: dict[int, float] = {}
    pictures: list[int] = []
    gutters: list[float] = []
    for number, page in enumerate(pages, 1):
        found, aside = lines_of(page, number, gutters)
        if sum(len(line.text) for line in found) < 20 and page.images:
            pictures.append(number)
        if aside:
            document.left_out.append(
                LeftOut(" ".join(aside), f"words at an angle on page {number}, such as a watermark")
            )
        lines.extend(found)
        heights[number] = float(page.height)
        page.close()
        tell("Reading the pages", 0.05 + 0.8 * number / len(pages))
    _refuse_scan(lines, pictures, len(pages))
    document.left_out.extend(
        LeftOut(f"page {number}", "a picture of a page: the words on it were not read") for number in pictures
    )
    document.blocks = blocks_of(_without_running(lines, heights, document))
    document.emphasis = shows_headings(document.blocks)
    return document


def _refuse_scan(lines: list[Line], pictures: list[int], pages: int) -> None:
    if not lines or len(pictures) > pages / 2:
        raise ImportRefused(
            "This PDF is a scan: it holds pictures of pages and no words. Find the Word file that it was printed from, "
            "or have the scan turned into text (OCR) first.",
        )


def _without_running(lines: list[Line], heights: dict[int, float], document: Document) -> list[Line]:
    """Lines without those that stand at the top or bottom of page after page, and without page numbers."""
    pages: dict[str, set[int]] = {}
    for line in lines:
        if _at_edge(line, heights):
            pages.setdefault(_pattern(line), set()).add(line.page)
    enough = max(2, round(0.4 * len(heights)))
    running = {pattern for pattern, on in pages.items() if len(on) >= enough}
    kept: list[Line] = []
    seen: Counter[tuple[str, str]] = Counter()
    for line in lines:
        if not _at_edge(line, heights) or line.cells is not None:
            kept.append(line)
        elif NUMBER.match(line.text):
            seen[line.text, "a page number"] += 1
        elif _pattern(line) in running:
            seen[line.text, "a line that is printed again on every page"] += 1
        else:
            kept.append(line)
    document.left_out.extend(LeftOut(flat(text), why) for text, why in seen)
    return kept


def _at_edge(line: Line, heights: dict[int, float]) -> bool:
    height = heights[line.page]
    return line.bottom < height * EDGE or line.top > height * (1 - EDGE)


def _pattern(line: Line) -> str:
    """A line without its figures, so that "Page 2 of 9" is the same on every page."""
    return re.sub(r"\d+", "#", flat(line.text).casefold())
