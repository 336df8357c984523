"""Three questions to check oneself by, drawn from the policy's own examples. Nothing is kept, nobody else sees it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from bot.audit import digest
from bot.messages import Button, Buttons, Card, Choice, Element, Form, Heading, Option, Quote, Text, Values
from bot.own_pressed import words_of
from bot.references import new_form_key
from bot.wording import say, says
from knowledge.model import Clause, Policy, Verdict

QUESTIONS: Final = 3
VERDICTS: Final[tuple[Verdict, ...]] = ("permitted", "conditional", "prohibited")
"""The answers that a question of the check can have; examples with others are not asked."""


@dataclass(frozen=True, slots=True)
class Question:
    """A question with its answer and the clause that gives it."""

    ask: str
    verdict: Verdict
    clause: Clause


def questions(policy: Policy, person_id: str) -> tuple[Question, ...]:
    """Return a person's three questions about a version of a policy: always the same ones, of three clauses."""
    pool: dict[str, Question] = {}
    for clause in policy.clauses:
        examples = [e for norm in clause.norms for e in norm.examples if e.verdict in VERDICTS]
        if examples:
            chosen = min(examples, key=lambda e: digest(person_id, policy.head.version, e.ask))
            pool[clause.id] = Question(_sentence(chosen.ask), chosen.verdict, clause)
    drawn = sorted(pool.values(), key=lambda q: digest(person_id, policy.head.version, q.clause.id))
    return tuple(drawn[:QUESTIONS])


def _sentence(ask: str) -> str:
    """Return an example, typed as staff type, as it is printed: with a capital and a question mark."""
    return f"{ask[:1].upper()}{ask[1:].rstrip(' ?.')}?"


def form(policy: Policy, person_id: str, campaign_id: str, key: str = "", values: Values | None = None) -> Form:
    """Return the questions as a form; with the values of one that was sent incomplete, what is missing is marked."""
    options = tuple(Option(verdict, label) for verdict, label in says("reread.check.answer").items())
    fields = tuple(
        Choice(f"q{number}", question.ask, options, required=True)
        for number, question in enumerate(questions(policy, person_id), 1)
    )
    missing = () if values is None else [f.name for f in fields if values.get(f.name) not in VERDICTS]
    return Form(
        f"reread.check.{campaign_id}",
        say("reread.check.title"),
        fields,
        say("reread.check.submit"),
        key or new_form_key(),
        (Text(say("reread.check.says")),),
        values or {},
        {name: say("reread.check.choose") for name in missing},
    )


def result(policy: Policy, person_id: str, campaign_id: str, values: Values) -> Card:
    """Return which answers fit the policy, with the clause for each that does not."""
    body: list[Element] = [Heading(say("reread.check.result"))]
    for number, question in enumerate(questions(policy, person_id), 1):
        answer = say(f"reread.check.answer.{question.verdict}")
        right = values.get(f"q{number}") == question.verdict
        body.append(Text(say(f"reread.check.{'right' if right else 'wrong'}", ask=question.ask, answer=answer)))
        if not right:
            body.append(Quote(words_of(question.clause), question.clause.id))
    body.append(Buttons((Button(say("reread.ask.confirm"), "reread.confirm", campaign_id, "primary"),)))
    return Card(say("reread.check.result"), tuple(body), f"reread/{campaign_id}/check")
