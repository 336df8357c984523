"""Signing in at the desk: links, sessions, the second factor of report readers, and what is kept of them."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

from adapters import desk
from adapters.desk.guard import READERS
from tests.deskclient import LONG, Browser, Page, Served, example
from tests.fakes import FakeClock, World


def all_bytes(folder: Path) -> bytes:
    """Return everything that stands in the files of a folder."""
    return b"".join(file.read_bytes() for file in folder.iterdir() if file.is_file())


async def come_in(world: World, browser: Browser, who: str, to: str = "") -> Page:
    """Sign in by a fresh link."""
    with world.store.begin() as work:
        path = desk.mint_link(work, f"demo-{who}", world.clock.now())
        work.commit()
    await browser.get(path + (f"?next={to}" if to else ""))
    return await browser.press("Come in")


def code_of(secret: str, clock: FakeClock) -> str:
    """Return what an authenticator app shows."""
    key = base64.b32decode(secret.replace(" ", ""))
    return TOTP(key, 6, SHA1(), 30).generate(int(clock.now().timestamp())).decode()  # noqa: S303 - as apps do


async def set_up(world: World, browser: Browser) -> str:
    """Set the second factor up on the page that asks for it and return the secret."""
    page = await browser.get("/sign-in/code")
    secret = next(e for e in page.tree.all("strong") if e.get("class") == "secret").text
    await browser.press("Go on", code=code_of(secret, world.clock))
    return secret


async def test_a_link_signs_in_once(signed: Served, world: World) -> None:
    """Opening the link uses nothing up; its button does; the second press gets nobody in."""
    with world.store.begin() as work:
        path = desk.mint_link(work, "demo-teacher", world.clock.now())
        work.commit()
    first, second = signed.browser(), signed.browser()
    for _ in range(3):
        assert "Come in" in (await first.get(path)).main
    await second.get(path)
    page = await first.press("Come in")
    assert "Sam Okoro" in page.tree.text
    page = await second.press("Come in")
    assert page.status == 410
    assert (await second.get("/chat")).url.path == "/sign-in"


async def test_a_link_ends_after_half_an_hour(signed: Served, world: World) -> None:
    """A link that was left lying is worth nothing."""
    with world.store.begin() as work:
        path = desk.mint_link(work, "demo-teacher", world.clock.now())
        work.commit()
    browser = signed.browser()
    await browser.get(path)
    world.clock.move(minutes=31)
    assert (await browser.press("Come in")).status == 410


async def test_a_link_leads_to_a_page_of_the_desk_only(signed: Served, world: World) -> None:
    """Where the link says to go on to is taken only if it is here."""
    assert (await come_in(world, signed.browser(), "teacher", "/mine")).url.path == "/mine"
    for elsewhere in ("https://evil.example/", "//evil.example/", "/%5Cevil.example", "javascript:alert(1)"):
        page = await come_in(world, signed.browser(), "teacher", elsewhere)
        assert page.url.path == "/"
        assert page.url.host == "127.0.0.1"


async def test_a_session_ends_when_it_is_not_used(signed: Served, world: World) -> None:
    """Half an hour without use ends it; use prolongs it; eight hours end it in any case."""
    browser = signed.browser()
    await come_in(world, browser, "teacher")
    for _ in range(18):
        world.clock.move(minutes=26)
        assert (await browser.get("/chat")).url.path == "/chat"
    world.clock.move(minutes=26)
    assert (await browser.get("/chat")).url.path == "/sign-in"
    other = signed.browser()
    await come_in(world, other, "teacher")
    world.clock.move(minutes=31)
    assert (await other.get("/chat")).url.path == "/sign-in"


async def test_what_was_typed_survives_the_end_of_a_session(signed: Served, world: World) -> None:
    """A form sent too late is not taken, and its words are on the page to be copied."""
    browser = signed.browser()
    await come_in(world, browser, "teacher")
    await browser.get("/report/sort/first:other")
    world.clock.move(minutes=31)
    page = await browser.press("Send the report", about="outside", what=LONG, named="with_name")
    assert page.status == 401
    assert LONG in page.main
    with world.store.look() as work:
        assert work.reports.all("demo") == ()


async def test_signing_in_and_out_changes_the_cookie(signed: Served, world: World) -> None:
    """No cookie from before signing in is good after it, and none from before signing out."""
    browser = signed.browser()
    await browser.get("/sign-in")
    jar = browser.client.session.cookie_jar
    before = {cookie.value for cookie in jar}
    await come_in(world, browser, "teacher")
    during = {cookie.value for cookie in jar}
    await browser.press("Sign out")
    assert before.isdisjoint(during)
    (old,) = during
    thief = signed.browser()
    thief.client.session.cookie_jar.update_cookies({"can-i": old})
    assert (await thief.get("/chat")).url.path == "/sign-in"


@pytest.mark.parametrize("path", sorted(p for m, p, _, access in desk.ROUTES if access == READERS and m == "GET"))
async def test_reports_are_opened_only_after_a_code(signed: Served, world: World, path: str) -> None:
    """Every page of a reader asks for the second factor first."""
    browser = signed.browser()
    await come_in(world, browser, "head")
    assert (await browser.get(example(path))).url.path == "/sign-in/code"


async def test_a_readers_button_is_refused_without_a_code(signed: Served, world: World) -> None:
    """Buttons and forms of readers are not passed on, also when they are sent without their page."""
    reference = world.report("teacher", what="Secret.")
    browser = signed.browser()
    await come_in(world, browser, "head")
    csrf = browser.page.tree.all("input")[0].get("value")
    for path in ("/press", "/chat/press"):
        for action in ("report.open", "report.acknowledge", "report.inbox", "report.unheard_of", "ask.open"):
            page = await browser.post(path, {"_csrf": csrf, "action": action, "value": reference})
            assert page.status == 401, action
            assert "Secret." not in page.html
    for form in (f"report.act.note.{reference}", "ask.reply.x"):
        assert (await browser.post("/form", {"_csrf": csrf, "_form": form, "text": LONG})).status == 401
    with world.store.look() as work:
        report = work.reports.by_reference("demo", reference)
    assert report is not None
    assert report.state == "received"


async def test_the_second_factor_from_first_to_second_time(signed: Served, world: World) -> None:
    """Set up once with the secret shown, asked for in each session after that, and the secret is never shown again."""
    reference = world.report("teacher", what="Secret.")
    browser = signed.browser()
    await come_in(world, browser, "head")
    secret = await set_up(world, browser)
    assert "Secret." in (await browser.get(f"/reports/{reference}")).main
    world.clock.move(minutes=1)
    again = signed.browser()
    await come_in(world, again, "head")
    page = await again.get("/inbox")
    assert page.url.path == "/sign-in/code"
    assert secret not in page.main
    page = await again.press("Go on", code=f" {code_of(secret, world.clock)[:3]} {code_of(secret, world.clock)[3:]} ")
    assert page.url.path == "/inbox"


async def test_a_code_works_once_and_cannot_be_guessed(signed: Served, world: World) -> None:
    """The same code in another session is refused, and so is everything after five tries."""
    browser, other = signed.browser(), signed.browser()
    await come_in(world, browser, "head")
    secret = await set_up(world, browser)
    await come_in(world, other, "head")
    await other.get("/sign-in/code")
    page = await other.press("Go on", code=code_of(secret, world.clock))
    assert page.status == 422
    assert "does not fit" in page.main
    for wrong in ("", "000000x", "١٢٣٤٥٦"):
        assert (await other.press("Go on", code=wrong)).status == 422
    world.clock.move(minutes=2)
    await other.get("/sign-in/code")
    assert (await other.press("Go on", code=code_of(secret, world.clock))).status == 429
    world.clock.move(minutes=15)
    await other.get("/sign-in/code")
    assert (await other.press("Go on", code=code_of(secret, world.clock))).url.path == "/"


async def test_a_reporter_needs_no_second_factor(signed: Served, world: World) -> None:
    """Asking, reporting and seeing one's own reports work with the link alone."""
    browser = signed.browser()
    await come_in(world, browser, "teacher")
    await browser.get("/report/sort/first:other")
    page = await browser.press("Send the report", about="outside", what="It happened.", named="with_name")
    assert "Your report is in" in page.main
    await browser.get("/mine")
    assert "received" in (await browser.follow("See where it stands")).main


