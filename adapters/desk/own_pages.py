"""A school's own policies: what is drafted, what was adopted, bringing a file in, and going back to a version."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Callable
from itertools import groupby
from zoneinfo import ZoneInfo

import msgspec
from aiohttp import web

from adapters.desk.outcomes import FORM_REFUSED
from adapters.desk.visit import Visit
from adapters.desk.wording import day_words
from bot.messages import Card, Text
from bot.own_adopting import NotNow
from bot.own_desk import OwnDesk
from bot.own_import import NotTaken, TakenIn, too_large
from bot.own_review import NoDraft
from bot.wording import say
from knowledge.model import Policy


def own(visit: Visit) -> OwnDesk:
    """Return what the pages of own policies stand on. Raise ``HTTPNotFound`` for somebody who has none of them."""
    found = visit.desk.services.own
    if found is None or not visit.who.drafts:
        raise web.HTTPNotFound
    return found


def flash(visit: Visit, notice: str) -> None:
    """Say something at the top of the next page."""
    visit.desk.flashes.put(visit.token, [Card(notice, (Text(notice),))])


def local_day(visit: Visit) -> Callable[[dt.datetime], str]:
    """Return what shows the day of an instant in the school's own time: ``9 March 2026``."""
    zone = ZoneInfo(visit.who.roster.school.timezone)
    return lambda instant: day_words(instant.astimezone(zone).date())


async def everything(visit: Visit) -> web.StreamResponse:
    """What is drafted and what was adopted, and the form to bring a file."""
    return await _list(visit)


async def upload(visit: Visit) -> web.StreamResponse:
    """A file that was brought: its draft is opened; or the page says why it was not taken in."""
    desk, brought = own(visit), visit.upload
    name = visit.sent("name").strip()
    if brought is None:
        return await _list(visit, say("policy.refused.no_file"), name)
    if brought.too_large:
        return await _list(visit, too_large(brought.name), name)
    person, base = visit.who.person, visit.sent("base") == "yes"

    def take_in() -> TakenIn:
        return desk.importing.take_in(person.school_id, person.id, brought.data, brought.name, name, base=base)

    try:
        taken = await asyncio.to_thread(take_in)
    except NotTaken as error:
        return await _list(visit, str(error), name)
    except PermissionError:
        raise web.HTTPNotFound from None
    return visit.go(f"/own/{taken.draft.id}")


async def version(visit: Visit) -> web.StreamResponse:
    """A version that was adopted, as colleagues were answered from it: the words, and what the bot made of them."""
    desk, person = own(visit), visit.who.person
    found = await asyncio.to_thread(desk.adopting.versions, person.school_id)
    chosen = next((each for each in found if each.version.id == visit.request.match_info["version"]), None)
    if chosen is None:
        raise web.HTTPNotFound
    policy = msgspec.json.decode(chosen.version.pack, type=Policy)
    sections = [(name, list(clauses)) for name, clauses in groupby(policy.clauses, key=lambda clause: clause.section)]
    return visit.page(
        "own_version.html",
        own=chosen,
        policy=policy,
        sections=sections,
        name=visit.who.roster.name,
        on=local_day(visit),
    )


async def go_back(visit: Visit) -> web.StreamResponse:
    """Answer from an earlier version again."""
    desk, person = own(visit), visit.who.person
    try:
        back = await asyncio.to_thread(desk.adopting.go_back, person.id, person.school_id, visit.sent("version"))
    except PermissionError:
        raise web.HTTPNotFound from None
    except NotNow as error:
        flash(visit, say(f"policy.not_now.{error.why}", **error.values))
        return visit.go("/own")
    flash(visit, say("policy.adopt.gone_back", version=back.version))
    return visit.go("/own")


async def stand(visit: Visit) -> web.StreamResponse:
    """Take one of several policies out of force, or let it lead."""
    adopting, person, policy = own(visit).adopting, visit.who.person, visit.sent("policy")
    acts = {"out": (adopting.take_out, "taken_out"), "lead": (adopting.lead, "leads")}
    act, words = acts.get(visit.sent("act"), (None, ""))
    if act is None:
        raise web.HTTPBadRequest
    try:
        await asyncio.to_thread(act, person.id, person.school_id, policy)
    except PermissionError:
        raise web.HTTPNotFound from None
    except NotNow as error:
        flash(visit, say(f"policy.not_now.{error.why}", **error.values))
    else:
        flash(visit, say(f"policy.adopt.{words}"))
    return visit.go("/own")


async def _list(visit: Visit, error: str = "", name: str = "") -> web.StreamResponse:
    desk, person = own(visit), visit.who.person
    try:
        drafts = await asyncio.to_thread(desk.reviewing.drafts, person.id, person.school_id)
    except NoDraft:
        raise web.HTTPNotFound from None
    versions = await asyncio.to_thread(desk.adopting.versions, person.school_id)
    open_ = [draft for draft in drafts if draft.state == "open"]
    return visit.page(
        "own_list.html",
        status=FORM_REFUSED if error else 200,
        drafts=open_,
        versions=versions,
        standing=sorted((each for each in versions if each.in_force), key=lambda each: not each.leads),
        adopts=await asyncio.to_thread(desk.adopting.may, person.id, person.school_id),
        error=error,
        typed=name,
        name=visit.who.roster.name,
        on=local_day(visit),
        notices=visit.desk.flashes.take(visit.token),
    )
