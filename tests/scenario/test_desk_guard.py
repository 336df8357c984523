"""What every request to the desk passes: host, origin, token, session, second factor, limits, headers."""

from __future__ import annotations

import base64
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

from adapters import desk
from adapters.desk.guard import READERS
from adapters.desk.rendering import PLACES
from bot.ports import StoreBusy, UnitOfWork
from tests.deskclient import Browser, Page, Served, fresh_world
from tests.fakes import FakeClock, World

GETS = [path for method, path, *_ in desk.ROUTES if method == "GET"]
POSTS = [path for method, path, *_ in desk.ROUTES if method == "POST"]
OPEN = {path for _, path, _, access in desk.ROUTES if access.anybody}
LONG = "a sentence that somebody took a while to type"


def example(path: str) -> str:
    """Return an address of a route."""
    return re.sub(r"\{[^}]*\}", "x", path)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """A bot over a database of its own with the demo school in it."""
    made = fresh_world(tmp_path)
    yield made
    made.close()


@pytest.fixture
async def demo(world: World) -> AsyncIterator[Served]:
    """The desk in demo mode."""
    async with Served(world) as made:
        yield made


@pytest.fixture
async def signed(world: World) -> AsyncIterator[Served]:
    """The desk outside the demonstration, where people sign in."""
    async with Served(world, demo=False) as made:
        yield made


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


@pytest.mark.parametrize("path", sorted(set(GETS) - OPEN))
async def test_a_page_asks_who_is_there(signed: Served, path: str) -> None:
    """Nobody who has not signed in sees anything but the sign-in page, whatever the address."""
    browser = signed.browser()
    page = await browser.get(example(path))
    assert page.url.path == "/sign-in"
    assert page.url.query["next"] == example(path)


@pytest.mark.parametrize("path", sorted(set(POSTS)))
async def test_nothing_is_taken_without_the_sessions_token(demo: Served, path: str) -> None:
    """Every address that takes something refuses what does not bring back the token of its own session."""
    browser, other = demo.browser(), demo.browser()
    await browser.be("head")
    await other.be("head")
    stolen = other.page.tree.all("input")[0].get("value")
    for data in ({}, {"_csrf": ""}, {"_csrf": "0" * 64}, {"_csrf": stolen}):
        assert (await browser.post(example(path), data)).status == 403, data


@pytest.mark.parametrize(
    "headers",
    [{"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Origin": "https://elsewhere.example"}],
)
async def test_nothing_is_taken_from_another_site(demo: Served, headers: dict[str, str]) -> None:
    """The right token does not help a page of another site."""
    browser = demo.browser()
    await browser.be("teacher")
    data = {"_csrf": browser.page.tree.all("input")[0].get("value"), "text": "hello"}
    assert (await browser.post("/chat", data, headers=headers)).status == 403
    assert (
        await browser.post("/chat", data, headers={"Sec-Fetch-Site": "same-origin", "Origin": "null"})
    ).status == 200


@pytest.mark.parametrize(
    "host", ["desk.example", "127.0.0.1.nip.io", "localhost.example", "10.0.0.1:4000", "", "[", "2130706433"]
)
async def test_the_demonstration_answers_only_to_this_machines_names(demo: Served, host: str) -> None:
    """A name that somebody else points at this machine is refused before anything is looked at."""
    page = await demo.browser().get("/", headers={"Host": host})
    assert page.status == 421
    assert "Larkfield" not in page.html


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost:3978", "[::1]:3978", "LOCALHOST"])
async def test_this_machines_names_are_answered(demo: Served, host: str) -> None:
    """Each of the names of the loopback address will do, with any port."""
    assert (await demo.browser().get("/", headers={"Host": host})).status == 200


async def test_the_public_name_is_answered_outside_the_demonstration(world: World) -> None:
    """The desk answers to its public address, and its cookie is bound to that host and to TLS."""
    async with Served(world, demo=False, public_url="https://desk.school.example/") as served:
        page = await served.browser().get("/sign-in", headers={"Host": "desk.school.example"})
        assert page.status == 200
        assert page.headers["Set-Cookie"].startswith("__Host-can-i=")
        for word in ("HttpOnly", "SameSite=Strict", "Secure", "Path=/"):
            assert word in page.headers["Set-Cookie"]
        assert "max-age" in page.headers["Strict-Transport-Security"]
        assert (await served.browser().get("/", headers={"Host": "evil.example"})).status == 421


@pytest.mark.parametrize(
    "path", sorted({*map(example, GETS), "/no/such/page", "/static/../guard.py", "/static/desk.css"})
)
async def test_every_answer_bears_the_strict_headers(demo: Served, path: str) -> None:
    """No script or style from anywhere else or within the page, no frame, no referrer, nothing kept by the browser."""
    browser = demo.browser()
    await browser.be("head")
    page = await browser.get(path)
    csp = page.headers["Content-Security-Policy"]
    assert "default-src 'none'" in csp
    assert "frame-ancestors 'none'" in csp
    assert "unsafe" not in csp
    assert "http" not in csp
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert page.headers["X-Content-Type-Options"] == "nosniff"
    assert page.headers["Cache-Control"] == ("public, max-age=300" if path == "/static/desk.css" else "no-store")
    for element in page.tree.all():
        assert element.tag != "style"
        assert "style" not in element.attributes
        assert not [name for name in element.attributes if name.startswith("on")]
        if element.tag == "script":
            assert element.get("src") == "/static/desk.js"
            assert not element.text


