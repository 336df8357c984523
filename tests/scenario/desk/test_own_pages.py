"""The desk's pages of a school's own policy, without JavaScript: bring, review, ask, sign, next version, go back."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from aiohttp import FormData

from adapters.desk import guard
from tests.deskclient import Browser, Served
from tests.deskpolicies import adopt, bring, review_all
from tests.fakes import World
from tests.ownpolicies import DOUBT, TEXT, desk_of


@pytest.fixture
async def demo(world: World) -> AsyncIterator[Served]:
    """The desk in demo mode, with the pages of own policies."""
    async with Served(world, own=desk_of(world)) as made:
        yield made


async def test_from_a_file_to_an_answer(browser: Browser) -> None:
    """The office brings and reviews it, head and chair sign, and a teacher finds its clauses."""
    await browser.be("office")
    page = await bring(browser)
    assert page.title.startswith("Review: Pages and Posts")
    assert "9 clauses: 0 reviewed, 2 to look at first, 7 of which the bot is sure." in page.main
    assert page.main.index(DOUBT) < page.main.index("The bot is sure of these")
    assert "Staff must not add pupils as friends on their own accounts." in page.main
    await review_all(browser)
    assert "All 9 clauses are reviewed" in browser.page.main
    page = await adopt(browser, version="2026")
    assert "Adopted. From now on the bot answers from it." in page.main
    assert "Pages and Posts, 2026Ruth Abara, 21 September 2026Marion Castell, 21 September 2026" in page.main
    assert "in force" in page.main
    await browser.be("teacher")
    assert "Pages and Posts" in (await browser.get("/policy")).main
    page = await browser.get("/policy/clause/1.1")
    assert "must not add pupils" in page.main
    assert "Word for word, as the school adopted it." in page.main


async def test_for_others_the_pages_are_not_there(browser: Browser, demo: Served) -> None:
    """No link, no page, no upload, whatever the address; and where the wiring has no own policies, for nobody."""
    await browser.be("office")
    await bring(browser)
    draft = browser.page.url.path
    teacher = demo.browser()
    await teacher.be("teacher")
    assert not (await teacher.get("/")).links("Own policy")
    for path in ("/own", draft, f"{draft}/adopt", f"{draft}/changes", f"{draft}/clause/0", f"{draft}/findings"):
        assert (await teacher.get(path)).status == 404
    csrf = {"_csrf": (await teacher.get("/")).tree.all("input")[0].get("value")}
    for path in (draft, f"{draft}/ask", f"{draft}/clause/0", f"{draft}/about", f"{draft}/adopt", "/own/back"):
        assert (await teacher.post(path, {**csrf, "act": "accept", "text": "may i", "place": "0"})).status == 404
    form = FormData(csrf)
    form.add_field("file", TEXT.encode(), filename="x.txt")
    assert (await teacher.post("/own", form)).status == 404
    assert "9 clauses: 0 reviewed" in (await browser.get(draft)).main


async def test_a_refused_file_keeps_the_page_and_says_why(
    browser: Browser, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In words, with what was typed; nothing is half taken in. The same for no file, and for one that is too large."""
    monkeypatch.setattr(guard, "LARGEST_FILE", 100_000)
    await browser.be("office")
    for data, file, says in (
        (b"%", "locked.docx", "locked.docx is locked with a password."),
        (b"", "", "Please choose a file first."),
        (b"x" * 100_001, "big.pdf", "big.pdf is larger than 50 MB"),
    ):
        page = await bring(browser, data, "social-media", file)
        assert page.status == 422
        assert page.title.startswith("Error: ")
        assert says in page.main
        assert next(i for i in page.tree.all("input") if i.get("id") == "name").get("value") == "social-media"
        assert page.forms("Read it in")
    page = await bring(browser, name="Social Media!")
    assert "cannot be a policy's name" in page.main
    with world.store.look() as work:
        assert work.own.drafts("demo") == ()


async def test_a_file_without_the_token_is_not_read(browser: Browser, world: World) -> None:
    """The token stands before the file, or the form is refused; no other page takes a file at all."""
    await browser.be("office")
    for fields in ({}, {"_csrf": "wrong"}):
        form = FormData(fields)
        form.add_field("file", TEXT.encode(), filename="x.txt")
        assert (await browser.post("/own", form)).status == 403
    form = FormData({"_csrf": (await browser.get("/own")).tree.all("input")[0].get("value")})
    form.add_field("file", TEXT.encode(), filename="x.txt")
    assert (await browser.post("/chat", form)).status == 415
    with world.store.look() as work:
        assert work.own.drafts("demo") == ()


async def test_the_box_answers_from_the_draft_only(browser: Browser) -> None:
    """Marked, with the rules that spoke; the chat goes on answering from the policy in force."""
    await browser.be("office")
    await bring(browser)
    page = await browser.press("Ask the draft", text="can i add a pupil as a friend?")
    assert "From a draft that nobody has adopted:" in page.main
    assert "Clause 1.1, which decides: You must not add pupils." in page.main
    page = await browser.get(f"{page.url.path.removesuffix('/ask')}/clause/3")
    page = await browser.press("Ask the draft", text="<b>can</b> i post a photo?")
    assert page.title.startswith("Clause 2.1")
    assert "<b>can" not in page.html


