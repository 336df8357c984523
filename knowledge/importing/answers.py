"""Rules given as answers: under a question ("Can I …? No."), and in a table ("Befriending a pupil: No").

Each is put as the sentence that it stands for, so that the grammar of rules reads it like any other. The forms are data
(``grammar.toml``, ``[answers]``).
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any, Final, NamedTuple

from knowledge.importing.grammar import data, pattern
from knowledge.importing.sentences import plain, sentences

_DEED: Final = {"no": "staff must not", "rather_not": "staff should not", "yes": "staff may", "only": "staff may only"}
_DUTY: Final = {"no": "", "rather_not": "", "yes": "staff must", "only": "staff should"}
_ROW: Final = {"no": "is not allowed", "rather_not": "is discouraged", "yes": "is allowed", "only": "is only allowed"}
_NOTHING: Final = re.compile(
    r"no ((?!one\b|with\b|about\b|to\b|but\b|if\b|unless\b|matter\b|longer\b)[a-z][^;:]{3,60})$"
)
"""The words "no contact" for the people that a row is about, unlike a mere "no"."""
_COLUMNS: Final = re.compile(r";\s*")


class Answer(NamedTuple):
    """A sentence of a clause as printed, and the plain rule that it stands for."""

    said: str
    rule: str


def in_row(text: str) -> str | None:
    """Return the plain rule that a row of a table gives, or None where it gives none."""
    what, _, value = plain(text).partition(": ")
    if not value or len(what.split()) > _most("row"):
        return None
    barred = _NOTHING.match(value)
    if barred:
        return f"no {barred[1].strip(' .')} with {what}"
    for column in _COLUMNS.split(value):
        found = _answer(column) or _answer(_headed(column))
        if found:
            kind, rest = found
            return f"{what} {_ROW[kind]} {rest}".strip()
    return None


def under_question(question: str, text: str) -> list[Answer] | None:
    """Return the sentences of a text that answer a question, each as a rule, or None where the question asks for none.

    A sentence that is no answer of its own stands as it is.
    """
    asked = _asked(plain(question))
    if asked is None:
        return None
    deed, duty = asked
    said = sentences(text)
    found: list[Answer] = []
    for number, sentence in enumerate(said):
        words = plain(sentence).strip(" .!")
        at = _pattern("closing").search(words)
        opening = _answer(words) if number == 0 else None
        if opening:
            kind, rest = opening
            rule = f"{(_DUTY if duty else _DEED)[kind]} {deed} {rest}"
            found.append(Answer(sentence, rule.strip() if (_DUTY if duty else _DEED)[kind] else ""))
        elif at and not duty:
            found.append(Answer(sentence, f"{_DEED[_kind(at['answer'])]} {deed} {words[: at.start()].strip(' ,')}"))
        else:
            found.append(Answer(sentence, ""))
    return found if any(answer.rule for answer in found) else None


def _asked(question: str) -> tuple[str, bool] | None:
    """Return what a question is about as a rule would put it, and whether it asks for a duty."""
    for name in ("may", "must"):
        at = _pattern(name).search(question)
        if at:
            deed = at["deed"].strip(" ?")
            for wanted, instead in _forms()["theirs"].items():
                deed = re.sub(rf"\b{wanted}\b", instead, deed)
            return deed, name == "must"
    return None


def _answer(words: str) -> tuple[str, str] | None:
    """Return the kind of answer that words begin with, and how they go on."""
    for kind, source in _forms()["kinds"].items():
        at = pattern(source).match(words)
        if at:
            rest = words[at.end() :].strip(" .,;:–-")
            limited = kind in {"yes", "only"} or at[0] == "not"
            rest = re.sub(r"^only | only$", "", rest) if limited else ""
            return "only" if kind == "yes" and _pattern("provided").match(rest) else kind, rest
    return None


def _kind(word: str) -> str:
    return "yes" if word == "yes" else "no"


def _headed(column: str) -> str:
    """Return the head of a ticked column, or else a value without a head that says no more than who is meant."""
    ticked = _pattern("ticked").search(column)
    return column[: ticked.start()] if ticked else _pattern("head").sub("", column, count=1)


def _pattern(name: str) -> re.Pattern[str]:
    return pattern(_forms()[name])


@cache
def _forms() -> dict[str, Any]:
    forms: dict[str, Any] = data()["answers"]
    return forms


def _most(what: str) -> int:
    most: int = _forms()[f"longest_{what}"]
    return most
