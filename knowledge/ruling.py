"""Reading + policy -> ruling: which norms fit, which of them beats which, and what the verdict is.

The reasoning is defeasible deontic logic in the shape of LegalRuleML: every norm that fits an act and its circumstances
speaks; an exception that is said to hold defeats its norm; the more exact norm beats the more general; of equals the
stricter rules. Of several policies each speaks so for itself, and where they differ the stricter rules; a general rule
of one ("do nothing that …") gives way to whatever another rules exactly. A circumstance that was not said and would
change the outcome makes the verdict conditional, and is the one fact that is asked for.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache, cached_property

import msgspec

from knowledge import terms
from knowledge.joining import heads, place_of
from knowledge.meaning import Meanings
from knowledge.model import Clause, Policy, Verdict
from knowledge.reading import Reading
from knowledge.retrieval import Nearest
from knowledge.verdicts import verdict_on
from knowledge.weighing import Applied, Outcome, weigh
from knowledge.worlds import SUPPOSED, Entry, World, contradicted, worlds


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
            place = place_of(policy, clause.id)
            for norm in clause.norms:
                for act in norm.acts:
                    self._by_act.setdefault(act, []).append(Entry(clause.id, order, norm, place))

    def rule(self, reading: Reading, act: str | None = None) -> Ruling:
        """Return the ruling on the reading, taken as a question about ``act`` (by default its likeliest act)."""
        act = act or reading.act
        if act in terms.act_groups()["not_a_question"]:
            return Ruling("off_topic", act)
        if reading.kind == "may" and not reading.negated and self.rules_on(terms.towards().get(act, "")):
            act = terms.towards()[act]
        duty = terms.duty_behind().get(act)
        if reading.kind == "must" and duty in self._by_act and not self.rules_on(act):
            act = duty
        if reading.kind == "must" and act in terms.ends().values():
            return self._whether_to_end(reading, act)
        act, entries = self._entries(reading, act)
        if reading.kind == "incident":
            return self._incident(reading, act, entries)
        outcomes = [weigh(world.supposing_capacity(act), entries) for world in worlds(reading, entries)]
        outcomes = self._by_barred_means(reading, act, outcomes)
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
        while not self.rules_on(act) and act in terms.broader():
            act = terms.broader()[act]
        entries = self._by_act.get(act, [])
        return act, [*entries, *self._wider(act, entries)] if self.policy.beside else entries

    def _wider(self, act: str, entries: list[Entry]) -> Iterator[Entry]:
        """Yield what policies that do not rule on an act, where another one does, rule on the next wider act."""
        silent = set(range(len(heads(self.policy)))) - {e.policy for e in entries if e.norm.force != "stated"}
        while silent and act in terms.broader():
            act = terms.broader()[act]
            found = [e for e in self._by_act.get(act, ()) if e.policy in silent and e.norm.force != "stated"]
            yield from found
            silent -= {entry.policy for entry in found}

    def _by_barred_means(self, reading: Reading, act: str, outcomes: list[Outcome]) -> list[Outcome]:
        """Return the outcomes with the bans on the school's devices before them, where one is said to be used."""
        if reading.kind != "may" or reading.negated or "school" not in reading.device or act not in _done_online():
            return outcomes
        barring = [entry for entry in self._by_act.get("use_school_device", ()) if entry.norm.force == "prohibited"]
        barred = [weigh(outcome.world, barring) for outcome in outcomes]
        return [
            outcome._replace(status=bar.status, applied=(*bar.applied, *outcome.applied))
            if bar.status == "prohibited"
            else outcome
            for bar, outcome in zip(barred, outcomes, strict=True)
        ]

    def _whether_to_end(self, reading: Reading, kept: str) -> Ruling:
        """Rule on having to end what goes on by whether it may go on: what is forbidden must be ended."""
        ruling = self.rule(msgspec.structs.replace(reading, kind="may", negated=False), kept)
        return msgspec.structs.replace(ruling, verdict="required") if ruling.verdict == "prohibited" else ruling

    def rules_on(self, act: str) -> bool:
        """Return whether a norm of the policy rules on an act, whatever the circumstances."""
        return any(entry.norm.force != "stated" for entry in self._by_act.get(act, ()))

    def _conclude(
        self, reading: Reading, act: str, entries: list[Entry], outcomes: list[Outcome], statuses: set[str]
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
        outcome = weigh(World(reading, frozenset({"person", "content"})).supposing_capacity(act), unsaid)
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
        """List what was broken and what must be done: of one's own slip the first goes before, else the second."""
        other = terms.among_colleagues().get(act)
        if other and reading.actor == "colleague" and "colleague" in reading.person:
            entries = [*self._by_act.get(other, ()), *entries]
        broken = [entry for entry in entries if not contradicted(reading, entry.norm)]
        duties = self._duties(reading)
        ordered = (*broken, *duties) if reading.actor == "self" else (*duties, *broken)
        listed = [Applied(entry.clause, entry.norm, entry.norm.force) for entry in ordered]
        return Ruling("report", act, tuple(listed), _cited(listed))

    def _duties(self, reading: Reading) -> list[Entry]:
        by_staff = reading.actor in {"self", "colleague", "head", "governor", "chair"}
        acts = ["report_breach_by_head"] if reading.actor == "head" else []
        acts += ["report_breach"] if by_staff else ["report_cyberbullying", "keep_evidence", "engage_with_abuse"]
        return [entry for act in acts for entry in self._by_act.get(act, ()) if entry.norm.force != "stated"]

    @cached_property
    def nearest(self) -> Nearest:
        """How near each clause is to a question in words; made when first asked for, in some 30 ms."""
        return Nearest(self.policy)

    @cached_property
    def meanings(self) -> Meanings:
        """How near each clause is to a question in meaning; made when first asked for, in some 150 ms."""
        return Meanings(self.policy)

    def clause(self, clause_id: str) -> Clause:
        """Return a clause of the policy. Raise ``KeyError`` if there is none of that id."""
        return self.policy.clause(clause_id)


@cache
def _done_online() -> frozenset[str]:
    """Return the acts that are done on social media, and so on some device."""
    return frozenset(
        act for group in ("contact", "posting", "profile", "official") for act in terms.act_groups()[group]
    )


def _splitting_fact(reading: Reading, outcomes: list[Outcome]) -> tuple[str, str]:
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


def _merge(outcomes: list[Outcome]) -> tuple[Applied, ...]:
    """Return the norms that lead in any world, in turn, then those that follow.

    Where all worlds come to the same, a norm that speaks in every one of them goes before one that needs a fact.
    """
    merged: dict[tuple[str, int], Applied] = {}
    for rank in range(max((len(outcome.applied) for outcome in outcomes), default=0)):
        for outcome in outcomes:
            if rank < len(outcome.applied):
                item = outcome.applied[rank]
                merged.setdefault((item.clause, id(item.norm)), item)
    if len({outcome.status for outcome in outcomes}) > 1:
        return tuple(merged.values())
    speaks = Counter((item.clause, id(item.norm)) for outcome in outcomes for item in outcome.applied)
    return tuple(item for _, item in sorted(merged.items(), key=lambda pair: -speaks[pair[0]]))


def _cited(applied: Iterable[Applied]) -> tuple[str, ...]:
    """Return clause ids, most decisive first: those of the first norm, what it points to, then the others."""
    listed = list(applied)
    ids = [item.clause for item in listed[:2]]
    ids += [clause for item in listed[:2] for clause in item.norm.see]
    ids += [item.clause for item in listed[2:]]
    return tuple(dict.fromkeys(ids))[:8]
