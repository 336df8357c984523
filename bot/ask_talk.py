"""What is said about questions: answers and their buttons. Nothing that staff ask the bot is kept, only counted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from bot.acquaintances import Acquaintances
from bot.answering import Answering
from bot.answers import Answer, clause_words, whose
from bot.head_questions import Asking, HeadQuestions
from bot.messages import (
    Ask,
    Button,
    Buttons,
    Card,
    Element,
    Heading,
    Outbound,
    Pressed,
    Say,
    Show,
    Submitted,
    Text,
    Where,
)
from bot.people import Person
from bot.ports import Clock, Sealer, Shelf, Store, StoreBusy
from bot.question_counts import Tally
from bot.wording import say
from knowledge import terms
from knowledge.joining import head_of, joined, number_of
from knowledge.judgement import Judgement


class AskTalk:
    """The answering part of the conversation (``bot.conversation.Answers``)."""

    def __init__(self, store: Store, sealer: Sealer, clock: Clock, shelf: Shelf, answering: Answering) -> None:
        self._clock = clock
        self._answering = answering
        self._known = Acquaintances(store, clock)
        self._shelf = shelf
        self._head = HeadQuestions(store, sealer, clock, shelf)
        self.tally = Tally(store)

    def answer(self, person: Person, where: Where, text: str) -> tuple[Outbound, ...]:
        """Answer what somebody typed."""
        policy = self._policy(person.school_id)
        answers = self._answering.ask_each(policy, text, self._clock.now(), _memory(person, where))
        return tuple(Say(self._shown(person.school_id, policy, answer).card()) for answer in answers)

    def pressed(self, person: Person, where: Where, said: Pressed) -> tuple[Outbound, ...]:
        """Answer a button whose action begins with ``ask.``."""
        action = said.action.removeprefix("ask.")
        if action in {"meant", "fact"}:
            return self._again(person, where, action, said.value)
        if action == "read":
            return self._head.read_reply(person, said.value)
        at_once: dict[str, Callable[[], Outbound]] = {
            "clause": lambda: Show(self._clause(person, said.value)),
            "not_meant": lambda: Say(_near(self._last(person, where))),
            "head": lambda: Ask(self._head.form(_asking(self._last(person, where)))),
            "start": lambda: Say(_plain(say("answering.line.empty"))),
        }
        if action == "counts":
            self.tally.write()
        if action in at_once:
            return (at_once[action](),)
        return self._head.pressed(person, action, said.value)

    def submitted(self, person: Person, where: Where, said: Submitted) -> tuple[Outbound, ...]:
        """Answer a form whose name begins with ``ask.``."""
        if said.form == "ask.head":
            return self._head.put(person, said, _asking(self._last(person, where)))
        return self._head.reply(person, said)

    def _shown(self, school_id: str, policy: str, answer: Answer) -> Answer:
        """Count the question, and add the school's own ruling where there is one."""
        if answer.judgement is None:
            return answer
        act = answer.judgement.ruling.act
        self.tally.add(school_id, policy, self._clock.now().date(), act, answer.verdict)
        try:
            return replace(answer, kept=self._head.rulings(school_id).get(act))
        except StoreBusy:
            return answer

    def _again(self, person: Person, where: Where, action: str, value: str) -> tuple[Outbound, ...]:
        policy, now, memory = self._policy(person.school_id), self._clock.now(), _memory(person, where)
        if action == "meant":
            answer = self._answering.take_as(policy, value, now, memory)
        else:
            fact, _, chosen = value.partition(":")
            answer = self._answering.take_fact(policy, fact, chosen, now, memory)
        if answer is None:
            return (Say(_plain(say("answering.line.empty"))),)
        return (Say(self._shown(person.school_id, policy, answer).card()),)

    def _clause(self, person: Person, clause_id: str) -> Card:
        policy = self._answering.policy(self._policy(person.school_id))
        try:
            clause = policy.clause(clause_id)
        except KeyError:
            return _plain(say("answering.head.hidden"))
        head, number = head_of(policy, clause.id), number_of(policy, clause.id)
        body: list[Element] = [Heading(f"{number}, {clause.section}")]
        body += [Text(clause.stem)] if clause.stem else []
        body += [Text(clause.text), Text(whose(f"{head.title}, {head.school}", clause, head), "small")]
        return Card(clause_words(policy, clause.id), tuple(body))

    def _last(self, person: Person, where: Where) -> Judgement | None:
        return self._answering.last(_memory(person, where), self._clock.now())

    def _policy(self, school_id: str) -> str:
        """Return the name under which the school's policies are answered from: a pack's, or the ids of own versions."""
        school = self._known.school(school_id)
        if not school.policy_version:
            return school.policy
        name = " ".join((school.policy_version, *school.beside))
        if not self._answering.knows(name):
            self._answering.take_in(name, joined(self._shelf.policies(school)))
        return name


def _near(last: Judgement | None) -> Card:
    """Return the near readings of the last question, to choose from."""
    if last is None:
        return _plain(say("answering.line.empty"))
    passed = {last.ruling.act, *terms.act_groups()["not_a_question"]}
    buttons = [Button(terms.acts()[act].capitalize(), "ask.meant", act) for act in last.near if act not in passed][:3]
    buttons.append(Button(say("answering.button.ask_head"), "ask.head"))
    buttons.append(Button(say("answering.button.report"), "report.start"))
    said = say("answering.verdict.unsure")
    return Card(said, (Text(said), Buttons(tuple(buttons))))


def _asking(last: Judgement | None) -> Asking:
    return Asking() if last is None else Asking(last.reading.text, last.ruling.act, last.verdict)


def _memory(person: Person, where: Where) -> str:
    """Return the name under which a conversation is remembered: one person in one place."""
    return f"{person.id}|{where.platform}|{where.conversation}"


def _plain(text: str) -> Card:
    return Card(text, (Text(text),))
