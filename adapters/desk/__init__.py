"""The desk: a local web page that shows the same cards as the chats, for those without a chat account and to try it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Final
from urllib.parse import quote

from aiohttp import web

from adapters.desk import (
    demo,
    evidence_pages,
    own_about_page,
    own_adopt_pages,
    own_base_pages,
    own_data_page,
    own_pages,
    own_review_pages,
    policy_pages,
    reread_links,
    reread_pages,
    signing_in,
    talking,
)
from adapters.desk.guard import ANYBODY, BARE, READERS, SIGNED_IN, UPLOAD, Access, Page, guarded
from adapters.desk.rendering import place
from adapters.desk.services import DESK, Desk, Services
from adapters.desk.sessions import mint_link
from adapters.desk.visit import Visit
from bot.messages import Buttons, Card

__all__ = ["ROUTES", "Desk", "Services", "mint_link", "mount", "way_in"]

STATIC: Final = {
    "desk.css": "text/css",
    "desk.js": "text/javascript",
    "icon.svg": "image/svg+xml",
}
_FOLDER: Final = Path(__file__).parent / "static"


async def _static(visit: Visit) -> web.StreamResponse:
    """One of the desk's few files, named in a list, so that no path can lead elsewhere."""
    name = visit.request.match_info["name"]
    if name not in STATIC:
        raise web.HTTPNotFound
    headers = {"Content-Type": f"{STATIC[name]}; charset=utf-8", "Cache-Control": "public, max-age=300"}
    return web.Response(body=(_FOLDER / name).read_bytes(), headers=headers)


async def _nowhere(_visit: Visit) -> web.StreamResponse:
    raise web.HTTPNotFound


