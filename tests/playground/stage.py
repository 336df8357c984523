"""Microsoft's Agents Playground as the Teams of a few people, and the bot behind a proxy that signs what they send.

The Playground (npm ``@microsoft/m365agentsplayground``) signs nothing. So between it and the bot stands a proxy, which
puts onto each request the token that Teams would: the bot runs with authentication on, as at work.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from aiohttp import ClientError, ClientSession, web
from aiohttp.test_utils import TestServer
from playwright.async_api import Browser, Locator, Page, async_playwright, expect

from bot.answering import Answering
from bot.ask_talk import AskTalk
from bot.conversation import Conversation
from bot.demo import PEOPLE
from knowledge import pack, reader
from tests.fakes import World
from tests.headless import FLAGS
from tests.teamsclient import APP_ID, PATH, TENANT, Client, running, token_for

POLICY: Final = "stockham"
STARTS_WITHIN: Final = 40.0
PATIENCE: Final = 15_000
"""Milliseconds for anything to appear."""
expect.set_options(timeout=PATIENCE)
NAMES: Final = {who: name for who, name, _ in PEOPLE}
HERE: Final = ("head", "chair", "dsl", "teacher", "colleague", "assistant")
"""Those whom the Playground knows: it takes the one at the screen and five others, no more and no fewer."""
BOT: Final = {"id": f"28:{APP_ID}", "name": "Can I?"}
TEAM: Final = {
    "id": "team",
    "name": "Larkfield",
    "aadGroupId": "00000000-0000-0000-0000-000000000031",
    "channels": [{"id": "channel", "name": "Announcements"}],
}


def user(who: str) -> dict[str, str]:
    """Return somebody of the demo school as the directory of Teams knows them."""
    given, _, surname = NAMES[who].partition(" ")
    email = f"{given}.{surname}@larkfield.example".casefold()
    return {
        "id": f"29:{who}",
        "name": NAMES[who],
        "userPrincipleName": email,
        "aadObjectId": f"aad-{who}",
        "givenName": given,
        "surname": surname,
        "email": email,
    }


def settings(who: str) -> dict[str, Any]:
    """Return the Playground's settings for one person at its screen; the others are in its group and its team."""
    return {
        "version": "0.1.1",
        "tenantId": TENANT,
        "bot": BOT,
        "currentUser": user(who),
        "users": [user(each) for each in HERE if each != who],
        "personalChat": {"id": f"chat-{who}"},
        "groupChat": {"id": f"group-{who}", "name": "Year 4"},
        "team": TEAM,
    }


NETWORK: Final = 0.7
"""Seconds that an answer to a press takes longer, as it would over a network: until its window has finished moving, the
Playground (0.2.28) puts a dialog's content nowhere."""


def signing(client: Client, proxied: list[tuple[str, int]]) -> web.Application:
    """Return a server that hands requests on to the bot with the token that Teams would put onto them."""

    async def hand_on(request: web.Request) -> web.Response:
        body = await request.read()
        activity = json.loads(body)
        token = token_for(activity["serviceUrl"])
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {token}"}
        async with client.http.post(client.url, data=body, headers=headers) as answer:
            proxied.append((f"{activity['type']} {activity.get('name', '')}".strip(), answer.status))
            raw = await answer.read()
            await asyncio.sleep(NETWORK if activity["type"] == "invoke" else 0)
            return web.Response(status=answer.status, body=raw, content_type=answer.content_type)

    app = web.Application()
    app.router.add_post(PATH, hand_on)
    return app


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
    return port


@asynccontextmanager
async def playground(cli: Path, node: str, folder: Path, endpoint: str, made: dict[str, Any]) -> AsyncIterator[str]:
    """Run the Playground for one person, and return its address."""
    _write(folder, made)
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    environ = {
        **os.environ,
        "TEAMSAPPTESTER_BROWSER": "none",
        "M365_AGENTS_PLAYGROUND_CONFIG_PATH": str(folder / "settings.yml"),
        "M365_AGENTS_PLAYGROUND_LOGFILE": str(folder / "log"),
    }
    arguments = ["start", "-e", endpoint, "-c", "msteams", "-p", str(port), "--disable-telemetry"]
    arguments += ["--service-url", f"{address}/_connector"]
    with (folder / "said").open("wb") as said:
        process = await asyncio.create_subprocess_exec(
            node, str(cli), *arguments, cwd=folder, env=environ, stdout=said, stderr=said
        )
    try:
        await answers(address, folder / "said")
        yield address
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        await process.wait()


async def answers(address: str, said: Path) -> None:
    """Return once a server answers. Raise ``TimeoutError`` with what it printed."""
    async with ClientSession() as http:
        for _ in range(int(STARTS_WITHIN * 10)):
            try:
                async with http.get(address) as answer:
                    answer.raise_for_status()
                    return
            except ClientError:
                await asyncio.sleep(0.1)
    raise TimeoutError(_read(said))


