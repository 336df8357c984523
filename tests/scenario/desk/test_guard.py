"""What every request to the desk passes: host, origin, token, session, second factor, limits, headers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO

import pytest

from adapters import desk
from adapters.desk.rendering import PLACES
from bot.ports import StoreBusy, UnitOfWork
from tests.deskclient import LONG, Served, example
from tests.fakes import World

GETS = [path for method, path, *_ in desk.ROUTES if method == "GET"]
POSTS = [path for method, path, *_ in desk.ROUTES if method == "POST"]
OPEN = {path for _, path, _, access in desk.ROUTES if access.anybody}


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
    said = [record.getMessage() for record in caplog.records if record.name.startswith("adapters.")]
    assert said == ["desk: a page could not be made"]


def test_every_button_that_goes_somewhere_leads_to_a_page() -> None:
    """Each address that a button is turned into is one of the desk's, and asks the bot for that same button."""
    asked = {place.action: place.path for place in desk.talking.PLACES}
    for action, path in PLACES.items():
        assert path.replace("{value}", "x") in {example(route) for route in GETS}, action
        if action not in {"home", "ask.start", "ask.clause", "policy.open", "report.attach", "report.file"}:
            assert asked[action] == path
