"""Ids for clauses that have none printed, and the words that an item of a list needs before it."""

from __future__ import annotations

import re
import string

SMALL = {
    "a",
    "an",
    "and",
    "as",
    "at",
    "by",
    "for",
    "from",
    "in",
    "of",
    "on",
    "or",
    "our",
    "s",
    "the",
    "to",
    "with",
    "your",
}
SENTENCE = re.compile(r"(?<!\be\.g\.)(?<!\bi\.e\.)(?<!\betc\.)(?<!\bMr\.)(?<!\bDr\.)(?<=[.!?])\s+(?=[A-Z“\"'‘(])")


def letter(number: int) -> str:
    """Return the letter of the nth item, from 1: a to z, then aa, ab and so on."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = string.ascii_lowercase[rest] + letters
    return letters


def code(heading: str, taken: set[str]) -> str:
    """Return a short code for a section without a number, from its heading, unlike any taken one.

    Two letters of a single word ("SC" for Scope), the first letters of up to four words ("PSM"): the same heading has
    the same code in the next version, wherever it stands there.
    """
    words = [word for word in re.findall(r"[A-Za-z0-9]+", heading.replace("’", "'").replace("'", "")) if word]
    telling = [word for word in words if word.casefold() not in SMALL] or words or ["S"]
    short = telling[0][:2] if len(telling) == 1 else "".join(word[0] for word in telling[:4])
    short = short.upper() if len(short) > 1 else f"{short.upper()}X"
    if short[0].isdigit():
        short = f"S{short}"
    unlike, times = short, 1
    while unlike in taken:
        times += 1
        unlike = f"{short}{times}"
    taken.add(unlike)
    return unlike


def lead_in(text: str) -> str | None:
    """Return the sentence that leads into a list: the last one, if it is left open."""
    last = SENTENCE.split(text)[-1].strip()
    if not last or last[-1] in ".!?":
        return None
    return last


def together(*stems: str | None) -> str | None:
    """Return the stems of an item and of the items around it as one, or nothing."""
    return " ".join(stem for stem in stems if stem) or None


ROMAN = {"i": 1, "v": 5, "x": 10, "l": 50}


def roman(label: str) -> int | None:
    """Return the value of a small roman numeral, or nothing if it is none."""
    if not label or any(sign not in ROMAN for sign in label):
        return None
    values = [ROMAN[sign] for sign in label]
    return sum(-one if one < two else one for one, two in zip(values, [*values[1:], 0], strict=True))


def follows(before: str, label: str) -> bool:
    """Tell whether a printed label is the next after another: 3 after 2, d after c, v after iv."""
    if before.isdigit() and label.isdigit():
        return int(label) == int(before) + 1
    one, two = before.casefold(), label.casefold()
    if roman(one) and roman(two) == (roman(one) or 0) + 1:
        return True
    if not (one.isalpha() and two.isalpha()):
        return False
    return any(letter(number) == one and letter(number + 1) == two for number in range(1, 60))


def first(label: str) -> bool:
    """Tell whether a printed label begins a list."""
    return label.casefold() in {"1", "a", "i"}
