"""The heads of a table's columns, which an import writes before each value ("S3: Rule No …; Applies to All staff").

A rule is read without them. Which words they are is told by their standing in every row.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import Final

from knowledge.importing.model import ImportedClause

_ROW: Final = re.compile(r"^(?P<label>[^:;.]{1,60}): (?P<values>.+; .+)$", re.DOTALL)
_CODE: Final = re.compile(r"^[A-Za-z]{0,3}[-. ]?\d+(?:\.\d+)*$")
_LONGEST: Final = 4
"""Words of a head at most."""
_FEWEST: Final = 3
"""A table has at least so many rows; two alike prove nothing."""
_MOST: Final = 0.9
"""Share of the rows in which a head stands."""


def column_heads(clauses: Sequence[ImportedClause]) -> tuple[str, ...]:
    """Return the heads that stand before values in the rows of a policy, longest first."""
    rows = [at["values"].split("; ") for clause in clauses if (at := _ROW.match(clause.text))]
    if len(rows) < _FEWEST:
        return ()
    counted: Counter[str] = Counter()
    for values in rows:
        starts = {" ".join(value.split()[:size]) for value in values for size in range(1, _LONGEST + 1)}
        counted.update(starts)
    return tuple(sorted((head for head, count in counted.items() if count >= _MOST * len(rows)), key=len, reverse=True))


def cells(text: str, heads: Sequence[str]) -> tuple[str, list[str]] | None:
    """Return what a row is about, unless that is a number, and its values without heads; None for any other text."""
    at = _ROW.match(text)
    if not at or not heads:
        return None
    about = "" if _CODE.match(at["label"]) else at["label"]
    return about, [_bare(value, heads) for value in at["values"].split("; ")]


def _bare(value: str, heads: Sequence[str]) -> str:
    head = next((head for head in heads if value.startswith(f"{head} ")), "")
    return value[len(head) :].strip()
