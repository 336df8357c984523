"""The desk, used as people use it: real HTTP on loopback, a real database, no JavaScript."""

from __future__ import annotations

from dataclasses import replace

from tests.deskclient import Browser, Served
from tests.fakes import World

EVERYBODYS = ("/", "/chat", "/mine", "/reread", "/report")
CANARY = "cormorant-7731 wrote <script>alert(1)</script> & @everyone"


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


async def test_the_chat_is_the_persons_own(browser: Browser, demo: Served) -> None:
    """Another person does not see what was asked, and clearing forgets it."""
    await browser.be("teacher")
    await browser.ask("is anybody listening?")
    other = demo.browser()
    await other.be("colleague")
    assert "is anybody listening?" not in (await other.get("/chat")).html
    assert "is anybody listening?" not in (await browser.press("Clear my questions")).html


async def test_forty_thousand_characters_are_taken(browser: Browser, world: World) -> None:
    """A very long question reaches the bot whole."""
    await browser.be("teacher")
    page = await browser.ask("é" * 40_000)
    assert page.status == 200
    assert len(world.echo.asked[0][1]) == 40_000


async def test_the_yearly_reread_from_start_to_register(browser: Browser, demo: Served) -> None:
    """The head starts it, a teacher reads page by page and confirms, the head sees who has not."""
    head = browser
    await head.be("head")
    await head.get("/reread/overview")
    page = await head.press("Start the yearly re-read")
    assert page.url.path == "/reread/overview"
    assert "The re-read has begun" in page.main
    assert "Sam Okoro: due" in page.main

    teacher = demo.browser()
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
    browser: Browser, demo: Served, world: World
) -> None:
    """The card that asks is replaced where it stands, also where the policy wants a name and a witness."""
    await browser.be("head")
    csrf = browser.page.tree.all("input")[0].get("value")
    await browser.post("/demo/policy", {"_csrf": csrf, "policy": "neath-port-talbot"})
    await browser.get("/reread/overview")
    await browser.press("Start the yearly re-read")
    world.clock.move(hours=4)  # the cards go out one after the other, spread over the morning
    world.deliver()
    teacher = demo.browser()
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
    witness = demo.browser()
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
