"""Faults in a policy itself, for those who write it: contradictions, duplicates, gaps, routes, dates, unclear wording.

A finding names the clauses and says in plain words what is the matter and what to do about it (``linting.toml``).
"""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import Any, Final, NamedTuple

import msgspec
from rapidfuzz import fuzz

from knowledge import terms
from knowledge.importing.sentences import sentences
from knowledge.model import Norm, Policy, Route
from knowledge.pack import REPORT_KINDS, ROLES
from knowledge.reading import Reading
from knowledge.ruling import Rulebook

ALIKE: Final = 90
"""Clauses whose words are this alike (0 to 100) are duplicates."""
SHORTEST: Final = 40
"""Characters below which two clauses may well be alike, such as the lines of a list."""
LONGEST: Final = 60
"""Words of a sentence above which it is pointed out."""
OPPOSITE: Final = {
    frozenset({"prohibited", "permitted"}): "contradiction",
    frozenset({"prohibited", "required"}): "contradiction",
    frozenset({"prohibited", "recommended"}): "contradiction",
    frozenset({"discouraged", "required"}): "contradiction",
    frozenset({"discouraged", "recommended"}): "contradiction",
    frozenset({"prohibited", "discouraged"}): "strength",
    frozenset({"prohibited", "conditional"}): "strength",
    frozenset({"permitted", "conditional"}): "strength",
}
ORDER: Final = ("contradiction", "route", "review", "gap", "unclear", "strength", "duplicate")


class Finding(msgspec.Struct, frozen=True):
    """A fault: its kind (one of ``ORDER``), the clauses it is in, what is the matter, and what to do."""

    kind: str
    clauses: tuple[str, ...]
    says: str
    do: str


class _Spoken(NamedTuple):
    clause: str
    norm: Norm
    act: str

    @property
    def force(self) -> str:
        return "conditional" if self.norm.force == "permitted" and self.norm.conditions else self.norm.force


@cache
def _data() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name("linting.toml").read_text("utf-8"))


def lint(policy: Policy, today: dt.date) -> list[Finding]:
    """Return what is at fault in a policy on a day, worst first, and in the order of the clauses."""
    found = [
        *_contradictions(policy),
        *_routes(policy),
        *_review(policy, today),
        *_gaps(policy),
        *_wording(policy),
        *_duplicates(policy),
    ]
    place = {clause.id: number for number, clause in enumerate(policy.clauses)}
    return sorted(found, key=lambda one: (ORDER.index(one.kind), place.get(one.clauses[0], 0) if one.clauses else 0))


def _finding(fault: str, clauses: tuple[str, ...], sentence: str = "", /, **words: object) -> Finding:
    said: dict[str, str] = _data()["says"][sentence or fault]
    return Finding(fault, clauses, said["matter"].format(**words), said["mend"].format(**words))


def _contradictions(policy: Policy) -> Iterator[Finding]:
    """Return pairs of clauses that rule differently on the same act in the same circumstances, each pair once."""
    by_act: dict[str, list[_Spoken]] = {}
    for clause in policy.clauses:
        for norm in clause.norms:
            for act in norm.acts:
                by_act.setdefault(act, []).append(_Spoken(clause.id, norm, act))
    seen: set[tuple[str, str]] = set()
    for act, spoken in by_act.items():
        for one, other in combinations(spoken, 2):
            kind = OPPOSITE.get(frozenset({one.force, other.force}))
            pair = (one.clause, other.clause)
            if kind and pair not in seen and not _belong(*pair) and _same_case(one.norm, other.norm):
                seen.add(pair)
                forces = _data()["force"]
                yield _finding(
                    kind,
                    pair,
                    first=one.clause,
                    second=other.clause,
                    act=terms.acts()[act],
                    about=_about(one.norm, other.norm),
                    one=forces[one.force],
                    other=forces[other.force],
                )


def _belong(one: str, other: str) -> bool:
    """Return whether two ids are of one clause, or of a clause and an item of its list."""
    return one == other or one.startswith(f"{other}.") or other.startswith(f"{one}.")