async def test_a_clause_is_changed_by_choices(browser: Browser) -> None:
    """Force, act and sentence from lists; what is missing is named and what was chosen stays; then it is heard."""
    await browser.be("office")
    page = await bring(browser)
    draft = page.url.path
    await browser.get(f"{draft}/clause/7")
    page = await browser.press("Save this rule", **{"r0-force": "required", "r0-says": "You must report it."})
    assert page.status == 422
    assert "Please choose at least one thing that the rule is about." in page.main
    assert "You must report it." in page.html
    page = await browser.press(
        "Save this rule", **{"r0-force": "required", "r0-act-1": "report_breach", "r0-says": "You must report it."}
    )
    assert page.status == 200
    assert "It asks for it: you must. You must report it." in page.main
    assert "changed by choice" in page.main
    page = await browser.press("Unclear: ask the headteacher")
    assert page.url.path == draft
    page = await browser.get(f"{draft}/clause/7")
    assert "it is marked as unclear" in page.main
    page = await browser.press("Put back to what was drafted")
    assert "no rule was found" in page.main
    assert (await browser.get(f"{draft}/clause/99")).status == 404


async def test_a_trust_says_what_its_schools_may_leave_out(browser: Browser) -> None:
    """On the clause's own page, with a button and back again; the clause says so beside its words."""
    await browser.be("office")
    draft = (await bring(browser)).url.path
    page = await browser.get(f"{draft}/clause/2")
    assert "Schools may not leave it out." in page.main
    page = await browser.press("Let schools leave it out")
    assert "Schools that take this policy as their base may leave the clause out." in page.main
    assert "Schools may leave this clause out." in page.main
    page = await browser.press("Let it bind every school")
    assert "Schools may not leave it out." in page.main


async def test_an_example_is_kept_and_named_when_it_fails(browser: Browser) -> None:
    """Without a question or an answer nothing is kept, and what was typed stays."""
    await browser.be("office")
    draft = (await bring(browser)).url.path
    await browser.get(f"{draft}/clause/0")
    page = await browser.press("Keep it as an example", ask="may i add a pupil?", verdict="")
    assert page.status == 422
    assert "may i add a pupil?" in page.html
    page = await browser.press("Keep it as an example", ask="may i add a pupil?", verdict="permitted")
    assert "Example: may i add a pupil?" in page.main
    page = await browser.get(f"{draft}/findings")
    assert "should be “yes”, and is “no”" in page.main


async def test_the_next_version_shows_what_changed_and_must_be_called_small_or_not(browser: Browser) -> None:
    """The rest is carried over; without a choice nothing is signed; the version before can be gone back to."""
    await browser.be("office")
    await bring(browser)
    await review_all(browser)
    await adopt(browser, version="2026")
    await browser.be("office")
    page = await bring(browser, TEXT.replace("must not add", "must never add").encode())
    assert "9 clauses: 8 reviewed, 0 to look at first, 1 of which the bot is sure." in page.main
    draft = page.url.path
    page = await browser.get(f"{draft}/changes")
    assert "1 change from the version in force" in page.main
    assert "Changed: clause 1.1" in page.main
    assert "must not add pupils" in page.main
    assert "must never add pupils" in page.main
    await browser.be("head")
    await browser.get(f"{draft}/adopt")
    page = await browser.press("Sign as headteacher", version="2027")
    assert page.status == 422
    assert "Please choose whether everybody must read it again." in page.main
    page = await browser.press("Sign as headteacher", version="2026", material="minor")
    assert "There is a version 2026 of this policy already." in page.main
    await browser.press("Sign as headteacher", version="2027", material="minor")
    await browser.press("Take the headteacher")
    await browser.press("Sign as headteacher", version="2027", material="minor")
    await browser.be("chair")
    await browser.get(f"{draft}/adopt")
    await browser.press("Sign as chair")
    page = await browser.press("Go back to it")
    assert "The bot answers from version 2026 again." in page.main
    await browser.follow("Pages and Posts, 2027")
    assert "must never add pupils" in browser.page.main


async def test_about_the_policy_dates_and_who_is_told(browser: Browser) -> None:
    """A wrong date and a missing title are named, and what was typed stays; a report goes to whom it says."""
    await browser.be("office")
    draft = (await bring(browser)).url.path
    await browser.get(f"{draft}/about")
    page = await browser.press("Save", title="", due="next spring")
    assert page.status == 422
    assert "Please give the policy its title." in page.main
    assert "year-month-day" in page.main
    assert "next spring" in page.html
    page = await browser.press("Save", title="Posts and Pages", due="2027-09-01", **{"told-breach": "deputy"})
    assert "To be reviewed by 1 September 2027." in page.main
    assert "A report of breachgoes to the deputy headteacher, then the headteacher." in page.main


async def test_a_dropped_draft_is_gone_from_the_list(browser: Browser) -> None:
    """It can still be looked at, and nothing more can be done with it."""
    await browser.be("office")
    draft = (await bring(browser)).url.path
    page = await browser.press("Drop this draft")
    assert "The draft is dropped." in page.main
    assert not page.links("Pages and Posts")
    page = await browser.get(draft)
    assert not page.forms("Right: accept")
    csrf = {"_csrf": page.tree.all("input")[0].get("value")}
    page = await browser.post(draft, {**csrf, "act": "accept", "place": "0"})
    assert "can no longer be changed" in page.main
