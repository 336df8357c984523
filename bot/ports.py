"""What the bot asks of the world: a store, a clock, a sealer, senders. Adapters implement these protocols.

The store hands out units of work. One is a context manager; leaving it without ``commit()`` rolls everything back.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Literal, Protocol

from bot.audit import Anchor, AuditRow
from bot.messages import Card
from bot.people import Absence, Account, Holding, Person, Roster, School, SharedLogin, StandIn
from bot.reports import Entry, Grant, Report
from bot.rereads import Acknowledgement, Campaign, Step
from knowledge.model import Policy

Hook = Callable[[str], None]
"""Called with the name of a point in the course of things; the crash tests end the process there."""


def nothing(_point: str) -> None:
    """The hook of a running bot: does nothing."""


class Clock(Protocol):
    """The time. The core reads no other clock."""

    def now(self) -> dt.datetime:
        """Return the present instant, aware, in UTC."""
        ...

    def today(self, timezone: str) -> dt.date:
        """Return the present day in a time zone (IANA name)."""
        ...

    def monotonic(self) -> float:
        """Return seconds that never go back."""
        ...


class SealBroken(Exception):
    """Sealed text cannot be opened: wrong master key, changed bytes, or bytes moved from their place."""


class Sealer(Protocol):
    """Seals text with a key of its own for each report; the key itself is wrapped by the master key."""

    def new_key(self) -> bytes:
        """Return a fresh key, wrapped: what is stored."""
        ...

    def seal(self, key: bytes, plain: str, place: str) -> bytes:
        """Return text sealed with a wrapped key, bound to ``place`` (an id): it opens nowhere else."""
        ...

    def open(self, key: bytes, sealed: bytes, place: str) -> str:
        """Return what was sealed. Raise ``SealBroken``."""
        ...

    def rewrap(self, key: bytes) -> bytes:
        """Return a wrapped key wrapped by the present master key. Raise ``SealBroken``."""
        ...


class Shelf(Protocol):
    """Where a school's policy stands."""

    def policy(self, school: School) -> Policy:
        """Return the policy in force. Raise ``KeyError`` where there is none."""
        ...


# --- Sending ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Sent:
    """A message that the platform has taken. ``message`` is its id there, with which it can be replaced."""

    message: str = ""


class RetryLater(Exception):
    """Not now; ``after`` is the number of seconds to wait at least."""

    def __init__(self, after: float, why: str = "busy") -> None:
        super().__init__(why)
        self.after = after


class Gone(Exception):
    """The account can no longer be written to: use another one."""


class Refused(Exception):
    """This message can never be sent to this account as it is (a fault on our side)."""


class Sender(Protocol):
    """Writes to one platform. Each call has a limit of ten seconds of its own; no transaction is open meanwhile."""

    def send(self, account: Account, card: Card, key: str) -> Sent:
        """Send a card; ``key`` is written with it where the platform can be asked later.

        A card whose ``key`` was sent before to this account replaces the earlier one where the platform can do so.
        Raise ``RetryLater``, ``Gone`` or ``Refused``; anything else is taken as ``RetryLater``.
        """
        ...

    def arrived(self, account: Account, key: str) -> bool | None:
        """Return whether a message with that key is there; ``None`` where the platform cannot be asked."""
        ...


@dataclass(frozen=True, slots=True)
class Notice:
    """Something to tell somebody: a template's name and ids, never text. ``key`` makes it happen once.

    ``person_id`` is the recipient, or ``None`` with ``outside`` (an e-mail address of a contact of the school).
    ``thing`` is the reference or id of what it is about. ``after`` is the number of seconds to wait before sending.
    """

    key: str
    school_id: str
    template: str
    person_id: str | None
    thing: str
    ids: Mapping[str, str] = field(default_factory=dict)
    outside: str = ""
    after: float = 0.0


@dataclass(frozen=True, slots=True)
class Claimed:
    """A notice that this relay holds until its lease ends. ``attempt`` counts from 1; ``age`` is in seconds."""

    id: str
    token: str
    attempt: int
    age: float
    notice: Notice
    account_id: str | None = None
    fallback_done: bool = False


OutboxState = Literal["waiting", "sent", "dead", "withdrawn"]


