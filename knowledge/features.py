"""A question as features: words, pieces of words, concepts and families of words, alone and in order.

The reader's model is fitted over these (``knowledge.classifier``); the same function makes them for training and for
reading. Concepts (``vocabulary/concepts.toml``) stand for whole families of words, so that what was learnt of one
member holds for the others.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from functools import cache
from itertools import pairwise
from typing import Final

from knowledge.families import families
from knowledge.terms import VOCABULARY

LONGEST: Final = 1500
"""Characters of a question that are read: the beginning and the end of a longer one, half each."""
_WORD: Final = re.compile(r"[a-z]+(?:'[a-z]+)?|\d+|[?]")
_APOSTROPHES: Final = str.maketrans({"’": "'", "‘": "'", "`": "'", "´": "'"})
_NUMBERED: Final = re.compile(r"\b(y|yr|year|ks|age|aged)\s*(\d{1,2})(s?)\b")


def words(text: str) -> list[str]:
    """Return the words of a text: lower case, without accents, emoji or punctuation. Question marks stay as words."""
    if len(text) > LONGEST:
        text = text[: LONGEST // 2] + " " + text[-LONGEST // 2 :]
    plain = unicodedata.normalize("NFKD", text.translate(_APOSTROPHES).lower())
    plain = plain.encode("ascii", "ignore").decode()
    return _WORD.findall(_NUMBERED.sub(r"\1 \2\3", plain))


def plain(text: str) -> str:
    """Return a text for patterns to be looked for in: lower case, straight apostrophes, single blanks."""
    return " ".join(text.translate(_APOSTROPHES).lower().split())


@cache
def _phrases() -> dict[str, list[tuple[tuple[str, ...], str]]]:
    """Return concept phrases by first word, longest first."""
    table: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for concept, listed in tomllib.loads((VOCABULARY / "concepts.toml").read_text("utf-8")).items():
        for phrase in listed:
            parts = tuple(words(phrase))
            if parts:
                table.setdefault(parts[0], []).append((parts, concept))
    for entries in table.values():
        entries.sort(key=lambda entry: -len(entry[0]))
    return table


@cache
def known_words() -> frozenset[str]:
    """Return every word that occurs in a concept."""
    return frozenset(word for entries in _phrases().values() for parts, _ in entries for word in parts)


def concepts(tokens: list[str]) -> list[str]:
    """Return the words with each known phrase replaced by its concept, written in capitals."""
    table = _phrases()
    found: list[str] = []
    at = 0
    while at < len(tokens):
        for parts, concept in table.get(tokens[at], ()):
            if tuple(tokens[at : at + len(parts)]) == parts:
                found.append(concept.upper())
                at += len(parts)
                break
        else:
            found.append(tokens[at])
            at += 1
    return found


def features(tokens: list[str]) -> set[str]:
    """Return the features of a question given as words."""
    return phrases(tokens).union(*map(pieces, {*tokens}))


def pieces(word: str) -> set[str]:
    """Return the features of a word that are parts of it: three to five letters, beginning and end marked."""
    if word == "?":
        return set()
    marked = f"<{word}>"
    return {f"c {marked[i : i + size]}" for size in (3, 4, 5) for i in range(len(marked) - size + 1)}


def phrases(tokens: list[str]) -> set[str]:
    """Return the features that are whole: words, concepts, and both in order."""
    plain = [word for word in tokens if word != "?"]
    found = {f"w {word}" for word in tokens}
    found.update(f"w {a} {b}" for a, b in zip(["^", *plain], [*plain, "$"], strict=True))
    seen = concepts(plain)
    found |= families(seen)
    found.update(f"k {name}" for name in seen if name.isupper())
    found.update(f"k {a} {b}" for a, b in pairwise(seen) if a.isupper() or b.isupper())
    triples = zip(seen, seen[1:], seen[2:], strict=False)
    found.update(f"k {a} {b} {c}" for a, b, c in triples if a.isupper() or c.isupper())
    kinds = list(dict.fromkeys(name for name in seen if name.isupper()))
    found.update(f"p {a} {b}" for i, a in enumerate(kinds) for b in kinds[i + 1 : i + 5])
    found.add(f"n {min(len(plain) // 6, 8)}")
    return found
