"""The desk's pages for files of reports: real HTTP on loopback, a real database, no JavaScript."""

from __future__ import annotations

from pathlib import Path

from adapters import desk
from adapters.desk.sessions import csrf_of
from bot.evidence import Rule
from tests.deskclient import Browser, Served, fresh_world
from tests.evidencefiles import CANARY, NAME, SHOT, TAKEN, with_file
from tests.fakes import World
from tests.scenario.desk.test_signing_in import come_in, set_up

INJECTIONS = Path(__file__).parents[2] / "injection" / "corpus.jsonl"


async def test_a_reporter_adds_a_file_and_its_reader_gets_it(browser: Browser, demo: Served, world: World) -> None:
    """From the report just made to the page, the file in, the reader told, opened, byte by byte the same."""
    await browser.be("teacher")
    page = await browser.file(what="See the picture.")
    assert "Your report is in" in page.main
    page = await browser.follow("Add a file")
    text = page.main
    assert text.index("Never add a nude or semi-nude picture of a child") < text.index("Add this file")
    assert text.index("Ruth Abara") < text.index("Add this file")
    assert "up to 10 MB" in text
    path = page.url.path
    page = await browser.attach(path)
    assert page.url.path == path
    assert "The file is in." in page.main
    assert NAME in page.main
    assert "picture (PNG), 1 KB" in page.main
    (back,) = page.links("Get it back")
    status, content, headers = await browser.fetch(back)
    assert (status, content) == (200, SHOT)
    head = demo.browser()
    await head.be("head")
    world.deliver()
    assert CANARY not in (await head.get("/chat")).html
    await head.get("/inbox")
    page = await head.follow("Open")
    assert NAME in page.main
    (get,) = page.links("Get this file")
    status, content, headers = await head.fetch(get)
    assert (status, content) == (200, SHOT)
    assert headers["Content-Type"] == "image/png"
    assert headers["Content-Disposition"] == f"attachment; filename=\"file.png\"; filename*=UTF-8''{NAME}"
    assert headers["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'; sandbox"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "no-store"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    with world.store.look() as work:
        rows = [(row.actor_id, row.action) for row in work.audit.rows("demo") if ".file_" in row.action]
    assert rows == [
        ("demo-teacher", "report.file_added"),
        ("demo-teacher", "report.file_shown"),
        ("demo-head", "report.file_opened"),
    ]


async def test_for_others_it_is_as_if_there_were_none(demo: Served, world: World) -> None:
    """Page, upload and file of somebody else's report are the pages of one that never was."""
    reference, file_id = with_file(world)
    never, nothing = "0000-0000-0000-0000", "0" * 32
    for who in ("colleague", "assistant", "head", "chair", "office"):
        other = demo.browser()
        await other.be(who)
        pairs = [(f"/mine/{reference}/files", f"/mine/{never}/files")]
        pairs += [(f"/mine/{reference}/files/file/{file_id}", f"/mine/{never}/files/file/{nothing}")]
        if who != "head":
            pairs += [(f"/files/{file_id}", f"/files/{nothing}")]
        for theirs, none in pairs:
            one, two = await other.get(theirs), await other.get(none)
            assert one.status == two.status == 404, (who, theirs)
            assert one.main == two.main
        one = await other.attach(f"/mine/{reference}/files")
        two = await other.attach(f"/mine/{never}/files")
        assert one.status == two.status == 404
        assert one.main == two.main
        # The head reads the file as reader, and not on the reporter's page.
    with world.store.look() as work:
        assert [row.action for row in work.audit.rows("demo") if ".file_" in row.action] == ["report.file_added"]


async def test_a_reader_gives_a_code_first(signed: Served, world: World) -> None:
    """Outside the demonstration no file is handed out to a session without the second factor."""
    _, file_id = with_file(world)
    browser = signed.browser()
    await come_in(world, browser, "head", f"/files/{file_id}")
    assert browser.page.url.path == "/sign-in/code"
    await set_up(world, browser)
    assert (await browser.fetch(f"/files/{file_id}"))[:2] == (200, SHOT)


async def test_a_reporter_needs_only_to_have_signed_in(signed: Served, world: World) -> None:
    """Adding to one's own report asks for no code; without signing in nothing is read of what is sent."""
    reference = world.report("teacher")
    browser, stranger = signed.browser(), signed.browser()
    await come_in(world, browser, "teacher", f"/mine/{reference}/files")
    assert NAME in (await browser.attach(f"/mine/{reference}/files")).main
    await stranger.get("/sign-in")
    (cookie,) = [each.value for each in stranger.client.session.cookie_jar]
    token = csrf_of(cookie)
    assert (await stranger.attach(f"/mine/{reference}/files", TAKEN["pdf"], "x.pdf", _csrf=token)).status == 401
    with world.store.look() as work:
        report = work.reports.by_reference("demo", reference)
        assert report is not None
        assert len(work.attachments.of(report.id)) == 1


async def test_without_a_name_a_link_leads_to_the_page(browser: Browser, demo: Served, world: World) -> None:
    """Beside the code; opening it uses nothing up; one browser; what began ends with a button."""
    await browser.be("teacher")
    page = await browser.file(about="outside", person="", named="without_name")
    code = {d.text: v.text for d, v in zip(page.tree.all("dt"), page.tree.all("dd"), strict=True)}["Your code"]
    (link,) = page.links("Add a file")
    other = demo.browser()
    for each in (browser, browser, other):
        assert "Press the button" in (await each.get(link)).main
    page = await browser.press("Go on")
    assert page.url.path == "/evidence"
    assert "Sam Okoro" not in page.main
    assert (await other.press("Go on")).status == 410
    page = await browser.attach("/evidence")
    assert NAME in page.main
    (back,) = page.links("Get it back")
    assert (await browser.fetch(back))[:2] == (200, SHOT)
    assert (await other.fetch(back))[0] == 410
    page = await browser.press("I am done")
    assert "This page is closed" in page.main
    for path in ("/evidence", back):
        assert (await browser.get(path)).status == 410
    await other.be("assistant")
    await other.get("/mine/code")
    page = await other.press("Save", code=code)
    assert NAME in page.main
    await other.follow("Add a file")
    page = await other.press("Go on")
    assert NAME in page.main
    with world.store.look() as work:
        rows = [(row.actor_id, row.action) for row in work.audit.rows("demo") if ".file_" in row.action]
    assert rows == [(None, "report.file_added"), (None, "report.file_shown")]


async def test_a_link_that_is_over_takes_nothing(demo: Served, world: World) -> None:
    """Half an hour after coming in the page says so, and what is sent is not read."""
    reference = world.report("teacher")
    evidence, browser = world.bot.evidence, demo.browser()
    await browser.get(evidence.link(evidence.door("demo-teacher", "demo", reference)))
    page = await browser.press("Go on")
    assert page.status == 200
    world.clock.move(minutes=31)
    assert (await browser.attach("/evidence")).status == 410
    assert "its time is over" in browser.page.main
    assert evidence.folder(evidence.door("demo-teacher", "demo", reference)).files == ()


async def test_a_broken_seal_is_said(browser: Browser, world: World) -> None:
    """Nothing is handed out of a file whose seal is broken, and nothing is written down as opened."""
    _, file_id = with_file(world)
    with world.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE attachments SET sealed = X'01'")
    await browser.be("head")
    page = await browser.get(f"/files/{file_id}")
    assert page.status == 500
    assert "its seal is broken" in page.main


async def test_without_files_there_are_no_pages(world: World) -> None:
    """Where the wiring takes none, or the school none, the addresses are not there."""
    reference = world.report("teacher")
    async with Served(world) as served:
        browser = served.browser()
        await browser.be("teacher")
        world.bot.evidence.rule = Rule(most=0)
        assert not (await browser.get(f"/mine/{reference}")).links("Add a file")
        for path in (f"/mine/{reference}/files", "/evidence", "/evidence/link/x"):
            assert (await browser.get(path)).status == 404


async def test_a_link_from_a_chat_leads_a_reader_to_the_file(tmp_path: Path) -> None:
    """The one-time link signs in, asks for the code, and goes on to the file."""
    fresh_world(tmp_path).close()
    public = "https://desk.school.example"
    rule = Rule(desk=public, sign_in=desk.mint_link)
    with World(f"sqlite:///{tmp_path / 'can-i.sqlite3'}", fresh=False, files=rule) as world:
        _, file_id = with_file(world)
        address = world.bot.evidence.way("demo-head", file_id)
        async with Served(world, demo=False) as served:
            browser = served.browser()
            await browser.get(address.removeprefix(public))
            page = await browser.press("Come in")
            assert page.url.path == "/sign-in/code"
            assert page.url.query["next"] == f"/files/{file_id}"
            await set_up(world, browser)
            assert (await browser.fetch(f"/files/{file_id}"))[1] == SHOT
