"""The desk, used as people use it: real HTTP on loopback, a real database, no JavaScript."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.deskclient import Browser, Served, fresh_world
from tests.fakes import World

EVERYBODYS = ("/", "/chat", "/mine", "/reread", "/report")
CANARY = "cormorant-7731 wrote <script>alert(1)</script> & @everyone"


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """A bot over a database of its own with the demo school in it."""
    made = fresh_world(tmp_path)
    yield made
    made.close()


@pytest.fixture
async def served(world: World) -> AsyncIterator[Served]:
    """The desk in demo mode."""
    async with Served(world) as made:
        yield made


@pytest.fixture
async def browser(served: Served) -> Browser:
    """A browser that has not been there yet."""
    return served.browser()


async def test_a_visitor_of_the_demonstration_chooses_whom_to_be(browser: Browser) -> None:
    """The front page lists everybody of the demo school; one press and one is that person."""
    page = await browser.get("/")
    assert "Whom would you like to be?" in page.main
    assert "Sam Okoro" in page.main
    page = await browser.press("Sam Okoro")
    assert page.url.path == "/"
    assert "You are now Sam Okoro." in page.main
    assert "Demonstration" in page.tree.text


async def test_a_question_is_shown_as_typed_and_answered_below(browser: Browser, world: World) -> None:
    """What was typed stands in the chat as text; the bot's card stands after it."""
    await browser.be("teacher")
    page = await browser.ask("can I <b>post</b>\nthis?")
    assert page.url.path == "/chat"
    assert page.url.fragment == "latest"
    typed = [e for e in page.tree.all("span") if e.get("class") == "typed"]
    assert typed[0].text == "can I <b>post</b>\nthis?"
    assert "23 characters" in page.main
    assert world.echo.asked == [("demo-teacher", "can I <b>post</b>\nthis?")]


async def test_the_chat_is_the_persons_own(browser: Browser, served: Served) -> None:
    """Another person does not see what was asked, and clearing forgets it."""
    await browser.be("teacher")
    await browser.ask("is anybody listening?")
    other = served.browser()
    await other.be("colleague")
    assert "is anybody listening?" not in (await other.get("/chat")).html
    assert "is anybody listening?" not in (await browser.press("Clear my questions")).html


async def test_forty_thousand_characters_are_taken(browser: Browser, world: World) -> None:
    """A very long question reaches the bot whole."""
    await browser.be("teacher")
    page = await browser.ask("é" * 40_000)
    assert page.status == 200
    assert len(world.echo.asked[0][1]) == 40_000


async def test_a_report_is_filed_acknowledged_and_seen_by_the_right_people_only(
    browser: Browser, served: Served, world: World
) -> None:
    """A teacher reports a colleague; the head is told without the text, opens it, takes it up; others see nothing."""
    await browser.be("teacher")
    page = await browser.follow("Report something")
    assert "ring 999" in page.main
    await browser.follow("Something that somebody who works here")
    await browser.follow("I think that it breaks the policy")
    page = await browser.press(
        "Send the report", about="staff", person="demo-colleague", what=CANARY, named="with_name"
    )
    assert "Your report is in" in page.main
    (reference,) = [dd.text for dd in page.tree.all("dd") if dd.text.count("-") == 3]
    assert CANARY not in page.html
    world.deliver()

    head = served.browser()
    await head.be("head")
    chat = await head.get("/chat")
    assert reference in chat.main
    assert "cormorant" not in chat.html
    page = await head.follow("Open")
    assert page.url.path == f"/reports/{reference}"
    assert CANARY in page.tree.text
    assert "<script>alert" not in page.html
    page = await head.press("I am taking this up")
    assert page.url.path == f"/reports/{reference}"
    assert "You have taken this report up" in page.main
    assert "Taken up by Ruth Abara" in (await head.get("/chat")).main
    assert "Being worked on (1)" in (await head.get("/inbox")).main

    with world.store.look() as work:
        opened = [row for row in work.audit.of_thing("demo", reference) if row.action == "report.opened"]
    assert len(opened) >= 1
    assert {row.actor_id for row in opened} == {"demo-head"}

    for who in ("colleague", "assistant", "chair", "office"):
        other = served.browser()
        await other.be(who)
        refused = await other.get(f"/reports/{reference}")
        unknown = await other.get("/reports/0000-0000-0000-0000")
        assert "cormorant" not in refused.html
        assert refused.main == unknown.main
        assert refused.status == unknown.status

    mine = await browser.get("/mine")
    assert "taken up" in mine.main


