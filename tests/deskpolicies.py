"""Own policies at the desk, as somebody with a browser brings, reviews and adopts them."""

from __future__ import annotations

from io import BytesIO

from aiohttp import FormData

from tests.deskclient import Browser, Page
from tests.ownpolicies import TEXT


async def bring(
    browser: Browser, data: bytes = TEXT.encode(), name: str = "pages", file: str = "pages.txt", base: str = ""
) -> Page:
    """Send a file as the form on the page does."""
    page = await browser.get("/own")
    form = FormData()
    form.add_field("_csrf", page.tree.all("input")[0].get("value"))
    form.add_field("name", name)
    if base:
        form.add_field("base", base)
    form.add_field("file", BytesIO(data), filename=file, content_type="application/octet-stream")
    return await browser.post("/own", form)


async def review_all(browser: Browser) -> None:
    """Accept everything: the sure ones at once, the doubtful one by one."""
    await browser.press("Accept all")
    while browser.page.forms("Right: accept"):
        await browser.press("Right: accept")


async def adopt(browser: Browser, **values: str) -> Page:
    """Sign as headteacher and as chair."""
    path = browser.page.url.path.removesuffix("/adopt")
    await browser.be("head")
    await browser.get(f"{path}/adopt")
    await browser.press("Sign as headteacher", **values)
    await browser.be("chair")
    await browser.get(f"{path}/adopt")
    return await browser.press("Sign as chair")
