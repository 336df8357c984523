"""What every request passes: host, origin, session, token, limits; and the headers that every answer bears.

The desk shares its server with the chat platforms' endpoints, so it guards its own handlers and leaves theirs alone.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Final
from urllib.parse import quote, urlsplit

from aiohttp import web
from aiohttp.typedefs import Handler
from markupsafe import escape
from multidict import CIMultiDict

from adapters.desk import limits, sessions, uploads
from adapters.desk.services import DESK, Desk
from adapters.desk.visit import DemoSchool, Visit, Who, demo_schools, load
from bot.own_import import LARGEST_FILE
from bot.ports import StoreBusy, UnitOfWork

log = logging.getLogger(__name__)

Page = Callable[[Visit], Awaitable[web.StreamResponse]]

POLICY: Final = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS: Final = {
    "Content-Security-Policy": POLICY,
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
TLS_ONLY: Final = {"Strict-Transport-Security": "max-age=31536000"}
FORM: Final = "application/x-www-form-urlencoded"
OWN_SITE: Final = frozenset({"", "same-origin", "none"})
"""Sec-Fetch-Site of what may be sent: from our own page, by the person's own doing, or by an old browser."""


@dataclass(frozen=True, slots=True)
class Access:
    """Who may come to a page: anybody, somebody signed in, or (``readers``) somebody who also gave their code.

    A ``bare`` page is the same for everybody, and nobody is asked who they are. ``largest`` takes a form with a file of
    so many bytes, from whoever is ``admitted``: without a rule of its own from whoever is signed in.
    """

    anybody: bool = False
    readers: bool = False
    bare: bool = False
    largest: Callable[[Desk], int] | None = None
    admitted: Callable[[Visit], Awaitable[bool]] | None = None


ANYBODY: Final = Access(anybody=True)
BARE: Final = Access(anybody=True, bare=True)
SIGNED_IN: Final = Access()
READERS: Final = Access(readers=True)
UPLOAD: Final = Access(largest=lambda _: LARGEST_FILE)


def guarded(page: Page, access: Access = SIGNED_IN) -> Handler:
    """Return an aiohttp handler that lets a request through to a page, or answers it itself."""

    async def handler(request: web.Request) -> web.StreamResponse:
        desk = request.app[DESK]
        if not desk.knows_host(request.headers.get("Host", "")):
            refused = web.Response(status=421, text="This address is not one of the desk's.\n")
            return _sealed(refused, desk)
        if access.bare:
            bare = Visit(desk, request, sessions.new_token(desk.services.clock.now()), desk.services.clock.now())
            return _sealed(await _answered(bare, page, access), desk)
        token = request.cookies.get(desk.cookie, "")
        if not sessions.well_formed(token):
            if _from_elsewhere(request):
                return _sealed(_again(request), desk)
            token = sessions.new_token(desk.services.clock.now())
        visit = Visit(desk, request, token, desk.services.clock.now())
        response = await _answered(visit, page, access)
        if visit.token != request.cookies.get(desk.cookie):
            response.set_cookie(desk.cookie, visit.token, httponly=True, samesite="Strict", secure=desk.secure)
        return _sealed(response, desk)

    return handler


async def _answered(visit: Visit, page: Page, access: Access) -> web.StreamResponse:
    """Answer, and turn whatever goes wrong into a page that gives nothing away."""
    try:
        if visit.request.method == "POST":
            await _take_form(visit, access)
        if not access.bare:
            await recognise(visit)
        return await _through(visit, page, access)
    except StoreBusy:
        return visit.page("error.html", status=503, what="busy", typed=_typed(visit))
    except web.HTTPException as error:
        if error.status < 400:
            raise
        return visit.page("error.html", status=error.status, what=str(error.status), typed=_typed(visit))
    except asyncio.CancelledError:
        raise
    except Exception:
        log.exception("desk: a page could not be made")
        return visit.page("error.html", status=500, what="500", typed=_typed(visit))


async def recognise(visit: Visit) -> None:
    """Find out who is there; raise ``StoreBusy``."""
    desk = visit.desk

    def read(work: UnitOfWork) -> tuple[Who | None, tuple[DemoSchool, ...]]:
        return load(work, desk, visit.token, visit.now), demo_schools(work, desk) if desk.services.demo else ()

    visit.someone, visit.demo_schools = await visit.look(read)
    who = visit.someone
    if who is None or desk.services.demo or not desk.limits.allow(limits.PROLONG, sessions.digest("", visit.token)):
        return
    until = visit.now + sessions.IDLE
    # A session that cannot be prolonged just now still holds; nobody should be stopped for that.
    with suppress(StoreBusy):
        await visit.write(lambda work: sessions.prolong(work, visit.token, who.person.id, until, strong=who.strong))


