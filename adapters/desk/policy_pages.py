"""The policy, clause by clause: as a whole, and each clause on a page of its own, to which answers link."""

from __future__ import annotations

from itertools import groupby

from aiohttp import web

from adapters.desk.visit import Visit
from adapters.desk.wording import role_words
from bot.wording import says
from knowledge.model import Clause, Policy


async def whole(visit: Visit) -> web.StreamResponse:
    """The whole policy with an address for each clause, and beyond the clauses what a pack holds."""
    policy = _policy(visit)
    sections = [(name, list(clauses)) for name, clauses in groupby(policy.clauses, key=lambda clause: clause.section)]
    wanted = visit.request.query.get("find", "").strip()
    found = [clause for clause in policy.clauses if _holds(clause, wanted)] if wanted else []
    return visit.page("policy.html", policy=policy, head=policy.head, sections=sections, wanted=wanted, found=found)


async def clause(visit: Visit) -> web.StreamResponse:
    """One clause, with what it comes to and its neighbours."""
    policy = _policy(visit)
    ids = [each.id for each in policy.clauses]
    try:
        place = ids.index(visit.request.match_info["clause"])
    except ValueError:
        raise web.HTTPNotFound from None
    before = policy.clauses[place - 1] if place else None
    after = policy.clauses[place + 1] if place + 1 < len(ids) else None
    return visit.page(
        "clause.html", policy=policy, head=policy.head, clause=policy.clauses[place], before=before, after=after
    )


async def people(visit: Visit) -> web.StreamResponse:
    """The staff list, for those who keep it."""
    who = visit.who
    if not who.lists_people:
        raise web.HTTPNotFound
    rows = [
        (
            person,
            role_words(who.roster.roles(person.id, who.today)),
            who.roster.away(person.id, who.today),
            sorted({account.platform for account in who.roster.accounts if account.person_id == person.id}),
        )
        for person in who.roster.here(who.today)
    ]
    return visit.page("people.html", rows=rows, platforms=says("report.platform"))


def _policy(visit: Visit) -> Policy:
    try:
        return visit.desk.services.shelf.policy(visit.who.roster.school)
    except KeyError:
        raise web.HTTPNotFound from None


def _holds(clause: Clause, wanted: str) -> bool:
    """Return whether a clause holds every word looked for, in any case."""
    text = f"{clause.id} {clause.section} {clause.stem or ''} {clause.text}".casefold()
    return all(word in text for word in wanted.casefold().split())