async def test_a_report_about_the_head_goes_past_the_head(browser: Browser, served: Served, world: World) -> None:
    """The chair finds it in the inbox; the head finds nothing and cannot tell it from a report that never was."""
    await browser.be("teacher")
    page = await browser.file(about="headteacher", person="", what=CANARY)
    (reference,) = [dd.text for dd in page.tree.all("dd") if dd.text.count("-") == 3]
    world.deliver()
    head = served.browser()
    home = await head.be("head")
    assert "0 new, 0 late" in home.main
    assert reference not in (await head.get("/inbox")).html
    assert reference not in (await head.get("/chat")).html
    assert (await head.get(f"/reports/{reference}")).main == (await head.get("/reports/0000-0000-0000-0000")).main
    chair = served.browser()
    await chair.be("chair")
    assert "New (1)" in (await chair.get("/inbox")).main
    page = await chair.follow("Open")
    assert CANARY in page.tree.text


async def test_a_refused_form_keeps_everything_and_says_what_is_wrong(browser: Browser) -> None:
    """The summary links to the fields, each field names its error, and nothing that was typed is lost."""
    await browser.be("teacher")
    page = await browser.file(person="", what="  <p>kept</p>\n\nwith lines ", when="yesterday-ish", named="")
    assert page.status == 422
    assert page.title.startswith("Error: ")
    ids = {element.get("id") for element in page.tree.all() if element.get("id")}
    summary = next(e for e in page.tree.all("div") if e.get("id") == "summary")
    targets = [a.get("href").removeprefix("#") for a in summary.all("a")]
    assert "f-when" in targets
    assert set(targets) <= ids
    wrong = next(e for e in page.tree.all("input") if e.get("id") == "f-when")
    assert wrong.get("value") == "yesterday-ish"
    assert wrong.get("type") == "text"
    assert set(wrong.get("aria-describedby").split()) <= ids
    (what,) = [e for e in page.tree.all("textarea") if e.get("name") == "what"]
    assert "<p>kept</p>\n\nwith lines" in what.text


async def test_the_same_form_sent_twice_is_one_report(browser: Browser, world: World) -> None:
    """The key that was minted when the form was drawn makes the second sending harmless."""
    await browser.be("teacher")
    await browser.get("/report/sort/colleague:rule")
    form = browser.page
    given = {"about": "outside", "what": "Once only.", "named": "with_name"}
    await browser.press("Send the report", **given)
    browser.page = form
    page = await browser.press("Send the report", **given)
    assert "It is in once" in page.main
    with world.store.look() as work:
        assert len(work.reports.all("demo")) == 1


async def test_a_form_can_be_kept_for_later(browser: Browser, world: World) -> None:
    """Kept sealed, told to nobody, and there again when the person comes back."""
    await browser.be("teacher")
    await browser.get("/report/sort/first:abuse")
    page = await browser.press("Keep it for later", what="half a sentence")
    assert "Nothing was sent and nobody was told" in page.main
    with world.store.look() as work:
        assert work.reports.all("demo") == ()
    await browser.get("/report")
    page = await browser.follow("Carry on")
    (what,) = [e for e in page.tree.all("textarea") if e.get("name") == "what"]
    assert what.text.strip() == "half a sentence"


