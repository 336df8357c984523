"""Two texts of one policy, matched clause by clause: what stayed, moved, changed, came and went."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from typing import Final, Literal, NamedTuple

from rapidfuzz import fuzz

SAME_NUMBER: Final = 50
"""How alike (0 to 100) two texts under one number must be to be the same clause, changed."""
OTHER_NUMBER: Final = 80
"""The same for two texts under different numbers."""
FOR_THE_NUMBER: Final = 15
"""How much a shared number counts, in the same measure, where several clauses could be the one that changed."""

Kind = Literal["same", "renumbered", "moved", "changed", "came", "went"]


class Worded(NamedTuple):
    """A clause as far as comparing goes: its number, and its words with their lead-in."""

    id: str
    words: str


class Pair(NamedTuple):
    """A clause before and now, by place; one of them is ``None`` for a clause that came or went.

    ``renumbered`` clauses kept their words and their place among the others; ``moved`` ones kept their words only.
    """

    kind: Kind
    before: int | None
    now: int | None


def compare(before: Sequence[Worded], now: Sequence[Worded]) -> tuple[Pair, ...]:
    """Return every clause of both texts once: in the order of the new one, then what went."""
    pairs = _alike(before, now)
    pairs |= _changed(before, now, pairs)
    steady = _steady(pairs, before, now)
    found = [_pair(place, pairs.get(place), before, now, steady) for place in range(len(now))]
    kept = set(pairs.values())
    return (*found, *(Pair("went", place, None) for place in range(len(before)) if place not in kept))


def _pair(place: int, earlier: int | None, before: Sequence[Worded], now: Sequence[Worded], steady: set[int]) -> Pair:
    if earlier is None:
        return Pair("came", None, place)
    if before[earlier].words != now[place].words:
        return Pair("changed", earlier, place)
    if place not in steady:
        return Pair("moved", earlier, place)
    return Pair("same" if before[earlier].id == now[place].id else "renumbered", earlier, place)


def _alike(before: Sequence[Worded], now: Sequence[Worded]) -> dict[int, int]:
    """Return the places now of clauses whose words stayed, with their places before; a shared number goes first."""
    open_ = list(range(len(before)))
    pairs: dict[int, int] = {}
    for by_number in (True, False):
        for place, clause in enumerate(now):
            if place in pairs:
                continue
            same = (
                p for p in open_ if before[p].words == clause.words and (not by_number or before[p].id == clause.id)
            )
            if (found := next(same, None)) is not None:
                pairs[place] = found
                open_.remove(found)
    return pairs


def _changed(before: Sequence[Worded], now: Sequence[Worded], pairs: dict[int, int]) -> dict[int, int]:
    """Return the places now of clauses whose words changed, with their places before: the most alike first."""
    left = set(range(len(before))) - set(pairs.values())
    likely: list[tuple[float, int, int]] = []
    for place in sorted(set(range(len(now))) - set(pairs)):
        for earlier in sorted(left):
            number = before[earlier].id == now[place].id
            ratio = fuzz.ratio(before[earlier].words, now[place].words)
            if ratio >= (SAME_NUMBER if number else OTHER_NUMBER):
                likely.append((-ratio - FOR_THE_NUMBER * number, place, earlier))
    found: dict[int, int] = {}
    for _, place, earlier in sorted(likely):
        if place not in found and earlier in left:
            found[place] = earlier
            left.remove(earlier)
    return found


def _steady(pairs: dict[int, int], before: Sequence[Worded], now: Sequence[Worded]) -> set[int]:
    """Return the places now of the clauses that kept their order: as many as possible (longest rising sequence).

    Of a clause that only changed places with its neighbour, the one that kept its number counts as steady.
    """
    places = sorted(pairs)
    ends: list[int] = []
    chain: list[int] = []
    back: dict[int, int | None] = {}
    for place in places:
        at = bisect_left(ends, pairs[place])
        back[place] = chain[at - 1] if at else None
        ends[at : at + 1] = [pairs[place]]
        chain[at : at + 1] = [place]
    steady: set[int] = set()
    last = chain[-1] if chain else None
    while last is not None:
        steady.add(last)
        last = back[last]
    return steady | {place for place in places if before[pairs[place]] == now[place]}
