"""Question -> reading: the words repaired, the features scored, the likeliest act and what was said about it."""

from __future__ import annotations

import re
from functools import cache
from typing import Final, cast

import numpy as np

from knowledge import classifier, terms
from knowledge.ages import of_former_pupil
from knowledge.approving import approvers
from knowledge.classifier import Classifier, Vector, softmax
from knowledge.features import words
from knowledge.model import Kind
from knowledge.persons import who_gets_in_touch
from knowledge.reading import Reading
from knowledge.spelling import Speller
from knowledge.spoken import Spoken

ACTS_KEPT: Final = 8
LEAST: Final = 0.02
"""Acts less likely than this are not considered."""
NEAR: Final = 4
"""So many acts are kept however unlikely, as near readings to choose from."""
SHARPNESS: Final = 1.0
"""How much the likeliest acts are favoured: the best of 0.7, 1 and 1.5, on 1,175 questions not trained on."""

CLOSE: Final = 1.5
"""Persons whose scores lie this near to the likeliest are taken as said too."""
READILY: Final = -0.8
SURELY_HAPPENED: Final = 0.55
"""How likely it must be that something has happened before it is taken as told, not asked."""
EVEN: Final = 0.5

_ASKS_LEAVE: Final = re.compile(
    r"(?<! how)(?<! where)(?<! who)(?<! what)(?<! when)(?<! which) (?:can|may|could) (?:i|we) "
)
_ASKS_A_FACT: Final = re.compile(r" (?:who|who's|whose|what|what's|when|where|which|how)\b[^?]*[?] ")
"""One question that begins so tells of nothing that has happened."""
_TAG: Final = re.compile(
    r" (?:is|are|was|were|do|does|did|ca|wo|would|should|could|have|has|had)n'?t"
    r" (?:it|i|we|they|he|she|that|there|you)(?= [?]|$)"
)
"""The "isn't it?" at the end of a question that says the same without it."""


