"""Small stand-ins for the world, and a whole bot put together over a real database. Shared by all tests."""

from __future__ import annotations

import datetime as dt
import os
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Self
from zoneinfo import ZoneInfo

import msgspec
from sqlalchemy import ColumnElement, bindparam, event

from adapters.db.desk_repos import InboxSender
from adapters.db.engine import make_engine
from adapters.db.migrate import migrate
from adapters.db.store import SqlStore
from adapters.sealing import AesSealer
from bot import demo
from bot.chasing import Chasing
from bot.conversation import Conversation
from bot.deadlines import PACES, Paces
from bot.delivery import Relay
from bot.evidence import NO_DESK, Rule
from bot.messages import Ask, Card, Form, Inbound, Opened, Outbound, Pressed, Show, Submitted, Text, Where
from bot.messages import Say as SayCard
from bot.notices import templates
from bot.people import Account, Person, School
from bot.ports import Hook, Sender, Sent, Shelf, nothing
from bot.reread_rules import USUAL, Rules
from bot.shelves import SchoolShelf
from knowledge.model import Clause, Policy

MONDAY = dt.datetime(2026, 9, 21, 9, 0, tzinfo=dt.UTC)
"""A school day in the autumn term, ten o'clock in London."""
DESK = Where("desk", "desk")
BEGUN: dict[tuple[str, dt.date], bytes] = {}
"""SQLite files with the demo school in them, by policy and day."""


class FakeClock:
    """A clock that stands still until it is moved."""

    def __init__(self, now: dt.datetime = MONDAY) -> None:
        self.instant = now
        self.ticks = 0.0

    def now(self) -> dt.datetime:
        return self.instant

    def today(self, timezone: str) -> dt.date:
        return self.instant.astimezone(ZoneInfo(timezone)).date()

    def monotonic(self) -> float:
        return self.ticks

    def move(self, **by: float) -> None:
        """Move on (or back) by so many days, hours, minutes, seconds."""
        step = dt.timedelta(**by)
        self.instant += step
        self.ticks += max(step.total_seconds(), 0.0)

    def seconds(self) -> ColumnElement[float]:
        """Return this clock as SQL, for leases and waiting times."""
        return bindparam("now", callable_=self._timestamp)

    def _timestamp(self) -> float:
        return self.instant.timestamp()


class Postbox:
    """A platform that takes every message, can be asked, and does what ``faults`` says first."""

    def __init__(self, *faults: Exception, askable: bool = True) -> None:
        self.faults = list(faults)
        self.taken: list[tuple[str, str, Card]] = []
        self.askable = askable

    def send(self, account: Account, card: Card, key: str) -> Sent:
        if self.faults:
            raise self.faults.pop(0)
        self.taken.append((account.person_id, key, card))
        return Sent(f"m{len(self.taken)}")

    def arrived(self, account: Account, key: str) -> bool | None:
        if not self.askable:
            return None
        return any(person == account.person_id and there == key for person, there, _ in self.taken)

    def to(self, person_id: str) -> list[Card]:
        """Return the cards that a person was sent."""
        return [card for person, _, card in self.taken if person == person_id]

    def counts(self) -> Counter[str]:
        """Return how often each notice was delivered."""
        return Counter(key for _, key, _ in self.taken)


class LineBox:
    """A platform in a file: what it took survives the death of whoever sent it."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def send(self, account: Account, card: Card, key: str) -> Sent:  # noqa: ARG002 - a sender's own signature
        line = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        os.write(line, f"{account.person_id} {key}\n".encode())
        os.close(line)
        return Sent()

    def arrived(self, account: Account, key: str) -> bool:
        return f"{account.person_id} {key}" in self.lines()

    def lines(self) -> list[str]:
        """Return what was taken, one line for each message."""
        return self.path.read_text().splitlines() if self.path.exists() else []


class Lectern:
    """A shelf with one policy on it, in whichever version lies there, and perhaps others ``beside`` it."""

    def __init__(self, policy: Policy) -> None:
        self.lying = policy
        self.beside: tuple[Policy, ...] = ()

    def policy(self, school: School) -> Policy:  # noqa: ARG002 - a shelf's own signature
        return self.lying

    def policies(self, school: School) -> tuple[Policy, ...]:
        return (self.policy(school), *self.beside)

    def edit(self, version: str, **clauses: str) -> None:
        """Put a new version there, with clauses changed (``c_4_1`` for 4.1), added (new number) or removed (empty)."""
        texts = {name.removeprefix("c_").replace("_", "."): text for name, text in clauses.items()}
        kept = [
            msgspec.structs.replace(clause, text=texts.pop(clause.id, clause.text))
            for clause in self.lying.clauses
            if texts.get(clause.id) != ""
        ]
        added = [Clause(number, "Added", text) for number, text in texts.items() if text]
        self.lying = Policy(msgspec.structs.replace(self.lying.head, version=version), (*kept, *added))


class Echo:
    """Answers a question with its length; what it was asked is kept."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []

    def answer(self, person: Person, where: Where, text: str) -> tuple[Outbound, ...]:  # noqa: ARG002
        self.asked.append((person.id, text))
        return (SayCard(Card("An answer.", (Text(f"{len(text)} characters"),))),)

    def pressed(self, person: Person, where: Where, said: Pressed) -> tuple[Outbound, ...]:  # noqa: ARG002
        self.asked.append((person.id, said.action))
        return (SayCard(Card("An answer.", (Text(said.action),))),)

    def submitted(self, person: Person, where: Where, said: Submitted) -> tuple[Outbound, ...]:  # noqa: ARG002
        self.asked.append((person.id, said.form))
        return (SayCard(Card("An answer.", (Text(said.form),))),)


