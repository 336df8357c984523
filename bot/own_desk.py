"""A school's own policy as the desk has it: everything that its pages ask the bot for, in one place."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from bot import own_answering
from bot.own_adopting import Adopting, Outcome, fatal
from bot.own_answering import DraftAnswer, Missed
from bot.own_import import Importing, Press
from bot.own_overriding import Overriding
from bot.own_press import InstalledPress
from bot.own_review import Opened, Reviewing
from bot.ports import Clock, Store
from bot.rereading import Rereading
from bot.routing import Gap
from knowledge.importing.linting import Finding, lint
from knowledge.reader import Reader


@dataclass(frozen=True, slots=True)
class Findings:
    """What the author of a policy should know of it before it is adopted."""

    found: tuple[Finding, ...]
    missed: tuple[Missed, ...]
    gap: Gap | None


class OwnDesk:
    """Importing, reviewing, adopting, and asking a draft."""

    def __init__(
        self, store: Store, clock: Clock, rereading: Rereading, reader: Reader, press: Press | None = None
    ) -> None:
        self._clock = clock
        self._reader = reader
        self._rereading = rereading
        self.importing = Importing(store, clock, press or InstalledPress())
        self.overriding = Overriding(store, clock, press or InstalledPress())
        self.reviewing = Reviewing(store, clock)
        self.adopting = Adopting(store, clock)

    def ask(self, opened: Opened, text: str) -> DraftAnswer:
        """Answer a question from a draft, for somebody who may open it."""
        return own_answering.ask(opened.as_draft, self._reader, text, self._clock.now())

    def findings(self, opened: Opened) -> Findings:
        """Return what the linter finds, examples that do not hold, and a report that would reach nobody."""
        policy = opened.as_draft
        today = self._clock.today(opened.roster.school.timezone)
        applies = msgspec.structs.replace(
            policy, clauses=tuple(clause for clause in policy.clauses if clause.origin != "left_out")
        )
        missed = tuple(own_answering.missed(policy, opened.entries, self._reader, self._clock.now()))
        return Findings(tuple(lint(applies, today)), missed, fatal(opened.roster, policy, self._clock))

    def sign(self, person_id: str, opened: Opened, version: str, *, material: bool) -> Outcome:
        """Sign a draft; once both have, begin the round of re-reading that a material version asks for.

        Raise ``NotNow`` or ``PermissionError``.
        """
        school_id = opened.roster.school.id
        done = self.adopting.sign(person_id, school_id, opened.draft.id, version=version, material=material)
        if done == "adopted":
            self._rereading.plan(school_id)
        return done