class Reader:
    """Reads questions. Made once, safe to share between threads: it keeps nothing of what it reads."""

    def __init__(self, model: Classifier) -> None:
        """Take the trained model."""
        self._model = model
        self._speller = Speller(model.vocabulary, model.guarded)

    def read(self, text: str) -> Reading:
        """Return what is understood of a question (any text; the middle of a very long one is passed over)."""
        tokens = self._speller.words(_TAG.sub("", " ".join(words(text))).split())
        spoken = Spoken(tokens)
        scores, meaning = self._model.scores(tokens)
        acts = self._ranked("act", scores)
        kinds = dict(zip(self._model.heads["kind"], map(float, softmax(scores["kind"])), strict=True))
        kind = _kind(kinds, acts[0][0], spoken)
        met, unmet = self._conditions(scores, spoken)
        negation = spoken.negation(acts[0][0], kind, float(1 / (1 + np.exp(-scores["negated"][0]))))
        return Reading(
            text=text,
            acts=acts,
            kind=kind,
            negated=negation > EVEN,
            negation=negation,
            person=self._person(text, acts[0][0], scores, spoken),
            time=spoken.values("time")[:1] or self._likeliest("time", scores),
            device=self._device(acts[0][0], scores, spoken),
            capacity=self._capacity(acts[0][0], scores, spoken),
            content=tuple(dict.fromkeys((*spoken.values("content")[:1], *self._above("content", scores)))),
            met=met,
            unmet=unmet,
            actor=(self._likeliest("actor", scores) or ("",))[0],
            incident=kinds["incident"],
            approvers=approvers(text) if "approval" in met else frozenset(),
            meaning=meaning.tobytes(),
        )

    def _conditions(self, scores: dict[str, Vector], spoken: Spoken) -> tuple[frozenset[str], frozenset[str]]:
        """Return the conditions said to hold and said not to hold; one that seems both is what it seems more."""
        found = {
            head: dict(zip(self._model.heads[head], map(float, scores[head]), strict=True)) for head in ("met", "unmet")
        }
        met = frozenset(name for name, score in found["met"].items() if score > max(0.0, found["unmet"].get(name, 0.0)))
        unmet = frozenset(
            name for name, score in found["unmet"].items() if score > max(0.0, found["met"].get(name, 0.0))
        )
        return spoken.conditions(met, unmet)

    def _device(self, act: str, scores: dict[str, Vector], spoken: Spoken) -> tuple[str, ...]:
        """Return on what it is done. A device may be named only to say that it is not to hand: the act goes first."""
        named = spoken.values("device")
        _, _, of_the_act = terms.special_cases().get(act, ("", "", ""))
        if of_the_act in named:
            return (of_the_act,)
        return self._likeliest("device", scores) or named[:1]

    def _capacity(self, act: str, scores: dict[str, Vector], spoken: Spoken) -> tuple[str, ...]:
        """Return in which capacity it is done. To deal with people for the school takes a word that says so."""
        found = self._likeliest("capacity", scores)
        contact = act in terms.act_groups()["contact"]
        return () if contact and found == ("official",) and not spoken.for_the_school() else found

    def _person(self, text: str, act: str, scores: dict[str, Vector], spoken: Spoken) -> tuple[str, ...]:
        """Return who it concerns. An act of contact concerns somebody, so there the likeliest is taken more readily."""
        labels, found = self._model.heads["person"], scores["person"]
        contact = act in terms.act_groups()["contact"]
        best = float(found.max())
        if best <= 0 and contact and (named := spoken.values("person")):
            return named[:1]
        least = max(0.0, best - CLOSE)
        if best <= 0 and contact:
            least = max(best - 0.01, READILY)
        said = [label for label, score in zip(labels, found, strict=True) if score > least]
        said = [label for label in said if label != "self"] or said
        if contact and {*said} <= {"pupil", "parent"}:
            said = who_gets_in_touch(text, said)
        if any(value.startswith("former_pupil") for value in said):
            age = of_former_pupil(text)
            said = [value for value in said if not value.startswith("former_pupil") and value != "pupil"]
            said.append(age or "former_pupil")
        return _narrowest("person", tuple(said))

    def _ranked(self, head: str, scores: dict[str, Vector]) -> tuple[tuple[str, float], ...]:
        labels = self._model.heads[head]
        shares = softmax(scores[head], SHARPNESS)
        best = np.argsort(-shares, kind="stable")[:ACTS_KEPT]
        likely = (i for place, i in enumerate(best) if place < NEAR or shares[i] >= LEAST)
        return tuple((labels[i], float(shares[i])) for i in likely)

    def _above(self, head: str, scores: dict[str, Vector], least: float = 0.0) -> tuple[str, ...]:
        return tuple(label for label, score in zip(self._model.heads[head], scores[head], strict=True) if score > least)

    def _likeliest(self, head: str, scores: dict[str, Vector]) -> tuple[str, ...]:
        best = int(scores[head].argmax())
        return (self._model.heads[head][best],) if scores[head][best] > 0 else ()


def _kind(kinds: dict[str, float], act: str, spoken: Spoken) -> Kind:
    """Return the kind of a question by how likely each is, and by the phrases that settle that leave is asked for."""
    likeliest = max(("may", "must", "info"), key=lambda name: kinds[name])
    asks_leave = _ASKS_LEAVE.search(spoken.text)
    if spoken.text.startswith(" why ") and not asks_leave:
        return "info"
    happened = kinds["incident"] >= SURELY_HAPPENED and not _ASKS_A_FACT.fullmatch(spoken.text)
    kind = "incident" if happened else likeliest
    if (
        kind != "may"
        and act not in terms.act_groups()["topic"]
        and (spoken.says(terms.asking(kind)) or (kind == "info" and asks_leave))
    ):
        kind = "may"
    if kind == "may":
        before = Spoken(spoken.text[: asks_leave.start()].split()) if asks_leave else spoken
        kind = "must" if before.says(terms.meant("must")) else kind
    return cast("Kind", kind)


def _narrowest(facet: str, values: tuple[str, ...]) -> tuple[str, ...]:
    """Drop a value where one of its special cases was said as well."""
    wider = {above for value in values for above in terms.widen(facet, value)[1:]}
    return tuple(value for value in values if value not in wider)


@cache
def installed() -> Reader:
    """Return the reader that ships with the bot."""
    return Reader(classifier.installed())
