"""Adopting a draft: what a linter finds, what changed, and the two signatures."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from aiohttp import web

from adapters.desk.outcomes import FORM_REFUSED
from adapters.desk.own_pages import flash, local_day, own
from adapters.desk.own_review_pages import opened
from adapters.desk.visit import Visit
from bot.own_adopting import LONGEST_VERSION, NotNow
from bot.own_policy import REVIEWED, Entry, norms_of
from bot.own_review import Opened
from bot.wording import say, says
from knowledge.comparing import Pair
from knowledge.importing.model import ImportedClause, ImportedPolicy


@dataclass(frozen=True, slots=True)
class Changed:
    """A clause before and now."""

    kind: str
    before: ImportedClause | None
    now: ImportedClause | None
    place: int | None


async def findings(visit: Visit) -> web.StreamResponse:
    """What the author of the policy should know: contradictions, gaps, routes that end nowhere, examples that fail."""
    draft = await opened(visit)
    found = await asyncio.to_thread(own(visit).findings, draft)
    places = {clause.id: place for place, clause in enumerate(draft.document.clauses)}
    return visit.page(
        "own_findings.html", opened=draft, found=found, places=places, verdicts=says("policy.verdict"), notices=[]
    )


async def changes(visit: Visit) -> web.StreamResponse:
    """What is different from the version in force, clause by clause."""
    draft = await opened(visit)
    found = await _changes(visit, draft)
    return visit.page("own_changes.html", opened=draft, changed=found, kinds=says("policy.changes"), notices=[])


async def adopt(visit: Visit) -> web.StreamResponse:
    """What is to be signed, by whom, and what follows from it."""
    return await _adopt(visit, await opened(visit))


async def sign(visit: Visit) -> web.StreamResponse:
    """A signature, or one that is taken back."""
    draft, desk, person = await opened(visit), own(visit), visit.who.person
    number = draft.draft.id
    try:
        if visit.sent("act") == "ask":
            await asyncio.to_thread(desk.adopting.ask_to_sign, person.id, person.school_id, number)
            flash(visit, say("policy.adopt.asked"))
            return visit.go(f"/own/{number}/adopt")
        if visit.sent("act") == "withdraw":
            await asyncio.to_thread(desk.adopting.withdraw, person.id, person.school_id, number)
            flash(visit, say("policy.adopt.withdrawn"))
            return visit.go(f"/own/{number}/adopt")
        material = visit.sent("material")
        if draft.draft.base_id and draft.draft.head_by is None and material not in {"material", "minor"}:
            return await _adopt(visit, draft, say("policy.adopt.choose"))
        done = await asyncio.to_thread(desk.sign, person.id, draft, visit.sent("version"), material=material != "minor")
    except PermissionError:
        raise web.HTTPNotFound from None
    except NotNow as error:
        return await _adopt(visit, draft, say(f"policy.not_now.{error.why}", **error.values))
    first = done == "adopted" and not draft.draft.base_id
    flash(visit, say("policy.adopt.adopted_first" if first else f"policy.adopt.{done}"))
    return visit.go("/own" if done == "adopted" else f"/own/{number}/adopt")


async def _adopt(visit: Visit, draft: Opened, error: str = "") -> web.StreamResponse:
    desk, person = own(visit), visit.who.person
    part = await asyncio.to_thread(desk.adopting.part, person.id, person.school_id, draft.draft.id)
    found = await _changes(visit, draft)
    open_ = [entry for entry in draft.entries if entry.state not in REVIEWED]
    standing = await asyncio.to_thread(desk.adopting.versions, person.school_id)
    return visit.page(
        "own_adopt.html",
        status=FORM_REFUSED if error else 200,
        opened=draft,
        part=part,
        others=[v.draft.head.title for v in standing if v.in_force and v.version.policy != draft.draft.policy],
        changed=None if found is None else [each for each in found if each.kind not in {"same", "renumbered"}],
        unclear=sum(entry.state == "unclear" for entry in open_),
        unreviewed=sum(entry.waits for entry in open_),
        own_count=sum(clause.origin == "school" for clause in draft.document.clauses),
        out_count=sum(clause.origin == "left_out" for clause in draft.document.clauses),
        ruling=sum(_rules(entry) for entry in draft.entries),
        error=error,
        version=visit.sent("version") or draft.draft.head.version,
        material=visit.sent("material"),
        longest=LONGEST_VERSION,
        name=visit.who.roster.name,
        on=local_day(visit),
        notices=visit.desk.flashes.take(visit.token),
    )


async def _changes(visit: Visit, draft: Opened) -> list[Changed] | None:
    desk, person = own(visit), visit.who.person
    found = await asyncio.to_thread(desk.reviewing.changes, person.id, person.school_id, draft.draft.id)
    if found is None:
        return None
    before, pairs = found
    return [_changed(pair, before, draft.document) for pair in pairs]


def _rules(entry: Entry) -> bool:
    """Return whether a clause gives a verdict: somebody reviewed it, and it does more than tell a fact."""
    return entry.state in REVIEWED and any(norm.force != "stated" for norm in norms_of(entry))


def _changed(pair: Pair, before: ImportedPolicy, now: ImportedPolicy) -> Changed:
    old = None if pair.before is None else before.clauses[pair.before]
    return Changed(pair.kind, old, None if pair.now is None else now.clauses[pair.now], pair.now)
