"""Who is said to have given leave: "the deputy has said yes" is not the headteacher's approval."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from typing import Final

from knowledge import terms
from knowledge.features import plain

BELOW: Final = frozenset({"deputy", "line_manager", "office"})


@cache
def _leave_of() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Return, by role, the pattern of its having given leave, in either order of words.

    A role whose words stand within those of another ("head" in "head of year") comes after it in the data.
    """
    said = "|".join(terms.approving("given"))
    before = "|".join(terms.approving("given_by"))
    return tuple(
        (
            role,
            re.compile(
                rf"\b(?:{words})\b(?:[' ]\w+){{0,3}}? (?:{said})\b|\b(?:{before}) (?:\w+ ){{0,2}}?(?:{words})\b"
            ),
        )
        for role, words in ((role, "|".join(listed)) for role, listed in terms.approvers().items())
    )


def approvers(text: str) -> frozenset[str]:
    """Return the roles (docs/packs.md) that a question says have given leave; empty where it names nobody.

    Where nobody is said to, it is one below the headteacher who is named, if the headteacher is not.
    """
    said = plain(text)
    given = _told_apart(said, _leave_of())
    if given or not any(phrase in said for phrase in terms.approving("given")):
        return given
    named = _told_apart(said, _names())
    return named & BELOW if "headteacher" not in named else frozenset()


def _told_apart(said: str, patterns: Iterable[tuple[str, re.Pattern[str]]]) -> frozenset[str]:
    """Return the roles whose patterns fit, each in what those before it have left."""
    found: set[str] = set()
    for role, pattern in patterns:
        left = pattern.sub(" ", said)
        if left != said:
            found.add(role)
            said = left
    return frozenset(found)


@cache
def _names() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Return, by role, the pattern of its being named."""
    return tuple((role, re.compile(rf"\b(?:{'|'.join(listed)})\b")) for role, listed in terms.approvers().items())
