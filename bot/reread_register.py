"""Who has read which version, as it stood on any day: what a headteacher shows to a governor or an inspector.

The register is worked out from the declarations, the roster and the audit chain; nothing of it is kept twice.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final, Literal

from bot.access import SchoolMatter, may
from bot.audit import AuditRow
from bot.calendars import Calendar
from bot.people import Person, Roster
from bot.ports import Clock, PolicyVersion, Shelf, Store, UnitOfWork
from bot.reread_changes import unpacked
from bot.reread_plan import Standing, standings
from bot.reread_sending import ASK
from bot.rereads import Acknowledgement, Campaign
from bot.scene import Scene, look_around
from bot.wording import say, says

SIGNED: Final = frozenset({"reread.acknowledged", "reread.recorded_paper"})
"""The audit rows in which a declaration was written down."""
FORMULAS: Final = ("=", "+", "-", "@", "\t", "\r")
"""How a text begins that a spreadsheet would work out instead of showing it."""
COLUMNS_BEFORE: Final = 5
"""Columns of the register before those of the declaration."""
MOST_WEEKS: Final = 53
"""Weeks of a round whose course is told."""
STANDINGS: Final[tuple[Standing, ...]] = ("done", "waiting_witness", "due", "overdue", "away", "unreachable")
Light = Literal["green", "amber", "red", "none"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One person in the register: roles and standing on the day; ``row`` is the audit row of the declaration."""

    person: Person
    roles: frozenset[str]
    standing: Standing
    due: dt.date
    ack: Acknowledgement | None = None
    row: AuditRow | None = None


@dataclass(frozen=True, slots=True)
class Round:
    """One campaign of the past or present: how many had read at its end or by the day, and how many by the due day.

    ``weeks`` is how many had read by the end of each of its weeks, so far.
    """

    campaign: Campaign
    everybody: int
    done: int
    in_time: int
    weeks: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Book:
    """The register of one day. Without a campaign on that day it is empty."""

    scene: Scene
    day: dt.date
    campaign: Campaign | None
    entries: tuple[Entry, ...]
    rounds: tuple[Round, ...]

    @property
    def counts(self) -> Counter[Standing]:
        """How many people stand where."""
        return Counter(entry.standing for entry in self.entries)

    @property
    def groups(self) -> tuple[tuple[str, Counter[Standing]], ...]:
        """The counts for each role; who holds two roles is counted under both."""
        roles = sorted({role for entry in self.entries for role in entry.roles})
        return tuple((role, Counter(e.standing for e in self.entries if role in e.roles)) for role in roles)

    @property
    def light(self) -> Light:
        """Red where somebody is overdue, amber where somebody has yet to read, green where everybody has."""
        return light(self.counts)


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a declaration comes to: pairs of label and value, and the statements that were agreed to."""

    ack_id: str
    facts: tuple[tuple[str, str], ...]
    statements: tuple[str, ...]


def light(counts: Counter[Standing]) -> Light:
    """Return the traffic light of some standings; people who are away or cannot be reached keep it from green."""
    if not counts.total():
        return "none"
    if counts["overdue"]:
        return "red"
    return "green" if counts["done"] == counts.total() else "amber"


def light_words(counts: Counter[Standing]) -> str:
    """Return the traffic light as a sentence."""
    left = counts.total() - counts["done"]
    return say(f"reread.light.{light(counts)}", overdue=counts["overdue"], left=left, all=counts.total())


def as_of(acks: Iterable[Acknowledgement], day: dt.date, calendar: Calendar) -> tuple[Acknowledgement, ...]:
    """Return the declarations as they stood at the end of a day: later ones left out, later witnesses not yet heard."""
    kept = []
    for ack in acks:
        if calendar.local(ack.at).date() <= day:
            heard = ack.witnessed_at is not None and calendar.local(ack.witnessed_at).date() <= day
            kept.append(ack if heard else replace(ack, witnessed_at=None))
    return tuple(kept)


def on(campaigns: Iterable[Campaign], policy: str, day: dt.date) -> Campaign | None:
    """Return the campaign about a policy that was under way on a day, or ``None``."""
    under_way = [c for c in campaigns if c.policy == policy and c.live(day)]
    return max(under_way, key=lambda c: (c.starts, c.created_at), default=None)


class Register:
    """Shows who has read what, to those who may see it, and a person's own receipt to themselves."""

    def __init__(self, store: Store, clock: Clock, shelf: Shelf) -> None:
        self._store = store
        self._clock = clock
        self._shelf = shelf

    def open(self, person_id: str, school_id: str, day: dt.date | None = None, policy: str = "") -> Book:
        """Return the register of a day (today; a later one counts as today) of the policy that leads, or of ``policy``.

        Raise ``PermissionError``.
        """
        with self._store.look() as work:
            scene = look_around(work, school_id, self._clock, self._shelf).by(policy)
            if not may(person_id, "view", SchoolMatter(school_id, "rereading"), scene.roster, scene.today):
                raise PermissionError
            return book(work, scene, min(day or scene.today, scene.today))

    def export(self, person_id: str, school_id: str, day: dt.date | None = None, policy: str = "") -> tuple[Book, str]:
        """Return the register of a day and the same as CSV, and audit that. Raise ``PermissionError``."""
        found = self.open(person_id, school_id, day, policy)
        with self._store.begin() as work:
            work.audit.note(school_id, person_id, "reread.exported", found.campaign.id if found.campaign else school_id)
            work.commit()
        return found, as_csv(found)

    def receipt(self, person_id: str, school_id: str, ack_id: str) -> Receipt | None:
        """Return the receipt of a declaration; ``None`` unless it is one's own or one oversees them."""
        with self._store.look() as work:
            scene = look_around(work, school_id, self._clock, self._shelf)
            ack = work.rereads.acknowledgement(ack_id)
            if ack is None or ack.school_id != school_id:
                return None
            oversees = may(person_id, "view", SchoolMatter(school_id, "rereading"), scene.roster, scene.today)
            if ack.person_id != person_id and not oversees:
                return None
            row = next((r for r in work.audit.of_thing(school_id, ack.reference) if r.action in SIGNED), None)
            return receipt_of(scene, ack, row, work.policies.all(school_id))


