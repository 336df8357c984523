"""Reviewing a draft: the document's words beside what the bot would say, clause by clause; and asking the draft."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from aiohttp import web

from adapters.desk.outcomes import FORM_REFUSED
from adapters.desk.own_pages import flash, own
from adapters.desk.rendering import problems
from adapters.desk.talking import values_of
from adapters.desk.visit import Visit
from bot.messages import Form
from bot.own_answering import DraftAnswer
from bot.own_forms import NEW, circumstances, example_from, norm_form, norm_from, norm_prefix
from bot.own_policy import Entry
from bot.own_review import Closed, NoDraft, Opened
from bot.wording import say, says
from knowledge import terms
from knowledge.importing.model import DraftedNorm, ImportedClause, TrackedChange


@dataclass(frozen=True, slots=True)
class Shown:
    """One clause beside what the bot would say of it."""

    clause: ImportedClause
    entry: Entry
    rules: tuple[Rule, ...]
    tracked: tuple[TrackedChange, ...] = ()

    @property
    def sentences(self) -> tuple[tuple[Rule, ...], ...]:
        """The rules by the sentence that the bot says: several that are said alike stand together."""
        alike: dict[str, list[Rule]] = {}
        for rule in self.rules:
            alike.setdefault(rule.drafted.norm.says, []).append(rule)
        return tuple(map(tuple, alike.values()))

    def label(self, number: int) -> str:
        """Return a rule as a list names it: its sentence, and what tells it from others with the same sentence."""
        rule = self.rules[number]
        alone = sum(each.drafted.norm.says == rule.drafted.norm.says for each in self.rules) == 1
        told = "; ".join(dict.fromkeys((rule.acts, *rule.when)))
        return rule.drafted.norm.says if alone else f"{rule.drafted.norm.says} ({told})"


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule in words."""

    force: str
    acts: str
    when: tuple[str, ...]
    drafted: DraftedNorm


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked of the draft, and what it answered."""

    text: str
    answered: DraftAnswer | None

    @property
    def spoke(self) -> tuple[tuple[str, bool, str], ...]:
        """The rules that spoke: clause, whether it decides, sentence; one where several of a clause say the same."""
        spoke = self.answered.spoke if self.answered else ()
        return tuple(dict.fromkeys((each.clause, each.leads, each.norm.says) for each in spoke))


async def opened(visit: Visit) -> Opened:
    """Return the draft that the address names. Raise ``HTTPNotFound`` where it is not this person's to see."""
    desk, person = own(visit), visit.who.person
    number = visit.request.match_info["draft"]
    try:
        return await asyncio.to_thread(desk.reviewing.open, person.id, person.school_id, number)
    except NoDraft:
        raise web.HTTPNotFound from None


async def review(visit: Visit) -> web.StreamResponse:
    """The draft as a whole: what is doubtful first, what is sure folded away, what is done behind that."""
    return _whole(visit, await opened(visit))


async def act(visit: Visit) -> web.StreamResponse:
    """Accept one clause, or all that are sure; or drop the draft."""
    draft, what = await opened(visit), visit.sent("act")
    desk, person, number = own(visit), visit.who.person, visit.request.match_info["draft"]
    if what == "drop":
        done = await _do(visit, lambda: desk.reviewing.drop(person.id, person.school_id, number))
        if done:
            flash(visit, say("policy.review.dropped"))
        return visit.go("/own")
    if what == "accept_sure":
        places = [entry.place for entry in draft.waiting if entry.sure]
    else:
        places = [_place(draft, visit.sent("place"))]
    count = len(places)
    if await _do(visit, lambda: desk.reviewing.accept(person.id, person.school_id, number, places)):
        left = sum(not entry.sure and entry.place not in places for entry in draft.waiting)
        flash(visit, say(f"policy.review.{'accepted_left' if left else 'accepted'}", count=count, left=left))
    return visit.go(f"/own/{number}{_next(draft, places)}")


async def ask(visit: Visit) -> web.StreamResponse:
    """A question to the draft, answered on the page from which it was asked."""
    draft, text = await opened(visit), visit.sent("text").strip()
    answered = await asyncio.to_thread(own(visit).ask, draft, text) if text else None
    asked = Asked(text, answered)
    if visit.sent("place"):
        return _one(visit, draft, _place(draft, visit.sent("place")), asked=asked)
    return _whole(visit, draft, asked)


async def clause(visit: Visit) -> web.StreamResponse:
    """One clause with everything that can be done about it."""
    draft = await opened(visit)
    return _one(visit, draft, _place(draft, visit.request.match_info["place"]))


async def change(visit: Visit) -> web.StreamResponse:
    """Accept, change, mark or put back one clause, or add an example to one of its rules."""
    draft, desk = await opened(visit), own(visit)
    person, number = visit.who.person, visit.request.match_info["draft"]
    place = _place(draft, visit.request.match_info["place"])
    ids = (person.id, person.school_id, number)
    what, rule = visit.sent("act"), _number(visit.sent("rule"))
    if what == "norm":
        return await _norm(visit, draft, place, rule)
    if what == "example":
        return await _example(visit, draft, place, rule)
    acts: dict[str, tuple[Callable[[], object], str]] = {
        "accept": (lambda: desk.reviewing.accept(*ids, (place,)), say("policy.review.accepted", count=1)),
        "unclear": (lambda: desk.reviewing.unclear(*ids, place), say("policy.review.unclear")),
        "reopen": (lambda: desk.reviewing.reopen(*ids, place), say("policy.review.reopened")),
        "optional": (lambda: desk.reviewing.optional(*ids, place, optional=True), say("policy.review.optional")),
        "binding": (lambda: desk.reviewing.optional(*ids, place, optional=False), say("policy.review.binding")),
        "remove": (lambda: desk.reviewing.change(*ids, place, rule, None), say("policy.review.changed")),
    }
    if what not in acts:
        raise web.HTTPBadRequest
    if await _do(visit, acts[what][0]):
        flash(visit, acts[what][1])
    if what in {"accept", "unclear"}:
        return visit.go(f"/own/{number}{_next(draft, [place])}")
    return visit.go(f"/own/{number}/clause/{place}")