class World:
    """A whole bot over a database of its own, with the demo school in it. People are named as in ``bot.demo``."""

    def __init__(
        self,
        url: str,
        *,
        clock: FakeClock | None = None,
        policy: str = "stockham",
        senders: Mapping[str, Sender] | None = None,
        at: Hook = nothing,
        shelf: Shelf | None = None,
        sealer: AesSealer | None = None,
        fresh: bool = True,
        rules: Rules = USUAL,
        paces: Paces = PACES,
        files: Rule = NO_DESK,
    ) -> None:
        self.clock = clock or FakeClock()
        self.engine = make_engine(url)
        if self.engine.dialect.name == "sqlite":
            # What is tested is the death of the bot, not of the machine: nobody need wait for the disk.
            event.listen(self.engine, "connect", lambda connection, _: connection.execute("PRAGMA synchronous=OFF"))
        self.store = SqlStore(self.engine, self.clock, self.clock.seconds())
        self.shelf = shelf or SchoolShelf(self.store)
        self.sealer = sealer or AesSealer((b"k" * 32,))
        self.echo = Echo()
        parts = (self.store, self.sealer, self.clock, self.shelf, self.echo, at, rules, paces, files)
        self.bot = Conversation(*parts)
        self.chasing = Chasing(self.store, self.clock, self.shelf, paces)
        self.senders = senders or {"desk": InboxSender(self.store, self.clock)}
        told, lost = templates(rules), self.chasing.unreachable
        self.relay = Relay(self.store, self.clock, self.shelf, self.senders, told, lost, at, paces=paces)
        if fresh:
            self._begin(policy)

    def _begin(self, policy: str) -> None:
        """Bring the database up to date and seed it; a SQLite file that was made once before is copied."""
        file, today = self.engine.url.database or "", self.clock.today("Europe/London")
        copies = self.engine.dialect.name == "sqlite" and not Path(file).exists()
        if copies and (policy, today) in BEGUN:
            Path(file).write_bytes(BEGUN[policy, today])
            return
        migrate(self.engine)
        with self.store.begin() as work:
            demo.seed(work, today, policy)
            work.commit()
        if copies:
            with self.engine.connect() as connection:
                connection.connection.dbapi_connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # type: ignore[union-attr]
            BEGUN[policy, today] = Path(file).read_bytes()

    def close(self) -> None:
        """Let go of the database."""
        self.engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def say(self, who: str, said: Inbound, where: Where = DESK) -> tuple[Outbound, ...]:
        """Say something as a person of the demo school."""
        return self.bot.handle(f"demo-{who}", where, said)

    def press(self, who: str, action: str, value: str = "") -> tuple[Outbound, ...]:
        """Press a button."""
        return self.say(who, Pressed(action, value))

    def form(self, who: str, action: str, value: str = "") -> Form:
        """Press a button that opens a form."""
        (out,) = self.press(who, action, value)
        assert isinstance(out, Ask), out
        return out.form

    def home(self, who: str) -> Card:
        """Return a person's home card."""
        (out,) = self.say(who, Opened())
        assert isinstance(out, SayCard)
        return out.card

    def send(self, who: str, form: Form, **values: str) -> tuple[Outbound, ...]:
        """Send a form in."""
        return self.say(who, Submitted(form.name, form.key, {**form.values, **values}))

    def report(self, who: str, kind: str = "breach", **values: str) -> str:
        """File a report and return its reference."""
        form = self.form(who, "report.kind", kind)
        given = {"about": "staff", "person": "demo-colleague", "what": "Something happened.", "named": "with_name"}
        if values.get("about", "staff") != "staff":
            given.pop("person")
        (out,) = self.send(who, form, **(given | values))
        assert isinstance(out, Show), out
        return facts(out.card)["Reference"]

    def deliver(self) -> int:
        """Send everything that is due. Return how many notices were handled."""
        handled = 0
        while taken := self.relay.run_once():
            handled += taken
        return handled

    def inbox(self, who: str) -> Sequence[Card]:
        """Return what stands in a person's chat on the desk."""
        with self.store.look() as work:
            return [message.card for message in work.inbox.messages(f"demo-{who}")]


def words(card: Card) -> str:
    """Return every word of a card, typed text included, as one string."""

    def walk(thing: object) -> list[str]:
        if isinstance(thing, str):
            return [thing]
        if isinstance(thing, tuple):
            return [word for item in thing for word in walk(item)]
        names = getattr(thing, "__dataclass_fields__", {})
        return [word for name in names for word in walk(getattr(thing, name))]

    return " ".join(walk(card))


def facts(card: Card) -> dict[str, str]:
    """Return the pairs of label and value of a card."""
    rows = [row for element in card.body for row in getattr(element, "rows", ())]
    return {row[0]: getattr(row[1], "text", row[1]) for row in rows}


def buttons(card: Card) -> dict[str, str]:
    """Return the buttons of a card: action to value."""
    return {b.action: b.value for element in card.body for b in getattr(element, "buttons", ())}


Maker = Callable[..., World]
