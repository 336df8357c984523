"""The numbers that Word prints before paragraphs, which a file holds only as rules for counting.

Source: ISO/IEC 29500-1, 17.9 (numbering): abstract definitions, their instances with overrides, levels with a format,
a text such as ``%1.%2`` and a rule for when they begin again; and how Word itself applies them.
"""

from __future__ import annotations

import re
from typing import Any

import msgspec

from knowledge.importing.wordstyles import OFF, Styles, W, value

BULLETS = {"\uf0b7": "•", "\uf0a7": "▪", "\uf0d8": "➢", "\uf0fc": "✓", "\uf0a8": "☐", "\uf06f": "☐", "\uf02d": "-"}
TENS = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"))
ONES = ((9, "ix"), (5, "v"), (4, "iv"), (1, "i"))


class Printed(msgspec.Struct, frozen=True):
    """What stands before a paragraph: its text, how it counts (``bullet``, ``decimal``), and its level's element."""

    text: str
    counts: str
    level: Any


class Counters(msgspec.Struct):
    """Where the levels of one list stand. A level that has not been used since it last began again is not in it."""

    at: dict[int, int] = msgspec.field(default_factory=dict)


class Numbering:
    """The lists of one document. Paragraphs must be given in order, each once."""

    def __init__(self, numbering: Any, styles: Styles) -> None:  # noqa: ANN401 - lxml has no types
        self.styles = styles
        self.abstract: dict[str, Any] = {}
        self.nums: dict[str, Any] = {}
        self.counters: dict[str, Counters] = {}
        self.overridden: set[tuple[str, int]] = set()
        if numbering is not None:
            self.abstract = {one.get(f"{W}abstractNumId"): one for one in numbering.iterfind(f"{W}abstractNum")}
            self.nums = {one.get(f"{W}numId"): one for one in numbering.iterfind(f"{W}num")}

    def printed(self, paragraph: Any) -> Printed | None:  # noqa: ANN401 - lxml has no types
        """Return what Word prints before a paragraph, and count it. Nothing if it is in no list."""
        found = self._place(paragraph)
        if found is None:
            return None
        num, abstract, at = found
        level = self._level(num, abstract, at)
        if level is None:
            return None
        key = str(abstract.get(f"{W}abstractNumId"))
        counters = self.counters.setdefault(key, Counters())
        self._count(counters, num, abstract, at)
        counts = value(level, "numFmt") or "decimal"
        text = value(level, "lvlText")
        if counts == "bullet":
            return Printed(BULLETS.get(text or "", text or "•"), "bullet", level)
        return Printed(self._shown(counters, num, abstract, level, text or ""), counts, level)

    def _place(self, paragraph: Any) -> tuple[Any, Any, int] | None:  # noqa: ANN401 - lxml has no types
        """The instance, the definition and the level of a paragraph, from itself or from its styles."""
        own = paragraph.find(f"{W}pPr/{W}numPr")
        num_id, ilvl = value(own, "numId"), value(own, "ilvl")
        styles = self.styles.of(paragraph)
        by_style = num_id is None
        if num_id is None:
            num_id = next(
                (found for style in styles if (found := value(style.find(f"{W}pPr/{W}numPr"), "numId"))), None
            )
        if num_id in {None, "0"} or num_id not in self.nums:
            return None
        num = self.nums[num_id]
        abstract = self._abstract(num)
        if abstract is None:
            return None
        if ilvl is None and by_style:
            ilvl = self._linked_level(abstract, styles)
        return num, abstract, int(ilvl) if ilvl and ilvl.isdigit() else 0

    def _linked_level(self, abstract: Any, styles: list[Any]) -> str | None:  # noqa: ANN401 - lxml has no types
        for style in styles:
            name = style.get(f"{W}styleId")
            for level in abstract.iterfind(f"{W}lvl"):
                if value(level, "pStyle") == name:
                    return str(level.get(f"{W}ilvl"))
            ilvl = value(style.find(f"{W}pPr/{W}numPr"), "ilvl")
            if ilvl is not None:
                return ilvl
        return None

    def _abstract(self, num: Any, depth: int = 0) -> Any:  # noqa: ANN401 - lxml has no types
        """The definition behind an instance, through the name of a list style if it is given so."""
        abstract = self.abstract.get(value(num, "abstractNumId") or "")
        link = value(abstract, "numStyleLink") if abstract is not None else None
        if link is None or depth > 5:
            return abstract
        style = self.styles.by_id.get(link)
        other = value(style.find(f"{W}pPr/{W}numPr"), "numId") if style is not None else None
        return self._abstract(self.nums[other], depth + 1) if other in self.nums else abstract

    def _override(self, num: Any, at: int) -> Any:  # noqa: ANN401 - lxml has no types
        return next((one for one in num.iterfind(f"{W}lvlOverride") if one.get(f"{W}ilvl") == str(at)), None)

    def _level(self, num: Any, abstract: Any, at: int) -> Any:  # noqa: ANN401 - lxml has no types
        override = self._override(num, at)
        own = override.find(f"{W}lvl") if override is not None else None
        if own is not None:
            return own
        return next((level for level in abstract.iterfind(f"{W}lvl") if level.get(f"{W}ilvl") == str(at)), None)

    def _start(self, num: Any, abstract: Any, at: int) -> int:  # noqa: ANN401 - lxml has no types
        level = self._level(num, abstract, at)
        start = value(level, "start") if level is not None else None
        return int(start) if start and start.isdigit() else (1 if start is None else 0)

    def _count(self, counters: Counters, num: Any, abstract: Any, at: int) -> None:  # noqa: ANN401 - lxml has no types
        """Count one paragraph at a level, and let the levels under it begin again."""
        for level in range(at):
            counters.at.setdefault(level, self._start(num, abstract, level))
        start = self._restart(num, at)
        if start is not None:
            counters.at[at] = start
        else:
            counters.at[at] = counters.at[at] + 1 if at in counters.at else self._start(num, abstract, at)
        for deeper in [level for level in counters.at if level > at]:
            if self._begins_again(num, abstract, deeper, at):
                del counters.at[deeper]

    def _restart(self, num: Any, at: int) -> int | None:  # noqa: ANN401 - lxml has no types
        """Where an instance that is used for the first time at a level makes it begin."""
        key = (str(num.get(f"{W}numId")), at)
        override = self._override(num, at)
        start = value(override, "startOverride") if override is not None else None
        if start is None or key in self.overridden or not start.isdigit():
            return None
        self.overridden.add(key)
        return int(start)

    def _begins_again(self, num: Any, abstract: Any, deeper: int, at: int) -> bool:  # noqa: ANN401 - lxml has no types
        level = self._level(num, abstract, deeper)
        after = value(level, "lvlRestart") if level is not None else None
        return after is None or not after.isdigit() or at < int(after)

    def _shown(self, counters: Counters, num: Any, abstract: Any, level: Any, text: str) -> str:  # noqa: ANN401
        legal = level.find(f"{W}isLgl")
        plain = legal is not None and legal.get(f"{W}val") not in OFF

        def one(found: re.Match[str]) -> str:
            at = int(found.group(1)) - 1
            of = self._level(num, abstract, at)
            counts = (value(of, "numFmt") if of is not None else None) or "decimal"
            count = counters.at.get(at, self._start(num, abstract, at))
            return shown_number(count, "decimal" if plain and counts != "none" else counts)

        return re.sub(r"%([1-9])", one, text).strip()


def shown_number(count: int, counts: str) -> str:
    """Return a number as Word prints it: ``3`` as 3, c, iii, 03, 3rd; letters after z are doubled (aa, bb)."""
    if counts in {"lowerLetter", "upperLetter"} and count > 0:
        times, sign = divmod(count - 1, 26)
        letters = chr(ord("a") + sign) * (times + 1)
        return letters if counts == "lowerLetter" else letters.upper()
    if counts in {"lowerRoman", "upperRoman"} and count > 0:
        numeral = _roman(count)
        return numeral if counts == "lowerRoman" else numeral.upper()
    if counts == "decimalZero":
        return f"{count:02d}"
    if counts == "ordinal":
        ending = "th" if count % 100 in {11, 12, 13} else {1: "st", 2: "nd", 3: "rd"}.get(count % 10, "th")
        return f"{count}{ending}"
    return "" if counts in {"none", "bullet"} else str(count)


def _roman(count: int) -> str:
    numeral = ""
    for worth, sign in (*TENS, *ONES):
        while count >= worth:
            numeral, count = numeral + sign, count - worth
    return numeral
