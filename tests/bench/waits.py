"""How long somebody waits for an answer, for the tables of the chats."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Sequence

import msgspec


class Wait(msgspec.Struct, frozen=True):
    """How long answers took, in milliseconds. ``core`` is what a core worked for one."""

    what: str
    answers: int
    median: float
    p99: float
    slowest: float
    core: float = 0.0


def waited(what: str, times: Iterable[float], core: float = 0.0) -> Wait:
    """Return what is said of some times. Raise ``statistics.StatisticsError`` where there are none."""
    found = sorted(times)
    return Wait(what, len(found), statistics.median(found), found[len(found) * 99 // 100], found[-1], core)


def waits_rows(waits: Sequence[Wait]) -> list[list[str]]:
    """Return the rows of a table."""
    return [[w.what, f"{w.answers:,}", *(f"{each:,.1f}" for each in (w.median, w.p99, w.slowest))] for w in waits]
