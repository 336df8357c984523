"""The demonstration: anybody may be anybody, and the school may adopt any policy. Only on a loopback address."""

from __future__ import annotations

from dataclasses import replace

from aiohttp import web

from adapters.desk import sessions
from adapters.desk.visit import Visit
from bot.messages import Card, Text
from bot.ports import UnitOfWork
from bot.wording import say
from knowledge.pack import installed, load_installed


async def be(visit: Visit) -> web.StreamResponse:
    """Go on as another person of the demonstration."""
    _only_in_demo(visit)
    wanted = visit.sent("person")
    name = next((p.name for school in visit.demo_schools for p in school.people if p.id == wanted), "")
    if not name:
        raise web.HTTPNotFound

    def switch(work: UnitOfWork) -> str:
        sessions.end(work, visit.token)
        return sessions.begin(work, wanted, visit.now, sessions.DEMO)

    visit.token = await visit.write(switch)
    _flash(visit, say("desk.notice.be", name=name))
    return visit.go(visit.sent("next") if visit.sent("next") in {"/chat", "/inbox", "/reread"} else "/")


async def adopt(visit: Visit) -> web.StreamResponse:
    """Let the demo school adopt another of the installed policies."""
    _only_in_demo(visit)
    wanted, person = visit.sent("policy"), visit.who.person
    if not wanted and visit.who.roster.school.policy_version:
        return visit.go("/chat")
    if wanted not in installed():
        raise web.HTTPNotFound

    def change(work: UnitOfWork) -> None:
        school = work.schools.get(person.school_id)
        if school is None:
            raise web.HTTPNotFound
        work.schools.put(replace(school, policy=wanted, policy_version="", beside=()))
        work.audit.note(school.id, person.id, "policy.adopted", wanted)

    await visit.write(change)
    head = load_installed(wanted).head
    _flash(visit, say("desk.notice.policy", title=f"{head.title}, {head.school}"))
    return visit.go("/chat")


def _only_in_demo(visit: Visit) -> None:
    if not visit.desk.services.demo:
        raise web.HTTPNotFound


def _flash(visit: Visit, notice: str) -> None:
    visit.desk.flashes.put(visit.token, [Card(notice, (Text(notice),))])
