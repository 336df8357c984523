"""What a draft says of the policy as a whole: title, version, review date, and who is told of reports."""

from __future__ import annotations

import asyncio
import datetime as dt
from typing import Final

import msgspec
from aiohttp import web

from adapters.desk.outcomes import FORM_REFUSED
from adapters.desk.own_pages import flash, own
from adapters.desk.own_review_pages import opened
from adapters.desk.visit import Visit
from bot.own_adopting import LONGEST_VERSION
from bot.own_review import Closed, NoDraft, Opened
from bot.wording import say, says
from knowledge.model import PolicyHead, Route
from knowledge.pack import REPORT_KINDS, ROLES

LONGEST_TITLE: Final = 200
TOLD: Final = tuple(sorted(ROLES - {"staff", "governor", "contractor"}))
"""Roles that may be told of a report first."""
LINES: Final = ("title", "version", "due")


async def about(visit: Visit) -> web.StreamResponse:
    """The page, and what was typed into it."""
    draft = await opened(visit)
    if visit.request.method != "POST":
        return _page(visit, draft, _typed(draft.draft.head), {})
    typed = {name: " ".join(visit.sent(name).split()) for name in (*LINES, *map(_field, REPORT_KINDS))}
    head, errors = _head(draft.draft.head, typed)
    if errors:
        return _page(visit, draft, typed, errors)
    desk, person = own(visit), visit.who.person
    try:
        await asyncio.to_thread(desk.reviewing.about, person.id, person.school_id, draft.draft.id, head)
    except Closed:
        flash(visit, say("policy.review.closed"))
    except NoDraft:
        raise web.HTTPNotFound from None
    else:
        flash(visit, say("policy.review.about"))
    return visit.go(f"/own/{draft.draft.id}/about")


def _page(visit: Visit, draft: Opened, typed: dict[str, str], errors: dict[str, str]) -> web.StreamResponse:
    kinds = says("report.kind")
    return visit.page(
        "own_about.html",
        status=FORM_REFUSED if errors else 200,
        opened=draft,
        typed=typed,
        errors=errors,
        reports=[(_field(kind), kinds[kind]) for kind in REPORT_KINDS],
        roles=[(role, say(f"roles.role.{role}")) for role in TOLD],
        notices=visit.desk.flashes.take(visit.token),
    )


def _field(kind: str) -> str:
    return f"told-{kind}"


def _typed(head: PolicyHead) -> dict[str, str]:
    told = {_field(route.kind): route.to[0] for route in head.routes if route.about == "anyone" and route.to}
    due = head.review.due.isoformat() if head.review.due else ""
    return {
        **dict.fromkeys(map(_field, REPORT_KINDS), ""),
        **told,
        "title": head.title,
        "version": head.version,
        "due": due,
    }


def _head(head: PolicyHead, typed: dict[str, str]) -> tuple[PolicyHead, dict[str, str]]:
    """Return the head as it was typed, and what is wrong by field."""
    errors, due = {}, None
    if not typed["title"]:
        errors["title"] = say("policy.review.no_title")
    try:
        due = dt.date.fromisoformat(typed["due"]) if typed["due"] else None
    except ValueError:
        errors["due"] = say("policy.review.bad_date")
    review = head.review
    if due != review.due:
        says_due = say("policy.review.due", when=f"{due.day} {due:%B %Y}") if due else say("policy.review.no_due")
        review = msgspec.structs.replace(review, due=due, says=says_due)
    changed = msgspec.structs.replace(
        head,
        title=typed["title"][:LONGEST_TITLE],
        version=typed["version"][:LONGEST_VERSION] or head.version,
        review=review,
        routes=tuple(_route(route, typed[_field(route.kind)]) for route in head.routes),
    )
    return changed, errors


def _route(route: Route, first: str) -> Route:
    """Return a route with a role put first; one about the headteacher or another subject stays as it is."""
    if route.about != "anyone" or first not in TOLD or route.to[:1] == (first,):
        return route
    return msgspec.structs.replace(route, to=(first, *(role for role in route.to if role != first)))
