"""The plot of the benchmark: bars, each with its figure in words, so that nothing rests on colour or on sight."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Final

from tests.bench.quality import Score

PARTS: Final = (("Verdict right", "verdict"), ("Deciding clause first", "first"), ("Deciding clause in three", "three"))
LEFT: Final = 170
WIDE: Final = 400
ROW: Final = 26


def drawn(scores: Sequence[Score]) -> str:
    """Return the shares as an SVG picture; our own bars are filled, the others striped."""
    deep = 34 + len(scores) * ROW
    parts: list[str] = []
    for row, (what, pick) in enumerate(PARTS):
        top = 30 + row * deep
        parts.append(f'<text x="10" y="{top}" font-weight="bold">{what}</text>')
        for number, one in enumerate(scores):
            share, y = float(getattr(one, pick)), top + 10 + number * ROW
            fill = "#1d5c63" if number == 0 else "url(#stripes)"
            parts += (
                f'<text x="10" y="{y + 15}">{escape(one.name)}</text>',
                f'<rect x="{LEFT}" y="{y}" width="{WIDE * share:.0f}" height="20" fill="{fill}" stroke="#1d5c63"/>',
                f'<text x="{LEFT + 8 + WIDE * share:.0f}" y="{y + 15}">{share:.0%}</text>',
            )
    high = 20 + len(PARTS) * deep
    said = "; ".join(
        f"{one.name}: " + ", ".join(f"{what.lower()} {getattr(one, pick):.0%}" for what, pick in PARTS)
        for one in scores
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 {high}" role="img" aria-labelledby="title desc" '
        f'font-family="sans-serif" font-size="14" fill="#1b1b1b">\n'
        f'<title id="title">Answers beside plain retrieval</title>\n<desc id="desc">{escape(said)}</desc>\n'
        '<pattern id="stripes" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        '<rect width="6" height="6" fill="#ffffff"/><rect width="3" height="6" fill="#8aa9ad"/></pattern>\n'
        f'<rect width="640" height="{high}" fill="#ffffff"/>\n' + "\n".join(parts) + "\n</svg>\n"
    )
