"""Which blocks are headings, where the file does not say so itself, and what the policy is called."""

from __future__ import annotations

import re
from itertools import pairwise, takewhile

import msgspec
from rapidfuzz import fuzz

from knowledge.importing.blocks import BARE_NUMBER, Block, Document, flat
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
SECTION = re.compile(
    r"^(?:[Ss]ection|SECTION|[Pp]art|PART|[Cc]hapter|CHAPTER)\s+(?P<which>\d{1,2}|[A-Z]|[IVX]{2,4})\s*[:.–—-]?\s*"
    r"(?P<title>[A-Z“‘\"'].*)$"
)
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
    chapters: dict[int, bool] = {}
    for place, block in enumerate(blocks):
        after = blocks[place + 1] if place + 1 < len(blocks) else None
        if block.heading is not None or block.cells is not None:
            continue
        if not block.mark and after is not None:
            _number_bare(block, after, chapters)
        if block.mark == "number" and block.heading is None:
            _find_chapter(block, after, chapters, document)
        elif block.mark == "letter" and _is_part(block, after, document):
            block.heading = 2 if chapters else 1
        elif not block.mark and (_is_heading(block, after, document) or _names(block, blocks[place - 1 : place])):
            block.heading = 2 if document.emphasis else 1


def _number_bare(block: Block, after: Block, chapters: dict[int, bool]) -> None:
    """Take the number off "Section 2: Rules", and off "2 Rules" where 2.1 or a chapter 1 shows that it is one."""
    text = block.text
    if len(text) > LONGEST or text[-1:] in ".;,:":
        return
    named = SECTION.match(text)
    bare = BARE_NUMBER.match(text)
    if named:
        block.label, block.printed, block.text = named["which"], text[: named.start("title")].strip(), named["title"]
    elif bare and (after.label.startswith(f"{bare.group(1)}.") or chapters.get(int(bare.group(1)) - 1)):
        block.label = block.printed = bare.group(1)
        block.text = text[bare.end() :]
    else:
        return
    block.mark, block.heading = "number", 1
    if block.label.isdigit():
        chapters[int(block.label)] = True


def _find_chapter(block: Block, after: Block | None, chapters: dict[int, bool], document: Document) -> None:
    """Settle whether a numbered line is a heading, and remember it for the next number."""
    if not re.fullmatch(r"\d{1,3}(?:\.0)?", block.label):
        under = after is not None and after.mark == "number" and after.label.startswith(f"{block.label}.")
        block.heading = 2 if under and len(block.text) <= LONGEST and block.text[-1:] not in ".;,:" else None
        return
    number = int(block.label.split(".")[0])
    before = chapters.get(number - 1)
    if number == 1:
        chapters.clear()
    chapters[number] = _is_chapter(block, after, before, document)
    if chapters[number]:
        block.heading = 1


def _is_part(block: Block, after: Block | None, document: Document) -> bool:
    """Whether "II. Gifts" or "B. Gifts" is a heading: short, no sentence, with something other than C under it."""
    text = block.text
    if after is None or not block.label.isupper() or len(text.split()) > 10 or text[-1:] in ".;,:" or _sentence(text):
        return False
    return (after.mark != "letter" or after.label.islower()) and (block.strong or not document.emphasis)


def _names(block: Block, before: list[Block]) -> bool:
    """Whether a short line under a bare "Appendix 1" is its title."""
    above = appendix_of(before[0].text) if before and before[0].heading is not None else None
    return above is not None and not above.title and len(block.text) < LONGEST and block.text[-1:] not in ".;,:"


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
    for block in takewhile(lambda one: one.heading is None or not (one.mark or appendix_of(one.text)), blocks[:12]):
        if block.heading is not None and not block.mark and _titles(block, blocks):
            return block.text, [*top, block]
    return (top[0].text, top) if top else _top_line(blocks, name)


def _top_line(blocks: list[Block], name: str) -> tuple[str, list[Block]]:
    """The title of a text without gaps between its lines: one of the first few lines, with what is above it."""
    for place, block in enumerate(blocks[:6]):
        if block.mark or len(block.text) > LONGEST or _tells(block.text):
            break
        if _titles(block, blocks) and block.text[-1:] not in ".;,:":
            return block.text, blocks[: place + 1]
    return name, []


def _titles(block: Block, blocks: list[Block]) -> bool:
    """Whether a heading names the whole policy: "Social Media Policy", but not "Policy statement"."""
    if not ABOUT.search(block.text) or sum(other.heading is not None for other in blocks) < 2:
        return False
    return not re.match(r"^(?:policy|guidance|guidelines|procedure)\b", block.text, re.IGNORECASE)