class Outbox(Protocol):
    """What is still to be told, written in the same commit as the fact itself."""

    def add(self, notice: Notice) -> bool:
        """Queue a notice. Return ``False``, with no effect, where its key is there already."""
        ...

    def claim(self, limit: int, lease: float) -> tuple[Claimed, ...]:
        """Take up to so many notices that are due, for ``lease`` seconds, in one statement. Nobody else gets them."""
        ...

    def chosen(self, claimed: Claimed, account_id: str) -> bool:
        """Write down, before sending, to which account a notice goes. ``False`` where the lease was lost."""
        ...

    def sent(self, claimed: Claimed, message: str) -> bool:
        """Mark as sent. ``False`` where the lease was lost."""
        ...

    def later(self, claimed: Claimed, after: float, why: str) -> bool:
        """Put back for so many seconds; ``why`` is a code word. ``False`` where the lease was lost."""
        ...

    def end(self, claimed: Claimed, state: OutboxState, why: str) -> bool:
        """Close without sending: dead or withdrawn. ``False`` where the lease was lost."""
        ...

    def fallback_done(self, claimed: Claimed) -> None:
        """Note that the next person was told because of this notice."""
        ...

    def withdraw(self, thing: str, template: str, person_id: str | None = None) -> int:
        """Withdraw waiting notices about a thing (to one person, or to everybody). Return how many."""
        ...

    def counts(self, school_id: str | None = None) -> Mapping[str, int]:
        """Return how many notices stand in each state."""
        ...

    def dead(self, school_id: str) -> tuple[Notice, ...]:
        """Return the notices of a school that were given up, latest first."""
        ...

    def hold_all(self) -> int:
        """Stop every waiting notice until released (after a restore). Return how many."""
        ...

    def release_all(self) -> int:
        """Let held notices go out again. Return how many."""
        ...


# --- Repositories ----------------------------------------------------------------------------------------------------


class Schools(Protocol):
    """Schools."""

    def put(self, school: School) -> None:
        """Add a school, or change it."""
        ...

    def get(self, school_id: str) -> School | None:
        """Return a school or ``None``."""
        ...

    def all(self) -> tuple[School, ...]:
        """Return every school by id."""
        ...


class People(Protocol):
    """People, roles, absences, accounts."""

    def put(self, person: Person) -> None:
        """Add a person, or change one."""
        ...

    def get(self, person_id: str) -> Person | None:
        """Return a person or ``None``."""
        ...

    def by_email(self, school_id: str, email: str) -> Person | None:
        """Return the person of a school with that e-mail (in any case) or ``None``."""
        ...

    def by_account(self, platform: str, tenant: str, address: str) -> Person | None:
        """Return who writes from an account, or ``None``."""
        ...

    def roster(self, school_id: str) -> Roster:
        """Return everybody of a school. Raise ``KeyError`` for an unknown school."""
        ...

    def hold(self, holding: Holding) -> None:
        """Give a role."""
        ...

    def end_role(self, person_id: str, role: str, last: dt.date) -> None:
        """End a role after a day."""
        ...

    def absent(self, absence: Absence) -> None:
        """Write down an absence."""
        ...

    def stand_in(self, stand_in: StandIn) -> None:
        """Name a stand-in."""
        ...

    def account(self, account: Account) -> None:
        """Add an account, or change it."""
        ...

    def share(self, shared: SharedLogin) -> None:
        """Write down that somebody can act under another's login."""
        ...


class Reports(Protocol):
    """Reports with their grants and sealed entries. Within a writing unit of work a report that is read is locked."""

    def add(self, report: Report, entry: Entry) -> bool:
        """Add a report with its grants and first entry. Return ``False``, with no effect, where ``once`` is there."""
        ...

    def by_once(self, school_id: str, once: str) -> Report | None:
        """Return the report of a submission key (its hash) or ``None``."""
        ...

    def by_reference(self, school_id: str, reference: str, *, lock: bool = True) -> Report | None:
        """Return the report of a reference or ``None``; without ``lock`` it is only looked at."""
        ...

    def by_code(self, school_id: str, code_hash: str) -> Report | None:
        """Return the anonymous report of a code (its hash) or ``None``."""
        ...

    def of_reporter(self, person_id: str) -> tuple[Report, ...]:
        """Return the named reports that a person made, latest first."""
        ...

    def granted_to(self, person_id: str) -> tuple[Report, ...]:
        """Return the reports to which a person has or had a grant, latest first. Ask ``access`` before showing any."""
        ...

    def unsettled(self, school_id: str) -> tuple[Report, ...]:
        """Return the reports of a school that are not closed or deleted, oldest first."""
        ...

    def closed_before(self, school_id: str, instant: dt.datetime) -> tuple[Report, ...]:
        """Return the closed reports of a school that were closed before an instant."""
        ...

    def all(self, school_id: str) -> tuple[Report, ...]:
        """Return every report of a school, latest first (counts and states for the operator)."""
        ...

    def save(self, report: Report) -> None:
        """Write a report's changed facts (not its grants and entries)."""
        ...

    def grant(self, grant: Grant) -> None:
        """Give a right; a person's earlier ended grant to the report stays as history."""
        ...

    def end_grant(self, grant_id: str, at: dt.datetime, why: str) -> None:
        """End a right."""
        ...

    def add_entry(self, entry: Entry) -> bool:
        """Add a sealed entry. Return ``False``, with no effect, where its id is there."""
        ...

    def entries(self, report_id: str) -> tuple[Entry, ...]:
        """Return a report's entries in order of time."""
        ...

    def link(self, report_id: str, other_id: str) -> None:
        """Link two reports, both ways."""
        ...

    def linked(self, report_id: str) -> tuple[str, ...]:
        """Return the references of the reports linked to one."""
        ...

    def wipe(self, report_id: str) -> None:
        """Destroy a report's key and entries; its facts without people stay."""
        ...