def book(work: UnitOfWork, scene: Scene, day: dt.date, *, traced: bool = True) -> Book:
    """Return the register of a day of the school, ``traced`` with audit rows; whoever asks has been let through."""
    campaigns = work.rereads.campaigns(scene.school.id)
    acks = as_of(work.rereads.acknowledgements(scene.school.id), day, scene.calendar)
    campaign = on(campaigns, scene.policy.id, day)
    rounds = tuple(
        _round(scene.roster, c, acks, day, scene.calendar)
        for c in campaigns
        if c.policy == scene.policy.id and c.starts <= day
    )
    if campaign is None:
        return Book(scene, day, None, (), rounds)
    chain = work.audit.rows(scene.school.id) if traced else ()
    rows = {row.thing: row for row in chain if row.action in SIGNED}
    entries = []
    for stands in standings(campaign, scene.roster, day, acks, work.outbox.unreached(campaign.id, ASK)):
        # Who could be reached on an earlier day is not known: there, somebody is due or overdue.
        past: Standing = "overdue" if day > stands.due else "due"
        standing = past if stands.standing == "unreachable" and day < scene.today else stands.standing
        row = rows.get(stands.ack.reference) if stands.ack else None
        roles = scene.roster.roles(stands.person.id, day)
        entries.append(Entry(stands.person, roles, standing, stands.due, stands.ack, row))
    return Book(scene, day, campaign, tuple(entries), rounds)


