"""The grammar of rules: what force a sentence of a policy has, under which conditions, with which exceptions.

The forms are data (``grammar.toml``). What a sentence is *about* is told elsewhere (``knowledge.importing.wordings``).
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any, Final, NamedTuple, cast

from knowledge.model import Force

SURELY_BARRED: Final = 0.85
"""A bar this sure is one for staff, whoever the sentence begins with."""
OPPOSITE: Final[dict[str, Force]] = {
    "prohibited": "required",
    "discouraged": "recommended",
    "required": "prohibited",
    "recommended": "discouraged",
}
_EXCEPTING: Final = re.compile(
    r"\b(?:unless|except|save (?:where|that|in|for|with|on|when|as|to)|other(?:wise)? than|apart from|"
    r"do(?:es)? not apply|if (?:it|they|this) is|exceptions?|"
    r"(?:where|if|when) (?:they|you) (?:did|do) not (?:already )?know)\b"
)


_PURPOSE: Final = re.compile(
    r"(?<=\w)[,;]? so (?:that )?(?:\w+ ){1,4}?(?:can|cannot|can’t|do not|does not|will not|may|are not|is not)\b.*$"
)
"""What a rule is for has no force of its own."""


_PROVISO: Final = re.compile(r",? (?:provided(?: that)?|providing(?: that)?|as long as|so long as|on condition that) ")
"""What leave is tied to; a "not" in it forbids nothing by itself."""


class Found(NamedTuple):
    """A force, whether it is one of "only", and how sure it is (0 to 1)."""

    force: Force
    only: bool
    sure: float


class _Rule(NamedTuple):
    name: str
    when: re.Pattern[str]
    bars: re.Pattern[str] | None
    sure: float
    only: bool
    acts: frozenset[str]


@cache
def data() -> dict[str, Any]:
    """Return the tables of ``grammar.toml``."""
    return tomllib.loads(Path(__file__).with_name("grammar.toml").read_text("utf-8"))


@cache
def pattern(source: str) -> re.Pattern[str]:
    """Return a pattern in which ``<name>`` stands for the words of that name."""
    named: dict[str, str] = data()["words"]
    while (expanded := re.sub(r"<(\w+)>", lambda m: named.get(m[1], m[0]), source)) != source:
        source = expanded
    return re.compile(source)


@cache
def _rules(table: str) -> tuple[_Rule, ...]:
    return tuple(
        _Rule(
            entry["is"],
            pattern(entry["when"]),
            pattern(entry["not"]) if "not" in entry else None,
            entry.get("sure", 1.0),
            entry.get("only", False),
            frozenset(entry.get("acts", ())),
        )
        for entry in data()[table]
    )


def _fits(rule: _Rule, text: str) -> bool:
    return bool(rule.when.search(text)) and not (rule.bars and rule.bars.search(text))


def fact(name: str, text: str) -> bool:
    """Return whether a plain text is a fact of that name under ``[facts]``."""
    return bool(pattern(data()["facts"][name]).search(text))


def under_heading(heading: str) -> Found | None:
    """Return the force that a plain heading gives what stands under it, if it says so by itself.

    Where leave must be asked first that is "only"; the condition is approval.
    """
    for name in ("prohibited", "discouraged", "asked", "permitted"):
        if pattern(data()["headings"][name]).search(heading):
            force = "permitted" if name == "asked" else name
            return Found(cast("Force", force), name == "asked", 0.8)
    return None


def force_of(text: str) -> Found | None:
    """Return the force that a plain sentence has in itself, or None where it makes no rule."""
    if fact("about", text):
        return None
    text = _PURPOSE.sub(" ", text)
    given = _PROVISO.split(text)[0]
    leave = force_of(given) if given != text else None
    if leave and leave.force == "permitted":
        return leave
    found = next((rule for rule in _rules("force") if _fits(rule, text)), None)
    if found is None:
        start, _ = within(text)
        return force_of(text[start:]) if start else None
    if fact("school", text) and not found.only and (found.name != "prohibited" or found.sure < SURELY_BARRED):
        return None
    if found.name in {"permitted", "recommended", "required"} and fact("outcome", text) and not found.only:
        softened = pattern(data()["facts"]["outcome"]).sub(" ", text)
        found = next((rule for rule in _rules("force") if _fits(rule, softened)), None)
        if found is None:
            return None
    return Found(cast("Force", found.name), found.only, found.sure)


def within(text: str) -> tuple[int, int]:
    """Return from where to where a plain sentence says what is done, between the circumstances named around it."""
    named = data()["circumstance"]
    leading, trailing = pattern(named["leading"]).search(text), pattern(named["trailing"]).search(text)
    start = leading.end() if leading else 0
    return start, trailing.start() if trailing and trailing.start() > start else len(text)


def proviso(text: str) -> int:
    """Return where what a plain sentence allows is tied to something, or its length where it is not."""
    at = _PROVISO.search(text)
    return at.start() if at else len(text)


def conditions(text: str) -> tuple[str, ...]:
    """Return the conditions that a plain sentence names."""
    return tuple(rule.name for rule in _rules("condition") if not rule.acts and _fits(rule, text)) + tuple(
        rule.name for rule in _rules("condition") if rule.acts and _fits(rule, text)
    )


def excepting(text: str) -> bool:
    """Return whether a plain sentence makes an exception."""
    return bool(_EXCEPTING.search(text))


def exceptions(text: str) -> tuple[str, ...]:
    """Return the exceptions that a plain sentence makes: what stands after "unless", "except" and the like."""
    at = _EXCEPTING.search(text)
    if not at:
        return ()
    return tuple(rule.name for rule in _rules("exception") if _fits(rule, text[at.start() :]))


@cache
def _named(table: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((name, pattern(source)) for name, source in data()[table].items())


def roles(text: str) -> tuple[str, ...]:
    """Return the roles that a plain sentence names, in the order of the sentence."""
    found = [(at.start(), role) for role, wanted in _named("roles") if (at := wanted.search(text))]
    return tuple(role for _, role in sorted(found))


def persons(text: str, *, family: bool = False) -> tuple[str, ...]:
    """Return the persons that a plain sentence names; pupils who are family as such only where ``family`` is asked."""
    found: list[str] = []
    for person, wanted in _named("persons"):
        left = wanted.sub(" ", text)
        if left != text:
            found.append(person.removeprefix("older_"))
            if person != "pupil_relative":
                text = left
    if "young_person" in found:
        found += [name for name in ("pupil", "former_pupil_minor") if name not in found]
    return tuple(name for name in found if family or name != "pupil_relative")
