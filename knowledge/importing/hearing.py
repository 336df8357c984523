"""A rule put as the question that somebody would ask about it, so that the reading of questions says what it is about.

The reader is trained on questions. "Staff must not exchange numbers with pupils" says nothing to it; "can I exchange
numbers with pupils?" does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Final

from knowledge import classifier, reader, terms
from knowledge.importing.grammar import OPPOSITE, data, pattern
from knowledge.importing.statements import Statement
from knowledge.importing.wordings import Wording, done, either, standard

SURE: Final = 0.5
"""How likely the act that a whole rule is read as must be."""
SURE_OF_PART: Final = 0.7
"""The same of a part of a rule, and of leave."""
LONGEST: Final = 24
"""Words of a rule that are read as one question. The reader has seen no longer ones."""
_BARS: Final = frozenset({"prohibited", "discouraged"})
_MINE: Final = (
    (re.compile(r"\b(?:their|your|his or her|his/her)\b"), "my"),
    (re.compile(r"\b(?:themselves|yourself)\b"), "myself"),
    (re.compile(r"\b(?:they|you)\b"), "i"),
)
_DOING: Final = re.compile(
    r"^[a-z]{2,12}ing\b|(?<=, )[a-z]{2,12}ing\b|(?<= or )[a-z]{2,12}ing\b|(?<= and )[a-z]{2,12}ing\b"
)
_PARTS: Final = re.compile(r"[,;:]| or | and | nor ")
_THING: Final = re.compile(r" ?(?:any|every|some|all|other|those|these|the|its|their|my|an?)(?:one|body|thing)?\b")
"""A part that names somebody or something, and nothing that is done."""
_TURNING: Final = frozenset({"use_at_work", "use_school_device", "personal_internet", "news_reading", "excessive_use"})
"""Acts whose rules turn on time and device, which are read elsewhere (``knowledge.importing.using``)."""


@cache
def _frames() -> tuple[re.Pattern[str], ...]:
    return tuple(pattern(source) for source in data()["asked_as"]["frames"])


def as_question(text: str) -> str:
    """Return a plain rule as a question: without who is bound and how, and in the first person."""
    for frame in _frames():
        text = frame.sub(" ", text, count=1)
    for wanted, instead in _MINE:
        text = wanted.sub(instead, text)
    text = _DOING.sub(lambda at: _base(at[0]), text.strip(" .;,:"))
    return f"can i {' '.join(text.split()).strip(' .;,:')}?"


@cache
def _base(doing: str) -> str:
    """Return the verb of a word in -ing, if the reader knows it ("putting": "put"); the word itself where not."""
    stem = doing.removesuffix("ing")
    doubled = stem[:-1] if len(stem) > 2 and stem[-1] == stem[-2] else stem
    known = classifier.installed().vocabulary
    return next((verb for verb in (doubled, stem, f"{stem}e") if len(verb) > 1 and verb in known), doing)


def heard(statement: Statement, *, least: float = 0.0) -> list[Wording]:
    """Return what a rule is about by the reading of it as a question.

    ``least`` (0 to 1) asks for more certainty than is enough for a rule that no wording names.
    """
    if statement.force == "stated":
        return []
    found: dict[str, Wording] = {}
    for text, enough in _texts(statement):
        for wording in _read_as(text, max(least, enough)):
            if _fits(wording.acts[0], statement):
                found[wording.acts[0]] = wording
    return list(found.values())


def _read_as(text: str, least: float) -> Iterator[Wording]:
    """Return what a text read as a question is about, if acts that go together are likely enough together."""
    acts = dict(reader.installed().read(as_question(text)).acts)
    for act in acts:
        wording = standard(act)
        share = sum(acts.get(name, 0.0) for name in {act, *wording.acts, *wording.also})
        if share >= least:
            yield wording
            return


def _texts(statement: Statement) -> Iterator[tuple[str, float]]:
    """Return what is read as a question: a short rule as a whole, and the parts of one that lists things."""
    least = SURE_OF_PART if statement.force == "permitted" else SURE
    if len(statement.own.split()) <= LONGEST:
        yield statement.own, least
    if statement.force not in _BARS:
        return
    parts = [
        part
        for part in _PARTS.split(as_question(statement.own)[6:-1])
        if len(part.split()) > 2 and not _THING.match(part)
    ]
    if len(parts) > 1:
        for part in parts:
            yield part, SURE_OF_PART


def _fits(act: str, statement: Statement) -> bool:
    """Return whether a rule of that force can be about an act."""
    if act not in _ruled_on() or (act in _TURNING and statement.force not in OPPOSITE):
        return False
    if act in either():
        return True
    return (act in done()) == (statement.force in {*_BARS, "permitted"})


@cache
def _ruled_on() -> frozenset[str]:
    groups = terms.act_groups()
    return frozenset(act for group, acts in groups.items() if group not in {"topic", "not_a_question"} for act in acts)
