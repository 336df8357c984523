"""The desk on a real server on loopback, and a small browser without JavaScript that reads pages and sends forms."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Self
from urllib.parse import urljoin

from aiohttp import ClientResponse, CookieJar, FormData, web
from aiohttp.test_utils import TestClient, TestServer
from yarl import URL

from adapters import desk
from tests.evidencefiles import NAME, SHOT
from tests.fakes import World

LONG = "a sentence that somebody took a while to type"
_PART = re.compile(r"\{\w+(?::(?:[^{}]|\{[^{}]*\})*)?\}")
"""A part of a route, with what it must be like, if anything."""
VOID = frozenset({"br", "img", "input", "link", "meta", "hr"})


@cache
def _demo_database() -> bytes:
    with TemporaryDirectory() as folder:
        file = Path(folder) / "can-i.sqlite3"
        World(f"sqlite:///{file}").close()
        return file.read_bytes()


def fresh_world(folder: Path) -> World:
    """Return a bot over an SQLite database in a folder, with the demo school in it; made once and copied after that."""
    file = folder / "can-i.sqlite3"
    file.write_bytes(_demo_database())
    return World(f"sqlite:///{file}", fresh=False)


def example(path: str) -> str:
    """Return an address of a route."""
    return _PART.sub(lambda part: "1" if r"\d" in part[0] else "x", path)


@dataclass
class Element:
    """An element of a page."""

    tag: str
    attributes: dict[str, str]
    children: list[Element | str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """All text within."""
        return "".join(child if isinstance(child, str) else child.text for child in self.children)

    def all(self, *tags: str) -> list[Element]:
        """Return every element of these tags within, in order."""
        found = []
        for child in self.children:
            if isinstance(child, Element):
                found += [child] if child.tag in tags or not tags else []
                found += child.all(*tags)
        return found

    def get(self, name: str) -> str:
        """Return an attribute, or an empty text."""
        return self.attributes.get(name, "")


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("root", {})
        self._open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self._open[-1].children.append(element)
        if tag not in VOID:
            self._open.append(element)

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        assert self._open[-1].tag == tag, f"</{tag}> closes <{self._open[-1].tag}>"
        self._open.pop()

    def handle_data(self, data: str) -> None:
        self._open[-1].children.append(data)


def parse(html: str) -> Element:
    """Return a page as a tree. Fails where tags do not nest."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    assert reader._open == [reader.root], "not every element is closed"
    return reader.root


@dataclass
class Page:
    """An answer, read."""

    status: int
    url: URL
    html: str
    headers: dict[str, str]

    @property
    def tree(self) -> Element:
        return parse(self.html)

    @property
    def main(self) -> str:
        """The text of the main part, on one line."""
        return " ".join(self.tree.all("main")[0].text.split())

    @property
    def title(self) -> str:
        return self.tree.all("title")[0].text

    def forms(self, button: str) -> list[Element]:
        """Return the forms with a button whose text begins so."""
        return [
            form for form in self.tree.all("form") if any(b.text.strip().startswith(button) for b in form.all("button"))
        ]

    def links(self, label: str) -> list[str]:
        """Return where links lead whose text begins so."""
        return [a.get("href") for a in self.tree.all("a") if a.text.strip().startswith(label)]


def filled(form: Element) -> list[tuple[str, str]]:
    """Return what a form holds as it stands."""
    sent = []
    for element in form.all("input", "textarea", "select"):
        name, kind = element.get("name"), element.get("type")
        if element.tag == "textarea":
            sent.append((name, element.text.removeprefix("\n")))
        elif element.tag == "select":
            options = element.all("option")
            chosen = [o for o in options if "selected" in o.attributes] or options[:1]
            sent += [(name, option.get("value")) for option in chosen]
        elif kind not in {"radio", "checkbox"} or "checked" in element.attributes:
            sent.append((name, element.get("value")))
    return sent