async def _through(visit: Visit, page: Page, access: Access) -> web.StreamResponse:
    request, desk = visit.request, visit.desk
    if access.anybody:
        return await page(visit)
    if visit.someone is None:
        if request.method == "POST":
            return visit.page("signed_out.html", status=401, typed=_typed(visit))
        return visit.go("/" if desk.services.demo else _with_next("/sign-in", request))
    if access.readers and not visit.someone.strong:
        if request.method == "POST":
            return visit.page("code_needed.html", status=401, typed=_typed(visit))
        return visit.go(_with_next("/sign-in/code", request))
    return await page(visit)


async def _take_form(visit: Visit, access: Access) -> None:
    request = visit.request
    if request.headers.get("Sec-Fetch-Site", "") not in OWN_SITE:
        raise web.HTTPForbidden
    # With "no-referrer" browsers send the word null here: https://fetch.spec.whatwg.org/#append-a-request-origin-header
    origin = request.headers.get("Origin", "null")
    if origin != "null" and urlsplit(origin).netloc != request.headers.get("Host", ""):
        raise web.HTTPForbidden
    largest = access.largest(visit.desk) if access.largest and request.content_type == uploads.FORM else 0
    if request.content_type != FORM and not largest:
        raise web.HTTPUnsupportedMediaType
    try:
        if largest:
            admitted = partial(access.admitted or _signed_in, visit)
            visit.form, visit.upload = await uploads.take(request, visit.token, largest, admitted)
        else:
            visit.form = await request.post()  # type: ignore[assignment]
    except (UnicodeDecodeError, ValueError, LookupError):
        raise web.HTTPBadRequest from None
    if not sessions.csrf_fits(visit.token, visit.sent("_csrf")):
        raise web.HTTPForbidden
    if not visit.desk.limits.allow(limits.POSTS, sessions.digest("", visit.token)):
        raise web.HTTPTooManyRequests


async def _signed_in(visit: Visit) -> bool:
    await recognise(visit)
    return visit.someone is not None


def _typed(visit: Visit) -> tuple[str, ...]:
    """Return what somebody had typed into a form that was not taken, longest first, so that it can be kept.

    Nothing that another site may have sent is shown as if it were theirs.
    """
    own = visit.request.headers.get("Sec-Fetch-Site") == "same-origin"
    if not own and not sessions.csrf_fits(visit.token, visit.sent("_csrf")):
        return ()
    values = (str(value) for name, value in visit.form.items() if not name.startswith("_"))
    return tuple(sorted({value for value in values if len(value) > 20}, key=len, reverse=True))


def _with_next(path: str, request: web.Request) -> str:
    return f"{path}?next={quote(request.path_qs, safe='')}"


def _from_elsewhere(request: web.Request) -> bool:
    """Return whether somebody followed a link from another site, so that their browser kept our strict cookie back."""
    site, mode = (request.headers.get(f"Sec-Fetch-{name}") for name in ("Site", "Mode"))
    return request.method == "GET" and site == "cross-site" and mode == "navigate"


def _again(request: web.Request) -> web.Response:
    """Answer with a page that asks for the same address from here: then the cookie comes along."""
    to = escape(request.path_qs if not request.path_qs.startswith("//") else "/")
    text = (
        f'<!doctype html><html lang="en-GB"><meta charset="utf-8"><meta http-equiv="refresh" content="0;url={to}">'
        f'<title>Can I?</title><p><a href="{to}">Go on to Can I?</a></p></html>'
    )
    return web.Response(text=text, content_type="text/html", charset="utf-8")


def _sealed(response: web.StreamResponse, desk: Desk) -> web.StreamResponse:
    """Put the headers on that every answer of the desk bears."""
    headers: CIMultiDict[str] = response.headers
    for name, value in HEADERS.items():
        # What is handed out as a file has a policy of its own, which allows even less.
        headers.setdefault(name, value)
    if desk.secure:
        headers.update(TLS_ONLY)
    headers.setdefault("Cache-Control", "no-store")
    return response
