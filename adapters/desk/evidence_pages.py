"""Pages for files of reports: a reporter adds one, signed in or by a one-time link; a reader gets one.

A link opens no session of the desk. It lets one browser add files to one report, and see those that it has, for half an
hour. What is handed out is never shown within a page of ours, whatever it is.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final, TypeVar
from urllib.parse import quote

from aiohttp import web

from adapters.desk import limits, sessions
from adapters.desk.guard import Access, recognise
from adapters.desk.outcomes import FORM_REFUSED
from adapters.desk.services import Desk
from adapters.desk.visit import Visit
from bot.cases import Hidden
from bot.evidence import Evidence, File, NotTaken
from bot.file_cards import kind_and_size, readers
from bot.file_kinds import saved_as
from bot.messages import Card, Text, Typed
from bot.ports import Door, SealBroken
from bot.references import new_form_key, read_reference
from bot.wording import say

OVER: Final = 410
Result = TypeVar("Result")
BY_LINK: Final = "/evidence"
ALONE: Final = "default-src 'none'; frame-ancestors 'none'; sandbox"
"""The policy of a file that is handed out: should a browser show it after all, nothing in it runs or loads."""


async def own(visit: Visit) -> web.StreamResponse:
    """The files of a report of one's own, and the form to add one."""
    return await _page(visit, await _own_door(visit), _own_path(visit))


async def add(visit: Visit) -> web.StreamResponse:
    """A file for a report of one's own."""
    return await _added(visit, await _own_door(visit), _own_path(visit))


async def own_file(visit: Visit) -> web.StreamResponse:
    """A file that one added oneself."""
    return await _handed_out(visit, await _own_door(visit))


async def show_link(visit: Visit) -> web.StreamResponse:
    """The page behind a link. It only has a button, so that a program that follows links uses nothing up."""
    _evidence(visit)
    return visit.page("evidence_link.html", secret=visit.request.match_info["secret"], wrong=False, left=False)


async def use_link(visit: Visit) -> web.StreamResponse:
    """Use a link up; from then on this browser may add files to the report that it belongs to."""
    if not visit.desk.limits.allow(limits.USE_LINK, visit.request.remote or ""):
        raise web.HTTPTooManyRequests
    secret = visit.request.match_info["secret"]
    if not await asyncio.to_thread(_evidence(visit).come, secret, visit.token):
        return _over(visit)
    return visit.go(BY_LINK)


async def by_link(visit: Visit) -> web.StreamResponse:
    """The files of a report, and the form to add one, for somebody who came by a link."""
    door = await _came(visit)
    return _over(visit) if door is None else await _page(visit, door, BY_LINK)


async def add_by_link(visit: Visit) -> web.StreamResponse:
    """A file from somebody who came by a link."""
    door = await _came(visit)
    return _over(visit) if door is None else await _added(visit, door, BY_LINK)


async def file_by_link(visit: Visit) -> web.StreamResponse:
    """A file that somebody added, for whoever came by a link to its report."""
    door = await _came(visit)
    return _over(visit) if door is None else await _handed_out(visit, door)


async def leave(visit: Visit) -> web.StreamResponse:
    """End what began with a link: nobody who comes to this browser after it sees anything."""
    await asyncio.to_thread(_evidence(visit).leave, visit.token)
    return visit.page("evidence_link.html", secret="", wrong=False, left=True)


async def read(visit: Visit) -> web.StreamResponse:
    """A file for somebody entitled to its report. Not theirs and not there look the same."""
    file_id = visit.request.match_info["value"]
    return await _file(visit, lambda: _evidence(visit).read(visit.who.person.id, file_id))


async def _own_may_add(visit: Visit) -> bool:
    await recognise(visit)
    if visit.someone is None:
        return False
    await _own_door(visit)
    return _not_too_often(visit)


async def _came_in(visit: Visit) -> bool:
    return await _came(visit) is not None and _not_too_often(visit)


def _largest(desk: Desk) -> int:
    return desk.services.evidence.rule.largest if desk.services.evidence is not None else 0


