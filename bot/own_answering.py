"""What a draft would answer: marked as a draft, with the rules that spoke, for its reviewers only."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.answering import Answering
from bot.answers import Answer
from bot.messages import Buttons, Card, Text
from bot.own_policy import Entry
from bot.wording import say
from knowledge.model import Example, Norm, Policy
from knowledge.reader import Reader


@dataclass(frozen=True, slots=True)
class Spoke:
    """A rule that an answer rests on, by its clause; ``leads`` where it decides."""

    clause: str
    norm: Norm
    leads: bool


@dataclass(frozen=True, slots=True)
class DraftAnswer:
    """An answer from a draft."""

    answer: Answer
    card: Card
    spoke: tuple[Spoke, ...]


@dataclass(frozen=True, slots=True)
class Missed:
    """An example question that its rule does not decide as it should."""

    place: int
    clause: str
    example: Example
    verdict: str


def ask(policy: Policy, reader: Reader, text: str, now: dt.datetime) -> DraftAnswer:
    """Answer a question from a draft. Nothing is counted and nothing remembered."""
    answer = Answering({policy.id: policy}, reader).ask(policy.id, text, now)
    applied = answer.judgement.ruling.applied if answer.judgement else ()
    status = applied[0].status if applied else ""
    spoke = tuple(Spoke(each.clause, each.norm, each.status == status) for each in applied)
    return DraftAnswer(answer, marked(answer.card()), spoke)


def marked(card: Card) -> Card:
    """Return a card marked as a draft's, without buttons: they would act on the policy in force."""
    mark = say("policy.answer.draft")
    body = (Text(mark, "strong"), *(each for each in card.body if not isinstance(each, Buttons)))
    return Card(f"{mark} {card.summary}", body, card.key)


def missed(policy: Policy, entries: Sequence[Entry], reader: Reader, now: dt.datetime) -> Iterator[Missed]:
    """Yield every example question that does not get the verdict it must get."""
    engine = Answering({policy.id: policy}, reader)
    for clause, entry in zip(policy.clauses, entries, strict=True):
        for norm in clause.norms:
            for example in norm.examples:
                given = engine.ask(policy.id, example.ask, now)
                if given.verdict != example.verdict:
                    yield Missed(entry.place, clause.id, example, given.verdict)
