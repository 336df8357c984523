"""Whether prose seems to be *about* the headteacher, rather than only to mention them.

Before a report goes to the headteacher, its prose is read for the headteacher as the one who acts: by title, by name,
by a misspelt name. What staff write about a head who merely knows ("I told the head", "reported to Mrs Okafor") is not
asked about. The measure errs towards asking: a question costs a press, a missed one costs trust.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Final

from rapidfuzz.distance import DamerauLevenshtein

_WORDS: Final = Path(__file__).parent / "words" / "headsense.toml"


@cache
def _lists() -> dict[str, list[str]]:
    return tomllib.loads(_WORDS.read_text("utf-8"))


def _words(name: str) -> str:
    """Return the phrases of a list as one pattern: longest first, any white space between words."""
    return "|".join(phrase.replace(" ", r"\s+") for phrase in sorted(_lists()[name], key=len, reverse=True))


SHORTEST_NAME: Final = 4
"""Names of fewer letters are matched only as written."""
_TOLD: Final = r"\b(?:" + _words("told") + r")\b"
_BETWEEN: Final = r"(?:\s+(?:" + _words("between") + r"|(?:the|a|my)\s+\w+))*"
INNOCENT_BEFORE: Final = re.compile(
    _TOLD + _BETWEEN + r"\s*(?:to|with|by|at|for|onto)?\s*$"
    r"|\b(?:" + _words("before") + r")\s*$"
    r"|\b(?:" + _words("victim") + r")\s*$",
    re.IGNORECASE,
)
"""What stands before a mention that makes it innocent: somebody told the head, or the head is the victim."""
INNOCENT_AFTER: Final = re.compile(r"^\s*(?:'s|s'|\u2019s)?\s*(?:" + _words("after") + r")\b", re.IGNORECASE)
"""What stands after a mention that makes it innocent: the head's office, the head already knows."""
_TITLE: Final = re.compile(r"\b(?:" + _words("titles") + r")\b", re.IGNORECASE)
_WORD: Final = re.compile(r"[^\W\d_]+(?:['\u2019-][^\W\d_]+)*")
_OTHER_HEADS: Final = re.compile(r"^\s*(?:" + _words("other_heads") + r")\b", re.IGNORECASE)
_BETWEEN_NAMES: Final = re.compile(r"[\s,(]*(?:mr|mrs|ms|miss|mx|dr)?\.?\s*", re.IGNORECASE)
_WITNESSED: Final = re.compile(r"\b(?:" + _words("witnessed") + r")\s*$", re.IGNORECASE)
_DOING: Final = re.compile(r"\s+\w+ing\b", re.IGNORECASE)
_DEPUTY: Final = re.compile(
    r"\b(?:deputy|assistant|dep|vice|former|ex|previous|another\s+school's|their)[\s-]*$", re.IGNORECASE
)


def seems_about(text: str, names: Iterable[str]) -> bool:
    """Return whether prose seems to be about the headteacher.

    ``names`` are the full names of whoever is or acts as headteacher. Only the prose is read; nothing is kept of it.
    """
    mentions = _joined(text, sorted(_mentions(text, tuple(names))))
    return any(not _innocent(text[:start], text[end:]) for start, end in mentions)


def _joined(text: str, spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Take "the headteacher, Mrs Ruth Abara" as one mention."""
    joined: list[tuple[int, int]] = []
    for start, end in spans:
        if joined and (start <= joined[-1][1] or _BETWEEN_NAMES.fullmatch(text[joined[-1][1] : start])):
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _mentions(text: str, names: tuple[str, ...]) -> Iterable[tuple[int, int]]:
    for found in _TITLE.finditer(text):
        if _DEPUTY.search(text[: found.start()]) is None and _OTHER_HEADS.match(text[found.end() :]) is None:
            yield found.span()
    surnames = {name.split()[-1].casefold() for name in names if name.split()}
    whole = {part.casefold() for name in names for part in name.split() if len(part) >= SHORTEST_NAME}
    for found in _WORD.finditer(text):
        word = re.sub(r"['\u2019]s$", "", found[0].casefold())
        before = text[: found.start()]
        if _DEPUTY.search(before) is not None:
            continue
        named = found[0][0].isupper() or _courtesy(before)
        if word in whole or (named and any(word == name or _misspelt(word, name) for name in surnames)) or _title(word):
            yield found.span()


def _title(word: str) -> bool:
    """Whether a word is a title that is spelt wrongly."""
    if len(word) <= 8 or word in _lists()["other_words"]:
        return False
    return any(DamerauLevenshtein.distance(word, title) <= 2 for title in _lists()["misspelt_titles"])


def _courtesy(before: str) -> bool:
    return re.search(r"\b(?:mr|mrs|ms|miss|mx|dr|sir|rev|prof)\.?\s*$", before, re.IGNORECASE) is not None


def _misspelt(word: str, name: str) -> bool:
    if len(name) < SHORTEST_NAME or (word[:1] != name[:1] and len(name) < 6):
        return False
    allowed = 1 if len(name) < 7 else 2
    return DamerauLevenshtein.distance(word, name, score_cutoff=allowed) <= allowed


def _innocent(before: str, after: str) -> bool:
    before = re.sub(r"\b(?:mr|mrs|ms|miss|mx|dr|sir|rev|prof)\.?\s*$", "", before, flags=re.IGNORECASE)
    before = re.sub(r"(?:\b(?:the|our|my|school'?s|new|acting)\s+)+$", "", before, flags=re.IGNORECASE)
    before = re.split(r"[.!?;\n]\s*", before)[-1]
    after = re.split(r"[.!?;\n]", after)[0]
    if _WITNESSED.search(before) is not None and _DOING.match(after) is not None:
        return False
    return INNOCENT_BEFORE.search(before) is not None or INNOCENT_AFTER.search(after) is not None