async def test_demo_doors_are_shut_outside_the_demonstration(signed: Served, world: World) -> None:
    """Nobody becomes somebody else, and nobody changes the policy, outside demo mode; the bar is not there."""
    browser = signed.browser()
    page = await come_in(world, browser, "teacher")
    assert "Demonstration" not in page.tree.text
    csrf = browser.page.tree.all("input")[0].get("value")
    assert (await browser.post("/demo/be", {"_csrf": csrf, "person": "demo-head"})).status == 404
    assert (await browser.post("/demo/policy", {"_csrf": csrf, "policy": "beaumont"})).status == 404
    assert "Sam Okoro" in (await browser.get("/")).tree.text


async def test_a_link_can_be_asked_for_by_mail_and_tells_nobody_who_is_known(world: World) -> None:
    """The page answers the same for a known and for an unknown address; only the known one is written to."""
    sent: list[tuple[str, str]] = []
    public = "https://desk.school.example"
    async with Served(world, demo=False, public_url=public, send_link=lambda *both: sent.append(both)) as served:
        browser = served.browser()
        host = {"Host": "desk.school.example"}
        answers = []
        for email in ("nobody@larkfield.example", "SAM.Okoro@larkfield.example"):
            await browser.get("/sign-in", headers=host)
            cookie = browser.page.headers["Set-Cookie"].partition(";")[0]
            csrf = next(e for e in browser.page.tree.all("input") if e.get("name") == "_csrf").get("value")
            with_cookie = {**host, "Cookie": cookie}
            await browser.post("/sign-in", {"_csrf": csrf, "email": email}, headers=with_cookie, allow_redirects=False)
            assert browser.page.status == 303
            answers.append((await browser.get("/sign-in", headers=with_cookie)).main)
        assert answers[0] == answers[1]
        assert "is on its way" in answers[0]
    assert [email for email, _ in sent] == ["sam.okoro@larkfield.example"]
    assert sent[0][1].startswith(f"{public}/sign-in/")


async def test_secrets_stand_nowhere_in_the_database(signed: Served, world: World, tmp_path: Path) -> None:
    """Neither the link nor the cookie nor the code secret can be read from the file."""
    browser = signed.browser()
    with world.store.begin() as work:
        path = desk.mint_link(work, "demo-head", world.clock.now())
        work.commit()
    await browser.get(path)
    await browser.press("Come in")
    secret = await set_up(world, browser)
    (cookie,) = [cookie.value for cookie in browser.client.session.cookie_jar]
    kept = all_bytes(tmp_path)
    for text in (path.rpartition("/")[2], cookie, secret.replace(" ", "")):
        assert text.encode() not in kept