def _write(folder: Path, made: dict[str, Any]) -> None:
    folder.mkdir()
    (folder / "settings.yml").write_text(json.dumps(made))


def _read(said: Path) -> str:
    return said.read_text("utf-8", "replace")


@dataclass
class Window:
    """One person's Teams."""

    page: Page

    @property
    def chat(self) -> Locator:
        """Everything that the window shows."""
        return self.page.locator("body")

    @property
    def dialog(self) -> Locator:
        """The dialog that is open."""
        return self.page.get_by_role("dialog")

    def button(self, name: str) -> Locator:
        """Return the newest button of a name."""
        return self.page.get_by_role("button", name=name, exact=True).last

    async def meet(self) -> None:
        """Say yes to the bot's question who somebody is, and wait for its home card."""
        await self.button("Yes, that is me").click()
        await expect(self.button("Ask a question")).to_be_visible()

    async def say(self, text: str) -> None:
        """Type a message to the bot in the chat that is open."""
        await self.page.get_by_role("textbox").last.press_sequentially(text)
        await self.button("Send Message").click()

    async def name_the_bot(self, text: str) -> None:
        """Type a message that names the bot, where others read along."""
        box = self.page.get_by_role("textbox").last
        await box.press_sequentially("@Can")
        await self.page.get_by_role("menuitem", name="Can I?").click()
        await box.press_sequentially(f" {text}")
        await self.button("Send Message").click()

    async def place(self, name: str) -> None:
        """Go to a chat, group or channel."""
        await self.page.get_by_role("treeitem", name=name).click()

    async def command(self, name: str) -> Locator:
        """Open a command of the message box, and return its dialog."""
        await self.button("Trigger Message Extension App").click()
        await self.page.get_by_role("menuitem", name="Action Command").click()
        await self.dialog.get_by_role("textbox", name="Command ID").fill(name)
        await self.dialog.get_by_role("button", name="Create").click()
        await expect(self.dialog.get_by_role("textbox", name="Command ID")).to_have_count(0)
        return self.dialog

    async def close(self) -> None:
        """Close the dialog."""
        await self.dialog.get_by_role("button", name="Close").first.click()
        await expect(self.dialog).to_have_count(0)

    async def shows(self, *texts: str) -> None:
        """Wait until the window shows some texts."""
        for text in texts:
            await expect(self.chat).to_contain_text(text)


@dataclass
class Stage:
    """The bot with authentication on, and a window for each of some people. ``handed_on`` lists what went to it."""

    client: Client
    windows: dict[str, Window]
    handed_on: list[tuple[str, int]]

    async def look(self, name: str) -> None:
        """Keep pictures of all windows where somebody wants to look at them (``CAN_I_TEST_PICTURES``)."""
        folder = os.environ.get("CAN_I_TEST_PICTURES")
        for who, window in self.windows.items() if folder else ():
            await window.page.screenshot(path=Path(folder or "") / f"{name}-{who}.png")


@asynccontextmanager
async def stage(world: World, cli: Path, node: str, chromium: str, folder: Path, *people: str) -> AsyncIterator[Stage]:
    """Set everything up for some people of the demo school, each of them met by the bot."""
    engine = Answering({POLICY: pack.load_installed(POLICY)}, reader.installed())
    answers = AskTalk(world.store, world.sealer, world.clock, world.shelf, engine)
    talk = Conversation(world.store, world.sealer, world.clock, world.shelf, answers)
    handed_on: list[tuple[str, int]] = []
    async with AsyncExitStack() as held:
        client = await held.enter_async_context(running(world, signed=True, talk=talk))
        proxy = await held.enter_async_context(TestServer(signing(client, handed_on)))
        drivers = await held.enter_async_context(async_playwright())
        browser = await drivers.chromium.launch(executable_path=chromium, args=FLAGS)
        held.push_async_callback(browser.close)
        found = Stage(client, {}, handed_on)
        endpoint = str(proxy.make_url(PATH))
        runs = [playground(cli, node, folder / who, endpoint, settings(who)) for who in people]
        addresses = await asyncio.gather(*(held.enter_async_context(run) for run in runs))
        for who, address in zip(people, addresses, strict=True):
            found.windows[who] = await opened(browser, address)
        for window in found.windows.values():
            await window.meet()
        yield found


async def opened(browser: Browser, address: str) -> Window:
    """Return a window of the Playground without its log."""
    page = await browser.new_page(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
    page.set_default_timeout(PATIENCE)
    await page.goto(address, wait_until="domcontentloaded")
    await page.get_by_role("button", name="Hide log panel").click()
    return Window(page)