ROUTES: Final[tuple[tuple[str, str, Page, Access], ...]] = (
    ("GET", "/", talking.home, ANYBODY),
    ("GET", "/static/{name}", _static, BARE),
    ("GET", "/chat", talking.chat, SIGNED_IN),
    ("POST", "/chat", talking.ask, SIGNED_IN),
    ("POST", "/chat/press", talking.press_in_chat, SIGNED_IN),
    ("POST", "/chat/clear", talking.clear, SIGNED_IN),
    ("POST", "/press", talking.press, SIGNED_IN),
    ("POST", "/form", talking.submit, SIGNED_IN),
    *(("GET", place.path, talking.shows(place), place.access) for place in talking.PLACES),
    ("GET", "/mine/data/file", own_data_page.download, READERS),
    ("GET", "/mine/{value}/files", evidence_pages.own, SIGNED_IN),
    ("POST", "/mine/{value}/files", evidence_pages.add, evidence_pages.ADD),
    ("GET", "/mine/{value}/files/file/{file}", evidence_pages.own_file, SIGNED_IN),
    ("GET", "/evidence/link/{secret}", evidence_pages.show_link, ANYBODY),
    ("POST", "/evidence/link/{secret}", evidence_pages.use_link, ANYBODY),
    ("GET", "/evidence", evidence_pages.by_link, ANYBODY),
    ("POST", "/evidence", evidence_pages.add_by_link, evidence_pages.ADD_BY_LINK),
    ("POST", "/evidence/leave", evidence_pages.leave, ANYBODY),
    ("GET", "/evidence/file/{file}", evidence_pages.file_by_link, ANYBODY),
    ("GET", "/files/{value}", evidence_pages.read, READERS),
    ("GET", "/policy", policy_pages.whole, SIGNED_IN),
    ("GET", "/policy/clause/{clause}", policy_pages.clause, SIGNED_IN),
    ("GET", "/reread/register", reread_pages.register, SIGNED_IN),
    ("GET", "/reread/register.csv", reread_pages.download, SIGNED_IN),
    ("GET", "/reread/version", reread_pages.version, SIGNED_IN),
    ("GET", "/reread/version.csv", reread_pages.version_download, SIGNED_IN),
    ("GET", "/reread/receipt/{value}/file", reread_pages.receipt, SIGNED_IN),
    ("GET", "/reread/receipt/{value}/pdf", reread_pages.receipt, SIGNED_IN),
    ("GET", "/reread/links", reread_links.links, SIGNED_IN),
    ("POST", "/reread/links", reread_links.links, SIGNED_IN),
    ("GET", "/reread/link/{secret}", reread_links.show, ANYBODY),
    ("POST", "/reread/link/{secret}", reread_links.come, ANYBODY),
    ("GET", "/reread/by-link", reread_links.read, ANYBODY),
    ("POST", "/reread/by-link", reread_links.sign, ANYBODY),
    ("GET", "/reread/by-link/receipt.txt", reread_links.receipt, ANYBODY),
    ("GET", "/reread/by-link/receipt.pdf", reread_links.receipt, ANYBODY),
    ("GET", "/people", policy_pages.people, SIGNED_IN),
    ("GET", "/own", own_pages.everything, SIGNED_IN),
    ("POST", "/own", own_pages.upload, UPLOAD),
    ("POST", "/own/back", own_pages.go_back, SIGNED_IN),
    ("POST", "/own/standing", own_pages.stand, SIGNED_IN),
    ("POST", "/own/again", own_base_pages.again, SIGNED_IN),
    ("GET", "/own/version/{version}/text", own_pages.version, SIGNED_IN),
    ("GET", "/own/{draft}", own_review_pages.review, SIGNED_IN),
    ("POST", "/own/{draft}", own_review_pages.act, SIGNED_IN),
    ("POST", "/own/{draft}/ask", own_review_pages.ask, SIGNED_IN),
    ("GET", "/own/{draft}/clause/{place}", own_review_pages.clause, SIGNED_IN),
    ("POST", "/own/{draft}/clause/{place}", own_review_pages.change, SIGNED_IN),
    ("POST", r"/own/{draft}/clause/{place:\d{1,4}}/own", own_base_pages.change, SIGNED_IN),
    ("GET", "/own/{draft}/about", own_about_page.about, SIGNED_IN),
    ("POST", "/own/{draft}/about", own_about_page.about, SIGNED_IN),
    ("GET", "/own/{draft}/findings", own_adopt_pages.findings, SIGNED_IN),
    ("GET", "/own/{draft}/changes", own_adopt_pages.changes, SIGNED_IN),
    ("GET", "/own/{draft}/adopt", own_adopt_pages.adopt, SIGNED_IN),
    ("POST", "/own/{draft}/adopt", own_adopt_pages.sign, SIGNED_IN),
    ("GET", "/sign-in", signing_in.ask_for_link, ANYBODY),
    ("POST", "/sign-in", signing_in.ask_for_link, ANYBODY),
    ("GET", "/sign-in/code", signing_in.code, SIGNED_IN),
    ("POST", "/sign-in/code", signing_in.code, SIGNED_IN),
    ("GET", "/sign-in/{secret}", signing_in.show_link, ANYBODY),
    ("POST", "/sign-in/{secret}", signing_in.use_link, ANYBODY),
    ("POST", "/sign-out", signing_in.sign_out, ANYBODY),
    ("POST", "/demo/be", demo.be, ANYBODY),
    ("POST", "/demo/policy", demo.adopt, SIGNED_IN),
    ("GET", "/{nowhere:.*}", _nowhere, ANYBODY),
)
"""Every page: method, path, what answers, and who may come."""


MAILED_FOR: Final = dt.timedelta(days=2)
"""How long a link in a mailed alert can be used: alerts are sent on Friday afternoons too."""


def way_in(services: Services, person_id: str, card: Card) -> str:
    """Return a fresh one-time address for a person, which leads on to where the card's first button goes.

    The card that asks somebody to read the policy leads to the policy and the declaration alone, without signing in.
    Empty where the desk has no public address. Raise ``StoreBusy``.
    """
    if not services.public_url:
        return ""
    buttons = [button for element in card.body if isinstance(element, Buttons) for button in element.buttons]
    to = next(filter(None, map(place, buttons)), "/")
    now, asks = services.clock.now(), any(button.action == "reread.confirm" for button in buttons)
    with services.store.begin(patient=True) as work:
        person = work.people.get(person_id) if asks else None
        if person is not None:
            path = reread_links.mailed(work, person, now)
        else:
            path = f"{mint_link(work, person_id, now, MAILED_FOR)}?next={quote(to, safe='')}"
        work.commit()
    return f"{services.public_url.rstrip('/')}{path}"


def mount(app: web.Application, services: Services) -> Desk:
    """Put the desk's pages onto a server, and return the desk; call it before the server starts.

    Every handler is guarded by itself, so that other endpoints of the same server stay as they are. Paths that nobody
    else has taken are answered with the desk's own "no such page".
    """
    desk = Desk(services)
    app[DESK] = desk
    for method, path, page, access in ROUTES:
        app.router.add_route(method, path, guarded(page, access))
    return desk
