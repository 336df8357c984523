"""How commands print: plain columns that a screen reader reads in order, and one JSON object a line."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
import typer


def columns(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print rows under headings, in columns as wide as what stands in them."""
    lines = [tuple(headings), *(tuple(row) for row in rows)]
    widths = [max(len(line[at]) for line in lines) for at in range(len(headings))]
    for line in lines:
        typer.echo("  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)).rstrip())


def json_line(value: Any) -> None:  # noqa: ANN401 - anything that msgspec can encode
    """Print a value as JSON on one line."""
    typer.echo(msgspec.json.encode(value).decode())


def plural(number: int, one: str, many: str = "") -> str:
    """Return a number with its noun: ``1 clause``, ``2 clauses``."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"
