"""The one way in for every adapter: from what somebody said somewhere to what the bot does about it.

``Conversation.handle`` is synchronous and may touch the database: an adapter on an event loop runs it in a thread.
"""

from __future__ import annotations

from typing import Protocol

from bot.acquaintances import Acquaintances
from bot.deadlines import PACES, Paces
from bot.evidence import NO_DESK, Evidence, Rule
from bot.home import home
from bot.messages import Asked, Card, Inbound, Outbound, Pressed, Say, Submitted, Text, Where
from bot.own_data import OwnData
from bot.own_talk import OwnTalk
from bot.people import Person
from bot.plain import received
from bot.ports import Clock, Hook, Sealer, Shelf, Store, StoreBusy, nothing
from bot.report_talk import Jobs, ReportTalk
from bot.reporting import Reporting
from bot.reporting_life import Casework
from bot.reread_rules import USUAL, Rules
from bot.reread_talk import RereadTalk
from bot.rereading import Rereading
from bot.retention import Retention
from bot.scene import look_around
from bot.wording import say


class Answers(Protocol):
    """Questions: what ``bot.answering`` does for the conversation."""

    def answer(self, person: Person, where: Where, text: str) -> tuple[Outbound, ...]:
        """Answer what somebody typed."""
        ...

    def pressed(self, person: Person, where: Where, said: Pressed) -> tuple[Outbound, ...]:
        """Answer a button whose action begins with ``ask.``."""
        ...

    def submitted(self, person: Person, where: Where, said: Submitted) -> tuple[Outbound, ...]:
        """Answer a form whose name begins with ``ask.``."""
        ...


class Conversation:
    """Hands what comes in to the job that it is for. Its parts are public: jobs and the command line use them too."""

    def __init__(  # noqa: PLR0913, PLR0917 - the ports, and what a school may choose
        self,
        store: Store,
        sealer: Sealer,
        clock: Clock,
        shelf: Shelf,
        answers: Answers,
        at: Hook = nothing,
        rules: Rules = USUAL,
        paces: Paces = PACES,
        files: Rule = NO_DESK,
    ) -> None:
        self._store = store
        self._clock = clock
        self._shelf = shelf
        self._answers = answers
        self._known = Acquaintances(store, clock)
        self.reporting = Reporting(store, sealer, clock, shelf, at, paces)
        self.casework = Casework(store, sealer, clock, shelf, self.reporting, at)
        self.retention = Retention(store, sealer, clock, shelf, self.reporting, at)
        self.rereading = Rereading(store, clock, shelf, rules)
        self.evidence = Evidence(store, sealer, clock, shelf, files, at)
        own_data = OwnData(store, sealer, clock, shelf, self.reporting)
        jobs = Jobs(self.reporting, self.casework, self.retention, own_data, self.evidence)
        self._reports = ReportTalk(store, clock, shelf, jobs)
        self._rereads = RereadTalk(store, clock, shelf, self.rereading)
        self._own = OwnTalk(store, clock, self.rereading)

    def handle(self, person_id: str, where: Where, said: Inbound) -> tuple[Outbound, ...]:
        """Return what the bot does about what a person said. Never raises for anything that a person can do.

        Actions and form names begin with the job that they are for: ``report.``, ``reread.``, ``ask.``, ``home``. Where
        the database cannot be used the person is told so, and a form that was sent is shown again with all it held.
        """
        try:
            return self._handle(person_id, where, received(said))
        except StoreBusy:
            return (Say(_plain(say("home.home.busy"))),)

    def _handle(self, person_id: str, where: Where, said: Inbound) -> tuple[Outbound, ...]:
        # A question rests on nothing but the policy: who asks may be known from a moment ago.
        known = self._known if isinstance(said, Asked) else Acquaintances(self._store, self._clock)
        found = known.person(person_id)
        if found is None or not found[0].here(self._clock.today(found[1].timezone)):
            return (Say(_plain(say("home.home.stranger"))),)
        person = found[0]
        if isinstance(said, Asked):
            return self._answers.answer(person, where, said.text)
        if isinstance(said, Pressed):
            return self._pressed(person, where, said)
        if isinstance(said, Submitted):
            return self._submitted(person, where, said)
        return (self._home(person),)

    def _pressed(self, person: Person, where: Where, said: Pressed) -> tuple[Outbound, ...]:
        job = said.action.partition(".")[0]
        if job == "report":
            return self._reports.pressed(person.id, person.school_id, where, said)
        if job == "reread":
            return self._rereads.pressed(person.id, person.school_id, where, said)
        if job == "ask":
            return self._answers.pressed(person, where, said)
        if job == "policy":
            return self._own.pressed(person.id, person.school_id, said)
        return (self._home(person),) if job == "home" else (Say(_plain(say("home.home.unknown"))),)

    def _submitted(self, person: Person, where: Where, said: Submitted) -> tuple[Outbound, ...]:
        job = said.form.partition(".")[0]
        if job == "report":
            return self._reports.submitted(person.id, person.school_id, where, said)
        if job == "reread":
            return self._rereads.submitted(person.id, person.school_id, where, said)
        if job == "ask":
            return self._answers.submitted(person, where, said)
        return (Say(_plain(say("home.home.unknown"))),)

    def _home(self, person: Person) -> Say:
        with self._store.look() as work:
            scene = look_around(work, person.school_id, self._clock, self._shelf)
            return Say(home(work, scene, person.id, self.casework, self.rereading))


def _plain(text: str) -> Card:
    return Card(text, (Text(text),))
