"""Reading + policy -> ruling: which norms fit, which of them beats which, and what the verdict is.

The reasoning is defeasible deontic logic in the shape of LegalRuleML: every norm that fits an act and its circumstances
speaks; an exception that is said to hold defeats its norm; the more exact norm beats the more general; of equals the
stricter rules. A circumstance that was not said and would change the outcome makes the verdict conditional, and is the
one fact that is asked for.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import Final, NamedTuple

import msgspec

from knowledge import terms
from knowledge.model import Clause, Force, Norm, Policy, Verdict
from knowledge.reading import Reading
from knowledge.retrieval import Nearest
from knowledge.verdicts import verdict_on
from knowledge.worlds import SUPPOSED, Entry, World, contradicted, fits, worlds

STRICTEST_FIRST: Final[tuple[str, ...]] = (
    "prohibited",
    "required",
    "conditional",
    "discouraged",
    "recommended",
    "permitted",
    "stated",
    "none",
)


class Applied(msgspec.Struct, frozen=True):
    """A norm that speaks on a question: with the clause that makes it, and the conditions still open."""

    clause: str
    norm: Norm
    status: str
    open: tuple[str, ...] = ()
    exception: str | None = None


class Ruling(msgspec.Struct, frozen=True):
    """What the policy says of an act.

    ``applied`` holds the norms that decide, most decisive first; ``clauses`` their ids and those that support them.
    ``asks`` names the facet or condition whose answer would decide most, with ``asks_value`` the value it is about.
    """

    verdict: Verdict
    act: str
    applied: tuple[Applied, ...] = ()
    clauses: tuple[str, ...] = ()
    asks: str | None = None
    asks_text: str | None = None
    exceptions: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()


class Rulebook:
    """A policy made ready for ruling: its norms by act."""

    def __init__(self, policy: Policy) -> None:
        """Take the policy; cost grows with the number of its norms."""
        self.policy = policy
        self._by_act: dict[str, list[Entry]] = {}
        for order, clause in enumerate(policy.clauses):
            for norm in clause.norms:
                for act in norm.acts:
                    self._by_act.setdefault(act, []).append(Entry(clause.id, order, norm))

    def rule(self, reading: Reading, act: str | None = None) -> Ruling:
        """Return the ruling on the reading, taken as a question about ``act`` (by default its likeliest act)."""
        act = act or reading.act
        if act in terms.act_groups()["not_a_question"]:
            return Ruling("off_topic", act)
        duty = terms.duty_behind().get(act)
        if reading.kind == "must" and duty in self._by_act and not self.rules_on(act):
            act = duty
        if reading.kind == "must" and act in terms.ends().values():
            return self._whether_to_end(reading, act)
        act, entries = self._entries(reading, act)
        if reading.kind == "incident":
            return self._incident(reading, act, entries)
        outcomes = [_weigh(world.supposing_capacity(act), entries) for world in worlds(reading, entries)]
        statuses = {outcome.status for outcome in outcomes}
        if reading.kind == "must" and act in terms.ends() and statuses <= {"none", "stated"}:
            return self._whether_to_end(reading, terms.ends()[act])
        if statuses == {"none"} and (reading.kind != "info" or not entries):
            return self._unruled(reading, act, entries)
        return self._conclude(reading, act, entries, outcomes, statuses)

    def _entries(self, reading: Reading, act: str) -> tuple[str, list[Entry]]:
        """Return the act that a reading comes to, and the norms on it, those on its special cases included."""
        for special, (general, facet, value) in terms.special_cases().items():
            said = reading.said(facet)
            if act == special and said and value not in said:
                act = general
            if act == general and value in said:
                return act, [*self._by_act.get(act, ()), *self._by_act.get(special, ())]
        return act, self._by_act.get(act, [])

    def _whether_to_end(self, reading: Reading, kept: str) -> Ruling:
        """Rule on having to end what goes on by whether it may go on: what is forbidden must be ended."""
        ruling = self.rule(msgspec.structs.replace(reading, kind="may", negated=False), kept)
        return msgspec.structs.replace(ruling, verdict="required") if ruling.verdict == "prohibited" else ruling

    def rules_on(self, act: str) -> bool:
        """Return whether a norm of the policy rules on an act, whatever the circumstances."""
        return any(entry.norm.force != "stated" for entry in self._by_act.get(act, ()))

    def _conclude(
        self, reading: Reading, act: str, entries: list[Entry], outcomes: list[_Outcome], statuses: set[str]
    ) -> Ruling:
        first = outcomes[0]
        asks = asks_text = None
        if len(statuses) > 1:
            asks, asks_text = _splitting_fact(reading, outcomes)
            status = "conditional"
        else:
            status = first.status
        applied = _merge(outcomes)
        if reading.kind == "info":
            return self._informative(reading, act, entries, applied)
        if status == "conditional" and asks is None:
            asks, asks_text = _first_open(applied)
        verdict = verdict_on(status, reading, act)
        exceptions = tuple(
            dict.fromkeys(name for item in applied for name in item.norm.unless if item.exception is None)
        )
        if asks is None and exceptions:
            asks, asks_text = exceptions[0].rpartition(":")[2], _question_about(exceptions[0])
        conditions = tuple(dict.fromkeys(name for item in applied for name in item.open))
        return Ruling(verdict, act, applied, _cited(applied), asks, asks_text, exceptions, conditions)

    def _unruled(self, reading: Reading, act: str, entries: list[Entry]) -> Ruling:
        """Nothing fits what was said. Where the facts only rest unsaid, rule on the norms that could fit."""
        loose = [entry for entry in entries if not contradicted(reading, entry.norm) and not entry.norm.catch_all]
        unsaid = [entry for entry in loose if "person" in reading.unsaid and entry.norm.person]
        if not unsaid:
            return Ruling("silent", act)
        outcome = _weigh(World(reading, frozenset({"person", "content"})).supposing_capacity(act), unsaid)
        if outcome.status == "none":
            return Ruling("silent", act)
        return self._conclude(reading, act, entries, [outcome], {outcome.status})

    def _informative(self, reading: Reading, act: str, entries: list[Entry], applied: tuple[Applied, ...]) -> Ruling:
        fitting = [entry for entry in entries if not contradicted(reading, entry.norm)] or entries
        stated = [entry for entry in fitting if entry.norm.force == "stated"]
        listed = [Applied(entry.clause, entry.norm, entry.norm.force) for entry in stated]
        listed += [item for item in applied if item.clause not in {entry.clause for entry in stated}]
        listed = listed or [Applied(entry.clause, entry.norm, entry.norm.force) for entry in fitting]
        return Ruling("info", act, tuple(listed), _cited(listed))

    def _incident(self, reading: Reading, act: str, entries: list[Entry]) -> Ruling:
        duties = self._duties(reading)
        broken = [entry for entry in entries if not contradicted(reading, entry.norm)]
        listed = [Applied(entry.clause, entry.norm, entry.norm.force) for entry in (*duties, *broken)]
        return Ruling("report", act, tuple(listed), _cited(listed))

    def _duties(self, reading: Reading) -> list[Entry]:
        about_staff = reading.actor in {"colleague", "head", "governor", "chair"}
        acts = ["report_breach_by_head"] if reading.actor == "head" else []
        acts += ["report_breach"] if about_staff else ["report_cyberbullying", "keep_evidence", "engage_with_abuse"]
        return [entry for act in acts for entry in self._by_act.get(act, ()) if entry.norm.force != "stated"]

    @cached_property
    def nearest(self) -> Nearest:
        """How near each clause is to a question in words; made when first asked for, in some 30 ms."""
        return Nearest(self.policy)

    def clause(self, clause_id: str) -> Clause:
        """Return a clause of the policy. Raise ``KeyError`` if there is none of that id."""
        return self.policy.clause(clause_id)


class _Outcome(NamedTuple):
    world: World
    status: str
    applied: tuple[Applied, ...]


def _weigh(world: World, entries: Iterable[Entry]) -> _Outcome:
    """Let the norms that fit this world speak, and return what the most exact of them say."""
    spoken: list[tuple[tuple[int, int, int, int], Applied, int]] = []
    for entry in entries:
        found = [fits(world, facet, getattr(entry.norm, facet)) for facet in terms.FACETS]
        if None in found:
            continue
        person, *others = [fit or 0 for fit in found]
        applied = _apply(world.reading, entry)
        if applied is not None:
            said_so = len(world.reading.met.intersection(entry.norm.conditions))
            rank = (int(not entry.norm.catch_all), int(applied.status != "stated"), person, sum(others) + said_so)
            spoken.append((rank, applied, entry.order))
    if not spoken:
        return _Outcome(world, "none", ())
    best = max(rank for rank, _, _ in spoken)
    spoken.sort(key=lambda item: ([-part for part in item[0]], STRICTEST_FIRST.index(item[1].status), item[2]))
    leading = [applied for rank, applied, _ in spoken if rank == best]
    status = min((applied.status for applied in leading), key=STRICTEST_FIRST.index)
    ordered = [applied for _, applied, _ in spoken if applied.status == status]
    ordered += [applied for _, applied, _ in spoken if applied.status != status]
    return _Outcome(world, status, tuple(ordered))


def _apply(reading: Reading, entry: Entry) -> Applied | None:
    """Apply one norm's exceptions and conditions to what was said."""
    norm = entry.norm
    for exception in norm.unless:
        if _holds(reading, exception):
            return Applied(entry.clause, norm, norm.excepted, exception=exception)
    if not norm.conditions:
        return Applied(entry.clause, norm, norm.force)
    met, unmet = _said_of(norm, reading)
    if unmet:
        otherwise: Force | None = norm.otherwise or ("prohibited" if norm.force == "permitted" else None)
        return Applied(entry.clause, norm, otherwise) if otherwise else None
    still_open = tuple(name for name in norm.conditions if name not in met)
    if not still_open or norm.force == "stated":
        return Applied(entry.clause, norm, norm.force)
    if norm.force in {"required", "recommended"}:
        return Applied(entry.clause, norm, norm.force, still_open)
    return Applied(entry.clause, norm, "conditional", still_open)


