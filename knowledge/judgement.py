"""From a reading that is not certain to one ruling: every likely act is ruled on, and the verdicts are weighed.

Two readings that lead to the same verdict support each other; a verdict is given only where enough of the likelihood
stands behind it, and a "yes" only where little stands against it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Final

import msgspec

from knowledge import terms
from knowledge.features import plain
from knowledge.model import Verdict
from knowledge.naming import ACT, named_after
from knowledge.reading import Reading
from knowledge.ruling import Rulebook, Ruling

ENOUGH: Final = 0.25
"""Share of the likelihood that a verdict must have; below it the bot says that it is not sure."""
ENOUGH_FOR_YES: Final = 0.70
AGAINST_YES: Final = 0.4
"""How much may stand against a "yes" that has less than that, beside what stands for it."""
AGAINST_YES_UNASKED: Final = 0.05
"""How much may stand against a "yes" at most where somebody was not asked."""
SILENCE_COUNTS: Final = 0.4
"""How much a reading on which the policy is silent counts beside one on which it speaks."""
DONE_COUNTS: Final = 0.001
"""How much a duty counts that is said to be done, beside what else may have been asked."""
NAMED: Final = frozenset(
    {
        "blog",
        "disclaimer",
        "discuss_work",
        "have_account",
        "name_employer",
        "promote_business",
        "start_opinion_site",
        ACT,
    }
)
"""Acts whose question may be about calling the thing by the school's name."""
SETTLED_COUNTS: Final = 0.8
"""How likely an act is that the words settle."""
RANK_WEIGHT: Final = (1.0, 0.5, 0.35, 0.25, 0.15, 0.15, 0.15, 0.15)
FACTS_WEIGHT: Final = (1.0, 0.9, 0.9, 0.9, 0.9, 0.9, 0.9, 0.9)
"""The same where facts are asked for: no statement decides more than another, so that nearness counts for more."""
SHOWN: Final = 5
NEARNESS: Final = 16.0
"""How much a clause's nearness to the question in words (0 to 1) adds to its weight among those that rule."""
ALIKE: Final = 8.0
"""The same for its nearness in meaning, as the power of e."""
BESIDE: Final = 0.5
"""How much a clause counts that leads to another verdict."""
LEANS: Final = 4.0
"""How much an act gains by the nearness in meaning of the clause that rules on it, as the power of e."""
OFF_TOPIC: Final = 15.0
"""How much it gains that the question is about something else, which no clause can speak for."""
OFF_TOPIC_FROM: Final = 0.05
"""How likely that must be to gain anything."""
UNLIKE: Final = 0.3
"""Nearness in meaning that speaks for nothing."""
STRICT: Final = frozenset({"prohibited", "discouraged", "conditional", "required"})


class Judgement(msgspec.Struct, frozen=True):
    """The ruling given, the reading that it rests on, and the near readings that were not taken."""

    reading: Reading
    ruling: Ruling
    share: float
    near: tuple[str, ...]

    @property
    def verdict(self) -> Verdict:
        """The verdict given."""
        return self.ruling.verdict


