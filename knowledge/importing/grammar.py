"""The grammar of rules: what force a sentence of a policy has, under which conditions, with which exceptions.

The forms are data (``grammar.toml``). What a sentence is *about* is told elsewhere (``knowledge.importing.wordings``).
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final, NamedTuple, cast

from knowledge.importing.model import ImportedClause
from knowledge.importing.schoolnames import without_names
from knowledge.importing.sentences import parts, plain, sentences
from knowledge.model import Force

RULING: Final = frozenset({"prohibited", "permitted", "required", "discouraged", "recommended"})
SURELY_BARRED: Final = 0.85
"""A bar this sure is one for staff, whoever the sentence begins with."""
OPPOSITE: Final[dict[str, Force]] = {
    "prohibited": "required",
    "discouraged": "recommended",
    "required": "prohibited",
    "recommended": "discouraged",
}
_FLIPPED: Final = re.compile(r"^(?:by )?(?:fail(?:ing|ure)? to|neglect(?:ing)? to|omit(?:ting)? to|not (?!to ))")
_BARRED: Final = re.compile(r"\b(?:not|no|never)\b")
_LIMITED: Final = re.compile(
    r"\b(?:unless|without|except|save|until|before|prior|other than|in advance|not be .{0,60} unless)\b"
)
_EXCEPTING: Final = re.compile(
    r"\b(?:unless|except|save (?:where|that|in|for|with)|other than|apart from|do(?:es)? not apply|"
    r"if (?:it|they|this) is|exceptions?)\b"
)
_ITEMS: Final = re.compile(r"^(?:do|dos|do’s|always|remember|please|staff should|you should)\W*$")


class Found(NamedTuple):
    """A force, whether it is one of "only", and how sure it is (0 to 1)."""

    force: Force
    only: bool
    sure: float


class Statement(NamedTuple):
    """One thing that a clause says. ``said`` is as printed; ``own`` and ``whole`` are plain, without and with lead-in.

    ``minded`` is the force with which the reader is told to be aware of something.
    """

    said: str
    own: str
    whole: str
    around: str
    force: Force
    sure: float
    only: bool = False
    conditions: tuple[str, ...] = ()
    exceptions: tuple[str, ...] = ()
    approver: tuple[str, ...] = ()
    minded: Force | None = None
    otherwise: Force | None = None


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


def force_of(text: str) -> Found | None:
    """Return the force that a plain sentence has in itself, or None where it makes no rule."""
    if fact("about", text):
        return None
    found = next((rule for rule in _rules("force") if _fits(rule, text)), None)
    if found is None:
        return None
    if fact("school", text) and not found.only and (found.name != "prohibited" or found.sure < SURELY_BARRED):
        return None
    if found.name in {"permitted", "recommended", "required"} and fact("outcome", text) and not found.only:
        softened = pattern(data()["facts"]["outcome"]).sub(" ", text)
        found = next((rule for rule in _rules("force") if _fits(rule, softened)), None)
        if found is None:
            return None
    return Found(cast("Force", found.name), found.only, found.sure)


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


def persons(text: str) -> tuple[str, ...]:
    """Return the persons that a plain sentence names."""
    found: list[str] = []
    for person, wanted in _named("persons"):
        left = wanted.sub(" ", text)
        if left != text:
            found.append(person)
            if person != "pupil_relative":
                text = left
    if "young_person" in found:
        found += [name for name in ("pupil", "former_pupil_minor") if name not in found]
    return tuple(name for name in found if name != "pupil_relative")


def statements(clause: ImportedClause, names: Sequence[str] = ()) -> list[Statement]:
    """Return what a clause says, sentence by sentence, each with its force.

    ``names`` are what the policy calls its school, in lower case.
    """
    stem = plain(clause.stem or "")
    heading = plain(clause.section)
    lead = without_names(plain(sentences(clause.stem)[-1]), names) if clause.stem else ""
    led = _lead_force(lead) if lead else None
    around = f"{heading} | {stem} | {plain(clause.text)}"
    found: list[Statement] = []
    for number, sentence in enumerate(sentences(clause.text)):
        for part in _parted(sentence):
            under = led if number == 0 or _bare(part) else None
            found.append(
                _statement(
                    (part, without_names(plain(part), names)), lead if number == 0 else "", under, heading, around
                )
            )
    return found


def _bare(part: str) -> bool:
    return force_of(plain(part)) is None and not re.match(r"(?:the|this|it|if|where|once|any)\b", plain(part))


def _parted(sentence: str) -> list[str]:
    """Return the parts of a sentence that each have a force of their own; what has none stays with what it joins."""
    found: list[str] = []
    for part in parts(sentence):
        if found and (force_of(plain(part)) is None or force_of(plain(found[-1])) is None):
            found[-1] = f"{found[-1]} and {part}"
        else:
            found.append(part)
    return found


def _lead_force(lead: str) -> Found | None:
    if _ITEMS.match(lead):
        return Found("recommended", only=False, sure=0.8)
    found = force_of(lead)
    if fact("barred", lead):
        return Found("prohibited", only=False, sure=0.85)
    if fact("asked", lead) and not (found and found.force in {"prohibited", "discouraged"}):
        return Found("required", only=False, sure=0.8)
    if found and found.force in {"required", "recommended", "permitted"} and fact("lead", lead):
        return None
    return found


def _statement(words: tuple[str, str], lead: str, led: Found | None, heading: str, around: str) -> Statement:
    part, own = words
    whole = f"{lead} {own}".strip()
    mine = force_of(own)
    if led is None and mine is None and not lead:
        led = _lead_force(heading)
        led = led if led and led.force in {"prohibited", "discouraged"} else None
    found = None if fact("form", heading) else mine or led
    if led and mine and found:
        found = _together(led, mine)
    if led and not mine and led.force in {"required", "recommended"} and _BARRED.search(own):
        found = Found(OPPOSITE[led.force], only=False, sure=0.8)
    if led and led.force in {"prohibited", "discouraged"} and _FLIPPED.search(own):
        found = Found(OPPOSITE[led.force], only=False, sure=led.sure)
    minded = None
    if found and found.force in {"required", "recommended"} and fact("aware", own):
        minded, found = found.force, None
    if found is None:
        return Statement(part, own, whole, around, "stated", 0.85, minded=minded, approver=roles(own))
    made = Statement(
        part,
        own,
        whole,
        around,
        found.force,
        found.sure,
        found.only,
        conditions(own),
        exceptions(own),
        roles(own),
    )
    return _limited(made)


def _together(led: Found, mine: Found) -> Found:
    """Return the force of an item that has one of its own under a lead-in that has one too."""
    if mine.only or (mine.force == "prohibited" and mine.sure > SURELY_BARRED):
        return mine
    if led.force in {"prohibited", "discouraged"}:
        return led
    if mine.force == "prohibited" and led.force == "recommended":
        return Found("discouraged", only=False, sure=0.8)
    return mine if mine.force in {"prohibited", "discouraged"} else led


def _limited(made: Statement) -> Statement:
    """Turn "not … without" and "not … unless" into leave on a condition."""
    spared = made.conditions == ("disclosed",) and any(name.startswith("person:") for name in made.exceptions)
    if made.force in {"prohibited", "discouraged"} and made.conditions and not spared and _LIMITED.search(made.own):
        otherwise: Force | None = "discouraged" if made.force == "discouraged" else None
        return made._replace(force="permitted", sure=made.sure * 0.95, otherwise=otherwise)
    if made.only and not made.conditions and fact("some", made.own):
        return made._replace(conditions=("approval",), sure=0.75)
    if made.only and not made.conditions and re.search(r"\b(?:must|shall) (?:\w+ )?only\b", made.own):
        return made._replace(force="required", only=False, sure=0.7)
    return made
