"""Repairing misspelt words, without ever changing a correct English one.

A word that neither the vocabulary nor English knows is replaced by the nearest word of the vocabulary, if one is near
enough by optimal string alignment (one slip in a short word, two in a long one). The correct English words that stand
near a vocabulary word, and so must be left alone, are worked out in training (``guarded``).
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from rapidfuzz import process
from rapidfuzz.distance import OSA

SHORTEST = 4
LONG = 8
SURE_OF_FIRST = 6
"""From this length on, the first letter may be the one that slipped."""


class Speller:
    """Repairs words against a vocabulary."""

    def __init__(self, vocabulary: Iterable[str], guarded: Iterable[str]) -> None:
        """Take the words that may stand for others, most frequent first, and the English words to leave alone."""
        self._vocabulary = tuple(vocabulary)
        self._known = frozenset(self._vocabulary) | frozenset(guarded)
        self.repair = lru_cache(maxsize=4096)(self._repair)

    def _repair(self, word: str) -> str:
        if word in self._known or len(word) < SHORTEST or not word.isalpha():
            return word
        return nearest(word, self._vocabulary) or word

    def words(self, tokens: list[str]) -> list[str]:
        """Return the words with the misspelt ones repaired."""
        return [self.repair(token) for token in tokens]


def nearest(word: str, vocabulary: tuple[str, ...]) -> str | None:
    """Return the vocabulary word nearest to a word within the slips allowed for its length, else None."""
    allowed = 1 if len(word) < LONG else 2
    found = process.extractOne(word, vocabulary, scorer=OSA.distance, score_cutoff=allowed)
    if found is None or (found[0][0] != word[0] and len(word) < SURE_OF_FIRST):
        return None
    return str(found[0])
