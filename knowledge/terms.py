"""The terms that packs, phrasings and readings share: acts and facets, read from ``vocabulary/*.toml``."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any, Final

VOCABULARY: Final = Path(__file__).parent / "vocabulary"
FACETS: Final = ("person", "time", "device", "capacity", "content")


@cache
def acts() -> dict[str, str]:
    """Return every act id with its plain name, in the order of the file."""
    return {act: says for group in act_groups().values() for act, says in group.items()}


@cache
def act_groups() -> dict[str, dict[str, str]]:
    """Return the acts by group: ``contact``, ``posting`` … ``topic``, ``uncovered``, ``not_a_question``."""
    return tomllib.loads((VOCABULARY / "acts.toml").read_text("utf-8"))


@cache
def _facets() -> dict[str, dict[str, Any]]:
    return tomllib.loads((VOCABULARY / "facets.toml").read_text("utf-8"))


@cache
def values(facet: str) -> dict[str, str]:
    """Return the values of a facet (one of ``FACETS`` or ``condition``) with how each is said back to the asker."""
    found: dict[str, str] = _facets()[facet]["values"]
    return found


@cache
def plainly(facet: str) -> dict[str, frozenset[str]]:
    """Return, by value of a facet, the phrases that say it plainly, whatever else is said."""
    return _phrases(_facets()[facet].get("plainly", {}))


def _phrases(listed: dict[str, list[str]], before: str = "") -> dict[str, frozenset[str]]:
    """Return phrases by name, without apostrophes, each with a word before it where one is given."""
    return {
        name: frozenset(f"{before} {phrase}".strip().replace("'", "") for phrase in phrases)
        for name, phrases in listed.items()
    }


@cache
def longest_phrase() -> int:
    """Return the number of words of the longest phrase."""
    tables = (*map(plainly, FACETS), given(), not_given(), lacking(), _phrases(_facets()["kind"]))
    return max(phrase.count(" ") + 1 for table in tables for phrases in table.values() for phrase in phrases)


def _beginnings(words: list[str]) -> re.Pattern[str]:
    """Return the pattern of a word that begins as one of these, apostrophes left out."""
    return re.compile(rf" (?:{'|'.join(re.escape(word.replace(chr(39), '')) for word in words)})")


@cache
def asking(instead_of: str) -> frozenset[str]:
    """Return the phrases that settle that leave is asked for, where it could pass for ``info`` or an ``incident``."""
    return meant("leave") | (meant("may") if instead_of == "info" else frozenset())


@cache
def given() -> dict[str, frozenset[str]]:
    """Return, by condition, the phrases that say plainly that it holds."""
    return _phrases(_facets()["condition"]["given"])


@cache
def not_given() -> dict[str, frozenset[str]]:
    """Return, by condition, the same phrases with "not" before them."""
    return _phrases(_facets()["condition"]["given"], "not")


@cache
def signs() -> dict[str, re.Pattern[str]]:
    """Return, by condition, what must stand in the words for it to be taken as said to hold."""
    return {name: _beginnings(words) for name, words in _facets()["condition"]["signs"].items()}


@cache
def lacking() -> dict[str, frozenset[str]]:
    """Return, by condition, the phrases that say plainly that it does not hold; for leave, that nobody was asked."""
    condition = _facets()["condition"]
    return _phrases({**condition["lacking"], **dict.fromkeys(alike("given"), condition["denied"]["ungiven"])})


@cache
def before() -> dict[str, re.Pattern[str]]:
    """Return, by condition, what tells in the words of a reader that it was met for something earlier."""
    return {name: re.compile("|".join(words)) for name, words in _facets()["condition"]["before"].items()}


@cache
def official_signs() -> re.Pattern[str]:
    """Return what must stand in the words for people to be dealt with for the school."""
    return _beginnings(_facets()["capacity"]["signs"]["official"])


@cache
def meant(how: str) -> frozenset[str]:
    """Return the phrases of a table of kinds: that something is a ``must``, is to ``go``, to ``stay``, to go ``on``."""
    return _phrases(_facets()["kind"])[how]


@cache
def approvers() -> dict[str, tuple[str, ...]]:
    """Return the words for each role that may be said to have given leave, longer ones before those within them."""
    return {role: tuple(words) for role, words in _facets()["approver"]["roles"].items()}


@cache
def approving(how: str) -> tuple[str, ...]:
    """Return the phrases for having given leave: after the role (``given``) or before it (``given_by``)."""
    return tuple(_facets()["approver"][how])


@cache
def within(facet: str) -> dict[str, str]:
    """Return, for each value that is a special case, the wider value that it lies within."""
    found: dict[str, str] = _facets()[facet].get("within", {})
    return found


@cache
def _relations() -> dict[str, Any]:
    return tomllib.loads((VOCABULARY / "relations.toml").read_text("utf-8"))


@cache
def duty_behind() -> dict[str, str]:
    """Return, for topics that are also asked about as a duty, the act that the duty is."""
    return {topic: str(act) for topic, act in _relations()["duty_behind"].items()}


@cache
def broader() -> dict[str, str]:
    """Return, for acts that are always an instance of a wider act, the wider one."""
    return {act: str(wider) for act, wider in _relations()["broader"].items()}


@cache
def settled() -> dict[str, tuple[frozenset[str], re.Pattern[str]]]:
    """Return, for acts that certain words settle, the acts that these may have been understood as, and the words."""
    return {
        act: (frozenset(table["among"]), re.compile("|".join(table["words"])))
        for act, table in _relations()["settled"].items()
    }


@cache
def among_colleagues() -> dict[str, str]:
    """Return, for acts that an incident among colleagues may be told of as, what else they are."""
    return {act: str(other) for act, other in _relations()["among_colleagues"].items()}


@cache
def ends() -> dict[str, str]:
    """Return, for acts that end another act, the act that they end: ``unfriend`` ends ``keep_existing_contact``."""
    return {act: str(other) for act, other in _relations()["ends"].items()}


@cache
def duties(how: str) -> frozenset[str]:
    """Return the duties that "may I?" is asked of to do them (``by_itself``) or to do ``otherwise``, and others."""
    return frozenset(_relations()["duty"][how])


@cache
def towards() -> dict[str, str]:
    """Return, for duties that are a step on the way to something, the act that "may I?" asks leave for."""
    return {act: str(asked) for act, asked in _relations()["duty"]["towards"].items()}


@cache
def done() -> dict[str, str]:
    """Return, for duties, the condition that is said to hold when they are done."""
    return {act: str(condition) for act, condition in _relations()["duty"]["done"].items()}


@cache
def special_cases() -> dict[str, tuple[str, str, str]]:
    """Return, for acts that are another act in a certain circumstance, that act, the facet and its value."""
    found: dict[str, tuple[str, str, str]] = {}
    for act, table in _relations()["special_case"].items():
        (facet,) = [key for key in table if key != "of"]
        found[act] = (table["of"], facet, table[facet])
    return found


@cache
def alike(how: str) -> frozenset[str]:
    """Return the conditions that people do not tell apart when they are ``given`` or ``denied``."""
    return frozenset(_relations()["alike"][how])


@cache
def widen(facet: str, value: str) -> tuple[str, ...]:
    """Return the value and every wider value that takes it in, narrowest first."""
    wider = [value]
    while (above := within(facet).get(wider[-1])) is not None:
        wider.append(above)
    return tuple(wider)


@cache
def questions(facet: str) -> dict[str, str]:
    """Return what to ask about a facet: by value for persons and conditions, under ``""`` for the facet as a whole."""
    table = _facets()[facet]
    asked = dict(table.get("asks", {}))
    if "ask" in table:
        asked[""] = str(table["ask"])
    return asked
