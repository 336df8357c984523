"""Signing in outside the demonstration: a one-time link, and for readers of reports a code from their app."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from dataclasses import replace
from typing import Final

from aiohttp import web

from adapters.desk import limits, second_factor, sessions
from adapters.desk.rendering import safe_href
from adapters.desk.visit import Visit
from bot.messages import Card, Text
from bot.ports import UnitOfWork
from bot.wording import say

LONGEST_ADDRESS: Final = 254


async def ask_for_link(visit: Visit) -> web.StreamResponse:
    """The sign-in page; sent with an e-mail address it answers the same whether the address is known or not."""
    _not_in_demo(visit)
    services = visit.desk.services
    if visit.request.method == "POST":
        email = visit.sent("email").strip()[:LONGEST_ADDRESS].casefold()
        if services.send_link is not None and email and visit.desk.limits.allow(limits.ASK_LINK, email):
            paths = await visit.write(lambda work: _links(work, email, visit))
            for path in paths:
                # The answer must not take longer for an address that is known.
                _in_background(asyncio.to_thread(services.send_link, email, services.public_url.rstrip("/") + path))
        visit.desk.flashes.put(visit.token, [Card(say("desk.notice.asked"), (Text(say("desk.notice.asked")),))])
        return visit.go("/sign-in")
    notices = visit.desk.flashes.take(visit.token)
    return visit.page("sign_in.html", by_mail=services.send_link is not None, notices=notices)


async def show_link(visit: Visit) -> web.StreamResponse:
    """The page behind a link. It only has a button, so that a mail scanner that follows links uses nothing up."""
    _not_in_demo(visit)
    return visit.page("link.html", secret=visit.request.match_info["secret"], to=_to(visit), wrong=False)


async def use_link(visit: Visit) -> web.StreamResponse:
    """Use a link up and begin a session."""
    _not_in_demo(visit)
    if not visit.desk.limits.allow(limits.USE_LINK, visit.request.remote or ""):
        raise web.HTTPTooManyRequests
    secret = visit.request.match_info["secret"]

    def begin(work: UnitOfWork) -> str | None:
        person_id = sessions.use_link(work, secret, visit.now)
        person = work.people.get(person_id) if person_id else None
        if person is None:
            return None
        work.audit.note(person.school_id, person.id, "desk.signed_in", person.id)
        sessions.end(work, visit.token)
        return sessions.begin(work, person.id, visit.now)

    token = await visit.write(begin)
    if token is None:
        return visit.page("link.html", status=410, secret=secret, to=_to(visit), wrong=True)
    visit.token = token
    return visit.go(_to(visit))


async def code(visit: Visit) -> web.StreamResponse:
    """The page that asks for the code; the first time it shows the secret that goes into the app."""
    _not_in_demo(visit)
    person, sealer = visit.who.person, visit.desk.services.sealer
    fresh = visit.desk.new_factors.setdefault(visit.token, second_factor.new_factor())
    wrong = ""
    if visit.request.method == "POST":
        if not visit.desk.limits.allow(limits.CODES, person.id):
            raise web.HTTPTooManyRequests
        given = visit.sent("code")

        def strengthen(work: UnitOfWork) -> bool:
            kept = second_factor.read(work, sealer, person.id)
            factor = kept or fresh
            step = factor.step_of(given, visit.now)
            if step is None:
                return False
            second_factor.keep(work, sealer, person.id, replace(factor, used=step))
            sessions.strengthen(work, visit.token, person.id, visit.now)
            work.audit.note(person.school_id, person.id, "desk.code_given", person.id, "" if kept else "first")
            return True

        if await visit.write(strengthen):
            visit.desk.new_factors.pop(visit.token, None)
            return visit.go(_to(visit))
        wrong = say("desk.code.wrong")
    there = await visit.look(lambda work: work.sessions.second_factor(person.id))
    shown, status = None if there else fresh, 422 if wrong else 200
    return visit.page("code.html", status=status, factor=shown, name=person.name, wrong=wrong, to=_to(visit))


async def sign_out(visit: Visit) -> web.StreamResponse:
    """End the session, and forget the chat that was kept in memory."""
    if visit.someone is not None:
        visit.desk.transcripts.forget(visit.someone.person.id)
    await visit.write(lambda work: sessions.end(work, visit.token))
    visit.token = sessions.new_token(visit.now)
    return visit.go("/" if visit.desk.services.demo else "/sign-in")


def _links(work: UnitOfWork, email: str, visit: Visit) -> list[str]:
    found = []
    for school in work.schools.all():
        person = work.people.by_email(school.id, email)
        if person is not None and person.here(visit.desk.services.clock.today(school.timezone)):
            found.append(sessions.mint_link(work, person.id, visit.now))
    return found


_running: Final[set[asyncio.Task[None]]] = set()


def _in_background(coroutine: Coroutine[None, None, None]) -> None:
    """Let something run on; asyncio itself keeps no hold of it (https://docs.python.org/3/library/asyncio-task.html)."""
    task = asyncio.create_task(coroutine)
    _running.add(task)
    task.add_done_callback(_running.discard)


def _to(visit: Visit) -> str:
    given = visit.sent("next") or visit.request.query.get("next", "")
    address = safe_href(given)
    return address if address.startswith("/") else "/"


def _not_in_demo(visit: Visit) -> None:
    if visit.desk.services.demo:
        raise web.HTTPNotFound
