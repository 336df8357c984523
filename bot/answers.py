"""One answer: the judgement with what a person is shown of it, as a card and as plain text."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from bot.messages import Bullets, Button, Buttons, Card, Element, Heading, Quote, Text, Typed
from bot.wording import say, says
from knowledge import terms
from knowledge.joining import head_of, heads, number_of, place_of
from knowledge.judgement import Judgement
from knowledge.model import Clause, Policy, PolicyHead, Verdict
from knowledge.ruling import Ruling
from knowledge.weighing import Applied

SHOWN_CLAUSES: Final = 3
SAID_RULES: Final = 2
BARRING: Final = frozenset({"prohibited", "discouraged"})
"""Forces whose condition, where it holds, is what stops somebody."""
SHORT_TITLE: Final = 40
_NAMING: Final = frozenset({"line.greeting_of", "verdict.off_topic_of"})
"""Sentences that have a second form, which names the policies."""
RULED: Final = frozenset({"permitted", "conditional", "discouraged", "prohibited", "required"})
"""Verdicts that rule on what was asked: only with these can policies differ."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What is said to one question. ``judgement`` is None for an empty message or a greeting.

    ``kept`` is the school's own ruling on the act, where the headteacher has made one.
    """

    policy: Policy
    judgement: Judgement | None
    today: dt.date
    greeting: bool = False
    kept: Quote | None = None

    @property
    def verdict(self) -> Verdict:
        """The verdict, ``off_topic`` where there was no question."""
        return self.judgement.verdict if self.judgement else "off_topic"

    @property
    def clauses(self) -> tuple[str, ...]:
        """The clause ids shown, most decisive first, at most five."""
        if self.judgement is None or self.verdict in {"off_topic", "unsure"}:
            return ()
        return self.judgement.ruling.clauses

    @property
    def asks(self) -> str | None:
        """The fact that the answer asks for, or None."""
        return self.judgement.ruling.asks if self.judgement else None

    def text(self) -> str:
        """Return the whole answer as plain text, as a person would see it."""
        return "\n".join(_plain(element) for element in self.card().body if not isinstance(element, Buttons))

    def card(self) -> Card:
        """Return the answer as a card. Its buttons carry ids only."""
        if self.judgement is None:
            said = _by_name("line.greeting", self.policy) if self.greeting else say("answering.line.empty")
            return Card(said, (Text(said), Text(say("answering.line.how"), "small"), Buttons((_report_button(),))))
        headline = self._headline(self.judgement)
        body: list[Element] = [Text(headline, "strong")]
        if self.kept is not None:
            body.append(self.kept)
        body += self._explanation(self.judgement)
        body.append(Buttons(tuple(self._buttons(self.judgement))))
        return Card(headline, tuple(body))

    def _explanation(self, judgement: Judgement) -> list[Element]:
        verdict, ruling = judgement.verdict, judgement.ruling
        if verdict in {"off_topic", "unsure"}:
            return []
        body: list[Element] = []
        if verdict == "report":
            body += [Text(say("answering.line.incident")), Text(say("answering.line.do_not_type"))]
        body.append(Text(say("answering.line.reading", reading=judgement.reading.in_words(ruling.act)), "small"))
        leading = self._leading(ruling)
        spoken = (*leading, *(item for item in ruling.applied if item.clause in self._open(ruling)))
        against = self._against(ruling)
        shown = dict.fromkeys((*ruling.clauses[:SHOWN_CLAUSES], *against, *self._open(ruling)))
        quotes = [self._quote(clause_id) for clause_id in shown]
        # A school's own rule is often its clause word for word: it is read once, as the clause.
        quoted = {_bare(_words_of(quote.text)) for quote in quotes}
        rules = dict.fromkeys(item.norm.says for item in spoken)
        body += [Text(says) for says in rules if _bare(says) not in quoted]
        body += [Text(say("answering.line.differ"), "strong")] if against else []
        body += _conditions(ruling)
        body += [
            Text(say("answering.line.unclear", says=unclear.says))
            for unclear in self.policy.head.unclear
            if _touches(unclear.acts, unclear.clauses, ruling)
        ][:1]
        if ruling.asks_text and verdict in {"conditional", "prohibited", "discouraged", "permitted"}:
            body.append(Text(say("answering.line.ask", question=ruling.asks_text)))
            body.append(Buttons(tuple(_facts(ruling))))
        following = [item.norm.next for item in leading if item.norm.next]
        body += [Text(say("answering.line.next", next=following[0]))] if following else []
        body += quotes
        body += self._source(shown)
        return body

    def _leading(self, ruling: Ruling) -> tuple[Applied, ...]:
        """Return the norms whose sentences are said: the first two, and the first of each further policy."""
        firsts: dict[int, Applied] = {}
        for item in ruling.applied:
            firsts.setdefault(place_of(self.policy, item.clause), item)
        listed = (*ruling.applied[:SAID_RULES], *firsts.values()) if self.policy.beside else ruling.applied[:SAID_RULES]
        return tuple({id(item): item for item in listed}.values())

    def _against(self, ruling: Ruling) -> tuple[str, ...]:
        """Return the clauses on both sides where policies of the school differ on what was asked; else nothing."""
        if not self.policy.beside or self.verdict not in RULED:
            return ()
        ruled: dict[int, Applied] = {}
        for item in ruling.applied:
            if item.status != "stated" and not item.norm.catch_all:
                ruled.setdefault(place_of(self.policy, item.clause), item)
        differ = len({item.status for item in ruled.values()}) > 1
        return tuple(item.clause for item in ruled.values()) if differ else ()

    def _open(self, ruling: Ruling) -> tuple[str, ...]:
        """Return the clauses that bear on the question, and whose meaning nobody has settled."""
        ids = dict.fromkeys(item.clause for item in ruling.applied)
        return tuple(clause_id for clause_id in ids if self.policy.clause(clause_id).open)

    def _headline(self, judgement: Judgement) -> str:
        if judgement.verdict == "silent" and self._open(judgement.ruling):
            return say("answering.verdict_open")
        if judgement.verdict == "silent" and any(clause.open and not clause.norms for clause in self.policy.clauses):
            return say("answering.verdict_perhaps")
        about_not_doing = says("answering.verdict_when_asked_about_not_doing")
        if judgement.reading.negated and judgement.verdict in about_not_doing:
            return about_not_doing[judgement.verdict]
        return _by_name(f"verdict.{judgement.verdict}", self.policy)

    def _quote(self, clause_id: str) -> Quote:
        clause = self.policy.clause(clause_id)
        stem = f"{clause.stem} " if clause.stem else ""
        return Quote(f"{stem}{clause.text}", source_of(self.policy, clause))

    def _source(self, shown: Iterable[str]) -> list[Element]:
        """Return which policies the clauses shown are from, each with its version; all where none is shown."""
        places = {place_of(self.policy, clause_id) for clause_id in shown}
        body: list[Element] = []
        for place, head in enumerate(heads(self.policy)):
            if places and place not in places:
                continue
            said = say("answering.line.source", title=head.title, version=head.version, review=head.review.says)
            body.append(Text(said, "small"))
            if head.review.due and head.review.due < self.today:
                past = "past_review_of" if self.policy.beside else "past_review"
                when = f"{head.review.due:%-d %B %Y}"
                body.append(Text(say(f"answering.line.{past}", date=when, title=head.title), "small"))
        return body

    def _buttons(self, judgement: Judgement) -> list[Button]:
        button = says("answering.button")
        ruling = judgement.ruling
        if judgement.verdict == "unsure":
            near = [act for act in judgement.near if act not in terms.act_groups()["not_a_question"]]
            listed = [Button(_capital(terms.acts()[act]), "ask.meant", act) for act in near[:3]]
            return [*listed, Button(button["ask_head"], "ask.head"), _report_button()]
        if judgement.verdict == "off_topic":
            return [Button(button["not_meant"], "ask.not_meant"), _report_button()]
        if judgement.verdict == "report":
            return [
                Button(button["report"], "report.start", style="primary"),
                Button(button["not_meant"], "ask.not_meant"),
            ]
        listed = [
            Button(clause_words(self.policy, clause), "ask.clause", clause) for clause in ruling.clauses[:SHOWN_CLAUSES]
        ]
        return [
            *listed,
            Button(button["not_meant"], "ask.not_meant"),
            Button(button["ask_head"], "ask.head"),
            _report_button(),
        ]


def _by_name(key: str, policy: Policy) -> str:
    """Return a sentence on what the bot answers from, with the policies' titles unless it is one on social media."""
    titles = [head.title for head in heads(policy)]
    if f"{key}_of" not in _NAMING or (len(titles) == 1 and "social" in titles[0].casefold()):
        return say(f"answering.{key}")
    return say(f"answering.{key}_of", titles=" and ".join(filter(None, (", ".join(titles[:-1]), titles[-1]))))