def _said_of(norm: Norm, reading: Reading) -> tuple[set[str], set[str]]:
    """Return which of a norm's conditions are said to hold and not to hold, kinds of leave taken for each other.

    What the norm itself tells apart is kept apart.
    """
    asked = set(norm.conditions)
    met, unmet = asked & reading.met, asked & reading.unmet
    if (reading.met - asked) & terms.alike("given"):
        met |= (asked & terms.alike("given")) - unmet
    if (reading.unmet - asked) & terms.alike("denied"):
        unmet |= (asked & terms.alike("denied")) - met
    return met, unmet


def _holds(reading: Reading, exception: str) -> bool:
    facet, _, value = exception.rpartition(":")
    if not facet:
        return value in reading.met
    return any(value in terms.widen(facet, said) for said in reading.said(facet))


def _splitting_fact(reading: Reading, outcomes: list[_Outcome]) -> tuple[str, str]:
    """Return the supposed fact whose answer leaves the fewest different outcomes, and the question that asks for it."""
    names = {name for outcome in outcomes for name, _ in outcome.world.supposed if name != "capacity"}

    def left_open(name: str) -> int:
        by_value: dict[str, set[str]] = {}
        for outcome in outcomes:
            by_value.setdefault(dict(outcome.world.supposed)[name], set()).add(outcome.status)
        return sum(len(found) for found in by_value.values())

    name = min(sorted(names), key=left_open)
    if name == "person":
        said = next(value for value in reading.person if value in SUPPOSED)
        return "age", terms.questions("person")[said]
    return name, terms.questions(name)[""]