class Browser:
    """Somebody at the desk."""

    def __init__(self, client: TestClient[web.Request, web.Application]) -> None:
        self.client = client
        self.page = Page(0, URL(), "<main></main>", {})

    async def _read(self, answer: ClientResponse) -> Page:
        async with answer:
            self.page = Page(answer.status, answer.real_url, await answer.text(), dict(answer.headers))
        return self.page

    async def get(self, path: str, **more: object) -> Page:
        """Open a page; redirects are followed."""
        return await self._read(await self.client.get(path, **more))  # type: ignore[arg-type]

    async def post(self, path: str, data: object, **more: object) -> Page:
        """Send something; redirects are followed."""
        return await self._read(await self.client.post(path, data=data, **more))  # type: ignore[arg-type]

    async def follow(self, label: str) -> Page:
        """Follow the first link whose text begins so."""
        links = self.page.links(label)
        assert links, f"no link {label!r} on {self.page.url}: {self.page.main[:2000]}"
        return await self.get(urljoin(self.page.url.path, links[0]))

    async def press(self, button: str, **values: str) -> Page:
        """Fill in and send the first form with a button whose text begins so; the button's own value goes along."""
        forms = self.page.forms(button)
        assert forms, f"no button {button!r} on {self.page.url}: {self.page.main[:2000]}"
        sent = [(name, value) for name, value in filled(forms[0]) if name not in values]
        pressed = next(b for b in forms[0].all("button") if b.text.strip().startswith(button))
        named = [(pressed.get("name"), pressed.get("value"))] if pressed.get("name") else []
        given = [(name, "\r\n".join(value.split("\n"))) for name, value in (*sent, *values.items(), *named)]
        return await self.post(forms[0].get("action"), given)

    async def attach(self, path: str, data: bytes = SHOT, name: str = NAME, **fields: str) -> Page:
        """Send a file as the form on the page does that was opened last."""
        form = FormData(quote_fields=False)
        for hidden in ("_csrf", "_key"):
            given = [e.get("value") for e in self.page.tree.all("input") if e.get("name") == hidden]
            form.add_field(hidden, fields.get(hidden, given[-1] if given else ""))
        form.add_field("file", BytesIO(data), filename=name, content_type="application/octet-stream")
        return await self.post(path, form)

    async def fetch(self, path: str) -> tuple[int, bytes, dict[str, str]]:
        """Get a file: status, bytes and headers."""
        async with await self.client.get(path) as answer:
            return answer.status, await answer.read(), dict(answer.headers)

    async def be(self, who: str) -> Page:
        """Be a person of the demo school."""
        page = await self.get("/")
        csrf = page.tree.all("input")[0].get("value")
        return await self.post("/demo/be", {"_csrf": csrf, "person": f"demo-{who}"})

    async def ask(self, text: str) -> Page:
        """Ask something in the chat."""
        await self.get("/chat")
        return await self.press("Ask", text=text)

    async def file(self, kind: str = "breach", **values: str) -> Page:
        """Fill in and send a report form."""
        choices = {"breach": "somebody/rule", "cyberbullying": "abuse"}
        first, _, then = choices[kind].partition("/")
        await self.get("/report/sort/first:" + first)
        if then:
            await self.get("/report/sort/colleague:" + then)
        given = {"about": "staff", "person": "demo-colleague", "what": "Something happened.", "named": "with_name"}
        return await self.press("Send the report", **(given | values))


class Served:
    """A desk over a world, on a free port, for the length of an ``async with``."""

    def __init__(self, world: World, *, demo: bool = True, public_url: str = "", **more: object) -> None:
        services = desk.Services(
            world.bot,
            world.store,
            world.clock,
            world.shelf,
            world.sealer,
            demo=demo,
            public_url=public_url,
            evidence=world.bot.evidence,
            **more,  # type: ignore[arg-type]
        )
        self.app = web.Application()
        self.desk = desk.mount(self.app, services)
        self._server = TestServer(self.app, host="127.0.0.1")
        self._clients: list[TestClient[web.Request, web.Application]] = []

    async def __aenter__(self) -> Self:
        await self._server.start_server()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for client in self._clients:
            await client.close()
        await self._server.close()

    def browser(self) -> Browser:
        """Return a fresh browser with cookies of its own."""
        client = TestClient(self._server, cookie_jar=CookieJar(unsafe=True))
        self._clients.append(client)
        return Browser(client)
