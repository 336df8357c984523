"""Questions: from what a person types to a reply, with second turns, near readings and "ask the headteacher".

Answering keeps nothing on disk and reads no database: the last reading of a conversation is held in memory for a while.
"""

from __future__ import annotations

import datetime as dt
import re
import threading
from collections import OrderedDict
from dataclasses import dataclass
from typing import Final

from msgspec.structs import replace

from bot.answers import Answer
from knowledge import terms
from knowledge.following import asks, complete, follows, greets
from knowledge.judgement import Judgement, judge
from knowledge.model import Policy
from knowledge.reader import Reader
from knowledge.reading import Reading
from knowledge.ruling import Rulebook

KEPT_FOR: Final = dt.timedelta(minutes=20)
KEPT_AT_MOST: Final = 5000
"""Conversations remembered at once; the oldest is forgotten first."""
BOOKS_AT_MOST: Final = 64
"""Schools' own policies kept ready at once, each of one to three megabytes."""
SEVERAL_AT_MOST: Final = 4
CLEARLY: Final = 0.6
_PARTS: Final = re.compile(r"(?<=[?])\s+")


@dataclass(frozen=True, slots=True)
class Remembered:
    """The last answer of a conversation."""

    judgement: Judgement
    at: dt.datetime


class Answering:
    """Answers questions from policies. One for the whole process, safe to share between threads."""

    def __init__(self, policies: dict[str, Policy], reader: Reader) -> None:
        """Take the policies by name and the reader."""
        self._given = {name: made_ready(policy) for name, policy in policies.items()}
        self._taken: OrderedDict[str, Rulebook] = OrderedDict()
        self._taking = threading.Lock()
        self._reader = reader
        self._last: OrderedDict[str, Remembered] = OrderedDict()

    def take_in(self, name: str, policy: Policy) -> None:
        """Answer from one more policy, under a name of its own; one that is there already stays as it is.

        It is made ready here, in some 0.2 s, so that no question waits for it. Of those taken in, the one not asked for
        longest gives way where there are too many: it has to be taken in again.
        """
        if self.knows(name):
            return
        book = made_ready(policy)
        with self._taking:
            self._taken[name] = book
            while len(self._taken) > BOOKS_AT_MOST:
                self._taken.popitem(last=False)

    def knows(self, name: str) -> bool:
        """Return whether there is a policy of that name. One that is asked for here is kept before others."""
        if name in self._given:
            return True
        with self._taking:
            if name in self._taken:
                self._taken.move_to_end(name)
            return name in self._taken

    def policy(self, name: str) -> Policy:
        """Return a policy. Raise ``KeyError`` if there is none of that name."""
        return self._book(name).policy

    def _book(self, name: str) -> Rulebook:
        found = self._given.get(name)
        return self._taken[name] if found is None else found

    def ask(self, policy: str, text: str, now: dt.datetime, conversation: str = "") -> Answer:
        """Answer one message by one policy.

        ``now`` is aware; ``conversation`` names the conversation whose last question a second turn completes, and is
        empty where nothing is remembered. Raises ``KeyError`` for an unknown policy.
        """
        book = self._book(policy)
        if not text.strip():
            return Answer(book.policy, None, now.date())
        reading = self._reader.read(text)
        before = self._recall(conversation, now)
        if before is not None and follows(reading, asked=before.judgement.ruling.asks is not None):
            reading = complete(before.judgement.reading, before.judgement.ruling, reading)
        elif reading.act == "greeting":
            return Answer(book.policy, None, now.date(), greeting=True)
        return self._answer(book, reading, now, conversation)

    def ask_each(self, policy: str, text: str, now: dt.datetime, conversation: str = "") -> list[Answer]:
        """Answer every question of a message: one answer, or several where it clearly asks about different acts."""
        parts = self._questions(text)
        if 1 < len(parts) <= SEVERAL_AT_MOST:
            readings = [self._reader.read(part) for part in parts]
            acts = {reading.act for reading in readings}
            clear = all(reading.acts[0][1] >= CLEARLY and not follows(reading) for reading in readings)
            if clear and len(acts) == len(parts):
                return [self.ask(policy, part, now, conversation) for part in parts]
        return [self.ask(policy, " ".join(parts), now, conversation)]

    def _questions(self, text: str) -> list[str]:
        """Return the questions of a message. Thanks and greetings are left out; a name or a number goes with one."""
        parts = [part for part in _PARTS.split(text.strip()) if part]
        if not 1 < len(parts) <= 2 * SEVERAL_AT_MOST:
            return [text]
        found: list[str] = []
        for part in parts:
            reading = self._reader.read(part)
            if asks(reading):
                found.append(part)
            elif found and not greets(reading):
                found[-1] = f"{found[-1]} {part}"
        return found or [text]

    def take_as(self, policy: str, act: str, now: dt.datetime, conversation: str) -> Answer | None:
        """Answer the last question again, taken as one about ``act``; None if it is forgotten or the act unknown."""
        before = self._recall(conversation, now)
        if before is None or act not in terms.acts():
            return None
        reading = replace(before.judgement.reading, acts=((act, 1.0),))
        if reading.kind == "incident":
            reading = replace(reading, kind="may")
        return self._answer(self._book(policy), reading, now, conversation)

    def take_fact(self, policy: str, fact: str, value: str, now: dt.datetime, conversation: str) -> Answer | None:
        """Answer the last question again with one more fact: ``time``/``break``, ``approval``/``yes`` and so on.

        Returns None if the question is forgotten or the fact unknown.
        """
        before = self._recall(conversation, now)
        if before is None:
            return None
        reading = _with_fact(before.judgement.reading, fact, value)
        return None if reading is None else self._answer(self._book(policy), reading, now, conversation)

    def last(self, conversation: str, now: dt.datetime) -> Judgement | None:
        """Return the last judgement of a conversation, or None if it is forgotten."""
        before = self._recall(conversation, now)
        return before.judgement if before else None

    def _answer(self, book: Rulebook, reading: Reading, now: dt.datetime, conversation: str) -> Answer:
        judgement = judge(reading, book)
        if conversation:
            self._last[conversation] = Remembered(judgement, now)
            self._last.move_to_end(conversation)
            while len(self._last) > KEPT_AT_MOST:
                self._last.popitem(last=False)
        return Answer(book.policy, judgement, now.date())

    def _recall(self, conversation: str, now: dt.datetime) -> Remembered | None:
        before = self._last.get(conversation) if conversation else None
        return before if before is not None and now - before.at <= KEPT_FOR else None


def made_ready(policy: Policy) -> Rulebook:
    """Return a policy's rulebook with all that a first question would have to wait for."""
    book = Rulebook(policy)
    book.nearest.scores("")
    book.meanings.scores(b"")
    return book


def _with_fact(reading: Reading, fact: str, value: str) -> Reading | None:
    if fact in {"time", "device", "capacity"} and value in terms.values(fact):
        return replace(reading, **{fact: (value,)})
    if value not in {"yes", "no"}:
        return None
    yes = value == "yes"
    if fact in terms.values("condition"):
        met, unmet = reading.met - {fact}, reading.unmet - {fact}
        return (
            replace(reading, met=met | {fact}, unmet=unmet) if yes else replace(reading, met=met, unmet=unmet | {fact})
        )
    if fact == "age":
        return replace(reading, person=("former_pupil_minor" if yes else "former_pupil_adult",))
    if fact in terms.values("person"):
        return replace(reading, person=(fact,)) if yes else reading
    return None
