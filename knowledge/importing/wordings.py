"""What a sentence of a policy is about: acts (``wordings.toml``), and facts that it gives (``topics.toml``)."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from knowledge.importing.grammar import Statement, pattern


class Wording(NamedTuple):
    """A way of naming acts. The keys are those of ``wordings.toml``, which tells what they mean."""

    acts: tuple[str, ...]
    says: re.Pattern[str]
    needs: re.Pattern[str] | None
    bars: re.Pattern[str] | None
    inverse: re.Pattern[str] | None
    mirror: tuple[str, ...]
    content: tuple[str, ...]
    default: tuple[str, ...]
    force: str
    required: str
    who: bool
    whom: bool
    both: bool
    grave: bool
    minded: bool
    catch_all: bool


class Topic(NamedTuple):
    """A fact that policies give."""

    act: str
    says: re.Pattern[str] | None
    within: re.Pattern[str] | None
    bars: re.Pattern[str] | None


@cache
def _file(name: str) -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name(f"{name}s.toml").read_text("utf-8"))


def done() -> frozenset[str]:
    """Return the acts that may be forbidden or allowed; all others are duties."""
    return frozenset(_file("wording")["done"])


def _table(name: str) -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = _file(name)[name]
    return listed


def _pattern(entry: dict[str, Any], key: str) -> re.Pattern[str] | None:
    return pattern(entry[key]) if key in entry else None


@cache
def wordings() -> tuple[Wording, ...]:
    """Return every wording, in the order of the file."""
    return tuple(
        Wording(
            acts=tuple(entry["acts"]),
            says=pattern(entry["says"]),
            needs=_pattern(entry, "with"),
            bars=_pattern(entry, "not"),
            inverse=_pattern(entry, "inverse"),
            mirror=tuple(entry.get("mirror", ())),
            content=tuple(entry.get("content", ())),
            default=tuple(entry.get("default", ())),
            force=entry.get("force", ""),
            required=entry.get("required", ""),
            **{key: entry.get(key, False) for key in ("who", "whom", "both", "grave", "minded", "catch_all")},
        )
        for entry in _table("wording")
    )


@cache
def topics() -> tuple[Topic, ...]:
    """Return every topic, in the order of the file."""
    return tuple(
        Topic(entry["act"], _pattern(entry, "says"), _pattern(entry, "within"), _pattern(entry, "not"))
        for entry in _table("topic")
    )


def named(statement: Statement) -> list[Wording]:
    """Return the wordings that a statement uses."""
    return [
        wording
        for wording in wordings()
        if wording.says.search(statement.own)
        and not (wording.needs and not wording.needs.search(statement.around))
        and not (wording.bars and wording.bars.search(statement.own))
    ]


def told(statement: Statement, heading: str) -> list[str]:
    """Return the facts that a statement gives, those that its own words name first. ``heading`` is plain."""
    own, led = [], []
    lead = f"{heading} | {statement.whole[: len(statement.whole) - len(statement.own)]}"
    for topic in topics():
        if topic.bars and topic.bars.search(statement.own):
            continue
        if topic.says and topic.says.search(statement.own):
            own.append(topic.act)
        elif topic.within and topic.within.search(lead):
            led.append(topic.act)
    return own + led
