"""The whole of what the bot does, in a real browser against the real program: ask, report, be refused, re-read."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from bot.answering import Answering
from bot.messages import Card, Quote, Text
from knowledge import pack, reader
from tests.livebot import Bot, be, choose

pytestmark = pytest.mark.browser

TEACHER = "Sam Okoro (staff)"
HEAD = "Ruth Abara (the headteacher)"
CHAIR = "Marion Castell (the chair of governors)"
COLLEAGUE = "Beth Lindqvist (staff)"
QUESTIONS = (
    "can i add a pupil's mum on facebook?",
    "is it ok to post a photo from the school trip on my own instagram",
    "can I moan about my job online if I don't name the school",
    "am I allowed to look at tiktok on my phone at lunch?",
    "do i have to report a colleague's nasty post about the school",
)
SECRET = "heron-2291 sent <img src=x onerror=alert(1)> to everybody"


@pytest.fixture(scope="module")
def answering() -> Answering:
    """The engine itself, to compare with what the pages show."""
    return Answering({name: pack.load_installed(name) for name in pack.installed()}, reader.installed())


def lines(card: Card) -> list[str]:
    """Return the sentences that a card must show."""
    said = [element for element in card.body if isinstance(element, Text | Quote)]
    return [" ".join(str(element.text).split()) for element in said]


@pytest.mark.parametrize("policy", pack.installed())
def test_five_questions_of_each_policy(page: Page, answering: Answering, policy: str) -> None:
    """Each answer stands on the page in full, rests on clauses that it shows, and leads to them and back."""
    be(page, TEACHER)
    choose(page, policy)
    with_clause = 0
    for question in QUESTIONS:
        page.goto("/chat")
        page.get_by_label("Your question").fill(question)
        page.get_by_role("button", name="Ask", exact=True).click()
        expect(page.locator("#latest .bubble")).to_have_text(question)
        shown = page.locator("#latest ~ .turn .card")
        expected = answering.ask(policy, question, dt.datetime.now(dt.UTC))
        assert shown.count() == 1
        text = " ".join(shown.inner_text().split())
        for line in lines(expected.card()):
            assert line in text, (policy, question, line)
        with_clause += bool(expected.clauses)
        for clause in expected.clauses[: int(with_clause == 1)]:
            shown.get_by_role("link", name=f"Clause {clause}", exact=True).click()
            expect(page.get_by_role("heading", level=1)).to_have_text(f"Clause {clause}")
            expect(page.locator("article")).to_contain_text(pack.load_installed(policy).clause(clause).text)
            page.get_by_role("link", name="See it in the whole policy").click()
            expect(page.locator(f'[id="clause-{clause}"]')).to_be_in_viewport()
            page.go_back()
            page.get_by_role("link", name="Back to my question").click()
            expect(page.locator("#latest")).to_be_in_viewport()
    assert with_clause >= 3


def file_report(page: Page, about: str, person: str = "") -> str:
    """File a report of a breach by the pages and return its reference."""
    page.goto("/")
    page.get_by_role("link", name="Report something").click()
    expect(page.locator("main")).to_contain_text("ring 999")
    if page.get_by_role("button", name="Start afresh").count():
        page.get_by_role("button", name="Start afresh").click()
    page.get_by_role("link", name="Something that somebody who works here did or posted").click()
    page.get_by_role("link", name="I think that it breaks the policy").click()
    page.get_by_role("button", name="Send the report").click()
    expect(page.get_by_role("alert")).to_contain_text("What happened?")
    page.get_by_role("radio", name=about, exact=True).check()
    if person:
        page.get_by_label("If it is somebody who works here, who?").select_option(label=person)
    page.get_by_label("What happened?").fill(SECRET)
    page.get_by_role("radio", name="Give my name").check()
    page.get_by_role("button", name="Send the report").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your report is in")
    found = re.search(r"\b[0-9A-Z]{4}(-[0-9A-Z]{4}){3}\b", page.locator("dl").inner_text())
    assert found
    return found[0]


def refused(page: Page, reference: str) -> None:
    """Find that a report cannot be opened, and that this looks as if there were none."""
    page.goto(f"/reports/{reference}")
    said = page.locator("main").inner_text()
    assert "heron" not in page.content()
    page.goto("/reports/0000-0000-0000-0000")
    assert page.locator("main").inner_text() == said
    page.goto("/inbox")
    assert reference not in page.content()
    page.goto("/chat")
    assert reference not in page.content()


def take_up(page: Page, reference: str) -> None:
    """Find a report in the inbox, read it and take it up."""
    page.goto("/inbox")
    page.get_by_role("link", name=f"Open ({reference})").click()
    expect(page.locator("main")).to_contain_text(SECRET)
    page.get_by_role("button", name="I am taking this up").click()
    expect(page.get_by_role("status").first).to_contain_text("You have taken this report up")
    expect(page).to_have_url(re.compile(f"/reports/{reference}$"))


def test_reports_reach_the_right_person_and_nobody_else(either: BrowserContext, bot: Bot) -> None:
    """One about a colleague reaches the head, one about the head reaches the chair; each is refused to its subject."""
    page = either.new_page()
    be(page, TEACHER)
    about_colleague = file_report(page, "Somebody who works here", "Beth Lindqvist")
    about_head = file_report(page, "The headteacher")
    page.goto("/mine")
    expect(page.locator("main")).to_contain_text("nobody has taken it up yet")

    be(page, COLLEAGUE)
    refused(page, about_colleague)
    be(page, HEAD)
    refused(page, about_head)
    take_up(page, about_colleague)
    page.get_by_role("link", name="Printable record").click()
    page.emulate_media(media="print")
    expect(page.get_by_role("navigation", name="Main")).to_be_hidden()
    expect(page.locator("main")).to_contain_text(SECRET)
    page.emulate_media(media="screen")
    be(page, CHAIR)
    refused(page, about_colleague)
    take_up(page, about_head)

    be(page, TEACHER)
    page.goto("/mine")
    assert page.locator("main").inner_text().count("taken up") >= 2
    assert "heron" not in page.content()
    assert "heron" not in bot.log()


def test_the_yearly_reread(page: Page) -> None:
    """The head starts it, one member of staff reads and confirms, and the head sees who has and who has not."""
    be(page, HEAD)
    choose(page, "stockham")
    page.get_by_role("link", name="Who has read").click()
    page.get_by_role("button", name="Start the yearly re-read").click()
    expect(page.get_by_role("status").first).to_contain_text("The re-read has begun")
    expect(page.locator("main")).to_contain_text("Sam Okoro: due")
    be(page, TEACHER)
    page.get_by_role("link", name="Re-reading", exact=True).click()
    page.get_by_role("link", name="Read it here").click()
    turned = 1
    while page.get_by_role("link", name="Next page").count():
        page.get_by_role("link", name="Next page").click()
        turned += 1
    assert turned > 3
    page.get_by_role("button", name="I have read it").click()
    if page.get_by_role("button", name="Sign").count():
        name = page.get_by_label("Your full name")
        if name.count():
            name.fill("Sam Okoro")
        page.get_by_role("button", name="Sign").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Read and confirmed")
    be(page, HEAD)
    page.goto("/reread/overview")
    main = page.locator("main").inner_text()
    assert "Beth Lindqvist: due" in main
    assert "Sam Okoro: due" not in main
    stand = page.get_by_role("figure", name="Staff by where they stand")
    expect(stand).to_contain_text("done 1")
    expect(stand.locator("svg").first).to_be_visible()
    be(page, TEACHER)
    page.goto("/reread/overview")
    expect(page.locator("main")).to_contain_text("This is for the headteacher")


def test_an_alert_appears_in_the_chat_by_itself(page: Page) -> None:
    """A report's alert stands in the head's chat soon after, marked as new, and becomes "taken up" in place."""
    be(page, TEACHER)
    reference = file_report(page, "Somebody outside the school: a parent, a pupil, a stranger")
    be(page, HEAD)
    for _ in range(50):
        page.goto("/")
        if page.get_by_role("link", name=re.compile(r"Ask \d+ new")).count():
            break
        page.wait_for_timeout(200)
    page.get_by_role("link", name=re.compile(r"Ask \d+ new")).click()
    card = page.locator(".card", has_text=reference)
    expect(card).to_contain_text("A report is waiting for you")
    card.get_by_role("link", name="Open").click()
    page.get_by_role("button", name="I am taking this up").click()
    page.goto("/chat")
    expect(page.locator(".card", has_text=reference)).to_contain_text("Taken up by Ruth Abara")


def test_a_form_pressed_twice_is_sent_once(page: Page) -> None:
    """A double click sends one form; loading the answer anew sends it again, and it is still one report."""
    be(page, TEACHER)
    page.goto("/report/sort/first:other")
    page.get_by_role("radio", name="I do not know who it is").check()
    page.get_by_label("What happened?").fill("Pressed twice.")
    page.get_by_role("radio", name="Give my name").check()
    page.get_by_role("button", name="Send the report").dblclick()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your report is in")
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your report is in")
    expect(page.locator("main")).to_contain_text("It is in once")


def test_what_was_started_ends_cleanly(root: Path, tmp_path: Path) -> None:
    """The program prints its address when it starts and ends by itself when it is told to."""
    started = Bot(root, tmp_path)
    started.wait()
    assert started.address in started.log()
    assert started.end() == 0


def begun(page: Page) -> Locator:
    """Return what takes a form up again: the browser sends what stood in it when it likes, so look more than once."""
    found = page.get_by_role("link", name="Carry on").or_(page.get_by_role("button", name="Carry on")).first
    for _ in range(100):
        page.goto("/report")
        if found.is_visible():
            break
        page.wait_for_timeout(100)
    return found


def test_a_form_left_by_accident_is_there_again(page: Page) -> None:
    """The page is left, or its window shut, with something typed: it is kept, and what was sent is not begun again."""
    be(page, TEACHER)
    for leave in (lambda there: there.goto("/"), lambda there: there.close()):
        there = page.context.new_page()
        there.goto("/report/sort/first:other")
        there.get_by_label("What happened?").fill(SECRET)
        leave(there)
        begun(page).click()
        expect(page.get_by_label("What happened?")).to_have_value(SECRET)
        page.goto("/report")
        page.get_by_role("button", name="Start afresh").or_(page.get_by_role("link", name="Start afresh")).first.click()
    page.goto("/report/sort/first:other")
    page.get_by_label("Who is it about?").or_(page.get_by_label("I do not know who it is")).last.check()
    page.get_by_label("What happened?").fill("Something.")
    page.get_by_label("Give my name").check()
    page.get_by_role("button", name="Send the report").click()
    expect(page.get_by_role("heading", name="Your report is in")).to_be_visible()
    page.goto("/report")
    expect(page.get_by_role("heading", name="What is it about?")).to_be_visible()
