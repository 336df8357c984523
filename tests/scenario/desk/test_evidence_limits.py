"""What the desk's pages for files of reports take and what they refuse, however it is sent."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest
from aiohttp import FormData

from adapters.desk import limits, uploads
from bot.evidence import Rule
from tests.deskclient import Browser, Served
from tests.evidencefiles import NAME, REFUSED, SHOT, TAKEN, add
from tests.fakes import World
from tests.injection import oracles

INJECTIONS = Path(__file__).parents[2] / "injection" / "corpus.jsonl"


async def test_what_is_refused_is_said_and_nothing_is_lost(browser: Browser, world: World) -> None:
    """No file, an empty one, one of another kind, one too large: the page as it was, with the reason first."""
    world.bot.evidence.rule = Rule(largest=100_000, most=2)
    reference = world.report("teacher")
    add(world, reference)
    await browser.be("teacher")
    path = f"/mine/{reference}/files"
    for data, name, says in (
        (b"", "", "Please choose a file first."),
        (b"", "empty.png", "This file is empty."),
        (REFUSED["program"], "shot.png", "Files of this kind are not taken."),
        (SHOT + b"x" * 100_000, "big.png", "at most 0 MB"),
    ):
        await browser.get(path)
        page = await browser.attach(path, data, name)
        assert page.status == 422, name
        assert page.title.startswith("Error: ")
        assert says in page.main
        assert NAME in page.main
        assert page.forms("Add this file")
        if name:
            assert name not in page.main
    page = await browser.attach(path, TAKEN["pdf"], "second.pdf")
    assert "second.pdf" in page.main
    assert "2 files with this report already" in page.main
    assert not page.forms("Add this file")


async def test_the_same_form_sent_twice_adds_one_file(browser: Browser, world: World) -> None:
    """A button pressed twice, or a page sent again: the file is there once, and that is said."""
    reference = world.report("teacher")
    await browser.be("teacher")
    page = await browser.get(f"/mine/{reference}/files")
    assert "The file is in." in (await browser.attach(page.url.path)).main
    browser.page = page
    page = await browser.attach(page.url.path)
    assert "This file was in already." in page.main
    assert len(page.links("Get it back")) == 1


async def test_a_body_far_too_large_is_cut_off_early(demo: Served, world: World) -> None:
    """Of 200 MB that are announced little is taken in before the answer; nothing is kept."""
    reference = world.report("teacher")
    browser = demo.browser()
    await browser.be("teacher")
    await browser.get(f"/mine/{reference}/files")
    url = browser.page.url
    cookie = "; ".join(f"{c.key}={c.value}" for c in browser.client.session.cookie_jar)
    reader, writer = await asyncio.open_connection(url.host, url.port)
    head = (
        f"POST {url.path} HTTP/1.1\r\nHost: {url.host}:{url.port}\r\nCookie: {cookie}\r\n"
        "Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 200000000\r\n\r\n"
    )
    writer.write(head.encode() + b"--x\r\n")
    await writer.drain()
    assert b"413" in await asyncio.wait_for(reader.readline(), 10)
    writer.close()


async def test_a_body_without_a_length_is_cut_off_too(
    demo: Served, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Sent in pieces without saying how many: beyond what a page may say something about, the answer is 413."""
    monkeypatch.setattr(uploads, "DRAINED", 1_000_000)
    world.bot.evidence.rule = Rule(largest=100_000)
    reference = world.report("teacher")
    browser = demo.browser()
    await browser.be("teacher")
    page = await browser.get(f"/mine/{reference}/files")
    csrf = page.tree.all("input")[0].get("value")
    sent = 0

    async def endless():  # type: ignore[no-untyped-def]  # noqa: ANN202
        nonlocal sent
        yield b'--x\r\nContent-Disposition: form-data; name="_csrf"\r\n\r\n' + csrf.encode() + b"\r\n--x\r\n"
        yield b'Content-Disposition: form-data; name="file"; filename="a.png"\r\n\r\n'
        for _ in range(200):
            sent += 1
            yield b"x" * 65_536

    answer = await browser.client.post(
        page.url.path, data=endless(), headers={"Content-Type": "multipart/form-data; boundary=x"}
    )
    assert answer.status == 413
    assert sent < 200


async def test_a_form_with_two_files_or_too_many_fields_is_refused(browser: Browser, world: World) -> None:
    """One file for each form, and no more fields than any form of ours has."""
    reference = world.report("teacher")
    await browser.be("teacher")
    page = await browser.get(f"/mine/{reference}/files")
    csrf = page.tree.all("input")[0].get("value")
    two, many = FormData({"_csrf": csrf}), FormData({"_csrf": csrf})
    for _ in range(2):
        two.add_field("file", SHOT, filename="x.png")
    for number in range(60):
        many.add_field(f"f{number}", "x", content_type="text/plain")
    assert (await browser.post(page.url.path, two)).status == 403
    assert (await browser.post(page.url.path, many)).status == 413


async def test_too_many_files_in_a_short_time_are_stopped(browser: Browser, world: World) -> None:
    """After forty tries in a quarter of an hour the next is not read."""
    reference = world.report("teacher")
    await browser.be("teacher")
    page = await browser.get(f"/mine/{reference}/files")
    for _ in range(limits.FILES.times):
        browser.page = page
        assert (await browser.attach(page.url.path, REFUSED["program"])).status == 422
    browser.page = page
    assert (await browser.attach(page.url.path)).status == 429


async def test_names_of_files_stay_words(browser: Browser, world: World) -> None:
    """Whatever a file is called, the page has the tags and addresses that it has with a harmless name."""
    world.bot.evidence.rule = Rule(most=400)
    names = [json.loads(line) for line in INJECTIONS.read_text("ascii").splitlines()][::25]
    reference = world.report("teacher")
    await browser.be("teacher")
    path = f"/mine/{reference}/files"
    ids = {f"/file/{add(world, reference, TAKEN['text'] + str(n).encode(), 'x.txt')}": "" for n in range(len(names))}
    harmless = (await browser.get(path)).html
    other = world.report("teacher")
    for number, name in enumerate(names):
        whole = name.encode("utf-8", "replace").decode()
        ids[f"/file/{add(world, other, TAKEN['text'] + str(number).encode(), whole)}"] = ""
    said = (await browser.get(f"/mine/{other}/files")).html
    for each in ids:
        harmless, said = harmless.replace(each, ""), said.replace(each, "")
    oracles.same_markup(said.replace(other, ""), harmless.replace(reference, ""))


@pytest.mark.parametrize("name", ['"; filename="evil.exe', "a\u202egnp.exe", "<img src=x onerror=alert(1)>.png"])
async def test_a_name_over_the_wire_does_no_harm(browser: Browser, world: World, name: str) -> None:
    """Sent as a browser sends it, shown as words, handed out as what it is."""
    reference = world.report("teacher")
    await browser.be("teacher")
    await browser.get(f"/mine/{reference}/files")
    page = await browser.attach(browser.page.url.path, name=name.replace('"', "%22"))
    assert not [e for e in page.tree.all("img") if e.get("src") == "x"]
    (back,) = page.links("Get it back")
    _, content, headers = await browser.fetch(back)
    assert content == SHOT
    assert headers["Content-Disposition"].endswith(".png")
    assert headers["Content-Disposition"].count(";") == 2
