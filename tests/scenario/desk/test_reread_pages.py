"""The desk's pages of re-reading: the register of any day, its CSV, receipts, and the office's papers."""

from __future__ import annotations

from tests.deskclient import Browser, Served


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
