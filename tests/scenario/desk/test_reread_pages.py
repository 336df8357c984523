"""The desk's pages of re-reading: the register of any day, its CSV, receipts, and the office's papers."""

from __future__ import annotations

from tests.deskclient import Browser, Served
from tests.fakes import World


async def begin(browser: Browser) -> None:
    """Start the round as the headteacher."""
    await browser.be("head")
    await browser.get("/reread/overview")
    await browser.press("Start the yearly re-read")


async def test_the_register_shows_everybody_in_words(browser: Browser, demo: Served) -> None:
    """By role and by name, with a link to each receipt; a day before the round is empty; a wrong day is today."""
    await begin(browser)
    teacher = demo.browser()
    await teacher.be("teacher")
    await teacher.get("/reread")
    await teacher.press("I have read it")
    page = await browser.get("/reread/register")
    assert "Amber: 17 of 18 have yet to read it; nobody is overdue." in page.main
    assert "Sam Okorodone" in page.main
    assert "at the desk" in page.main
    receipt = await browser.get(next(a.get("href") for a in page.tree.all("a") if "receipt of Sam Okoro" in a.text))
    assert "Audit row: " in receipt.html
    assert receipt.headers["Content-Disposition"] == 'attachment; filename="receipt.txt"'
    assert "Nobody was to read it" in (await browser.get("/reread/register?on=2020-01-01")).main
    assert "Amber" in (await browser.get("/reread/register?on=tomorrow")).main


async def test_the_register_as_csv(browser: Browser) -> None:
    """A file for a spreadsheet, named by its day."""
    await begin(browser)
    page = await browser.get("/reread/register.csv")
    assert page.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert page.html.startswith("\ufeffas of,name,")
    assert "Sam Okoro" in page.html


async def test_the_course_is_a_chart_and_a_table(browser: Browser, demo: Served) -> None:
    """Drawn by the server, named for a screen reader, with the same numbers in a table; in the head's view as bars."""
    await begin(browser)
    teacher = demo.browser()
    await teacher.be("teacher")
    await teacher.get("/reread")
    await teacher.press("I have read it")
    page = await browser.get("/reread/register")
    (drawn,) = [svg for svg in page.tree.all("svg") if svg.get("role") == "img"]
    named = {e.get("id"): e.text for e in drawn.all("title", "desc")}
    assert drawn.get("aria-labelledby").split() == list(named)
    assert "21 Sep 2026: 5% (1)." in named["chart-says"]
    assert "BeganWeek 1 21 Sep 20265% (1)" in " ".join(page.tree.all("main")[0].text.split())
    overview = await browser.get("/reread/overview")
    assert "By the end of week 1" in overview.main
    assert "staff (" in overview.main
    assert "Cards are on their way: 0 of 16 have been sent" in overview.main


async def test_one_person_is_reminded_at_the_desk(browser: Browser, demo: Served, world: World) -> None:
    """From the head's view by a form; said what came of it; for a teacher the page is refused."""
    await begin(browser)
    world.clock.move(days=1)
    await browser.get("/reread/overview")
    await browser.follow("Remind one person")
    page = await browser.press("Remind them", person="demo-teacher")
    assert "Sam Okoro is reminded at about" in page.main
    teacher = demo.browser()
    await teacher.be("teacher")
    assert "for the headteacher and the governors" in (await teacher.get("/reread/remind")).main


async def test_a_receipt_to_keep_as_pdf_or_text(browser: Browser, demo: Served) -> None:
    """Both from the receipt's own page; somebody else's PDF is not there."""
    await begin(browser)
    teacher, colleague = demo.browser(), demo.browser()
    await teacher.be("teacher")
    await teacher.get("/reread")
    await teacher.press("I have read it")
    page = await teacher.follow("Receipt to keep")
    (link,) = page.links("Keep it as PDF")
    async with teacher.client.get(link) as answer:
        assert (answer.headers["Content-Type"], answer.status) == ("application/pdf", 200)
        assert (await answer.read()).startswith(b"%PDF-")
    assert "Audit row: " in (await teacher.get(page.links("Keep it as plain text")[0])).html
    await colleague.be("colleague")
    assert (await colleague.get(link)).status == 404


async def test_others_find_no_register_and_no_receipt(browser: Browser, demo: Served) -> None:
    """For a teacher the pages are not there, nor is somebody else's receipt."""
    await begin(browser)
    colleague, teacher = demo.browser(), demo.browser()
    await colleague.be("colleague")
    await colleague.get("/reread")
    page = await colleague.press("I have read it")
    own = page.links("Receipt to keep")[0]
    assert "Beth Lindqvist" in (await colleague.get(own)).main
    assert (await colleague.get(f"{own}/file")).status == 200
    await teacher.be("teacher")
    for path in ("/reread/register", "/reread/register.csv", f"{own}/file", "/reread/receipt/x/file"):
        assert (await teacher.get(path)).status == 404
    assert "no such receipt" in (await teacher.get(own)).main


async def test_the_office_records_a_paper(browser: Browser, demo: Served) -> None:
    """From the front page; somebody who has confirmed is not offered again."""
    await begin(browser)
    office = demo.browser()
    await office.be("office")
    await office.get("/")
    await office.follow("Record a signed paper")
    page = await office.press("Record it", signer="demo-caretaker", kept_at="cabinet 2")
    assert "Recorded: Len Frost" in page.main
    assert "Len Frost" not in (await office.get("/reread/paper")).main
    assert "on paper, recorded by Jean Tully, kept at cabinet 2" in (await browser.get("/reread/register")).main


async def test_the_attestation_register_of_a_version(browser: Browser, demo: Served, world: World) -> None:
    """Everybody who declared to have read it, with the audit row; as CSV, audited; for others it is not there."""
    await begin(browser)
    teacher = demo.browser()
    await teacher.be("teacher")
    await teacher.get("/reread")
    await teacher.press("I have read it")
    await browser.get("/reread/register")
    page = await browser.follow("September 2016, declarations: 1")
    assert "Nobody has recorded the adoption of this version." in page.main
    with world.store.look() as work:
        (ack,) = work.rereads.acknowledgements("demo")
        (row,) = work.audit.of_thing("demo", ack.reference)
    assert f"{ack.reference}, row {row.seq}" in page.main
    table = await browser.follow("Download as CSV")
    head, line = (text.split(",") for text in table.html.lstrip("\ufeff").strip().splitlines())
    assert dict(zip(head, line, strict=False))["name"] == "Sam Okoro"
    assert str(row.seq) in line
    with world.store.look() as work:
        assert [r.actor_id for r in work.audit.rows("demo") if r.action == "reread.exported"] == ["demo-head"]
    for path in ("/reread/version?v=September+2016", "/reread/version.csv?v=September+2016"):
        assert (await teacher.get(path)).status == 404
    assert (await browser.get("/reread/version?v=another")).status == 404
