"""What a sentence of a policy is about: acts (``wordings.toml``), and facts that it gives (``topics.toml``)."""

from __future__ import annotations

import re
import tomllib
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Final, NamedTuple

from knowledge import terms
from knowledge.importing.grammar import pattern, proviso, within
from knowledge.importing.statements import Statement


class Wording(NamedTuple):
    """A way of naming acts. The keys are those of ``wordings.toml``, which tells what they mean."""

    acts: tuple[str, ...]
    says: re.Pattern[str]
    needs: re.Pattern[str] | None
    bars: re.Pattern[str] | None
    inverse: re.Pattern[str] | None
    mirror: tuple[str, ...]
    also: tuple[str, ...]
    loosely: tuple[str, ...]
    against: tuple[str, ...]
    content: tuple[str, ...]
    default: tuple[str, ...]
    time: tuple[str, ...]
    force: str
    required: str
    who: bool
    whom: bool
    both: bool
    other_means: bool
    grave: bool
    minded: bool
    catch_all: bool

    @property
    def plain(self) -> bool:
        """Whether the wording says no more than which acts it is about."""
        return not (self.time or self.force or self.content or self.other_means or self.inverse)


class Topic(NamedTuple):
    """A fact that policies give."""

    act: str
    says: re.Pattern[str] | None
    within: re.Pattern[str] | None
    bars: re.Pattern[str] | None
    whole: bool


@cache
def _file(name: str) -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name(f"{name}s.toml").read_text("utf-8"))


@cache
def done() -> frozenset[str]:
    """Return the acts that may be forbidden or allowed; all others are duties."""
    return frozenset(_file("wording")["done"])


@cache
def either() -> frozenset[str]:
    """Return the acts that may be forbidden or allowed, and be a duty as well."""
    return frozenset(_file("wording")["either"])


@cache
def freely() -> frozenset[str]:
    """Return the acts that may be drafted as allowed without a condition."""
    return frozenset(_file("wording")["freely"])


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
            also=tuple(entry.get("also", ())),
            loosely=tuple(entry.get("loosely", ())),
            against=tuple(entry.get("against", ())),
            content=tuple(entry.get("content", ())),
            default=tuple(entry.get("default", ())),
            time=tuple(entry.get("time", ())),
            force=entry.get("force", ""),
            required=entry.get("required", ""),
            **{
                key: entry.get(key, False)
                for key in ("who", "whom", "both", "other_means", "grave", "minded", "catch_all")
            },
        )
        for entry in _table("wording")
    )


@cache
def topics() -> tuple[Topic, ...]:
    """Return every topic, in the order of the file."""
    return tuple(
        Topic(
            entry["act"],
            _pattern(entry, "says"),
            _pattern(entry, "within"),
            _pattern(entry, "not"),
            entry.get("whole", False),
        )
        for entry in _table("topic")
    )


_BARE: Final = re.compile(r"(?!)")


@cache
def standard(act: str) -> Wording:
    """Return the wording that goes with an act where no words of it were found: whom it concerns and what goes with it.

    That is the first wording that begins with the act and makes no claim of its own, or else one of the act alone.
    """
    fitting = (wording for wording in wordings() if wording.acts[0] == act and wording.plain)
    contact = act in terms.act_groups()["contact"]
    alone = Wording((act,), _BARE, None, None, None, (), (), (), (), (), (), (), "", "", contact, *[False] * 6)
    return next(fitting, alone)


@lru_cache(maxsize=8)
def named(statement: Statement) -> tuple[Wording, ...]:
    """Return the wordings that a statement uses, in the order of its words.

    What a bar names only as the circumstance in which it holds is not what it forbids. A statement is looked at more
    than once in a row, so the last few answers are kept.
    """
    found: list[tuple[int, Wording]] = []
    for wording in wordings():
        at = _where(wording, statement)
        if not at or (wording.needs and not wording.needs.search(statement.around)):
            continue
        if not (wording.bars and wording.bars.search(statement.own)):
            found.append((at.start(), wording))
    return tuple(wording for _, wording in sorted(found, key=lambda item: item[0]))


def _where(wording: Wording, statement: Statement) -> re.Match[str] | None:
    """Return where a statement uses a wording; of a bar, only where it is not about the circumstances around it."""
    at = wording.says.search(statement.own)
    barring = statement.force in {"prohibited", "discouraged"} or wording.required in {"prohibited", "discouraged"}
    if at and barring and statement.force != "permitted":
        start, end = within(statement.own)
        at = wording.says.search(statement.own, start) if at.end() <= start else at
        return at if at and at.start() < end else None
    if at and statement.force == "permitted" and at.start() >= proviso(statement.own):
        return None
    return at


def told(statement: Statement, heading: str) -> list[str]:
    """Return the facts that a statement gives: those of its lead-in, of its own words, and of its heading.

    ``heading`` is plain. A heading that says it all, such as that of a form, comes first.
    """
    lead = statement.whole[: len(statement.whole) - len(statement.own)]
    ranked: list[tuple[int, str]] = []
    for topic in topics():
        if topic.bars and topic.bars.search(statement.own):
            continue
        if topic.within and topic.within.search(heading) and topic.whole:
            ranked.append((0, topic.act))
        elif topic.within and lead and topic.within.search(lead):
            ranked.append((1, topic.act))
        elif topic.says and topic.says.search(statement.own):
            ranked.append((2, topic.act))
        elif topic.within and topic.within.search(heading):
            ranked.append((3, topic.act))
    return [act for _, act in sorted(ranked, key=lambda item: item[0])]
