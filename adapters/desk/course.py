"""The course of the latest rounds as a line chart: the points of an SVG, and the same numbers as a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bot.reread_overview import ROUNDS_SHOWN, percent, told_weeks
from bot.reread_register import Book, Round

WIDE: Final = 640
HIGH: Final = 280
LEFT: Final = 52
RIGHT: Final = 110
TOP: Final = 16
BOTTOM: Final = 46
LETTERS: Final = 18
"""The height of a line's label, so that two of them do not lie upon each other."""
FEWEST_WEEKS: Final = 4
MOST_TICKS: Final = 8


@dataclass(frozen=True, slots=True)
class Line:
    """One round: its points as SVG takes them, where it ends, and where its label stands beside that."""

    label: str
    points: str
    x: float
    y: float
    label_y: float


@dataclass(frozen=True, slots=True)
class Chart:
    """Lines, the ticks of both axes with what they say, and the table with the same numbers."""

    lines: tuple[Line, ...]
    across: tuple[tuple[float, int], ...]
    up: tuple[tuple[float, int], ...]
    weeks: tuple[int, ...]
    rows: tuple[tuple[str, tuple[str, ...]], ...]
    wide: int = WIDE
    high: int = HIGH
    left: int = LEFT
    right: int = WIDE - RIGHT
    top: int = TOP
    foot: int = HIGH - BOTTOM


def chart(book: Book) -> Chart | None:
    """Return the chart of a register's latest rounds; ``None`` where there is none."""
    rounds = [each for each in book.rounds if each.everybody][:ROUNDS_SHOWN]
    if not rounds:
        return None
    most = max(FEWEST_WEEKS, *(len(each.weeks) for each in rounds))
    step = -(-most // MOST_TICKS)
    across = tuple((_x(week, most), week) for week in range(0, most + 1, step))
    up = tuple((_y(share), share) for share in (0, 25, 50, 75, 100))
    weeks = tuple(sorted({week for each in rounds for week, _ in told_weeks(each)}))
    names = [f"{each.campaign.starts:%d %b %Y}".lstrip("0") for each in rounds]
    rows = tuple((name, tuple(_cell(each, week) for week in weeks)) for name, each in zip(names, rounds, strict=True))
    return Chart(_lines(rounds, names, most), across, up, weeks, rows)


def _lines(rounds: Sequence[Round], names: Sequence[str], most: int) -> tuple[Line, ...]:
    shares = [[0, *(percent(done, each.everybody) for done in each.weeks)] for each in rounds]
    ends = [_y(found[-1]) for found in shares]
    below, places = float(TOP - LETTERS), dict[int, float]()
    for number in sorted(range(len(ends)), key=lambda n: ends[n]):
        below = places[number] = max(ends[number], below + LETTERS)
    return tuple(
        Line(
            names[number],
            " ".join(f"{_x(week, most):.1f},{_y(share):.1f}" for week, share in enumerate(found)),
            _x(len(found) - 1, most),
            ends[number],
            places[number],
        )
        for number, found in enumerate(shares)
    )


def _cell(each: Round, week: int) -> str:
    return (
        f"{percent(each.weeks[week - 1], each.everybody)}% ({each.weeks[week - 1]})" if week <= len(each.weeks) else ""
    )


def _x(week: int, most: int) -> float:
    return round(LEFT + (WIDE - LEFT - RIGHT) * week / most, 1)


def _y(share: int) -> float:
    return round(TOP + (HIGH - TOP - BOTTOM) * (100 - share) / 100, 1)
