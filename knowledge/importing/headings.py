"""Which blocks are headings, where the file does not say so itself, and what the policy is called."""

from __future__ import annotations

import re
from itertools import pairwise

import msgspec
from rapidfuzz import fuzz

from knowledge.importing.blocks import Block, Document, flat
from knowledge.importing.tidying import DATE_LABEL, DATE_ONLY, URL

APPENDIX = re.compile(
    r"^(?P<kind>appendix|appendices|annex|annexe|schedule)\s+(?P<which>[A-Z]|\d{1,2}|[IVX]{1,4})\b\s*[:.–—-]*\s*(?P<title>.*)$",
    re.IGNORECASE,
)
ABOUT = re.compile(
    r"\b(?:policy|policies|procedures?|code of conduct|agreement|guidance|guidelines|protocol|handbook)\b",
    re.IGNORECASE,
)
VERB = re.compile(r"\b(?:must|should|shall|may|will|can|cannot|is|are|was|has|have|do not)\b")
ASKS = re.compile(r"^(?:what|how|when|who|why|where|which|can|should|do|does|is|are)\b", re.IGNORECASE)
FACT = re.compile(r"^[^:]{2,40}:\s+\S")
ENDS_IN_YEAR = re.compile(r"\b(?:19|20)\d\d(?:\s*\([^)]*\))?$")
VERSION = re.compile(r"^(?:version|issue|revision|v)\.?\s*:?\s*\d", re.IGNORECASE)
LONGEST = 100


class Title(msgspec.Struct, frozen=True):
    """An appendix as the contents or its own heading names it."""

    kind: str
    which: str
    title: str

    @property
    def prefix(self) -> str:
        """What the ids of its clauses begin with: ``A`` for Appendix A, ``App1`` for Appendix 1, ``Sch2``."""
        kind = {"s": "Sch", "a": "App"}[self.kind[0].lower()] if not self.kind.lower().startswith("annex") else "Annex"
        return (
            self.which.upper()
            if kind == "App" and len(self.which) == 1 and self.which.isalpha()
            else f"{kind}{self.which}"
        )

    @property
    def shown(self) -> str:
        """Its heading, such as "Appendix A: Procedure"."""
        return f"{self.kind} {self.which}: {self.title}" if self.title else f"{self.kind} {self.which}"


def appendix_of(text: str) -> Title | None:
    """Return what a heading says of an appendix, if it begins with one."""
    found = APPENDIX.match(flat(text))
    return Title(found["kind"], found["which"], found["title"].strip()) if found else None


def appendices_listed(entries: list[Block]) -> list[Title]:
    """Return the appendices that a table of contents names, in order, without their page numbers."""
    shown = (flat(" ".join(entry.cells) if entry.cells else entry.text) for entry in entries)
    titles = (appendix_of(re.sub(r"[\s.…]*\d*$", "", text)) for text in shown)
    return [title for title in titles if title and title.title]


def names_appendix(heading: str, title: Title) -> bool:
    """Tell whether a heading that lacks the word "appendix" is the one that the contents names so."""
    wanted = [word for word in re.findall(r"\w+", title.title.casefold()) if len(word) > 2]
    there = re.findall(r"\w+", heading.casefold())
    met = sum(any(fuzz.ratio(word, other) >= 85 for other in there) for word in wanted)
    return bool(wanted) and met / len(wanted) >= 0.6


def find_headings(document: Document) -> None:
    """Set ``heading`` on every block that is one, from what the file shows or from how the lines stand."""
    blocks = document.blocks
    chapter: dict[int, bool] = {}
    for place, block in enumerate(blocks):
        after = blocks[place + 1] if place + 1 < len(blocks) else None
        if block.heading is not None or block.cells is not None:
            continue
        if block.mark == "number" and re.fullmatch(r"\d{1,3}(?:\.0)?", block.label):
            number = int(block.label.split(".")[0])
            before = chapter.get(number - 1)
            if number == 1:
                chapter = {}
            chapter[number] = _is_chapter(block, after, before, document)
            if chapter[number]:
                block.heading = 1
        elif not block.mark and _is_heading(block, after, document):
            block.heading = 2 if document.emphasis else 1


def _is_chapter(block: Block, after: Block | None, before: bool | None, document: Document) -> bool:  # noqa: FBT001
    """Whether "4. Personal use" is a heading or the fourth item of a list."""
    if after is None or len(block.text) > LONGEST or block.text[-1:] in ".;,:":
        return False
    if after.mark == "number" and after.label.startswith(f"{block.label.split('.')[0]}."):
        return True
    if after.mark == "number" and "." not in after.label:
        return False
    if block.strong or before:
        return True
    return before is None and not after.tight and not document.emphasis and not _sentence(block.text)


def _is_heading(block: Block, after: Block | None, document: Document) -> bool:
    text = block.text
    if after is None or not text or len(text) > LONGEST or len(text.split()) > 16 or text[-1:] in ".;,":
        return False
    if appendix_of(text):
        return True
    if _tells(text):
        return False
    if text.endswith(":"):
        return block.strong and not after.mark
    if document.emphasis or block.strong:
        return block.strong
    return text.isupper() or not (_sentence(text) or block.tight or after.tight)


def _tells(text: str) -> bool:
    """Whether a short line is a fact, a date, an address or the middle of a sentence, not a heading."""
    begins = re.match(r"[A-Z0-9“\"'‘(]", text)
    dated = DATE_LABEL.search(text) and ENDS_IN_YEAR.search(text)
    return (
        not begins
        or VERSION.match(text) is not None
        or bool(dated or URL.match(text) or DATE_ONLY.match(text) or FACT.match(text))
        or "@" in text
    )


def _sentence(text: str) -> bool:
    """A line with a verb and more than a few words, unless it asks."""
    return len(text.split()) > 6 and bool(VERB.search(text)) and not ASKS.match(text)


def find_title(blocks: list[Block], name: str) -> tuple[str, list[Block]]:
    """Return the policy's title, and the blocks at the top that are its cover.

    The title is the first heading there that names a policy, a code or the like; failing that the first heading of all,
    failing that the file's name.
    """
    top: list[Block] = []
    for block, following in pairwise(blocks):
        if block.heading is None or block.mark or appendix_of(block.text):
            break
        if following.heading is None:
            if not any(ABOUT.search(other.text) for other in top) and _titles(block, blocks):
                top.append(block)
            break
        top.append(block)
    named = next((place for place, block in enumerate(top) if ABOUT.search(block.text)), None)
    if named is not None:
        bracketed = named + 1 < len(top) and top[named + 1].text.startswith("(")
        return f"{top[named].text} {top[named + 1].text}" if bracketed else top[named].text, top
    for block in blocks[:12]:
        if block.heading is not None and not block.mark and _titles(block, blocks):
            return block.text, [*top, block]
    return (top[0].text, top) if top else (name, [])


def _titles(block: Block, blocks: list[Block]) -> bool:
    """Whether a heading names the whole policy: "Social Media Policy", but not "Policy statement"."""
    if not ABOUT.search(block.text) or sum(other.heading is not None for other in blocks) < 2:
        return False
    return not re.match(r"^(?:policy|guidance|guidelines|procedure)\b", block.text, re.IGNORECASE)
