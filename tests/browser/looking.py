"""Looking at a page for everybody: what axe-core finds, what has to be scrolled sideways, what is too small to hit."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
COLOURS = {"runOnly": ["color-contrast"]}
MEASURE = """() => {
  const wide = document.documentElement.scrollWidth;
  const small = [...document.querySelectorAll("a, button, input, select, textarea, summary")]
    .filter((e) => e.type !== "hidden" && e.checkVisibility() && !e.classList.contains("skip"))
    .filter((e) => !(e.tagName === "A" && getComputedStyle(e).display === "inline"))
    .map((e) => [e.outerHTML.slice(0, 80), e.getBoundingClientRect()])
    .filter(([, box]) => box.width < 24 || box.height < 24)
    .map(([what]) => what);
  const levels = [...document.querySelectorAll("h1, h2, h3, h4, h5, h6")].map((h) => Number(h.tagName[1]));
  return {wide, small, levels};
}"""


def faults(page: Page, rules: dict[str, list[str]] = RULES) -> list[str]:
    """Return what axe-core finds wrong with a page."""
    found = Axe().run(page, options=rules).response["violations"]
    return [f"{page.url}: {v['id']}: {node['html'][:200]}" for v in found for node in v["nodes"]]


def faults_at_both_widths(page: Page) -> list[str]:
    """Return the same, and what is wrong at a telephone's width; the page is left at a desk's width."""
    found = faults(page)
    page.set_viewport_size({"width": 320, "height": 640})
    measured = page.evaluate(MEASURE)
    if measured["wide"] > 320 or measured["small"]:
        found.append(f"{page.url}: {measured['wide']} {measured['small']}")
    page.set_viewport_size({"width": 1180, "height": 860})
    return found
