"""Reports at the desk, from the form to the inbox: real HTTP on loopback, a real database, no JavaScript."""

from __future__ import annotations

import json

from tests.deskclient import Browser, Served
from tests.fakes import World

EVERYBODYS = ("/", "/chat", "/mine", "/reread", "/report")
CANARY = "cormorant-7731 wrote <script>alert(1)</script> & @everyone"


async def test_a_report_is_filed_acknowledged_and_seen_by_the_right_people_only(
    browser: Browser, demo: Served, world: World
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

    head = demo.browser()
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
        other = demo.browser()
        await other.be(who)
        refused = await other.get(f"/reports/{reference}")
        unknown = await other.get("/reports/0000-0000-0000-0000")
        assert "cormorant" not in refused.html
        assert refused.main == unknown.main
        assert refused.status == unknown.status

    mine = await browser.get("/mine")
    assert "taken up" in mine.main


async def test_a_report_about_the_head_goes_past_the_head(browser: Browser, demo: Served, world: World) -> None:
    """The chair finds it in the inbox; the head finds nothing and cannot tell it from a report that never was."""
    await browser.be("teacher")
    page = await browser.file(about="headteacher", person="", what=CANARY)
    (reference,) = [dd.text for dd in page.tree.all("dd") if dd.text.count("-") == 3]
    world.deliver()
    head = demo.browser()
    home = await head.be("head")
    assert "0 new, 0 late" in home.main
    assert reference not in (await head.get("/inbox")).html
    assert reference not in (await head.get("/chat")).html
    assert (await head.get(f"/reports/{reference}")).main == (await head.get("/reports/0000-0000-0000-0000")).main
    chair = demo.browser()
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


async def test_an_anonymous_reporter_comes_back_with_a_code(browser: Browser, demo: Served) -> None:
    """The code is shown once; anybody who has it sees where the report stands, and nobody's name is kept."""
    await browser.be("teacher")
    page = await browser.file(about="outside", person="", what="No name.", named="without_name")
    facts = {dt.text: dd.text for dt, dd in zip(page.tree.all("dt"), page.tree.all("dd"), strict=True)}
    assert "Your code" in facts
    assert facts["Your code"] not in (await browser.get("/chat")).html
    assert "You have made no report" in (await browser.get("/mine")).main
    other = demo.browser()
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


async def test_a_printable_record_has_the_text_and_no_buttons(browser: Browser, demo: Served) -> None:
    """The record for the police or the LADO stands alone, and printing it is audited as such."""
    await browser.be("teacher")
    await browser.file(what=CANARY)
    head = demo.browser()
    await head.be("head")
    await head.get("/inbox")
    await head.follow("Open")
    page = await head.follow("Printable record")
    assert CANARY in page.tree.text
    assert not page.tree.all("article")[0].all("button", "a")


async def test_acting_on_a_report_leads_back_to_it(browser: Browser, demo: Served) -> None:
    """A note is taken and shown; handing over to somebody ends one's own right."""
    await browser.be("teacher")
    await browser.file(what=CANARY)
    head = demo.browser()
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


async def test_what_is_kept_about_a_person_is_theirs_to_take_away(browser: Browser, world: World) -> None:
    """The page of their own data as a file that any program reads: the same words, noted in the audit chain."""
    await browser.be("teacher")
    await browser.file(what="What I saw.")
    await browser.get("/mine")
    page = await browser.follow("What is kept about me")
    assert "What I saw." in page.main
    page = await browser.follow("Keep it as a file")
    assert page.headers["Content-Disposition"] == 'attachment; filename="my-data.json"'
    data = json.loads(page.html)
    held = [item for section in data["sections"] for item in section["holds"]]
    assert {"label": "Name", "value": "Sam Okoro"} in held
    assert {"label": "What happened?", "value": "What I saw."} in held
    with world.store.look() as work:
        assert [r.action for r in work.audit.of_thing("demo", "demo-teacher")] == ["person.exported"] * 2


async def test_report_text_is_on_no_page_but_those_that_open_it(browser: Browser, demo: Served, world: World) -> None:
    """Home, chat, inbox, lists and overview hold nothing of what was written, for anybody."""
    await browser.be("teacher")
    await browser.file(what=CANARY)
    world.deliver()
    for who in ("teacher", "head", "chair", "dsl", "colleague", "office"):
        other = demo.browser()
        await other.be(who)
        for path in (*EVERYBODYS, "/inbox", "/reread/overview", "/questions", "/people"):
            assert "cormorant" not in (await other.get(path)).html, (who, path)