def source_of(policy: Policy, clause: Clause) -> str:
    """Return where a clause stands, as is said under its words: number, section, of several policies which, whose."""
    number, head = number_of(policy, clause.id), head_of(policy, clause.id)
    if policy.beside:
        said = say("answering.line.clause_of", title=head.title, id=number, section=clause.section)
    else:
        said = f"Clause {number}, {clause.section}"
    return whose(said, clause, head)


def whose(said: str, clause: Clause, head: PolicyHead) -> str:
    """Return where a clause stands, and in a policy over a trust's base whether it is the trust's or the school's."""
    if head.base is None or clause.origin is None:
        return said
    if clause.origin == "left_out":
        return say("policy.base.left_out_words", words=said)
    return say(f"policy.base.from_{clause.origin}", source=said, trust=head.base.trust)


def clause_words(policy: Policy, clause_id: str) -> str:
    """Return what the button says that shows a clause: its number, and of several policies which."""
    number = number_of(policy, clause_id)
    if not policy.beside:
        return say("answering.button.clause", id=number)
    title = head_of(policy, clause_id).title
    short = title if len(title) <= SHORT_TITLE else title[:SHORT_TITLE].rsplit(" ", 1)[0] + " …"
    return say("answering.button.clause_of", id=number, title=short)


def _conditions(ruling: Ruling) -> list[Element]:
    body: list[Element] = []
    says = terms.values("condition")
    barring = {name for item in ruling.applied if item.norm.force in BARRING for name in item.open}
    for line, bars in (("answering.line.bars", True), ("answering.line.conditions", False)):
        listed = tuple(_capital(says[name]) for name in ruling.conditions if (name in barring) is bars)
        if listed:
            body += [Text(say(line), "strong"), Bullets(listed)]
    if ruling.conditions:
        roles = dict.fromkeys(role for item in ruling.applied for role in item.norm.approver if item.open)
        if roles:
            body.append(Text(say("answering.line.approver", roles=", ".join(role_name(role) for role in roles))))
    if ruling.exceptions:
        listed = tuple(_capital(_exception(name)) for name in ruling.exceptions)
        body += [Text(say("answering.line.exceptions"), "strong"), Bullets(listed)]
    return body