async def test_words_that_another_site_sent_are_not_shown_as_ones_own(demo: Served) -> None:
    """A form without our token gets none of its words back, unless the browser vouches that the page was ours."""
    browser = demo.browser()
    await browser.be("teacher")
    for site, shown in (("cross-site", False), ("", False), ("same-origin", True)):
        page = await browser.post("/form", {"what": LONG}, headers={"Sec-Fetch-Site": site})
        assert page.status == 403
        assert (LONG in page.main) is shown, site


async def test_a_link_from_another_site_keeps_the_session(demo: Served) -> None:
    """Where the browser kept the strict cookie back, the page asks once more from here in place of a new session."""
    browser = demo.browser()
    headers = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}
    page = await browser.get('/inbox?x="><script>', headers=headers)
    assert "Set-Cookie" not in page.headers
    assert 'http-equiv="refresh"' in page.html
    assert "<script>" not in page.html
    await browser.be("head")
    assert "Reports to deal with" in (await browser.get("/inbox", headers=headers)).main


async def test_what_is_no_form_of_ours_is_refused_in_words(demo: Served) -> None:
    """Other kinds of body, broken text and too much of it get a plain page each, not a fault."""
    browser = demo.browser()
    await browser.be("teacher")
    csrf = browser.page.tree.all("input")[0].get("value")
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    assert (await browser.post("/chat", b"{}", headers={"Content-Type": "application/json"})).status == 415
    assert (await browser.post("/chat", f"_csrf={csrf}&text=%ff%fe%00".encode(), headers=form)).status in {200, 400}
    assert (await browser.post("/chat", b"\xff\xfe\x00=\x80", headers=form)).status in {400, 403}
    much = BytesIO(f"_csrf={csrf}&text=".encode() + b"x" * 1_100_000)
    assert (await browser.post("/chat", much, headers=form)).status == 413
    assert (await browser.get("/chat/press")).status == 404
    assert (await browser.post("/policy", {"_csrf": csrf})).status in {404, 405}
    for page in [await browser.get("/no/such/page")]:
        assert "There is no such page" in page.main


async def test_nul_characters_and_half_surrogates_do_no_harm(demo: Served) -> None:
    """Characters that no database keeps are taken as typed or left out, never a fault."""
    browser = demo.browser()
    await browser.be("teacher")
    await browser.get("/report/sort/first:other")
    page = await browser.press("Send the report", about="outside", what="a\0b \U0001f984", named="with_name")
    assert "Your report is in" in page.main
    assert (await browser.ask("what\0?")).status == 200


async def test_too_many_sendings_in_a_minute_are_stopped(demo: Served, world: World) -> None:
    """After 120 in a minute one waits; a minute later it goes on."""
    browser = demo.browser()
    await browser.be("teacher")
    data = {"_csrf": browser.page.tree.all("input")[0].get("value"), "text": "again"}
    codes = [(await browser.post("/chat", data, allow_redirects=False)).status for _ in range(121)]
    assert codes == [303] * 120 + [429]
    world.clock.move(seconds=61)
    assert (await browser.post("/chat", data, allow_redirects=False)).status == 303


async def test_a_locked_database_is_said_and_nothing_typed_is_lost(
    demo: Served, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where nothing can be written the page says so, and holds what was typed."""
    browser = demo.browser()
    await browser.be("teacher")
    await browser.get("/report/sort/first:other")

    @contextmanager
    def busy(*, patient: bool = False) -> Iterator[UnitOfWork]:  # noqa: ARG001 - the port's own signature
        raise StoreBusy("locked")
        yield

    monkeypatch.setattr(world.store, "begin", busy)
    page = await browser.press("Send the report", about="outside", what=LONG, named="with_name")
    assert page.status == 422
    assert "could not be saved just now" in page.main
    (what,) = [e for e in page.tree.all("textarea") if e.get("name") == "what"]
    assert what.text.strip() == LONG
    monkeypatch.setattr(world.store, "look", busy)
    page = await browser.press("Send the report")
    assert page.status == 503
    assert "Nothing was changed" in page.main
    assert LONG in page.main
    assert (await browser.get("/")).status == 503


async def test_a_fault_of_ours_gives_nothing_away(
    demo: Served, world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The page holds no word of the fault; what was typed can be copied; the log says what kind it was and where."""
    browser = demo.browser()
    await browser.be("teacher")
    await browser.get("/chat")

    def broken(*_: object) -> None:
        raise RuntimeError("words of the fault")

    monkeypatch.setattr(world.bot, "handle", broken)
    page = await browser.press("Ask", text=LONG)
    assert page.status == 500
    assert "words of the fault" not in page.html
    assert LONG in page.main
    assert [record.getMessage() for record in caplog.records] == ["desk: a page could not be made"]


def test_every_button_that_goes_somewhere_leads_to_a_page() -> None:
    """Each address that a button is turned into is one of the desk's, and asks the bot for that same button."""
    asked = {place.action: place.path for place in desk.talking.PLACES}
    for action, path in PLACES.items():
        assert path.replace("{value}", "x") in {example(route) for route in GETS}, action
        if action not in {"home", "ask.start", "ask.clause"}:
            assert asked[action] == path


# --- signing in ---------------------------------------------------------------------------------------------------


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
