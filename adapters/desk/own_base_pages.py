"""A policy over a trust's base: clauses in the school's own words, added, left out, and put back."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from aiohttp import web

from adapters.desk.own_pages import flash, own
from adapters.desk.visit import Visit
from bot.own_overriding import NotOverridden
from bot.own_review import Closed, NoDraft
from bot.wording import say


async def change(visit: Visit) -> web.StreamResponse:
    """Make a clause the school's own, add one behind it, leave it out, or put the trust's back."""
    overriding, person = own(visit).overriding, visit.who.person
    number, place = visit.request.match_info["draft"], int(visit.request.match_info["place"])
    ids = (person.id, person.school_id, number, place)
    words, typed = visit.sent("words"), visit.sent("number")
    acts: dict[str, tuple[Callable[[], str], str]] = {
        "replace": (lambda: overriding.replace(*ids, words), "replaced"),
        "add": (lambda: overriding.add(*ids, words, typed), "added"),
        "leave_out": (lambda: overriding.leave_out(*ids), "left_out"),
        "put_back": (lambda: overriding.put_back(*ids), "put_back"),
        "take_away": (lambda: overriding.put_back(*ids), "taken_away"),
    }
    what = visit.sent("act")
    if what not in acts:
        raise web.HTTPBadRequest
    act, done = acts[what]
    try:
        clause = await asyncio.to_thread(act)
    except Closed:
        flash(visit, say("policy.review.closed"))
    except NotOverridden as error:
        flash(visit, say(f"policy.base.{error.why}", **error.values))
    except NoDraft:
        raise web.HTTPNotFound from None
    else:
        flash(visit, say(f"policy.base.{done}", number=clause))
        if what == "take_away":
            return visit.go(f"/own/{number}")
        place += what == "add"
    return visit.go(f"/own/{number}/clause/{place}")


async def again(visit: Visit) -> web.StreamResponse:
    """Begin a draft from the version in force, or go on with the open one."""
    overriding, person = own(visit).overriding, visit.who.person
    try:
        draft = await asyncio.to_thread(overriding.again, person.id, person.school_id, visit.sent("policy"))
    except NoDraft:
        raise web.HTTPNotFound from None
    flash(visit, say("policy.base.begun"))
    return visit.go(f"/own/{draft.id}")
