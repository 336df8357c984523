"""One-time links for staff without an account: made by the office, used once, good for the policy and nothing else."""

from __future__ import annotations

import pytest

from tests.deskclient import Browser, Page, Served
from tests.fakes import World
from tests.scenario.desk.test_reread_pages import begin


async def make(browser: Browser, person: str = "demo-caretaker") -> str:
    """Make a link as the office and return its path."""
    await browser.be("office")
    await browser.get("/people")
    await browser.follow("make a link to read and confirm")
    page = await browser.press("Make a link", person=person)
    address = next(e.get("value") for e in page.tree.all("input") if e.get("id") == "address")
    return address[address.index("/reread/") :]


async def read_to_the_end(guest: Browser) -> Page:
    """Turn the pages."""
    while guest.page.links("Next page"):
        await guest.follow("Next page")
    return guest.page


@pytest.mark.parametrize("policy", ["stockham", "neath-port-talbot"])
async def test_somebody_without_an_account_reads_and_signs(
    browser: Browser, demo: Served, world: World, policy: str
) -> None:
    """By the link alone, page by page; with name and witness where the policy wants them; recorded as what it is."""
    with world.store.begin() as work:
        school = work.schools.get("demo")
        assert school is not None
        work.schools.put(type(school)(**{f: getattr(school, f) for f in school.__slots__} | {"policy": policy}))
        work.commit()
    await begin(browser)
    path = await make(demo.browser())
    guest = demo.browser()
    page = await guest.get(path)
    assert "works once" in page.main
    page = await guest.press("Open the policy")
    assert "Len Frost" in page.main
    page = await read_to_the_end(guest)
    if policy == "stockham":
        page = await guest.press("I have read it")
    else:
        page = await guest.press("I have read it", name="Somebody Else", witness="demo-caretaker")
        assert page.status == 422
        assert "Please type your own full name" in page.main
        page = await guest.press("I have read it", name="Len Frost", witness="demo-manager")
    assert "Read and confirmed" in page.main
    with world.store.look() as work:
        (ack,) = work.rereads.acknowledgements("demo")
        assert (ack.person_id, ack.how, ack.recorded_by) == ("demo-caretaker", "mail", "demo-office")
        made = [row.actor_id for row in work.audit.of_thing("demo", "demo-caretaker")]
    assert made == ["demo-office", "demo-caretaker"]
    assert "by a one-time link, recorded by Jean Tully" in (await browser.get("/reread/register")).main


async def test_a_link_opens_once_and_only_the_policy(browser: Browser, demo: Served, world: World) -> None:
    """Looking at it uses nothing up; used twice or late it opens nothing; and never a page of the desk."""
    await begin(browser)
    path = await make(demo.browser())
    guest, other = demo.browser(), demo.browser()
    await guest.get(path)
    await other.get(path)
    await guest.press("Open the policy")
    assert (await other.press("Open the policy")).status == 410
    assert (await other.get("/reread/by-link")).status == 410
    for closed in ("/chat", "/mine", "/reread/register", "/people"):
        assert "Demonstration" in (await guest.get(closed)).title + (await guest.get(closed)).html
        assert guest.page.url.path == "/"
    assert (await guest.get("/reread/by-link?page=99999999")).status == 200
    world.clock.move(hours=2)
    assert (await guest.get("/reread/by-link")).status == 410
    late = await make(demo.browser())
    world.clock.move(days=15)
    await other.get(late)
    assert (await other.press("Open the policy")).status == 410


async def test_links_are_made_by_those_who_keep_the_staff_list(browser: Browser, demo: Served) -> None:
    """A teacher makes none, and nobody makes one for somebody who has confirmed or is not there."""
    await begin(browser)
    teacher = demo.browser()
    await teacher.be("teacher")
    assert (await teacher.get("/reread/links")).status == 404
    csrf = teacher.page.tree.all("input")[0].get("value")
    assert (await teacher.post("/reread/links", {"_csrf": csrf, "person": "demo-caretaker"})).status == 404
    office = demo.browser()
    await office.be("office")
    await office.get("/reread/links")
    page = await office.press("Make a link", person="demo-nobody")
    assert not [e for e in page.tree.all("input") if e.get("id") == "address"]
    await teacher.get("/reread")
    await teacher.press("I have read it")
    assert "Sam Okoro" not in (await office.get("/reread/links")).main
