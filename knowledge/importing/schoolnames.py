"""What a policy calls its own school, so that "work for Elm Lane" is read as "work for the school"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from knowledge.importing.model import ImportedClause

_NAME: Final = r"((?:The )?[A-Z][\w’'.-]+(?: (?:and |of |& |the )?[A-Z][\w’'.-]+){0,6})"
_NAMED: Final = re.compile(
    r"(?:\b(?:work(?:s|ing|ed)? (?:for|at)|employ(?:ed|ees) (?:by|at|of)|"
    r"(?:staff|employees|members|parents|pupils|everyone) (?:of|at)|ambassadors? (?:for|of)|"
    r"on behalf of|representing|reputation of|relating to|children at|names? of)) " + _NAME
)
_OWNED: Final = re.compile(_NAME + r"(?:’s|'s|’|')? (?:staff|employees|reputation|premises|page|name)\b")
_COMMON: Final = re.compile(
    r"^(?:The |Our |All |Any |This |These |Under |If |When |Where |While |Other |Members? |No )?"
    r"(?:School|Schools|Trust|Council|Academy|Nursery|Authority|Governing|Governors?|Head|Headteacher|Staff|Employees?|"
    r"Parents?|Pupils?|Social|Facebook|Twitter|Instagram|Whats|You|Code|Data|Board|Users?|Authorised|Personal|Local|County|"
    r"Principal|Chair|Designated|Teaching|Children|Any|All|The|Our|Your|Their|Policy|Internet|Company|Setting|Centre|It)\b"
)
SHORTEST: Final = 4


def own_names(clauses: Sequence[ImportedClause]) -> tuple[str, ...]:
    """Return the names by which the clauses call the school, in lower case, longest first."""
    text = " ".join(f"{clause.stem or ''} {clause.text}" for clause in clauses)
    found: set[str] = set()
    for pattern in (_NAMED, _OWNED):
        for at in pattern.finditer(text):
            name = re.sub(r"(?:’s|'s|[.’',]+)$", "", at[1].strip())
            common = _COMMON.match(name) or name.lower() in text
            if len(name) >= SHORTEST and not common and text.count(name) > 1:
                found.add(name.replace("'", "’").lower())
    return tuple(sorted(found, key=lambda name: (-len(name), name)))


def without_names(words: str, names: Sequence[str]) -> str:
    """Return plain words in which the school is called "the school"."""
    for name in names:
        words = re.sub(rf"(?:\bthe )?\b{re.escape(name)}\b", "the school", words)
    return words