class Drafts(Protocol):
    """Forms that were begun: sealed, one for each person and form."""

    def put(self, person_id: str, form: str, key: bytes, sealed: bytes, at: dt.datetime) -> None:
        """Keep a draft in place of an earlier one."""
        ...

    def get(self, person_id: str, form: str) -> tuple[bytes, bytes] | None:
        """Return key and sealed text, or ``None``."""
        ...

    def drop(self, person_id: str, form: str = "") -> None:
        """Forget a draft, or every draft of a person."""
        ...

    def drop_before(self, instant: dt.datetime) -> int:
        """Forget drafts last touched before an instant. Return how many."""
        ...

    def forms(self, person_id: str) -> tuple[str, ...]:
        """Return the forms of which a person has a draft."""
        ...


class Audit(Protocol):
    """The audit chain. What is noted is linked and written by ``commit``, as the last thing that it does."""

    def note(self, school_id: str, actor_id: str | None, action: str, thing: str, facts: str = "") -> None:
        """Note an act: ids, and a hash or a code word; never text."""
        ...

    def rows(self, school_id: str) -> Iterable[AuditRow]:
        """Return a school's rows in order."""
        ...

    def head(self, school_id: str) -> Anchor | None:
        """Return the end of a school's chain, or ``None`` before its first row."""
        ...

    def of_thing(self, school_id: str, thing: str) -> tuple[AuditRow, ...]:
        """Return the rows about one thing."""
        ...


class Rereads(Protocol):
    """Campaigns, what was asked of whom, and acknowledgements."""

    def put(self, campaign: Campaign) -> bool:
        """Add a campaign. ``False``, with no effect, where the school has one of that policy, version and start."""
        ...

    def campaign(self, campaign_id: str) -> Campaign | None:
        """Return a campaign or ``None``."""
        ...

    def campaigns(self, school_id: str) -> tuple[Campaign, ...]:
        """Return a school's campaigns, latest first."""
        ...

    def end(self, campaign_id: str, on: dt.date) -> None:
        """End a campaign."""
        ...

    def ledger(self, school_id: str) -> frozenset[Step]:
        """Return every step taken in a school's campaigns that have not ended."""
        ...

    def take(self, step: Step, at: dt.datetime) -> bool:
        """Write a step into the ledger. ``False``, with no effect, where it is there."""
        ...

    def acknowledge(self, ack: Acknowledgement) -> bool:
        """Write an acknowledgement. ``False``, with no effect, where the person has one for this campaign's version."""
        ...

    def witnessed(self, ack_id: str, witness_id: str, at: dt.datetime) -> bool:
        """Write that the named witness confirms. ``False`` where it is done already or another witness was named."""
        ...

    def acknowledgement(self, ack_id: str) -> Acknowledgement | None:
        """Return an acknowledgement or ``None``."""
        ...

    def acknowledgements(self, school_id: str) -> tuple[Acknowledgement, ...]:
        """Return every acknowledgement of a school, latest first."""
        ...


class Events(Protocol):
    """Events of the platforms that were seen already."""

    def first_time(self, platform: str, event_id: str, at: dt.datetime) -> bool:
        """Return ``True`` once for each event, on one instance or several."""
        ...

    def forget_before(self, instant: dt.datetime) -> int:
        """Forget events seen before an instant. Return how many."""
        ...


@dataclass(frozen=True, slots=True)
class HeadQuestion:
    """A question to the head. The texts are sealed under ``key`` at the places ``id/question`` and ``id/reply``.

    ``standing`` is set where the head keeps the reply as the school's own ruling; ``act`` is the act it rules on.
    """

    id: str
    school_id: str
    asker_id: str | None
    at: dt.datetime
    key: bytes = field(repr=False)
    question: bytes = field(repr=False)
    act: str = ""
    reply: bytes | None = field(default=None, repr=False)
    replied_by: str | None = None
    replied_at: dt.datetime | None = None
    verdict: str = ""
    standing: bool = False
    withdrawn_at: dt.datetime | None = None


