"""``ask``: one question, or a batch of them as JSON lines."""

from __future__ import annotations

import difflib
import sys
import time
from collections.abc import Iterator
from typing import Annotated, BinaryIO, Protocol

import msgspec
import typer

from adapters.terminal.errors import FAILED, Stop
from adapters.terminal.shown import json_line
from bot.answering import Answering
from bot.answers import Answer
from bot.ports import Clock
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


class Answers(Protocol):
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
    installed = pack.installed()
    if name in installed:
        return name
    near = difflib.get_close_matches(name.casefold(), installed, len(installed), 0.0)
    raise Stop(f"There is no policy {name!r}. There are: {', '.join(near)}.")


def add(app: typer.Typer, house: Answers) -> None:
    """Add ``ask`` to the command line."""

    @app.command()
    def ask(
        question: Annotated[str, typer.Argument(help="What to ask, in quotation marks.")] = "",
        *,
        policy: Annotated[str, typer.Option(help="The policy to answer from.")] = "",
        batch: Annotated[bool, typer.Option("--batch", help="Answer JSON lines from standard input.")] = False,
        json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    ) -> None:
        """Answer a question from a policy."""
        if batch:
            _batch(house, sys.stdin.buffer)
            return
        _plain_text(question)
        name = known_policy(policy or house.default_policy() or _say_which())
        answering = house.answering(name)
        if len(question) > LONGEST:
            typer.echo(f"The question has {len(question):,} characters: its beginning and its end were read.", err=True)
        answer, spent = _timed(answering, Question("", name, question), house.clock)
        if json:
            json_line(_reply("", answer, spent))
        else:
            typer.echo(answer.text())


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


def _reply(name: str, answer: Answer, spent: float) -> Reply:
    return Reply(name, answer.verdict, answer.clauses, answer.asks, answer.text(), round(spent, 3))


def _batch(house: Answers, lines: BinaryIO) -> None:
    """Answer every line in order. A line that cannot be read is answered with what is wrong; the exit code tells."""
    refused = 0
    for number, question in _questions(lines):
        outcome = question if isinstance(question, Refusal) else _outcome(house, question)
        if isinstance(outcome, Refusal):
            refused += 1
            typer.echo(f"line {number}: {outcome.error}", err=True)
        json_line(outcome)
    if refused:
        raise typer.Exit(FAILED)


def _outcome(house: Answers, question: Question) -> Reply | Refusal:
    try:
        answering = house.answering(question.policy)
    except PackError as error:
        return Refusal(question.id, f"the pack of {question.policy} cannot be used: {error}")
    answer, spent = _timed(answering, question, house.clock)
    return _reply(question.id, answer, spent)


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
    try:
        known_policy(question.policy)
    except Stop as error:
        return Refusal(question.id, str(error))
    return question


def _id_of(line: bytes) -> str:
    try:
        found = msgspec.json.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return ""
    return str(found.get("id", "")) if isinstance(found, dict) else ""