async def test_an_anonymous_reporter_comes_back_with_a_code(browser: Browser, served: Served) -> None:
    """The code is shown once; anybody who has it sees where the report stands, and nobody's name is kept."""
    await browser.be("teacher")
    page = await browser.file(about="outside", person="", what="No name.", named="without_name")
    facts = {dt.text: dd.text for dt, dd in zip(page.tree.all("dt"), page.tree.all("dd"), strict=True)}
    assert "Your code" in facts
    assert facts["Your code"] not in (await browser.get("/chat")).html
    assert "You have made no report" in (await browser.get("/mine")).main
    other = served.browser()
    await other.be("assistant")
    await other.get("/mine/code")
    page = await other.press("Save", code=facts["Your code"].lower())
    assert facts["Reference"] in page.main
    await other.get("/mine/code")
    page = await other.press("Save", code="0000-0000-0000-0000")
    assert "No report has that code" in page.main


async def test_codes_cannot_be_tried_without_end(browser: Browser) -> None:
    """After ten codes in a quarter of an hour the next one is not even looked at."""
    await browser.be("assistant")
    for _ in range(10):
        await browser.get("/mine/code")
        assert (await browser.press("Save", code="0000-0000-0000-0000")).status == 200
    await browser.get("/mine/code")
    assert (await browser.press("Save", code="0000-0000-0000-0000")).status == 429


async def test_the_yearly_reread_from_start_to_register(browser: Browser, served: Served) -> None:
    """The head starts it, a teacher reads page by page and confirms, the head sees who has not."""
    head = browser
    await head.be("head")
    await head.get("/reread/overview")
    page = await head.press("Start the yearly re-read")
    assert page.url.path == "/reread/overview"
    assert "The re-read has begun" in page.main
    assert "Sam Okoro: due" in page.main

    teacher = served.browser()
    await teacher.be("teacher")
    page = await teacher.get("/reread")
    page = await teacher.follow("Read it here")
    while page.links("Next page"):
        page = await teacher.follow("Next page")
    page = await teacher.press("I have read it")
    assert page.url.path == "/reread"
    assert "Read and confirmed" in page.main

    page = await head.get("/reread/overview")
    assert "Sam Okoro" not in page.main
    assert "Beth Lindqvist: due" in page.main
    assert "1" in next(e for e in page.tree.all("figure") if e.get("class") == "bars").text
    assert "This is for the headteacher" in (await teacher.get("/reread/overview")).main


async def test_a_reminder_in_the_chat_becomes_the_receipt_in_place(
    browser: Browser, served: Served, world: World
) -> None:
    """The card that asks is replaced where it stands, also where the policy wants a name and a witness."""
    await browser.be("head")
    csrf = browser.page.tree.all("input")[0].get("value")
    await browser.post("/demo/policy", {"_csrf": csrf, "policy": "neath-port-talbot"})
    await browser.get("/reread/overview")
    await browser.press("Start the yearly re-read")
    world.clock.move(hours=4)  # the cards go out one after the other, spread over the morning
    world.deliver()
    teacher = served.browser()
    await teacher.be("teacher")
    page = await teacher.get("/chat")
    assert "Time to read the policy" in page.main
    page = await teacher.press("I have read it")
    assert page.forms("Sign")
    page = await teacher.press("Sign", name="Somebody Else", witness="demo-colleague")
    assert page.status == 422
    page = await teacher.press("Sign", name="sam okoro", witness="demo-colleague")
    assert "Beth Lindqvist has been asked to confirm" in page.main
    chat = await teacher.get("/chat")
    assert "Read and confirmed" in chat.main
    assert "Time to read the policy" not in chat.main
    world.deliver()
    witness = served.browser()
    await witness.be("colleague")
    await witness.get("/chat")
    page = await witness.press("I confirm this")
    assert page.url.path == "/chat"
    assert "You have confirmed it" in page.main


async def test_every_policy_can_be_adopted_in_the_demonstration(browser: Browser) -> None:
    """The demo school can adopt each of the installed policies, and its pages follow."""
    await browser.be("teacher")
    choices = [o for s in browser.page.tree.all("select") if s.get("name") == "policy" for o in s.all("option")]
    assert len(choices) == 5
    for choice in choices:
        await browser.get("/")
        page = await browser.press("Change policy", policy=choice.get("value"))
        assert choice.text.partition(":")[0] in page.main
        page = await browser.get("/policy")
        assert page.status == 200
        assert len([e for e in page.tree.all("div") if e.get("class") == "clause"]) > 20


