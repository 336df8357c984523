"""The worlds in which a question is ruled on: what was said, and what is supposed where nothing was.

A fact that was not said and that some norm turns on is supposed each way in turn; where the outcomes differ, it is the
fact to ask for.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Final, NamedTuple

from knowledge import terms
from knowledge.model import Norm
from knowledge.reading import Reading

ASKABLE: Final = ("time", "device")
SUPPOSED: Final = {"former_pupil": ("former_pupil_minor", "former_pupil_adult")}
"""Wider persons whose narrower kinds are both likely: neither is taken as given when only the wider is said."""


class Entry(NamedTuple):
    """A norm with its clause, where in the policy that stands, and which of a school's policies it is."""

    clause: str
    order: int
    norm: Norm
    policy: int = 0


class World(NamedTuple):
    """The reading, with facts supposed where they were not said. ``open`` facets fit anything."""

    reading: Reading
    open: frozenset[str] = frozenset()
    supposed: tuple[tuple[str, str], ...] = ()

    def values(self, facet: str) -> tuple[str, ...]:
        """Return the values of a facet that are supposed, or else said."""
        supposed = tuple(value for name, value in self.supposed if name == facet)
        return supposed or self.reading.said(facet)

    def supposing_capacity(self, act: str) -> World:
        """Return this world with the capacity that goes with an act where none was said: one's own, or the school's."""
        if self.reading.capacity:
            return self
        usual = "official" if act in terms.act_groups()["official"] else "personal"
        return self._replace(supposed=(*self.supposed, ("capacity", usual)))


def worlds(reading: Reading, entries: list[Entry]) -> Iterator[World]:
    """Suppose each value of every askable fact that was not said and that some norm turns on."""
    choices: list[list[tuple[str, str]]] = []
    for facet in ASKABLE:
        named = {value for entry in entries for value in getattr(entry.norm, facet)}
        if named and not reading.said(facet):
            choices.append([(facet, value) for value in _outermost(facet, named)])
    for said in reading.person:
        narrower = SUPPOSED.get(said)
        if narrower and any(value in entry.norm.person for entry in entries for value in narrower):
            choices.append([("person", value) for value in narrower])
    for supposed in itertools.islice(itertools.product(*choices), 64):
        yield World(reading, supposed=supposed)


def _outermost(facet: str, named: set[str]) -> list[str]:
    """Return one value for each region of the facet, named ones first, and the plain alternatives to them."""
    everyday = {"time": ("working", "break", "outside"), "device": ("own", "school")}
    return sorted(
        {*everyday[facet], *(named if facet != "time" else ())}, key=lambda value: (value not in named, value)
    )


def _fits(world: World, facet: str, wanted: tuple[str, ...]) -> int | None:
    """Return how exactly what was said of a facet is one of these, or None if it is none."""
    said = world.values(facet)
    if facet == "person" and said == ("self",) and "self" not in wanted:
        said = ()
    if not said:
        return 1 if facet in world.open else None
    for value in said:
        wider = terms.widen(facet, value)
        for depth, name in enumerate(wider):
            if name in wanted:
                return 3 - min(depth, 2)
    return None


def fitting(world: World, norm: Norm) -> dict[str, int] | None:
    """Return how exactly a norm fits by each facet that it turns on, or None if it does not fit by one of them."""
    found: dict[str, int] = {}
    for facet in terms.FACETS:
        wanted = getattr(norm, facet)
        if wanted:
            fit = _fits(world, facet, wanted)
            if fit is None:
                return None
            found[facet] = fit
    return found


def contradicted(reading: Reading, norm: Norm) -> bool:
    """Return whether something that was said keeps the norm from fitting, whatever else may be so."""
    return fitting(World(reading, reading.unsaid), norm) is None
