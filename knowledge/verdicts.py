"""From the status of an act to the verdict on what was asked: polarity, and the kind of question."""

from __future__ import annotations

from typing import Final

from knowledge import terms
from knowledge.model import Verdict
from knowledge.reading import Reading

SURELY_NEGATED: Final = 0.95
"""How likely a "not" must be before a "no" to the act becomes a "yes" to leaving it."""
SURELY_POSITIVE: Final = 0.15
"""How likely a "not" may be at most before "may I do my duty?" is no longer simply a yes."""
REMOVED: Final = 0.0
"""The likelihood of a "not" where the words say that something is to go."""
DUTIES: Final = frozenset({"required", "recommended"})


def verdict_on(status: str, reading: Reading, act: str) -> Verdict:
    """Turn the status of the positive act into the verdict on what was asked: polarity and the kind of question.

    A fact about an act neither allows nor bars it: to "may I" it is no answer.
    """
    if status == "none":
        return "silent"
    if status == "stated":
        return "info" if act in terms.act_groups()["topic"] else "silent"
    table = _MUST if reading.kind == "must" else _MAY
    if reading.kind == "must" and act in terms.duties("left"):
        return table[status, True]
    negated = reading.negated
    if status in DUTIES and reading.kind == "may":
        if act in terms.duties("otherwise") and not (act in terms.duties("removing") and reading.negation == REMOVED):
            return table[status, True]
        for_school = act not in terms.act_groups()["official"] or "official" in reading.capacity
        if act in terms.duties("by_itself") and reading.negation < SURELY_POSITIVE and for_school:
            return "permitted"
    if negated and reading.negation < SURELY_NEGATED and table[status, True] == "permitted":
        negated = False
    return table[status, negated]


_MAY: Final[dict[tuple[str, bool], Verdict]] = {
    ("prohibited", False): "prohibited",
    ("prohibited", True): "permitted",
    ("discouraged", False): "discouraged",
    ("discouraged", True): "permitted",
    ("conditional", False): "conditional",
    ("conditional", True): "conditional",
    ("permitted", False): "permitted",
    ("permitted", True): "permitted",
    ("required", False): "required",
    ("required", True): "prohibited",
    ("recommended", False): "required",
    ("recommended", True): "discouraged",
}
_MUST: Final[dict[tuple[str, bool], Verdict]] = {
    **_MAY,
    ("prohibited", True): "required",
    ("discouraged", True): "required",
    ("conditional", False): "required",
    ("required", True): "required",
    ("recommended", True): "required",
}
