"""The words of one Word paragraph, and the tracked changes in it.

Changes that nobody has accepted or refused are read as if they had been accepted, and each is noted, so that a person
decides. Source: ISO/IEC 29500-1, 17.3.3 (run content) and 17.13.5 (revisions).
"""

from __future__ import annotations

from typing import Any

import msgspec

from knowledge.importing.model import TrackedChange
from knowledge.importing.wordstyles import OFF, W

READING = "as if every tracked change had been accepted"
ADDED = {f"{W}ins": "inserted", f"{W}moveTo": "moved here"}
REMOVED = {f"{W}del": "deleted", f"{W}moveFrom": "moved away"}
SIGNS = {
    f"{W}tab": "\t",
    f"{W}ptab": "\t",
    f"{W}br": "\n",
    f"{W}cr": "\n",
    f"{W}noBreakHyphen": "-",
    f"{W}softHyphen": "",
}
BOXES = {"F06F", "F0A8", "F071", "F072", "F0FE", "F052", "F0A3", "2610", "2611", "2612"}
ALTERNATE = "{http://schemas.openxmlformats.org/markup-compatibility/2006}AlternateContent"
SKIPPED = {
    f"{W}pPr",
    f"{W}instrText",
    f"{W}delInstrText",
    f"{W}rPr",
    f"{W}object",
    f"{W}pict",
    f"{W}drawing",
    ALTERNATE,
}


class Words(msgspec.Struct):
    """A paragraph's words, the runs they stand in, what is hidden or set beside, and its tracked changes."""

    text: str = ""
    runs: list[tuple[Any, str]] = msgspec.field(default_factory=list)
    hidden: str = ""
    boxes: list[Any] = msgspec.field(default_factory=list)
    changes: list[TrackedChange] = msgspec.field(default_factory=list)
    page_breaks: int = 0
    deleted: bool = False


def words_of(paragraph: Any) -> Words:  # noqa: ANN401 - lxml has no types
    """Return what stands in a paragraph, read as if every tracked change had been accepted."""
    words = Words()
    _collect(paragraph, words)
    mark = paragraph.find(f"{W}pPr/{W}rPr")
    if mark is not None and any(mark.find(name) is not None for name in REMOVED):
        words.deleted = True
    words.text = "".join(text for _, text in words.runs)
    return words


def _collect(element: Any, words: Words) -> None:  # noqa: ANN401 - lxml has no types
    for child in element:
        if child.tag in REMOVED:
            removed = "".join(_removed(child))
            if removed.strip():
                words.changes.append(TrackedChange(REMOVED[child.tag], removed, author=child.get(f"{W}author")))
        elif child.tag in ADDED:
            before = len(words.runs)
            _collect(child, words)
            added = "".join(text for _, text in words.runs[before:])
            if added.strip():
                words.changes.append(TrackedChange(ADDED[child.tag], added, author=child.get(f"{W}author")))
        elif child.tag == f"{W}r":
            _run(child, words)
        elif child.tag not in SKIPPED and isinstance(child.tag, str):
            _collect(child, words)


def _removed(element: Any) -> list[str]:  # noqa: ANN401 - lxml has no types
    texts = (f"{W}delText", f"{W}t")
    return [child.text or "" if child.tag in texts else " " for child in element.iter(*texts, f"{W}tab", f"{W}br")]


def _run(run: Any, words: Words) -> None:  # noqa: ANN401 - lxml has no types
    text = ""
    for child in run:
        if child.tag == f"{W}t":
            text += child.text or ""
        elif child.tag == f"{W}lastRenderedPageBreak":
            words.page_breaks += 1
        elif child.tag == f"{W}sym":
            text += _symbol(child)
        elif child.tag == f"{W}br" and child.get(f"{W}type") in {"page", "column"}:
            text += " "
        elif child.tag in SIGNS:
            text += SIGNS[child.tag]
        elif child.tag in SKIPPED:
            words.boxes.extend(_boxes(child))
    hides = run.find(f"{W}rPr/{W}vanish")
    if hides is not None and hides.get(f"{W}val") not in OFF:
        words.hidden += text
    elif text:
        words.runs.append((run, text))


def _symbol(sign: Any) -> str:  # noqa: ANN401 - lxml has no types
    code = (sign.get(f"{W}char") or "").upper()
    if code in BOXES:
        return "☐"
    return "•" if code.startswith("F0") else chr(int(code, 16)) if code else ""


def _boxes(element: Any) -> list[Any]:  # noqa: ANN401 - lxml has no types
    """Text boxes in a drawing; of the two forms that Word writes, the first."""
    if element.tag == ALTERNATE:
        return [box for choice in element[:1] for box in choice.iter(f"{W}txbxContent")]
    return list(element.iter(f"{W}txbxContent"))
