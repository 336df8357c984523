"""A school's own policy in a real browser, from the file to an answer in the chat, with JavaScript and without."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.looking import faults_at_both_widths
from tests.livebot import be
from tests.ownpolicies import TEXT
from tests.trustpack import trust

pytestmark = pytest.mark.browser

OFFICE = "Jean Tully (the school office)"
HEAD = "Ruth Abara (the headteacher)"
CHAIR = "Marion Castell (the chair of governors)"
TEACHER = "Sam Okoro (staff)"


def file_of(folder: Path, text: str = TEXT) -> Path:
    """Return a policy of our own as a Markdown file."""
    made = folder / "pages.md"
    made.write_text("# " + text.replace("# ", "## ").replace("\n", "\n\n"), "utf-8")
    return made


def bring(page: Page, file: Path, name: str) -> str:
    """Bring a file as the school office and return the address of its draft."""
    be(page, OFFICE)
    page.get_by_role("link", name="Own policy").click()
    page.get_by_label("A short name for it").fill(name)
    page.get_by_label("The file").set_input_files(file)
    page.get_by_role("button", name="Read it in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Pages and Posts: the draft")
    return page.url


def review(page: Page) -> None:
    """Accept what is doubtful one by one and what is sure at once."""
    doubtful = page.locator("section[aria-labelledby=first]").get_by_role("button", name="Right: accept")
    while doubtful.count():
        doubtful.first.click()
    if page.get_by_role("button", name="Accept all").count():
        page.get_by_role("button", name="Accept all").click()


def sign(page: Page, draft: str, version: str) -> None:
    """Sign a draft as headteacher and as chair."""
    be(page, HEAD)
    page.goto(f"{draft}/adopt")
    page.get_by_label("Version").fill(version)
    if page.get_by_label("Yes: a round of re-reading begins").count():
        page.get_by_label("Yes: a round of re-reading begins").check()
    page.get_by_role("button", name="Sign as headteacher").click()
    be(page, CHAIR)
    page.goto(f"{draft}/adopt")
    page.get_by_role("button", name="Sign as chair").click()
    expect(page.get_by_role("status")).to_contain_text("From now on the bot answers from it.")


def test_from_a_file_to_an_answer(either: BrowserContext, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    """Brought, asked, reviewed, signed twice, and answered from; the next version shows its one change."""
    page = either.new_page()
    name = f"pages-{len(request.node.name)}"
    draft = bring(page, file_of(tmp_path), name)
    page.get_by_label("A question as a colleague").fill("can i add a pupil as a friend?")
    page.get_by_role("button", name="Ask the draft").click()
    expect(page.locator(".live")).to_contain_text("From a draft that nobody has adopted:")
    page.goto(draft)
    review(page)
    expect(page.get_by_role("heading", name="All 9 clauses are reviewed")).to_be_visible()
    sign(page, draft, f"2026 {name}")
    be(page, TEACHER)
    page.goto("/chat")
    page.get_by_label("Your question").fill("can i add a pupil as a friend?")
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(page.locator(".turn .card").last).to_contain_text(f"Pages and Posts, version 2026 {name}")
    again = bring(page, file_of(tmp_path, TEXT.replace("must not add", "must never add")), name)
    page.get_by_role("link", name="What changed").click()
    expect(page.locator(".pair h2")).to_have_text(["Changed: clause 1.1"])
    page.goto(again)
    review(page)
    sign(page, again, f"2027 {name}")


def test_every_page_of_it_is_for_everybody(page: Page, tmp_path: Path) -> None:
    """axe-core finds nothing, and nothing scrolls sideways on a telephone, with a form open and an error shown too."""
    draft = bring(page, file_of(tmp_path), "everybody")
    found: list[str] = []

    def look() -> None:
        found.extend(faults_at_both_widths(page))

    for path in ("/own", draft, f"{draft}/about", f"{draft}/findings", f"{draft}/changes", f"{draft}/adopt"):
        page.goto(path)
        look()
    page.goto(draft)
    page.get_by_text("Look through them").click()
    page.get_by_label("A question as a colleague").fill("can i add a pupil?")
    page.get_by_role("button", name="Ask the draft").click()
    look()
    page.goto(f"{draft}/clause/0")
    page.get_by_text("Add a rule").click()
    look()
    page.get_by_role("button", name="Save this rule").last.click()
    expect(page.get_by_role("alert")).to_be_visible()
    look()
    page.goto("/own")
    page.get_by_label("The file").set_input_files(
        {"name": "photo.png", "mimeType": "image/png", "buffer": b"\x89PNG\r\n"}
    )
    page.get_by_role("button", name="Read it in").click()
    expect(page.get_by_role("alert")).to_contain_text("The file was not taken in")
    look()
    review_is_done(page, draft)
    page.goto("/own")
    page.get_by_label("A short name for it").fill("of-the-trust")
    page.get_by_label("The file").set_input_files({"name": "t.toml", "mimeType": "text/plain", "buffer": trust("1")})
    page.get_by_label("It is our trust's policy").check()
    page.get_by_role("button", name="Read it in").click()
    expect(page.get_by_role("heading", name="Over the trust's policy")).to_be_visible()
    base = page.url
    look()
    page.goto(f"{base}/clause/0")
    for fold in ("Put the school's own words in its place", "Add a clause of the school's own behind it"):
        page.get_by_text(fold).click()
    look()
    page.get_by_role("button", name="Let these words stand here").click()
    expect(page.get_by_text("In place of the trust's:")).to_be_visible()
    look()
    assert found == []


def review_is_done(page: Page, draft: str) -> None:
    """The keyboard alone accepts a clause: the button is reached by Tab and pressed by Enter."""
    page.goto(draft)
    button = page.get_by_role("button", name="Accept all")
    page.get_by_label("A question as a colleague").focus()
    for _ in range(80):
        page.keyboard.press("Tab")
        if button.evaluate("e => e === document.activeElement"):
            break
    page.keyboard.press("Enter")
    expect(button).to_have_count(0)