def _exception(name: str) -> str:
    facet, _, value = name.rpartition(":")
    return terms.values(facet or "condition")[value]


def role_name(role: str) -> str:
    """Return a role as people say it: ``the headteacher``, ``the designated safeguarding lead``."""
    return say(f"roles.role.{role}")


def _touches(acts: tuple[str, ...], clauses: tuple[str, ...], ruling: Ruling) -> bool:
    return ruling.act in acts or bool(set(clauses) & set(ruling.clauses[:1]))


def _facts(ruling: Ruling) -> list[Button]:
    """Return the answers to choose from to what a ruling asks; they stand below the question."""
    if ruling.asks in {"time", "device", "capacity"}:
        values = terms.values(ruling.asks).items()
        return [Button(_capital(says), "ask.fact", f"{ruling.asks}:{value}") for value, says in values]
    return [
        Button(say(f"answering.button.{value}"), "ask.fact", f"{ruling.asks}:{value}", about=ruling.asks_text or "")
        for value in ("yes", "no")
    ]


def _report_button() -> Button:
    return Button(say("answering.button.report"), "report.start")


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _plain(element: Element) -> str:
    """Return an element of an answer as plain text."""
    if isinstance(element, Text | Heading):
        return _words_of(element.text)
    if isinstance(element, Quote):
        return f"{element.source}: {_words_of(element.text)}"
    if isinstance(element, Bullets):
        return "\n".join(f"- {_words_of(item)}" for item in element.items)
    raise TypeError(type(element).__name__)


def _bare(text: str) -> str:
    return " ".join(text.split()).rstrip(" .;").casefold()


def _words_of(text: str | Typed) -> str:
    return text.text if isinstance(text, Typed) else text
