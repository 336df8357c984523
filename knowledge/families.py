"""Families of words that are used alike, so that what was learnt of one word helps with another that nobody wrote.

``vocabulary/families.txt`` holds them, one family a line, found by machine (``knowledge.clustering`` makes the file).
Brown and others, 1992 (Class-based n-gram models); Turian and others, 2010, on such families as features.
"""

from __future__ import annotations

from functools import cache
from itertools import pairwise
from typing import Final

from knowledge.terms import VOCABULARY

FILE: Final = VOCABULARY / "families.txt"
LITTLE: Final = frozenset(
    ["a", "an", "and", "be", "do", "for", "i", "if", "in", "is", "it", "me", "my", "of", "on", "that", "the", "to"]
)
"""Words that are passed over when families are taken in order."""


@cache
def _families() -> dict[str, tuple[str, str]]:
    """Return, for each word, the features of its family and of the wider one that this belongs to."""
    found: dict[str, tuple[str, str]] = {}
    lines = (line for line in FILE.read_text("utf-8").splitlines() if line and not line.startswith("#"))
    for number, line in enumerate(lines):
        wide, _, listed = line.partition(":")
        names = (f"f {number}", f"v {wide}")
        for word in listed.split():
            found[word] = names
    return found


def families(seen: list[str]) -> set[str]:
    """Return the families in a question as features, alone and in order; it is given as words, concepts in capitals."""
    table = _families()
    found: set[str] = set()
    wider: list[str] = []
    for word in seen:
        if word.isupper():
            wider.append(word)
        elif (names := table.get(word)) is not None:
            found.update(names)
            if word not in LITTLE:
                wider.append(names[1])
    found.update(f"{a} {b}" for a, b in pairwise(wider))
    return found
