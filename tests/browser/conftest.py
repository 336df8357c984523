"""The bot as it is started for real, and a headless Chromium to use it with."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.headless import FLAGS
from tests.livebot import Bot


@pytest.fixture(scope="module")
def bot(chromium: str, root: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bot]:  # noqa: ARG001
    """The bot, started for the tests of a module; not started where there is no browser to use it with."""
    started = Bot(root, tmp_path_factory.mktemp("bot"))
    try:
        started.wait()
        yield started
    finally:
        started.end()


@pytest.fixture(scope="module")
def driven(chromium: str) -> Iterator[Browser]:
    """A headless Chromium."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(params=[True, False], ids=["javascript", "no javascript"])
def either(request: pytest.FixtureRequest, driven: Browser, bot: Bot) -> Iterator[BrowserContext]:
    """A browser's window with JavaScript, and one without."""
    context = driven.new_context(
        base_url=bot.address, java_script_enabled=request.param, locale="en-GB", reduced_motion="reduce"
    )
    yield context
    context.close()


@pytest.fixture
def page(driven: Browser, bot: Bot) -> Iterator[Page]:
    """A page in a window of its own, as wide as a laptop's."""
    context = driven.new_context(
        base_url=bot.address, viewport={"width": 1180, "height": 860}, locale="en-GB", reduced_motion="reduce"
    )
    opened = context.new_page()
    complaints: list[str] = []
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on("console", lambda said: complaints.append(said.text) if "Content Security" in said.text else None)
    yield opened
    context.close()
    assert not complaints
