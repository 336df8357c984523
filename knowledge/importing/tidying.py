"""Takes out of a document what is no part of its clauses: running lines, page numbers, the contents table.

Also puts together again what a page break or a line of its own had parted. Every word taken out is kept, with why.
"""

from __future__ import annotations

import re
from collections import Counter

from rapidfuzz import fuzz

from knowledge.importing.blocks import Block, Document, flat
from knowledge.importing.model import LeftOut

PAGE_NUMBER = re.compile(r"^(?:page\s+)?[-–|\s]*\d{1,4}[-–|\s]*(?:(?:of|/)\s*\d{1,4})?$", re.IGNORECASE)
URL = re.compile(r"^<?(?:https?://|www\.)\S+>?$")
MONTHS = (
    r"jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?"
)
DATE_ONLY = re.compile(
    rf"^(?:(?:\d{{1,2}}(?:st|nd|rd|th)?\s+)?(?:{MONTHS}|spring|summer|autumn|winter)(?:\s+term)?,?\s+(?:19|20)\d\d"
    rf"|\d{{1,2}}[./-]\d{{1,2}}[./-]\d{{2,4}}|(?:19|20)\d\d)(?:\s*\([^)]*\))?\.?$",
    re.IGNORECASE,
)
DATE_LABEL = re.compile(r"\b(?:date|review(?:ed)?|approved|adopted|ratified|version|implementation)\b", re.IGNORECASE)
CONTENTS = re.compile(r"^(?:table of )?contents(?: page)?:?$|^index$", re.IGNORECASE)
ENTRY = re.compile(
    r"^(?:(?:paragraph|section|appendix|annex|part|schedule)\s+\w{1,4}\b.*|.*?(?:\.{3,}|\t|…|\s)\s*\d{1,3})$",
    re.IGNORECASE,
)
GAP = re.compile(r"\((?:please )?(?:print|name|full name|insert|address|block|enter|state)\b[^)]*\)$", re.IGNORECASE)
"""A gap to be filled in by hand, after which the sentence goes on."""
BARE_FIELD = re.compile(r"^[A-Z][\w /’']{1,30}:[\s_.…]*$")
LONGEST_CONTENTS = 150


def tidy(document: Document) -> list[Block]:
    """Take running lines, page numbers and the contents out of the document; return the entries of the contents."""
    _running_lines(document)
    entries = _contents(document)
    document.blocks = _joined(document.blocks)
    return entries


def _running_lines(document: Document) -> None:
    """Lines that come again on every page: known by how often they do, and by breaking into a sentence or a list."""
    blocks = document.blocks
    times = Counter(flat(block.text).casefold() for block in blocks if block.cells is None and not block.mark)
    broken = {
        flat(here.text).casefold()
        for before, here, after in zip(blocks, blocks[1:], blocks[2:], strict=False)
        if _breaks_into(before, after) or (before.mark == "bullet" and after.mark == "bullet")
    }
    kept: list[Block] = []
    for block in blocks:
        words = flat(block.text).casefold()
        if block.cells is None and not block.mark and PAGE_NUMBER.match(block.text):
            document.left_out.append(LeftOut(block.text, "a page number"))
        elif times[words] >= 3 and words in broken and not block.mark and block.heading is None:
            document.left_out.append(LeftOut(block.text, "a line that is printed again on every page"))
            if kept:
                kept.append(Block("\f"))
        else:
            kept.append(block)
    document.blocks = _over_breaks(kept)


def _breaks_into(before: Block, after: Block) -> bool:
    open_end = before.text[-1:] not in '.;:!?"”’)' and len(before.text) > 40
    return open_end and not after.mark and after.text[:1].islower()


def _over_breaks(blocks: list[Block]) -> list[Block]:
    """A sentence that a running line had parted is put together again."""
    kept: list[Block] = []
    parted = False
    for block in blocks:
        if block.text == "\f" and not block.mark:
            parted = True
            continue
        if parted and kept and _breaks_into(kept[-1], block) and block.cells is None:
            kept[-1].text = f"{kept[-1].text} {block.text}"
        else:
            kept.append(block)
        parted = False
    return kept


def _contents(document: Document) -> list[Block]:
    """The contents table: from its heading to the first block that is no entry."""
    blocks = document.blocks
    start = next((place for place, block in enumerate(blocks[:80]) if CONTENTS.match(block.text.strip())), None)
    if start is None:
        return []
    later = [flat(block.text).casefold() for block in blocks[start + 1 :]]
    entries: list[Block] = []
    for place, block in enumerate(blocks[start + 1 : start + LONGEST_CONTENTS]):
        if block.heading is not None or len(block.text) > 160 or not _is_entry(block, later[place + 1 :]):
            break
        entries.append(block)
    if len(entries) < 2:
        return []
    for block in blocks[start : start + 1 + len(entries)]:
        shown = "\t".join(block.cells) if block.cells else f"{block.printed} {block.text}".strip()
        document.left_out.append(LeftOut(shown, "the table of contents"))
    document.blocks = blocks[:start] + blocks[start + 1 + len(entries) :]
    return entries


def _is_entry(block: Block, later: list[str]) -> bool:
    shown = "\t".join(block.cells) if block.cells else f"{block.printed} {block.text}".strip()
    if ENTRY.match(shown):
        return True
    words = re.sub(r"[\s.…]*\d*$", "", flat(block.text)).casefold()
    return (
        bool(words) and len(words) < 100 and any(fuzz.ratio(words, other) > 92 for other in later if len(other) < 120)
    )


def _joined(blocks: list[Block]) -> list[Block]:
    """Put an address to the line that names it, a date to its label, and empty fields of one signature together."""
    kept: list[Block] = []
    for block in blocks:
        last = kept[-1] if kept else None
        plain = last is not None and last.cells is None and block.cells is None
        if last is not None and plain and _belongs(last, block):
            last.text = f"{last.text} {block.text}"
            last.changes.extend(block.changes)
        else:
            kept.append(block)
    return kept


def _belongs(last: Block, block: Block) -> bool:
    if block.text.casefold() in {"or", "and", "and/or"}:
        return True
    if block.mark:
        return False
    if GAP.search(last.text) and len(last.text) < 100:
        return True
    if URL.match(block.text):
        return not last.text.endswith(":")
    if DATE_ONLY.match(block.text):
        return len(last.text) < 70 and bool(DATE_LABEL.search(last.text)) and last.text[-1:] not in ".;"
    fields = re.split(r"(?<=:)\s+", last.text)
    return bool(BARE_FIELD.match(block.text)) and all(BARE_FIELD.match(field) for field in fields)