ADD: Final = Access(largest=_largest, admitted=_own_may_add)
ADD_BY_LINK: Final = Access(anybody=True, largest=_largest, admitted=_came_in)


def _not_too_often(visit: Visit) -> bool:
    if not visit.desk.limits.allow(limits.FILES, sessions.digest("", visit.token)):
        raise web.HTTPTooManyRequests
    return True


def _evidence(visit: Visit) -> Evidence:
    found = visit.desk.services.evidence
    if found is None or not found.rule.most:
        raise web.HTTPNotFound
    return found


def _own_path(visit: Visit) -> str:
    return f"/mine/{quote(visit.request.match_info['value'], safe='')}/files"


async def _own_door(visit: Visit) -> Door:
    person, reference = visit.who.person, read_reference(visit.request.match_info["value"])
    return await _theirs(lambda: _evidence(visit).door(person.id, person.school_id, reference))


async def _came(visit: Visit) -> Door | None:
    if not sessions.well_formed(visit.token):
        return None
    return await asyncio.to_thread(_evidence(visit).came, visit.token)


def _over(visit: Visit) -> web.Response:
    return visit.page("evidence_link.html", status=OVER, secret="", wrong=True, left=False)


async def _page(visit: Visit, door: Door, path: str, error: str = "") -> web.Response:
    found = _evidence(visit)
    folder = await _theirs(lambda: found.folder(door))
    files = [
        (each.id, Typed(each.about.name), kind_and_size(each.about), folder.scene.when(each.at), each.about.sha256)
        for each in folder.files
        if each.about is not None
    ]
    return visit.page(
        "evidence.html",
        status=FORM_REFUSED if error else 200,
        base=path,
        by_link=path == BY_LINK,
        reference=folder.report.reference,
        readers=readers(folder),
        files=files,
        room=folder.room,
        rule=found.rule,
        key=new_form_key(),
        error=error,
        images=say("report.file.images"),
        too_large=say("report.file.refused.too_large", most=found.rule.megabytes),
        full=say("report.file.refused.full", most=found.rule.most),
        notices=visit.desk.flashes.take(visit.token),
    )


async def _added(visit: Visit, door: Door, path: str) -> web.Response:
    found, brought = _evidence(visit), visit.upload
    if brought is None:
        return await _page(visit, door, path, say("report.file.refused.none"))
    if brought.too_large:
        return await _page(visit, door, path, say("report.file.refused.too_large", most=found.rule.megabytes))
    key = visit.sent("_key")
    try:
        new = await _theirs(lambda: found.add(door, brought.data, brought.name, key))
    except NotTaken as refused:
        return await _page(visit, door, path, str(refused))
    notice = say("report.file.added" if new else "report.file.again")
    visit.desk.flashes.put(visit.token, [Card(notice, (Text(notice),))])
    return visit.go(path)


async def _handed_out(visit: Visit, door: Door) -> web.Response:
    file_id = visit.request.match_info["file"]
    return await _file(visit, lambda: _evidence(visit).own(door, file_id))


async def _file(visit: Visit, get: Callable[[], File]) -> web.Response:
    try:
        file = await _theirs(get)
    except SealBroken:
        return visit.page("error.html", status=500, what="broken", typed=())
    headers = {"Content-Disposition": disposition(file), "Content-Security-Policy": ALONE}
    return web.Response(body=file.content, content_type=file.about.kind.media, headers=headers)


def disposition(file: File) -> str:
    """Return the header that makes a browser save a file under its name, whatever stands in that.

    https://www.rfc-editor.org/rfc/rfc6266#section-4.3: the plain name is for programs that do not know the other.
    """
    name = quote(saved_as(file.about.name, file.about.kind), safe="")
    return f"attachment; filename=\"file{file.about.kind.endings[0]}\"; filename*=UTF-8''{name}"


async def _theirs(get: Callable[[], Result]) -> Result:
    """Do something with what may not be theirs, in a thread; then it is not there."""
    try:
        return await asyncio.to_thread(get)
    except Hidden:
        raise web.HTTPNotFound from None
