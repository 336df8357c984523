"""Files of reports in a real browser: added, got back, refused before they are sent; for everybody."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.looking import faults_at_both_widths
from tests.evidencefiles import SHOT, TAKEN
from tests.livebot import be

pytestmark = pytest.mark.browser

TEACHER = "Sam Okoro (staff)"
HEAD = "Ruth Abara (the headteacher)"


def reported(page: Page, named: str = "Give my name") -> None:
    """Make a report and come to the page of its files."""
    be(page, TEACHER)
    page.goto("/report/sort/colleague:rule")
    page.get_by_role("radio", name="Somebody outside").check()
    page.get_by_label("What happened?").fill("Somebody posted this.")
    page.get_by_role("radio", name=named).check()
    page.get_by_role("button", name="Send the report").click()
    page.get_by_role("link", name="Add a file").click()


def choose(page: Page, name: str, content: bytes) -> None:
    """Choose a file, as the browser's own dialog does."""
    page.get_by_label("The file", exact=True).set_input_files(
        {"name": name, "mimeType": "application/octet-stream", "buffer": content}
    )


def test_a_screenshot_from_the_reporter_to_the_reader(either: BrowserContext) -> None:
    """With JavaScript and without: warned first, added, told, and saved by the reader as the very same bytes."""
    page = either.new_page()
    reported(page)
    expect(page.get_by_text("Never add a nude or semi-nude picture of a child.")).to_be_visible()
    choose(page, "Screenshot of the post.png", SHOT)
    page.get_by_role("button", name="Add this file").click()
    expect(page.get_by_role("status")).to_contain_text("The file is in.")
    expect(page.get_by_text("Screenshot of the post.png")).to_be_visible()
    reference = page.get_by_role("heading", level=1).inner_text().rpartition(" ")[2]
    be(page, HEAD)
    page.goto(f"/reports/{reference}")
    with page.expect_download() as saving:
        page.get_by_role("link", name="Get this file").click()
    assert saving.value.suggested_filename == "Screenshot of the post.png"
    assert Path(saving.value.path()).read_bytes() == SHOT
    page.goto(f"/reports/{reference}/record")
    expect(page.get_by_text("Screenshot of the post.png")).to_be_visible()


def test_without_a_name_by_a_link(either: BrowserContext) -> None:
    """From the reference and the code by a link to the page, and out of it again."""
    page = either.new_page()
    reported(page, "Leave my name out")
    page.get_by_role("button", name="Go on").click()
    choose(page, "letter.pdf", TAKEN["pdf"])
    page.get_by_role("button", name="Add this file").click()
    expect(page.get_by_text("letter.pdf")).to_be_visible()
    page.get_by_role("button", name="I am done").click()
    expect(page.get_by_text("This page is closed.")).to_be_visible()
    page.goto("/evidence")
    expect(page.get_by_text("its time is over")).to_be_visible()


def test_a_file_that_is_too_large_is_not_even_sent(page: Page) -> None:
    """With JavaScript the browser says so at once; another choice takes the complaint back."""
    reported(page)
    choose(page, "long.mp4", TAKEN["video"] + b"\0" * 10_000_000)
    complaint = page.get_by_label("The file", exact=True).evaluate("e => e.validationMessage")
    assert "at most 10 MB" in complaint
    page.get_by_role("button", name="Add this file").click()
    expect(page.get_by_text("None yet.")).to_be_visible()
    choose(page, "short.mp4", TAKEN["video"])
    page.get_by_role("button", name="Add this file").click()
    expect(page.get_by_text("short.mp4")).to_be_visible()


def test_too_large_a_file_is_refused_in_words_without_javascript(either: BrowserContext) -> None:
    """What was sent nevertheless is answered by the page, not by a broken connection."""
    page = either.new_page()
    reported(page)
    page.get_by_label("The file", exact=True).evaluate("e => e.removeAttribute('data-most')")
    choose(page, "long.mp4", TAKEN["video"] + b"\0" * 12_000_000)
    page.get_by_label("The file", exact=True).evaluate("e => e.setCustomValidity('')")
    page.get_by_role("button", name="Add this file").click()
    expect(page.get_by_role("alert")).to_contain_text("This file is too large: at most 10 MB.")


def test_its_pages_are_for_everybody(page: Page) -> None:
    """axe-core finds nothing, nothing scrolls sideways on a telephone, with an error shown and with a long name."""
    found: list[str] = []

    def look() -> None:
        found.extend(faults_at_both_widths(page))

    reported(page)
    look()
    choose(page, "program.png", b"MZ\x90\x00")
    page.get_by_role("button", name="Add this file").click()
    expect(page.get_by_role("alert")).to_contain_text("Files of this kind are not taken.")
    expect(page.locator("#summary")).to_be_focused()
    look()
    choose(page, "x" * 140 + ".png", SHOT)
    page.get_by_role("button", name="Add this file").click()
    expect(page.get_by_role("status")).to_contain_text("The file is in.")
    look()
    page.get_by_role("link", name="Back to the report").click()
    look()
    page.goto("/evidence/link/x")
    look()
    page.goto("/evidence")
    look()
    assert found == []