def _same_case(one: Norm, other: Norm) -> bool:
    """Return whether two norms speak of the same circumstances, neither more exactly than the other.

    A norm that is more exact than another does not contradict it: it is the exception to it.
    """
    if (
        one.catch_all
        or other.catch_all
        or (one.unless and other.force == "permitted")
        or (other.unless and one.force == "permitted")
    ):
        return False
    for facet in terms.FACETS:
        first, second = set(getattr(one, facet)), set(getattr(other, facet))
        if bool(first) != bool(second) or (first and not first & second):
            return False
    return True


def _about(one: Norm, other: Norm) -> str:
    said = [
        terms.values(facet)[value]
        for facet in terms.FACETS
        for value in getattr(one, facet)
        if value in getattr(other, facet)
    ]
    return f" ({', '.join(said)})" if said else ""


def _duplicates(policy: Policy) -> Iterator[Finding]:
    texts = [(clause.id, clause.text.lower()) for clause in policy.clauses if len(clause.text) >= SHORTEST]
    for (one, first), (other, second) in combinations(texts, 2):
        if fuzz.ratio(first, second, score_cutoff=ALIKE):
            yield _finding("duplicate", (one, other), first=one, second=other)


def _gaps(policy: Policy) -> Iterator[Finding]:
    book = Rulebook(policy)
    for asked in _data()["asked"]:
        reading = msgspec.convert({"text": "", **asked, "acts": [(asked["act"], 1.0)]}, Reading)
        if book.rule(reading).verdict == "silent":
            yield _finding("gap", (), what=asked["what"])


def _routes(policy: Policy) -> Iterator[Finding]:
    kinds: dict[str, str] = _data()["kinds"]
    assumed: list[str] = []
    for kind in REPORT_KINDS:
        routes = [route for route in policy.head.routes if route.kind == kind]
        if not routes:
            yield _finding("route", (), "route_missing", kind=kinds[kind])
        elif not any(route.clauses for route in routes) and kind != "other":
            assumed.append(kinds[kind])
        for route in routes:
            if not _arrives(route):
                named = f": it is sent to {', '.join(route.to)}" if route.to else ""
                yield _finding(
                    "route", route.clauses, "route_nowhere", kind=kinds[kind], about=route.about, named=named
                )
    if assumed:
        yield _finding("route", (), "route_assumed", kinds=", ".join(assumed))
    known = {contact.role for contact in policy.head.contacts}
    for role, called in _data()["roles"].items():
        clauses = [clause.id for clause in policy.clauses if called.removeprefix("the ") in clause.text.lower()]
        if clauses and role not in known and any(role in route.to + route.also for route in policy.head.routes):
            yield _finding("route", (clauses[0],), "nobody_named", first=clauses[0], role=called)


def _arrives(route: Route) -> bool:
    """Return whether a route leads to a known role that is not the subject of the report."""
    subject = {"headteacher": {"headteacher", "deputy", "line_manager"}, "chair": {"chair"}}.get(route.about, set())
    return any(role in ROLES and role not in subject for role in route.to)


def _review(policy: Policy, today: dt.date) -> Iterator[Finding]:
    review = policy.head.review
    if review.due is None:
        yield _finding("review", review.clauses, "no_review")
    elif review.due < today:
        yield _finding("review", review.clauses, "past_review", date=f"{review.due.day} {review.due:%B %Y}")


def _wording(policy: Policy) -> Iterator[Finding]:
    ruling = [clause for clause in policy.clauses if any(norm.force != "stated" for norm in clause.norms)]
    for word, wanted in _data()["vague"].items():
        clauses = tuple(clause.id for clause in ruling if re.search(wanted, clause.text.lower()))
        if clauses:
            yield _finding("unclear", clauses, "vague", word=word)
    clauses = tuple(clause.id for clause in ruling if re.search(r"\bmay not\b", clause.text.lower()))
    if clauses:
        yield _finding("unclear", clauses, "may_not")
    for clause in ruling:
        longest = max((len(sentence.split()) for sentence in sentences(clause.text)), default=0)
        if longest > LONGEST:
            yield _finding("unclear", (clause.id,), "long", words=longest)
    for unclear in policy.head.unclear:
        yield _finding("unclear", unclear.clauses, says=unclear.says)
