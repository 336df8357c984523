"""The desk's files: colours with enough contrast by day and by night, and templates without script or style."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from adapters.desk import rendering

CSS = (Path(rendering.__file__).parent / "static" / "desk.css").read_text("utf-8")
PAIRS = (
    ("ink", "paper", 4.5),
    ("ink", "sheet", 4.5),
    ("soft", "paper", 4.5),
    ("soft", "sheet", 4.5),
    ("soft", "accent-tint", 4.5),
    ("ink", "accent-tint", 4.5),
    ("accent", "paper", 4.5),
    ("accent", "sheet", 4.5),
    ("accent-dark", "sheet", 4.5),
    ("on-accent", "accent", 4.5),
    ("on-accent", "accent-dark", 4.5),
    ("wrong", "sheet", 4.5),
    ("wrong", "paper", 4.5),
    ("wrong", "wrong-tint", 4.5),
    ("ink", "wrong-tint", 4.5),
    ("on-demo", "demo", 4.5),
    ("edge", "sheet", 3.0),
    ("edge", "paper", 3.0),
)


def luminance(colour: str) -> float:
    """Return the relative luminance of a colour: https://www.w3.org/TR/WCAG22/#dfn-relative-luminance."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours, from 1 to 21."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("ink", "ground", "least"), PAIRS)
def test_colours_stand_out(theme: int, ink: str, ground: str, least: float) -> None:
    """Text has a contrast of 4.5 to 1 and the edge of an input 3 to 1, by day and by night."""
    roots = re.findall(r":root \{(.*?)\}", CSS, re.DOTALL)
    colours = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", roots[theme]))
    assert contrast(colours[ink], colours[ground]) >= least


def test_colours_are_named_once() -> None:
    """Every colour is a variable, so that the test above sees it; white and black stand for print and the demo bar."""
    rest = re.sub(r":root \{.*?\}", "", CSS, flags=re.DOTALL)
    assert set(re.findall(r"#[0-9a-fA-F]{3,8}\b", rest)) <= {"#ffffff", "#000000"}


def test_templates_hold_no_script_and_no_style() -> None:
    """Nothing in a template would need a weaker content security policy, and none turns escaping off."""
    for file in sorted(rendering.TEMPLATES.glob("*.html")):
        text = file.read_text("utf-8")
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:|\|\s*safe|autoescape false", text), file.name
        assert not re.search(r"https?://", text), file.name
