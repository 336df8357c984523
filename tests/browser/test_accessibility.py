"""The desk for everybody: axe-core finds nothing, the keyboard reaches everything, a telephone's width is enough."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.looking import COLOURS, MEASURE, RULES, faults
from tests.livebot import Bot, be

pytestmark = pytest.mark.browser

TEACHER = "Sam Okoro (staff)"
HEAD = "Ruth Abara (the headteacher)"
OFFICE = "Jean Tully (the school office)"
PAGES = (
    (TEACHER, "/"),
    (TEACHER, "/chat"),
    (TEACHER, "/report"),
    (TEACHER, "/report/sort/colleague:rule"),
    (TEACHER, "/mine"),
    (TEACHER, "/mine/code"),
    (TEACHER, "/reread"),
    (TEACHER, "/policy"),
    (TEACHER, "/policy?find=pupils"),
    (TEACHER, "/policy/clause/6.2"),
    (TEACHER, "/ask-head"),
    (TEACHER, "/no/such/page"),
    (HEAD, "/"),
    (HEAD, "/inbox"),
    (HEAD, "/reread/overview"),
    (HEAD, "/reread/register"),
    (HEAD, "/questions"),
    (OFFICE, "/people"),
    (OFFICE, "/reread/paper"),
    (OFFICE, "/reread/links"),
    (OFFICE, "/reread/link/x"),
)


@pytest.fixture(scope="module")
def furnished(bot: Bot, driven: Browser) -> Bot:
    """A school where something has been asked, reported, and begun."""
    context = driven.new_context(base_url=bot.address, reduced_motion="reduce")
    page = context.new_page()
    be(page, HEAD)
    page.goto("/reread/overview")
    page.get_by_role("button", name="Start the yearly re-read").click()
    be(page, TEACHER)
    page.goto("/chat")
    page.get_by_label("Your question").fill("can i add a pupil's mum on facebook?")
    page.get_by_role("button", name="Ask", exact=True).click()
    page.goto("/report/sort/colleague:rule")
    page.get_by_role("radio", name="Somebody outside").check()
    page.get_by_label("What happened?").fill("Something happened.\n" * 3)
    page.get_by_role("radio", name="Give my name").check()
    page.get_by_role("button", name="Send the report").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your report is in")
    context.close()
    return bot


def visit_all(page: Page) -> Iterator[str]:
    """Open every page as somebody who has it, and yield its address."""
    now = ""
    for who, path in PAGES:
        if who != now:
            be(page, who)
            now = who
        page.goto(path)
        yield path
    be(page, HEAD)
    page.goto("/inbox")
    page.get_by_role("link", name="Open").first.click()
    yield "a report"
    page.get_by_role("link", name="Printable record").click()
    yield "a record"


@pytest.mark.parametrize(("theme", "rules"), [("light", RULES), ("dark", COLOURS)], ids=["by day", "by night"])
def test_axe_finds_nothing(driven: Browser, furnished: Bot, theme: str, rules: dict[str, list[str]]) -> None:
    """No rule of WCAG 2.2 A and AA and no good practice that axe-core knows is broken; by night only colours differ."""
    context = driven.new_context(
        base_url=furnished.address,
        color_scheme="dark" if theme == "dark" else "light",
        reduced_motion="reduce",
    )
    page = context.new_page()
    page.goto("/")
    found = faults(page, rules)
    for _ in visit_all(page):
        found += faults(page, rules)
    be(page, TEACHER)
    page.goto("/report/sort/colleague:rule")
    page.get_by_role("button", name="Send the report").click()
    expect(page.get_by_role("alert")).to_be_visible()
    found += faults(page, rules)
    context.close()
    assert found == []


def test_a_telephones_width_and_four_times_the_size_are_enough(driven: Browser, furnished: Bot) -> None:
    """At 320 pixels (1280 at 400%) nothing has to be scrolled sideways, targets are large, headings are in order."""
    context = driven.new_context(
        base_url=furnished.address, viewport={"width": 320, "height": 640}, reduced_motion="reduce"
    )
    page = context.new_page()
    for path in visit_all(page):
        measured = page.evaluate(MEASURE)
        assert measured["wide"] <= 320, path
        assert measured["small"] == [], path
        levels = measured["levels"]
        assert levels[0] == 1, path
        assert levels.count(1) == 1, path
        assert all(after <= before + 1 for before, after in pairwise(levels)), (path, levels)
    context.close()


def test_the_keyboard_reaches_everything_and_shows_where_it_is(page: Page, furnished: Bot) -> None:  # noqa: ARG001
    """Tab goes through every control of a form in order, each with a visible mark; the skip link comes first."""
    be(page, TEACHER)
    page.goto("/report/sort/colleague:rule")
    reached = []
    for _ in range(60):
        page.keyboard.press("Tab")
        focused = page.evaluate(
            "() => {const e = document.activeElement; const s = getComputedStyle(e);"
            "return [e.id || e.name || e.textContent.trim(), s.outlineStyle, parseFloat(s.outlineWidth)]}"
        )
        reached.append(focused[0])
        assert focused[1] != "none", focused
        assert focused[2] >= 2, focused
        if focused[0] == "Send the report":
            break
    assert reached[0] == "Skip to the content"
    for name in ("demo-person", "f-about-1", "f-person", "f-what", "f-evidence", "f-conflict", "f-named-1"):
        assert name in reached, reached
    assert reached.index("f-what") < reached.index("f-evidence") < reached.index("Send the report")


def test_the_skip_link_leads_to_the_content(page: Page, furnished: Bot) -> None:  # noqa: ARG001
    """One key press past the menu."""
    be(page, TEACHER)
    page.goto("/policy")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_a_question_is_asked_with_the_keyboard_alone(page: Page, furnished: Bot) -> None:  # noqa: ARG001
    """Enter asks, and the focus is then at the question and its answer."""
    be(page, TEACHER)
    page.goto("/chat")
    page.get_by_label("Your question").focus()
    page.keyboard.type("can i post photos of pupils")
    page.keyboard.press("Enter")
    expect(page.locator("#latest .bubble")).to_have_text("can i post photos of pupils")
    page.keyboard.press("Tab")
    inside = page.evaluate("document.activeElement.closest('.turn') !== null")
    assert inside


def test_after_an_error_the_summary_has_the_focus(page: Page, furnished: Bot) -> None:  # noqa: ARG001
    """It is read out first, and its links lead to the fields."""
    be(page, TEACHER)
    page.goto("/report/sort/colleague:rule")
    page.get_by_role("button", name="Send the report").click()
    expect(page.locator("#summary")).to_be_focused()
    page.get_by_role("link", name="What happened?").click()
    expect(page.get_by_label("What happened?")).to_be_focused()


def test_print_and_high_contrast_keep_the_words(driven: Browser, furnished: Bot) -> None:
    """With colours forced by the system the bars are still drawn and every number stands in words."""
    context = driven.new_context(base_url=furnished.address, forced_colors="active", reduced_motion="reduce")
    page = context.new_page()
    be(page, HEAD)
    page.goto("/reread/overview")
    expect(page.locator(".bars").first).to_contain_text("due")
    assert page.locator(".bars li").count() >= 1
    assert all(any(c.isdigit() for c in text) for text in page.locator(".bar-words").all_inner_texts())
    context.close()