def _first_open(applied: tuple[Applied, ...]) -> tuple[str | None, str | None]:
    for item in applied:
        if item.open:
            return item.open[0], terms.questions("condition")[item.open[0]]
    return None, None


def _question_about(exception: str) -> str:
    facet, _, value = exception.rpartition(":")
    if not facet:
        return terms.questions("condition")[value]
    asked = terms.questions(facet)
    return asked.get(value) or asked.get(terms.widen(facet, value)[-1]) or asked.get("") or terms.values(facet)[value]


def _merge(outcomes: list[_Outcome]) -> tuple[Applied, ...]:
    """Return the norms that lead in any world, in turn, then those that follow."""
    merged: dict[tuple[str, int], Applied] = {}
    for rank in range(max((len(outcome.applied) for outcome in outcomes), default=0)):
        for outcome in outcomes:
            if rank < len(outcome.applied):
                item = outcome.applied[rank]
                merged.setdefault((item.clause, id(item.norm)), item)
    return tuple(merged.values())


def _cited(applied: Iterable[Applied]) -> tuple[str, ...]:
    """Return clause ids, most decisive first: those of the first norm, what it points to, then the others."""
    listed = list(applied)
    ids = [item.clause for item in listed[:2]]
    ids += [clause for item in listed[:2] for clause in item.norm.see]
    ids += [item.clause for item in listed[2:]]
    return tuple(dict.fromkeys(ids))[:8]
