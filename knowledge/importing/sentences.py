"""A clause's words as sentences, and as the plain lower-case form that the patterns of the grammar look at."""

from __future__ import annotations

import re
from typing import Final

LONGEST: Final = 1200
"""Characters of a sentence that are looked at; a list that was run together can be much longer."""
_APOSTROPHES: Final = str.maketrans({"'": "’", "‘": "’", "`": "’", "´": "’", "\xa0": " "})
_QUOTES: Final = re.compile(r"(?<![a-z])’|’(?![a-z])|[\"“”]")
_ABBREVIATED: Final = re.compile(r"\b(?:e\.g|i\.e|etc|Mr|Mrs|Ms|Dr|St|No|p|para|incl|approx)\.$", re.IGNORECASE)
_END: Final = re.compile(r"(?<=[.!?;])[\"”’')]*\s+")
_GOES_ON: Final = re.compile(
    r"(?:this|these|it) (?:does|do) not apply|this is only|"
    r"(?:(?:an|the only|the) )?exceptions? (?:is|are|will|may|can)\b",
    re.IGNORECASE,
)
"""What begins so is an exception to the sentence before it."""
_BARE: Final = re.compile(r"(?:and|or|and/or)?\W*$")
_ONLY_THEY: Final = re.compile(
    r"only (?:(?!(?:may|can|must|should|will|is|are)\b)[\w’'.]+ ){1,8}?"
    r"and (?=(?:[\w’']+ ){1,5}?(?:may|can|must|should|will|is|are|has|have)\b)",
    re.IGNORECASE,
)
"""The people of whom alone something is said."""
_JOINED: Final = re.compile(
    r",?\s+(?:but|and|however,?|although|nor)\s+(?=(?:[\w’]+\s+){0,5}?"
    r"(?:must|should|shall|may|can|cannot|are|is|will|do not|don[’']t|never|(?:has|have|needs?) to)\b)"
    r"|\s+[-–—]\s+(?=(?:all|these|they)\b)",
    re.IGNORECASE,
)


def plain(text: str) -> str:
    """Return a text in lower case on one line, with one kind of apostrophe and no quotation marks, cut if very long."""
    return " ".join(_QUOTES.sub("", text.translate(_APOSTROPHES).lower()).split())[:LONGEST]


def sentences(text: str) -> list[str]:
    """Return the sentences of a text, and the parts between its semicolons."""
    found: list[str] = []
    for part in _END.split(" ".join(text.split())):
        if found and (_ABBREVIATED.search(found[-1]) or _GOES_ON.match(part) or found[-1].endswith("?")):
            found[-1] += " " + part
        elif part.strip():
            found.append(part.strip())
    return [part for part in found if not _BARE.match(part)]


def parts(sentence: str) -> list[str]:
    """Return a sentence parted where a second verb of its own follows a joining word.

    "Only Mr Hay and the head may" is one part: what is before "and" has no verb.
    """
    at = _ONLY_THEY.match(sentence)
    kept = at.end() if at else 0
    found = [part.strip() for part in _JOINED.split(sentence[kept:]) if part.strip()]
    return [sentence[:kept] + found[0], *found[1:]] if found else [sentence]
