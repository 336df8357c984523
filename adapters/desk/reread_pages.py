"""The register of who has read the policy, on any day, and receipts to keep."""

from __future__ import annotations

import asyncio
import datetime as dt
from typing import Final

from aiohttp import web

from adapters.desk.visit import Visit
from bot.reread_register import STANDINGS, Register, as_text, light_words
from bot.wording import says

BOM: Final = "\ufeff"
"""Without it a spreadsheet takes the file for one in an old encoding, and names lose their accents."""


async def register(visit: Visit) -> web.StreamResponse:
    """The register of a day (``?on=``; today without it), to look at and to print."""
    day = _day(visit)
    try:
        book = await asyncio.to_thread(_register(visit).open, visit.who.person.id, visit.who.person.school_id, day)
    except PermissionError:
        raise web.HTTPNotFound from None
    return visit.page(
        "reread_register.html",
        book=book,
        light=light_words(book.counts),
        standings=STANDINGS,
        words=says("reread.standing"),
        how=says("reread.how"),
        why=says("reread.why"),
    )


async def download(visit: Visit) -> web.StreamResponse:
    """The register of a day as CSV; that it was taken out is written into the audit chain."""
    person = visit.who.person
    try:
        book, text = await asyncio.to_thread(_register(visit).export, person.id, person.school_id, _day(visit))
    except PermissionError:
        raise web.HTTPNotFound from None
    return _file(BOM + text, "text/csv", f"register-{book.day.isoformat()}.csv")


async def receipt(visit: Visit) -> web.StreamResponse:
    """The receipt of a declaration as plain text."""
    person, number = visit.who.person, visit.request.match_info["value"]
    found = await asyncio.to_thread(_register(visit).receipt, person.id, person.school_id, number)
    if found is None:
        raise web.HTTPNotFound
    return _file(as_text(found), "text/plain", "receipt.txt")


def _register(visit: Visit) -> Register:
    services = visit.desk.services
    return Register(services.store, services.clock, services.shelf)


def _day(visit: Visit) -> dt.date | None:
    try:
        return dt.date.fromisoformat(visit.request.query.get("on", ""))
    except ValueError:
        return None


def _file(text: str, kind: str, name: str) -> web.Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return web.Response(text=text, content_type=kind, charset="utf-8", headers=headers)