async def _norm(visit: Visit, draft: Opened, place: int, rule: int) -> web.StreamResponse:
    entry = draft.entries[place]
    before = entry.norms[rule].norm if rule < len(entry.norms) else NEW
    prefix = norm_prefix(rule)
    values = {name.removeprefix(prefix): value for name, value in values_of(visit).items() if name.startswith(prefix)}
    norm, errors = norm_from(values, before)
    if norm is None:
        return _one(visit, draft, place, forms={rule: norm_form(before, rule, values, errors)})
    person, desk = visit.who.person, own(visit)
    number = visit.request.match_info["draft"]
    if await _do(visit, lambda: desk.reviewing.change(person.id, person.school_id, number, place, rule, norm)):
        flash(visit, say("policy.review.changed"))
    return visit.go(f"/own/{number}/clause/{place}")


async def _example(visit: Visit, draft: Opened, place: int, rule: int) -> web.StreamResponse:
    example, errors = example_from(values_of(visit))
    if example is None:
        typed = {"ask": visit.sent("ask"), "verdict": visit.sent("verdict"), "rule": str(rule)}
        return _one(visit, draft, place, example=(typed, errors))
    person, desk = visit.who.person, own(visit)
    number = visit.request.match_info["draft"]
    if await _do(visit, lambda: desk.reviewing.example(person.id, person.school_id, number, place, rule, example)):
        flash(visit, say("policy.review.example"))
    return visit.go(f"/own/{number}/clause/{place}")


async def _do(visit: Visit, what: Callable[[], object]) -> bool:
    """Do something to a draft, in a thread; where it is closed, say so and return ``False``."""
    try:
        await asyncio.to_thread(what)
    except Closed:
        flash(visit, say("policy.review.closed"))
        return False
    except NoDraft:
        raise web.HTTPNotFound from None
    return True


def shown(draft: Opened, entry: Entry) -> Shown:
    """Return a clause with its rules in words."""
    clause = draft.document.clauses[entry.place]
    tracked = tuple(change for change in draft.document.tracked if change.clause == clause.id)
    return Shown(clause, entry, tuple(map(_rule, entry.norms)), tracked)


def _rule(each: DraftedNorm) -> Rule:
    names = terms.acts()
    acts = "; ".join(names.get(name, name) for name in each.norm.acts)
    return Rule(says("policy.force")[each.norm.force], acts, tuple(circumstances(each.norm)), each)


def _whole(visit: Visit, draft: Opened, asked: Asked | None = None) -> web.StreamResponse:
    waiting = [shown(draft, entry) for entry in draft.waiting]
    return visit.page(
        "own_review.html",
        opened=draft,
        doubtful=[each for each in waiting if not each.entry.sure],
        sure=[each for each in waiting if each.entry.sure],
        done=[shown(draft, entry) for entry in draft.entries if not entry.waits],
        own_clauses=[(n, c) for n, c in enumerate(draft.document.clauses) if c.origin in {"school", "left_out"}],
        states=says("policy.state"),
        asked=asked,
        notices=visit.desk.flashes.take(visit.token),
    )


def _one(
    visit: Visit,
    draft: Opened,
    place: int,
    *,
    asked: Asked | None = None,
    forms: dict[int, Form] | None = None,
    example: tuple[dict[str, str], dict[str, str]] = ({}, {}),
) -> web.StreamResponse:
    entry = draft.entries[place]
    wrong = bool(forms or example[1])
    drawn = {number: norm_form(each.norm, number) for number, each in enumerate(entry.norms)}
    drawn[len(entry.norms)] = norm_form(NEW, len(entry.norms))
    return visit.page(
        "own_clause.html",
        status=FORM_REFUSED if wrong else 200,
        opened=draft,
        each=shown(draft, entry),
        forms=drawn | (forms or {}),
        wrong=frozenset(forms or ()),
        problems=[problem for form in (forms or {}).values() for problem in problems(form)],
        example=example[0],
        example_errors=example[1],
        states=says("policy.state"),
        verdicts=says("policy.verdict"),
        asked=asked,
        last=len(draft.entries) - 1,
        notices=visit.desk.flashes.take(visit.token),
    )


def _place(draft: Opened, text: str) -> int:
    place = _number(text)
    if place >= len(draft.entries):
        raise web.HTTPNotFound
    return place


def _number(text: str) -> int:
    """Return a number from 0, or one that is beyond everything."""
    return int(text) if text.isdecimal() and len(text) < 5 else 10_000


def _next(draft: Opened, places: list[int]) -> str:
    """Return the anchor of the clause that waits next, so that the page opens where the work goes on."""
    waiting = [e.place for e in draft.waiting if not e.sure and e.place not in places]
    after = [place for place in waiting if places and place > places[-1]] or waiting
    return f"#clause-{after[0]}" if after else ""
