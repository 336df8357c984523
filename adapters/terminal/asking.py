"""``ask``: one question, or a batch of them as JSON lines."""

from __future__ import annotations

import difflib
import sys
import time
from collections.abc import Iterable, Iterator
from typing import Annotated, BinaryIO, Protocol

import msgspec
import typer

from adapters.terminal.errors import FAILED, Stop
from adapters.terminal.own_answers import Kept, engine, own_policies, the_own
from adapters.terminal.shown import json_line
from bot.answering import Answering
from bot.answers import Answer
from bot.ports import Clock
from bot.wording import say
from knowledge import pack, reader
from knowledge.features import LONGEST
from knowledge.pack import PackError


def trained() -> reader.Reader:
    """Return the reader. Raise ``Stop`` where it has not been trained."""
    try:
        return reader.installed()
    except FileNotFoundError as error:
        missing = f"{error.filename} is missing"
        raise Stop(f"The reader has not been trained: {missing}. Run `make vocabulary`.") from None


class Question(msgspec.Struct):
    """A line of a batch. Lines with the same ``conversation`` are one conversation."""

    id: str
    policy: str
    text: str
    conversation: str = ""


class Reply(msgspec.Struct):
    """A line that answers a line of a batch; ``ms`` is the time to answer in milliseconds."""

    id: str
    verdict: str
    clauses: tuple[str, ...]
    asks: str | None
    reply: str
    ms: float


class Refusal(msgspec.Struct):
    """A line that stands in for the answer to a line that could not be read. ``id`` is empty where none was found."""

    id: str
    error: str


class Answers(Kept, Protocol):
    """What asking needs of the wiring."""

    @property
    def clock(self) -> Clock:
        """The time."""
        ...

    def answering(self, policy: str) -> Answering:
        """Return the engine over an installed pack, the same each time. Raise ``PackError``."""
        ...

    def default_policy(self) -> str:
        """Return the pack to ask where none is named; empty where none is set."""
        ...


def known_policy(name: str) -> str:
    """Return the name of an installed pack. Raise ``Stop``, listing those that there are, the nearest first."""
    if name in pack.installed():
        return name
    raise _no_such(name, ())


def _no_such(name: str, own: Iterable[str]) -> Stop:
    known = [*pack.installed(), *own]
    near = difflib.get_close_matches(name.casefold(), known, len(known), 0.0)
    return Stop(f"There is no policy {name!r}. There are: {', '.join(near)}.")


class Engines:
    """What answers from each policy that is asked for: installed packs, and the schools' own."""

    def __init__(self, house: Answers, school_id: str, *, draft: bool) -> None:
        self._house = house
        self._school_id = school_id
        self.draft = draft
        self._own: dict[str, Answering] = {}

    def of(self, name: str) -> Answering:
        """Return the engine over a policy. Raise ``Stop`` for an unknown one, ``PackError`` for a broken one."""
        if not self.draft and name in pack.installed():
            return self._house.answering(name)
        if name not in self._own:
            found = the_own(self._house, name, draft=self.draft, school_id=self._school_id)
            if found is None:
                raise self._unknown(name)
            self._own[name] = engine(found, trained())
        return self._own[name]

    def _unknown(self, name: str) -> Stop:
        own = sorted({each.name for each in own_policies(self._house) if each.draft == self.draft})
        if self.draft:
            listed = f"There are: {', '.join(own)}." if own else "There is none: python app.py policy import FILE."
            return Stop(f"There is no draft {name!r}. {listed}")
        return _no_such(name, own)


def add(app: typer.Typer, house: Answers) -> None:
    """Add ``ask`` to the command line."""

    @app.command()
    def ask(
        question: Annotated[str, typer.Argument(help="What to ask, in quotation marks.")] = "",
        *,
        policy: Annotated[str, typer.Option(help="The policy to answer from.")] = "",
        batch: Annotated[bool, typer.Option("--batch", help="Answer JSON lines from standard input.")] = False,
        json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
        draft: Annotated[bool, typer.Option("--draft", help="Answer from the draft of that name, unreviewed.")] = False,
        school: Annotated[str, typer.Option("--school", help="Whose own policy, where several have that name.")] = "",
    ) -> None:
        """Answer a question from a policy."""
        engines = Engines(house, school, draft=draft)
        if batch:
            _batch(engines, house.clock, sys.stdin.buffer)
            return
        _plain_text(question)
        name = policy or house.default_policy() or _say_which()
        answering = engines.of(name)
        if len(question) > LONGEST:
            typer.echo(f"The question has {len(question):,} characters: its beginning and its end were read.", err=True)
        answer, spent = _timed(answering, Question("", name, question), house.clock)
        if json:
            json_line(_reply("", answer, spent, draft=draft))
        else:
            typer.echo(_reply("", answer, spent, draft=draft).reply)


def _plain_text(question: str) -> None:
    if not question.strip():
        raise Stop('There is no question. Write one in quotation marks: python app.py ask "can I …?"')
    if any("\ud800" <= sign <= "\udfff" or (sign < " " and sign not in "\t\r\n") for sign in question):
        raise Stop("The question is not text. Write it in words, encoded as UTF-8.")


def _say_which() -> str:
    names = ", ".join(pack.installed())
    raise Stop(f"Say which policy: --policy NAME, or set CAN_I_POLICY. There are: {names}.")


def _timed(answering: Answering, question: Question, clock: Clock) -> tuple[Answer, float]:
    start = time.perf_counter()
    answer = answering.ask(question.policy, question.text, clock.now(), question.conversation)
    return answer, (time.perf_counter() - start) * 1000


def _reply(name: str, answer: Answer, spent: float, *, draft: bool) -> Reply:
    text = f"{say('policy.answer.draft')}\n{answer.text()}" if draft else answer.text()
    return Reply(name, answer.verdict, answer.clauses, answer.asks, text, round(spent, 3))


def _batch(engines: Engines, clock: Clock, lines: BinaryIO) -> None:
    """Answer every line in order. A line that cannot be read is answered with what is wrong; the exit code tells."""
    refused = 0
    for number, question in _questions(lines):
        outcome = question if isinstance(question, Refusal) else _outcome(engines, clock, question)
        if isinstance(outcome, Refusal):
            refused += 1
            typer.echo(f"line {number}: {outcome.error}", err=True)
        json_line(outcome)
    if refused:
        raise typer.Exit(FAILED)


def _outcome(engines: Engines, clock: Clock, question: Question) -> Reply | Refusal:
    try:
        answering = engines.of(question.policy)
    except PackError as error:
        return Refusal(question.id, f"the pack of {question.policy} cannot be used: {error}")
    except Stop as error:
        return Refusal(question.id, str(error))
    answer, spent = _timed(answering, question, clock)
    return _reply(question.id, answer, spent, draft=engines.draft)


def _questions(lines: BinaryIO) -> Iterator[tuple[int, Question | Refusal]]:
    for number, line in enumerate(lines, 1):
        if b"\0" in line:
            raise Stop(f"Line {number} is binary: --batch reads one JSON object a line, in UTF-8.")
        if line.strip():
            yield number, _question(line)


def _question(line: bytes) -> Question | Refusal:
    try:
        question = msgspec.json.decode(line, type=Question)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return Refusal(_id_of(line), 'not a JSON object with "id", "policy" and "text", all of them texts')
    return question


def _id_of(line: bytes) -> str:
    try:
        found = msgspec.json.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return ""
    return str(found.get("id", "")) if isinstance(found, dict) else ""
