"""The policy, clause by clause: as a whole, and each clause on a page of its own, to which answers link."""

from __future__ import annotations

from itertools import groupby

from aiohttp import web

from adapters.desk.visit import Visit
from adapters.desk.wording import role_words
from bot.answers import clause_words
from bot.wording import says
from knowledge.joining import BETWEEN, head_of, joined, number_of, place_of
from knowledge.model import Clause, Policy


async def whole(visit: Visit) -> web.StreamResponse:
    """A whole policy with an address for each clause, and beyond the clauses what a pack holds; and its neighbours."""
    policies = _policies(visit)
    named = visit.request.query.get("of", "")
    policy = next((each for each in policies if each.id == named), policies[0])
    sections = [(name, list(clauses)) for name, clauses in groupby(policy.clauses, key=lambda clause: clause.section)]
    wanted = visit.request.query.get("find", "").strip()
    everything = joined(policies)
    found = [clause for clause in everything.clauses if _holds(clause, wanted)] if wanted else []
    return visit.page(
        "policy.html",
        policy=policy,
        head=policy.head,
        sections=sections,
        wanted=wanted,
        found=[(clause, clause_words(everything, clause.id)) for clause in found],
        others=[each for each in policies if each is not policy],
        before="" if policy is policies[0] else f"{policy.id}{BETWEEN}",
    )


async def clause(visit: Visit) -> web.StreamResponse:
    """One clause, with what it comes to and its neighbours in the same policy."""
    policy = joined(_policies(visit))
    wanted = visit.request.match_info["clause"]
    of = place_of(policy, wanted)
    clauses = [each for each in policy.clauses if place_of(policy, each.id) == of]
    ids = [each.id for each in clauses]
    try:
        place = ids.index(wanted)
    except ValueError:
        raise web.HTTPNotFound from None
    before = clauses[place - 1] if place else None
    after = clauses[place + 1] if place + 1 < len(ids) else None
    return visit.page(
        "clause.html",
        head=head_of(policy, wanted),
        clause=clauses[place],
        before=before,
        after=after,
        number=lambda each: number_of(policy, each.id),
        leads=of == 0,
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


def _policies(visit: Visit) -> tuple[Policy, ...]:
    try:
        return visit.desk.services.shelf.policies(visit.who.roster.school)
    except KeyError:
        raise web.HTTPNotFound from None


def _holds(clause: Clause, wanted: str) -> bool:
    """Return whether a clause holds every word looked for, in any case."""
    text = f"{clause.id} {clause.section} {clause.stem or ''} {clause.text}".casefold()
    return all(word in text for word in wanted.casefold().split())
