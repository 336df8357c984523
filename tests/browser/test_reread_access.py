"""Re-reading for everybody: card, reading, receipt, head's view and register, by keyboard and screen reader."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.looking import COLOURS, MEASURE, RULES, faults
from tests.browser.test_accessibility import HEAD, OFFICE, TEACHER
from tests.livebot import Bot, be

pytestmark = pytest.mark.browser

COLLEAGUE = "Beth Lindqvist (staff)"
TYPIST = "Mo Haddad (staff)"
"""Reads in one of the tests, so that the others find everybody else as they left them, in whatever order they run."""


@pytest.fixture(scope="module")
def under_way(bot: Bot, driven: Browser) -> Bot:
    """A round has begun, and one person has read."""
    context = driven.new_context(base_url=bot.address, reduced_motion="reduce")
    page = context.new_page()
    be(page, HEAD)
    page.goto("/reread/overview")
    page.get_by_role("button", name="Start the yearly re-read", exact=True).click()
    be(page, COLLEAGUE)
    page.goto("/reread")
    page.get_by_role("button", name="I have read it").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Read and confirmed")
    context.close()
    return bot


def by_link(page: Page) -> str:
    """Make a one-time link as the office and return its path."""
    be(page, OFFICE)
    page.goto("/reread/links")
    page.get_by_label("For whom?").select_option(label="Len Frost")
    page.get_by_role("button", name="Make a link").click()
    address = page.get_by_label("Address").input_value()
    return address[address.index("/reread/") :]


@pytest.mark.parametrize(
    ("theme", "width", "rules"), [("light", 1100, RULES), ("dark", 320, COLOURS)], ids=["by day", "by night, small"]
)
def test_axe_finds_nothing(
    driven: Browser, under_way: Bot, theme: str, width: int, rules: dict[str, list[str]]
) -> None:
    """On the pages that only a round brings about; and nothing has to be scrolled sideways on a small screen."""
    context = driven.new_context(
        base_url=under_way.address,
        color_scheme="dark" if theme == "dark" else "light",
        viewport={"width": width, "height": 800},
        reduced_motion="reduce",
    )
    page = context.new_page()
    found: list[str] = []

    def look(name: str) -> None:
        found.extend(f"{name}: {fault}" for fault in faults(page, rules))
        measured = page.evaluate(MEASURE)
        assert measured["wide"] <= width, name
        assert measured["small"] == [], name

    be(page, TEACHER)
    page.goto("/reread")
    look("card")
    page.get_by_role("link", name="Read it here").click()
    look("reading")
    be(page, COLLEAGUE)
    page.goto("/reread")
    look("confirmed")
    page.get_by_role("link", name="Receipt to keep").click()
    look("receipt")
    be(page, HEAD)
    for name in ("overview", "register", "remind", "version?v=September+2016"):
        page.goto(f"/reread/{name}")
        look(name)
    path = by_link(page)
    look("link made")
    guest = driven.new_context(base_url=under_way.address, viewport={"width": width, "height": 800})
    page = guest.new_page()
    page.goto(path)
    look("link")
    page.get_by_role("button", name="Open the policy").click()
    look("policy by link")
    guest.close()
    context.close()
    assert found == []


def test_what_a_screen_reader_says_of_the_register(page: Page, under_way: Bot) -> None:  # noqa: ARG001
    """The chart is one picture with a name and what it shows; each receipt's links say whose they are."""
    be(page, HEAD)
    page.goto("/reread/register")
    chart = page.get_by_role("img", name=re.compile("week by week and year by year .*[0-9]+% .[12]."))
    expect(chart).to_be_visible()
    expect(page.get_by_role("link", name="PDF (receipt of Beth Lindqvist)")).to_be_visible()
    expect(page.get_by_role("table", name=re.compile("Staff who had read it by the end of each week"))).to_be_visible()
    expect(page.get_by_role("region", name="The chart, which can be moved")).to_have_attribute("tabindex", "0")


def test_read_and_signed_with_the_keyboard_alone(page: Page, under_way: Bot) -> None:  # noqa: ARG001
    """From the card through every page to the receipt, each control with a visible mark."""
    be(page, TYPIST)
    page.goto("/reread")

    def reach(name: str) -> None:
        """Tab until the control of a name has the focus, and press it."""
        for _ in range(60):
            page.keyboard.press("Tab")
            now, outline, width = page.evaluate(
                "() => {const e = document.activeElement; const s = getComputedStyle(e);"
                "return [e.textContent.trim(), s.outlineStyle, parseFloat(s.outlineWidth)]}"
            )
            if now == name:
                assert outline != "none"
                assert width >= 2
                with page.expect_navigation():
                    page.keyboard.press("Enter")
                return
        pytest.fail(f"{name} is not reached by the keyboard on {page.url}")

    reach("Read it here")
    pages = 1
    while page.get_by_role("link", name="Next page").count():
        reach("Next page")
        pages += 1
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Social Media Policy: page {pages} of {pages}")
    reach("I have read it")
    expect(page.get_by_role("heading", level=1)).to_have_text("Read and confirmed")
    reach("Receipt to keep")
    expect(page.get_by_role("link", name="Keep it as PDF")).to_be_visible()
