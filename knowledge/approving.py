"""Who is said to have given leave: "the deputy has said yes" is not the headteacher's approval."""

from __future__ import annotations

import re
from functools import cache

from knowledge import terms
from knowledge.features import plain


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
    """Return the roles (docs/packs.md) that a question says have given leave; empty where it names nobody."""
    said = plain(text)
    found: set[str] = set()
    for role, pattern in _leave_of():
        left = pattern.sub(" ", said)
        if left != said:
            found.add(role)
            said = left
    return frozenset(found)
