"""The lines of a PDF's page in reading order: words put together, columns one after the other, tables as rows."""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise
from typing import Any

import msgspec

from knowledge.importing.blocks import flat

Word = dict[str, Any]

BOLD = re.compile(r"bold|black|heavy|semibold|demi|[-,]bd\b|-b\b", re.IGNORECASE)
NARROWEST_GUTTER = 8.0
FEWEST_LINES = 6
BULLET = 7.0
"""Points across, at most, of a dot that is drawn before the items of a list."""
FEWEST_RULES, MOST_RULES = 4, 3_000
"""Lines and boxes that a page with a table has; a drawing has more, and looking for tables in it takes minutes."""


class Line(msgspec.Struct):
    """A line as printed, where it stands on its page, and how. ``cells`` is a row of a table instead.

    ``left`` and ``right`` are the edges of the column that it stands in.
    """

    text: str
    x0: float
    x1: float
    top: float
    bottom: float
    page: int
    size: float = 10.0
    bold: bool = False
    left: float = 0.0
    right: float = 0.0
    cells: tuple[str, ...] | None = None
    table: int | None = None


def lines_of(page: Any, number: int, gutters: list[float]) -> tuple[list[Line], list[str]]:  # noqa: ANN401 - no types
    """Return a page's lines in reading order, and the words that stand at an angle, such as a watermark.

    ``gutters`` are those found on earlier pages; one found here is added.
    """
    tables = _tables(page)
    words = page.extract_words(extra_attrs=["fontname", "size"], x_tolerance_ratio=0.15, keep_blank_chars=False)
    aside = [word["text"] for word in words if not word.get("upright", True)]
    upright = [word for word in words if word.get("upright", True) and not any(_within(word, box) for box, _ in tables)]
    lines: list[Line] = []
    for band in _bands(upright, tables, float(page.width), gutters):
        lines.extend(_lines(band, number) if isinstance(band, list) else _rows(band, number))
    _put_drawn_bullets(page, lines)
    return lines, aside


def _put_drawn_bullets(page: Any, lines: list[Line]) -> None:  # noqa: ANN401 - pdfplumber's own type
    """Put a bullet before a line that has a small dot or square drawn before it: browsers print lists so."""
    dots = [
        dot for dot in (*page.curves, *page.rects) if 1 <= dot["x1"] - dot["x0"] <= BULLET >= dot["bottom"] - dot["top"]
    ]
    for line in lines:
        for dot in dots:
            middle = (dot["top"] + dot["bottom"]) / 2
            if line.top < middle < line.bottom and 0 < line.x0 - dot["x1"] < 2.5 * line.size and line.cells is None:
                line.text, line.x0 = f"{'•' if dot.get('fill') else '◦'}\t{line.text}", dot["x0"]
                break


def _tables(page: Any) -> list[tuple[tuple[float, ...], list[list[str | None]]]]:  # noqa: ANN401 - pdfplumber's
    """Tables with drawn borders and more than one column. A frame around a paragraph is none."""
    if not FEWEST_RULES <= len(page.rects) + len(page.lines) <= MOST_RULES:
        return []
    found = []
    for table in page.find_tables():
        rows = table.extract(x_tolerance_ratio=0.15)
        if len(rows) > 1 and max((sum(cell is not None for cell in row) for row in rows), default=0) > 1:
            found.append((table.bbox, rows))
    return found


def _within(word: Word, box: tuple[float, ...]) -> bool:
    middle, height = (word["x0"] + word["x1"]) / 2, (word["top"] + word["bottom"]) / 2
    return bool(box[0] <= middle <= box[2] and box[1] <= height <= box[3])


def _bands(words: list[Word], tables: list[Any], width: float, gutters: list[float]) -> list[Any]:
    """A page from top to bottom: words of one column each, left before right, and tables where they stand."""
    bands: list[Any] = []
    edges = sorted(tables, key=lambda table: float(table[0][1]))
    for table in edges:
        above = [word for word in words if word["top"] < table[0][1]]
        words = [word for word in words if word["top"] >= table[0][1]]
        bands.extend(_columns(above, width, gutters))
        bands.append(table)
    return [*bands, *_columns(words, width, gutters)]


def _columns(words: list[Word], width: float, gutters: list[float]) -> list[list[Word]]:
    """Words as columns. What stands across the gutter, such as a title, parts what is above it from what is below."""
    gutter = _gutter(words, width, gutters)
    if gutter is None:
        return [words] if words else []
    rows = _by_height(words)
    bands: list[list[Word]] = []
    left: list[Word] = []
    right: list[Word] = []
    for row in rows:
        if any(word["x0"] < gutter < word["x1"] for word in row) or _crosses(row, gutter):
            bands.extend(band for band in (left, right, row) if band)
            left, right = [], []
        else:
            left.extend(word for word in row if word["x1"] <= gutter)
            right.extend(word for word in row if word["x0"] >= gutter)
    bands.extend(band for band in (left, right) if band)
    return bands