def _round(
    roster: Roster, campaign: Campaign, acks: tuple[Acknowledgement, ...], day: dt.date, calendar: Calendar
) -> Round:
    last = day if campaign.ended is None else min(day, campaign.ended)
    stand = standings(campaign, roster, last, acks)
    done = [one for one in stand if one.standing == "done" and one.ack is not None]
    in_time = sum((one.ack.signed_on or calendar.local(one.ack.at).date()) <= one.due for one in done if one.ack)
    days = [calendar.local(one.ack.witnessed_at or one.ack.at).date() for one in done if one.ack is not None]
    weeks = tuple(
        sum(day < campaign.starts + dt.timedelta(weeks=week) for day in days)
        for week in range(1, min((last - campaign.starts).days // 7 + 1, MOST_WEEKS) + 1)
    )
    return Round(campaign, len(stand), len(done), in_time, weeks)


def as_csv(book: Book) -> str:
    """Return the register as CSV for a spreadsheet: one line for each person, in words."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(says("reread.column").values())
    scene, standing = book.scene, says("reread.standing")
    for entry in book.entries:
        roles = ", ".join(sorted(says("roles.role").get(role, role) for role in entry.roles))
        line = [book.day.isoformat(), entry.person.name, roles, standing[entry.standing], entry.due.isoformat()]
        writer.writerow(as_text_cells([*line, *cells(scene, entry.ack, entry.row)]))
    return out.getvalue()


def cells(scene: Scene, ack: Acknowledgement | None, row: AuditRow | None) -> list[str]:
    """Return what a spreadsheet says of a declaration, under the columns from ``policy`` on."""
    if ack is None:
        return [""] * (len(says("reread.column")) - COLUMNS_BEFORE)
    return [
        ack.policy,
        ack.version,
        scene.when(ack.at),
        ack.reference,
        says("reread.how").get(ack.how, ack.how),
        ack.typed_name,
        scene.roster.name(ack.witness_id) if ack.witness_id else "",
        scene.when(ack.witnessed_at) if ack.witnessed_at else "",
        scene.roster.name(ack.recorded_by) if ack.recorded_by else "",
        ack.kept_at,
        ack.signed_on.isoformat() if ack.signed_on else "",
        str(row.seq) if row else "",
        ack.declaration,
    ]


def as_text_cells(line: Iterable[str]) -> list[str]:
    """Return cells that a spreadsheet shows and does not work out."""
    return [f"'{cell}" if cell.startswith(FORMULAS) else cell for cell in line]


def receipt_of(scene: Scene, ack: Acknowledgement, row: AuditRow | None, versions: Iterable[PolicyVersion]) -> Receipt:
    """Return the receipt of a declaration: what was declared, by whom, when, and where it stands in the audit chain."""
    kept = next((v for v in versions if (v.policy, v.version) == (ack.policy, ack.version)), None)
    head = unpacked(kept).head if kept else scene.policy.head
    lines = {
        "school": scene.school.name,
        "name": scene.roster.name(ack.person_id),
        "policy": f"{head.title}, {ack.version}",
        "when": scene.when(ack.at),
        "reference": ack.reference,
        "how": says("reread.how").get(ack.how, ack.how),
        "typed": ack.typed_name,
        "witness": scene.roster.name(ack.witness_id) if ack.witness_id else "",
        "witnessed": scene.when(ack.witnessed_at) if ack.witnessed_at else "",
        "recorded_by": scene.roster.name(ack.recorded_by) if ack.recorded_by else "",
        "kept_at": ack.kept_at,
        "signed_on": scene.day(ack.signed_on) if ack.signed_on else "",
        "row": f"{row.seq}, {row.hash}" if row else "",
        "declaration": ack.declaration,
    }
    facts = tuple((say(f"reread.receipt.{name}"), value) for name, value in lines.items() if value)
    return Receipt(ack.id, facts, head.declaration.statements)


def as_text(receipt: Receipt) -> str:
    """Return a receipt as plain text to keep."""
    title = say("reread.receipt.title")
    facts = [f"{label}: {value}" for label, value in receipt.facts]
    declared = [f"- {statement}" for statement in receipt.statements]
    return "\n".join([title, "=" * len(title), "", *facts, "", say("reread.receipt.declared"), *declared, ""])