async def test_each_clause_has_an_address_and_leads_back(browser: Browser, world: World) -> None:
    """Every clause of the policy has a page with its text; the whole policy has an anchor for each."""
    await browser.be("teacher")
    with world.store.look() as work:
        school = work.schools.get("demo")
    assert school is not None
    policy = world.shelf.policy(school)
    whole = await browser.get("/policy")
    anchors = {e.get("id") for e in whole.tree.all("div")}
    for clause in policy.clauses:
        assert f"clause-{clause.id}" in anchors
    page = await browser.get(f"/policy/clause/{policy.clauses[3].id}")
    assert policy.clauses[3].text in page.main
    assert page.links("Back to my question") == ["/chat#latest"]
    assert (await browser.get("/policy/clause/no-such-clause")).status == 404
    assert "clauses with" in (await browser.get("/policy?find=pupils")).main


async def test_the_office_has_the_staff_list_and_a_teacher_has_not(browser: Browser) -> None:
    """The list is open to those who keep it; for others there is no such page."""
    await browser.be("office")
    page = await browser.get("/people")
    assert "Nora Quill" in page.main
    assert "parental" in page.main
    await browser.be("teacher")
    assert (await browser.get("/people")).status == 404


async def test_a_printable_record_has_the_text_and_no_buttons(browser: Browser, served: Served) -> None:
    """The record for the police or the LADO stands alone, and printing it is audited as such."""
    await browser.be("teacher")
    await browser.file(what=CANARY)
    head = served.browser()
    await head.be("head")
    await head.get("/inbox")
    await head.follow("Open")
    page = await head.follow("Printable record")
    assert CANARY in page.tree.text
    assert not page.tree.all("article")[0].all("button", "a")


async def test_acting_on_a_report_leads_back_to_it(browser: Browser, served: Served) -> None:
    """A note is taken and shown; handing over to somebody ends one's own right."""
    await browser.be("teacher")
    await browser.file(what=CANARY)
    head = served.browser()
    await head.be("head")
    await head.get("/inbox")
    await head.follow("Open")
    await head.press("I am taking this up")
    await head.follow("Add a note")
    page = await head.press("Save", text="rang <b>back</b>")
    assert page.url.path.startswith("/reports/")
    assert "Saved." in page.main
    assert "rang <b>back</b>" in page.tree.text
    await head.follow("Hand over")
    page = await head.press("Save", person="demo-chair", text="")
    assert "Handed over" in page.main
    assert "cormorant" not in (await head.get("/inbox")).html


async def test_report_text_is_on_no_page_but_those_that_open_it(browser: Browser, served: Served, world: World) -> None:
    """Home, chat, inbox, lists and overview hold nothing of what was written, for anybody."""
    await browser.be("teacher")
    await browser.file(what=CANARY)
    world.deliver()
    for who in ("teacher", "head", "chair", "dsl", "colleague", "office"):
        other = served.browser()
        await other.be(who)
        for path in (*EVERYBODYS, "/inbox", "/reread/overview", "/questions", "/people"):
            assert "cormorant" not in (await other.get(path)).html, (who, path)


async def test_somebody_who_has_left_is_signed_out(browser: Browser, world: World) -> None:
    """From the day after their last day a session is nobody's."""
    await browser.be("teacher")
    with world.store.begin() as work:
        person = work.people.get("demo-teacher")
        assert person is not None
        work.people.put(replace(person, left=world.clock.today("Europe/London")))
        work.commit()
    assert "Sam Okoro" in (await browser.get("/chat")).tree.all("header")[0].text
    world.clock.move(days=1)
    page = await browser.get("/chat")
    assert "Whom would you like to be?" in page.main
