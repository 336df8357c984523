"""Phrasings with talk around them: what staff say before and after a question without changing what it asks.

A reader that has only seen bare questions takes "the head has said yes" for a question about getting approval. So that
it learns to tell an act from its surroundings, training gives it every phrasing twice: bare, and with idle talk or a
circumstance of ``vocabulary/asides.toml`` put before or after it.
"""

from __future__ import annotations

import random
import tomllib
from collections.abc import Iterable, Iterator
from typing import Final

import msgspec

from knowledge.phrasing import Phrasing
from knowledge.terms import VOCABULARY

TOLD: Final = 0.55
"""Share of the questions about leave or duty to which a circumstance is told."""
IDLE_BEFORE: Final = 0.6
IDLE_AFTER: Final = 0.3


class Idle(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Talk that says nothing a norm asks for."""

    before: tuple[str, ...]
    after: tuple[str, ...]


class Told(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A circumstance, labelled as in a phrasing, and ways of saying it."""

    says: tuple[str, ...]
    met: list[str] = []
    unmet: list[str] = []
    time: str = ""
    device: str = ""
    capacity: str = ""
    content: list[str] = []


class Asides(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``vocabulary/asides.toml``."""

    idle: Idle
    told: tuple[Told, ...]


def installed() -> Asides:
    """Return the asides that ship with the bot."""
    return msgspec.convert(tomllib.loads((VOCABULARY / "asides.toml").read_text("utf-8")), Asides)


def surrounded(phrasings: Iterable[Phrasing], asides: Asides | None = None) -> Iterator[Phrasing]:
    """Yield each phrasing once more, with talk around it and the labels that this adds. The same input gives the same.

    A circumstance is told only where the phrasing says nothing of that kind itself.
    """
    asides = asides or installed()
    chance = random.Random(0)  # noqa: S311 - which aside goes where is no secret
    for phrasing in phrasings:
        found = phrasing
        if phrasing.asks in {"may", "must"} and chance.random() < TOLD:
            found = _telling(phrasing, chance.choice(asides.told), chance)
        if chance.random() < IDLE_BEFORE:
            found = _with(found, before=chance.choice(asides.idle.before))
        if chance.random() < IDLE_AFTER:
            found = _with(found, after=chance.choice(asides.idle.after))
        yield found


def _telling(phrasing: Phrasing, told: Told, chance: random.Random) -> Phrasing:
    says = chance.choice(told.says)
    spoken = {*phrasing.met, *phrasing.unmet}
    if spoken & {*told.met, *told.unmet} or any(
        getattr(told, facet) and getattr(phrasing, facet) for facet in ("time", "device", "capacity", "content")
    ):
        return phrasing
    labelled = msgspec.structs.replace(
        phrasing,
        met=[*phrasing.met, *told.met],
        unmet=[*phrasing.unmet, *told.unmet],
        time=phrasing.time or told.time,
        device=phrasing.device or told.device,
        capacity=phrasing.capacity or told.capacity,
        content=[*phrasing.content, *told.content],
    )
    return _with(labelled, before=says) if chance.random() < 0.5 else _with(labelled, after=says)


def _with(phrasing: Phrasing, before: str = "", after: str = "") -> Phrasing:
    end = "" if phrasing.text.rstrip().endswith((".", "?", "!")) else "."
    text = f"{phrasing.text.rstrip()}{end} {after}" if after else f"{before} {phrasing.text}"
    return msgspec.structs.replace(phrasing, text=text)