class Questions(Protocol):
    """Questions counted without names, and questions put to the head with their rulings."""

    def count(self, school_id: str, policy: str, day: dt.date, act: str, verdict: str) -> None:
        """Count a question: which act, which verdict; never who or in what words."""
        ...

    def counted(self, school_id: str, since: dt.date) -> tuple[tuple[str, str, int], ...]:
        """Return (act, verdict, count) since a day, most first."""
        ...

    def put(self, question: HeadQuestion) -> None:
        """Add a question to the head, or change it (reply, ruling, withdrawal)."""
        ...

    def get(self, question_id: str) -> HeadQuestion | None:
        """Return a question to the head or ``None``."""
        ...

    def to_head(self, school_id: str) -> tuple[HeadQuestion, ...]:
        """Return a school's questions to the head, latest first."""
        ...


class Sessions(Protocol):
    """The desk's one-time links and sessions, by hashes of their secrets."""

    def add_link(self, token_hash: str, person_id: str, purpose: str, expires: dt.datetime) -> None:
        """Keep a one-time link."""
        ...

    def use_link(self, token_hash: str, now: dt.datetime) -> tuple[str, str] | None:
        """Use a link up: person and purpose the first time before it expires, else ``None``."""
        ...

    def add(self, token_hash: str, person_id: str, expires: dt.datetime) -> None:
        """Keep a session."""
        ...

    def person(self, token_hash: str, now: dt.datetime) -> str | None:
        """Return whose session it is, or ``None`` where there is none or it has ended."""
        ...

    def end(self, token_hash: str) -> None:
        """End a session."""
        ...

    def second_factor(self, person_id: str) -> tuple[bytes, bytes] | None:
        """Return a person's wrapped key and sealed code secret (place ``person/totp``), or ``None``."""
        ...

    def set_second_factor(self, person_id: str, key: bytes, sealed: bytes) -> None:
        """Keep a person's sealed code secret."""
        ...


@dataclass(frozen=True, slots=True)
class InboxMessage:
    """A card in a person's own chat on the desk."""

    id: str
    person_id: str
    at: dt.datetime
    card: Card
    read_at: dt.datetime | None = None


class Inbox(Protocol):
    """The desk's chat: what the bot has written to a person there."""

    def put(self, person_id: str, key: str, card: Card, at: dt.datetime) -> str:
        """Write a card once for its ``key``, in place of an earlier one with its ``Card.key``. Return its id."""
        ...

    def replace(self, person_id: str, card: Card) -> bool:
        """Put a card where the shown one of its ``Card.key`` stands. Return ``False``, with no effect, without one."""
        ...

    def has(self, person_id: str, key: str) -> bool:
        """Return whether a card with that key was written."""
        ...

    def messages(self, person_id: str, limit: int = 50) -> tuple[InboxMessage, ...]:
        """Return a person's latest cards, oldest first."""
        ...

    def read(self, person_id: str, at: dt.datetime) -> None:
        """Note that the person has seen their messages."""
        ...


@dataclass(frozen=True, slots=True)
class PolicyVersion:
    """A version of a school's policy: the pack as JSON, its adoption, and whether it asks for a re-read."""

    id: str
    school_id: str
    policy: str
    version: str
    pack: str = field(repr=False)
    adopted_on: dt.date | None = None
    adopted_by: str | None = None
    second_by: str | None = None
    material: bool = True


class Policies(Protocol):
    """Imported and adopted versions of policies."""

    def put(self, version: PolicyVersion) -> None:
        """Add a version, or change it."""
        ...

    def current(self, school_id: str, on: dt.date) -> PolicyVersion | None:
        """Return the version adopted last by a day, or ``None``."""
        ...

    def all(self, school_id: str) -> tuple[PolicyVersion, ...]:
        """Return a school's versions, latest first."""
        ...


class UnitOfWork(Protocol):
    """One transaction. Everything is undone unless ``commit`` was called."""

    schools: Schools
    people: People
    reports: Reports
    drafts: Drafts
    outbox: Outbox
    audit: Audit
    rereads: Rereads
    events: Events
    questions: Questions
    sessions: Sessions
    inbox: Inbox
    policies: Policies

    def commit(self) -> None:
        """Write the audit rows that were noted, then make everything last."""
        ...


class StoreBusy(Exception):
    """The database is locked, full or away. Nothing was written."""


class Store(Protocol):
    """Where everything is kept."""

    def begin(self, *, patient: bool = False) -> AbstractContextManager[UnitOfWork]:
        """Begin to write. ``patient`` waits 30 s for a lock (relay, jobs), not 2 s (people). Raise ``StoreBusy``."""
        ...

    def look(self) -> AbstractContextManager[UnitOfWork]:
        """Begin to read only: nothing waits for it. Raise ``StoreBusy``."""
        ...