def _crosses(row: list[Word], gutter: float) -> bool:
    """Whether a line runs over the gutter with a plain space there."""
    before = [word for word in row if word["x1"] <= gutter]
    after = [word for word in row if word["x0"] >= gutter]
    if not before or not after:
        return False
    space = min(word["x0"] for word in after) - max(word["x1"] for word in before)
    return bool(space < 0.6 * row[0]["size"])


def _gutter(words: list[Word], width: float, gutters: list[float]) -> float | None:
    """The middle of the empty strip between two columns of text, if there is one."""
    rows = _by_height(words)
    if len(rows) < FEWEST_LINES:
        return None
    tried: list[tuple[int, float, float]] = []
    for middle in (width * step / 100 for step in range(35, 66)):
        crossed = sum(any(word["x0"] < middle < word["x1"] for word in row) for row in rows)
        ends = sorted(float(word["x1"]) for word in words if word["x1"] <= middle)
        starts = sorted(float(word["x0"]) for word in words if word["x0"] >= middle)
        if ends and starts:
            # One word in fifty may reach into the strip: a long address, or a heading over both columns.
            left, right = ends[-1 - len(ends) // 50], starts[len(starts) // 50]
            tried.append((crossed, left - right, (left + right) / 2))
    crossed, strip, gutter = min(tried, default=(len(rows), 0.0, 0.0))
    empty = crossed <= len(rows) * 0.15 and -strip >= NARROWEST_GUTTER
    if not empty or not (any(abs(gutter - other) < 12 for other in gutters) or _filled(rows, gutter)):
        return None
    gutters.append(gutter)
    return gutter


def _filled(rows: list[list[Word]], gutter: float) -> bool:
    """Whether both sides are filled with lines of text, not with a label here and a value there."""
    lefts = [part for row in rows if (part := [word for word in row if word["x1"] <= gutter])]
    rights = [part for row in rows if (part := [word for word in row if word["x0"] >= gutter])]
    for side in (lefts, rights):
        if len(side) < FEWEST_LINES:
            return False
        whole = max(part[-1]["x1"] for part in side) - min(part[0]["x0"] for part in side)
        lengths = sorted(part[-1]["x1"] - part[0]["x0"] for part in side)
        if lengths[len(lengths) * 3 // 4] < 0.6 * whole:
            return False
    return True


def _by_height(words: list[Word]) -> list[list[Word]]:
    """Words that stand beside each other, from top to bottom, each row from left to right."""
    rows: list[list[Word]] = []
    for word in sorted(words, key=lambda word: (word["bottom"], word["x0"])):
        last = rows[-1][0] if rows else None
        if last is not None and _beside(last, word):
            rows[-1].append(word)
        else:
            rows.append([word])
    return [sorted(row, key=lambda word: float(word["x0"])) for row in rows]


def _beside(one: Word, two: Word) -> bool:
    overlap = min(one["bottom"], two["bottom"]) - max(one["top"], two["top"])
    return bool(overlap > 0.5 * min(one["bottom"] - one["top"], two["bottom"] - two["top"]))


def _lines(words: list[Word], page: int) -> list[Line]:
    left, right = min(word["x0"] for word in words), max(word["x1"] for word in words)
    lines = []
    for row in _by_height(words):
        sizes = Counter(round(float(word["size"]), 1) for word in row for _ in word["text"])
        lettered = [word for word in row if re.search(r"\w", word["text"])] or row
        line = Line(_spaced(row), row[0]["x0"], row[-1]["x1"], row[0]["top"], row[0]["bottom"], page)
        line.size = sizes.most_common(1)[0][0]
        line.bold = all(BOLD.search(word["fontname"] or "") for word in lettered)
        line.left, line.right = left, right
        lines.append(line)
    return lines


def _spaced(row: list[Word]) -> str:
    """The words of a line, none parted where only the type changes. Behind a bullet set apart stands a tab."""
    text = str(row[0]["text"])
    for before, word in pairwise(row):
        gap = word["x0"] - before["x1"]
        wide = before is row[0] and gap > 0.6 * word["size"] and (text == "o" or not re.search(r"\w", text))
        text += ("\t" if wide else "" if gap < 0.1 * word["size"] else " ") + word["text"]
    return text.strip()


def _rows(table: tuple[tuple[float, ...], list[list[str | None]]], page: int) -> list[Line]:
    box, rows = table
    lines = []
    for row in rows:
        cells = tuple(flat(cell or "") for cell in row)
        lines.append(Line(" ".join(filter(None, cells)), box[0], box[2], box[1], box[3], page, cells=cells))
    return lines
