"""The register of who has read the policy, on any day, and receipts to keep."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Callable
from contextlib import suppress
from typing import Final, TypeVar

from aiohttp import web

from adapters.desk.course import chart
from adapters.desk.receipts import LetterMissing, as_pdf
from adapters.desk.visit import Visit
from bot.people import Person
from bot.reread_attested import AttestationRegister, versions
from bot.reread_register import STANDINGS, Register, as_text, light_words
from bot.wording import say, says

Found = TypeVar("Found")
Of = TypeVar("Of")
BOM: Final = "\ufeff"
"""Without it a spreadsheet takes the file for one in an old encoding, and names lose their accents."""


async def register(visit: Visit) -> web.StreamResponse:
    """The register of a day (``?on=``; today without it), to look at and to print."""
    day = _day(visit)
    book = await _found(visit, _register(visit).open, day, _of(visit))
    return visit.page(
        "reread_register.html",
        book=book,
        light=light_words(book.counts),
        standings=STANDINGS,
        words=says("reread.standing"),
        how=says("reread.how"),
        why=says("reread.why"),
        chart=chart(book),
        say=says("reread.progress"),
        versions=await visit.look(lambda work: versions(work, book.scene)),
        attested=says("reread.attested"),
    )


async def download(visit: Visit) -> web.StreamResponse:
    """The register of a day as CSV; that it was taken out is written into the audit chain."""
    book, text = await _found(visit, _register(visit).export, _day(visit), _of(visit))
    return _file((BOM + text).encode(), "text/csv", f"register-{book.day.isoformat()}.csv", "utf-8")


async def version(visit: Visit) -> web.StreamResponse:
    """The attestation register of a version (``?v=``), to look at and to print."""
    found = await _found(visit, _attested(visit).open, visit.request.query.get("v", ""), _of(visit))
    scene = found.scene
    lead = say(
        "reread.attested.says", title=scene.policy.head.title, school=scene.school.name, when=scene.when(visit.now)
    )
    title, words = say("reread.attested.title", version=found.version), says("reread.attested")
    return visit.page("reread_version.html", found=found, title=title, lead=lead, say=words, how=says("reread.how"))


async def version_download(visit: Visit) -> web.StreamResponse:
    """The same as CSV; that it was taken out is written into the audit chain."""
    text = await _found(visit, _attested(visit).export, visit.request.query.get("v", ""), _of(visit))
    return _file((BOM + text).encode(), "text/csv", "attestations.csv", "utf-8")


async def receipt(visit: Visit) -> web.StreamResponse:
    """The receipt of a declaration as plain text or, where the address ends so, as PDF."""
    return await receipt_file(visit, visit.who.person, visit.request.match_info["value"])


async def receipt_file(visit: Visit, person: Person, number: str) -> web.StreamResponse:
    """Answer with a receipt as a file: one's own, or one that one oversees."""
    found = await asyncio.to_thread(_register(visit).receipt, person.id, person.school_id, number)
    if found is None:
        raise web.HTTPNotFound
    if visit.request.path.endswith("pdf"):
        # A PDF of a name that its font cannot write would be a wrong receipt: there, it is the plain text.
        with suppress(LetterMissing):
            made = await asyncio.to_thread(as_pdf, found, visit.now)
            return _file(made, "application/pdf", "receipt.pdf")
    return _file(as_text(found).encode(), "text/plain", "receipt.txt", "utf-8")


async def _found(visit: Visit, look: Callable[[str, str, Of, str], Found | None], of: Of, policy: str) -> Found:
    """Return what a register shows this person; what is not theirs, and what is not there, is no page."""
    person = visit.who.person
    try:
        found = await asyncio.to_thread(look, person.id, person.school_id, of, policy)
    except PermissionError:
        found = None
    if found is None:
        raise web.HTTPNotFound
    return found


def _register(visit: Visit) -> Register:
    services = visit.desk.services
    return Register(services.store, services.clock, services.shelf)


def _attested(visit: Visit) -> AttestationRegister:
    services = visit.desk.services
    return AttestationRegister(services.store, services.clock, services.shelf)


def _day(visit: Visit) -> dt.date | None:
    try:
        return dt.date.fromisoformat(visit.request.query.get("on", ""))
    except ValueError:
        return None


def _of(visit: Visit) -> str:
    """Return which of the policies in force the address names; empty for the one that leads."""
    return visit.request.query.get("of", "")


def _file(body: bytes, kind: str, name: str, charset: str | None = None) -> web.Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return web.Response(body=body, content_type=kind, charset=charset, headers=headers)