def judge(reading: Reading, rulebook: Rulebook) -> Judgement:
    """Return the ruling that the likeliest readings together support."""
    reading = _settled(reading, rulebook)
    alike = rulebook.meanings.scores(reading.meaning)
    found = [(rulebook.rule(reading, act), share) for act, share in _still_asked(reading)]
    rulings = [(ruling, share * _leaning(ruling, share, alike)) for ruling, share in found]
    total = sum(share for _, share in rulings)
    shares: dict[Verdict, float] = {}
    for ruling, share in rulings:
        counted = SILENCE_COUNTS if ruling.verdict == "silent" else 1.0
        shares[ruling.verdict] = shares.get(ruling.verdict, 0.0) + counted * share / total
    verdict = max(shares, key=lambda name: shares[name])
    near = tuple(act for act, _ in reading.acts[:4])
    share = shares[verdict] * sum(share for _, share in reading.acts)
    against = sum(part for name, part in shares.items() if name in STRICT)
    doubtful = shares[verdict] < ENOUGH_FOR_YES and against > shares[verdict] * AGAINST_YES
    if reading.unmet & terms.alike("given"):
        doubtful = against > AGAINST_YES_UNASKED
    if verdict == "permitted" and doubtful:
        verdict = max((name for name in shares if name in STRICT), key=lambda name: shares[name])
    chosen, _ = max((item for item in rulings if item[0].verdict == verdict), key=lambda item: item[1])
    if share < ENOUGH and verdict not in {"off_topic", "report"}:
        chosen = Ruling("unsure", chosen.act, chosen.applied, chosen.clauses)
    clauses: tuple[str, ...] = ()
    if chosen.clauses or verdict == "report":
        clauses = _cite(verdict, rulings, rulebook.nearest.scores(reading.text), alike)
    return Judgement(reading, msgspec.structs.replace(chosen, clauses=clauses), share, near)


def _settled(reading: Reading, rulebook: Rulebook) -> Reading:
    """Return a reading with the act that its words settle: one that is ruled on, or else likeliest; no other matter."""
    named = [*_named(reading, rulebook)]
    acts = [(act, share) for act, share in reading.acts if act not in terms.act_groups()["not_a_question"]]
    settled = next((act for act in named if rulebook.rules_on(act)), None)
    if settled is None and acts and acts[0][0] in named:
        settled = acts[0][0]
    if settled is None:
        return reading
    others = ((act, share * (1 - SETTLED_COUNTS)) for act, share in acts if act != settled)
    return msgspec.structs.replace(reading, acts=((settled, SETTLED_COUNTS), *others))


def _named(reading: Reading, rulebook: Rulebook) -> Iterator[str]:
    """Yield the acts that the words settle, whatever else was understood."""
    if reading.act in NAMED and named_after(reading.text, rulebook.policy.head.names):
        yield ACT
    for act, (among, words) in terms.settled().items():
        if reading.act in among and words.search(plain(reading.text)):
            yield act


def _still_asked(reading: Reading) -> list[tuple[str, float]]:
    """Return the acts with their shares; a duty that is said to be done counts little: leave is asked for the rest."""
    done = terms.done()
    return [
        (act, share * (DONE_COUNTS if reading.kind == "may" and done.get(act) in reading.met else 1.0))
        for act, share in reading.acts
    ]


def _leaning(ruling: Ruling, share: float, alike: dict[str, float]) -> float:
    """Return how much the clause that a ruling rests on speaks for its act, beside one that rests on none (1)."""
    if ruling.verdict == "off_topic":
        return OFF_TOPIC if share >= OFF_TOPIC_FROM else 1.0
    return math.exp(LEANS * (alike.get(ruling.clauses[0], UNLIKE) - UNLIKE)) if ruling.clauses else 1.0


def _cite(
    verdict: Verdict, rulings: list[tuple[Ruling, float]], near: dict[str, float], alike: dict[str, float]
) -> tuple[str, ...]:
    """Return clause ids by how decisive they are over all readings, those behind the verdict given counting most.

    Clauses that rule alike stand in the order of how near their words and their meaning are to the question.
    """
    weight: dict[str, float] = {}
    for ruling, share in rulings:
        weights = FACTS_WEIGHT if ruling.verdict == "info" else RANK_WEIGHT
        for clause, rank in zip(ruling.clauses, weights, strict=False):
            weight[clause] = weight.get(clause, 0.0) + share * rank * (1.0 if ruling.verdict == verdict else BESIDE)
    for clause in weight:
        weight[clause] *= (1.0 + NEARNESS * near.get(clause, 0.0)) * math.exp(ALIKE * alike.get(clause, 0.0))
    return tuple(sorted(weight, key=lambda clause: -weight[clause]))[:SHOWN]
