"""What a report is made of: its facts, its grants and its sealed entries. Text is never here except sealed."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Final, Literal

State = Literal["received", "acknowledged", "in_progress", "closed", "deleted"]
EntryKind = Literal["form", "added", "note", "to_reporter", "from_reporter", "outcome"]
GrantWhy = Literal["route", "also", "escalated", "handed", "added", "asked"]

OPEN_STATES: Final[tuple[State, ...]] = ("received", "acknowledged", "in_progress")
REMINDERS: Final = ("report.chase", "report.chase_again", "report.chase_still")
"""Templates of the reminders at one level, in order; the last is for when nobody is left who can be told."""
OUTCOMES: Final = (
    "resolved",
    "advice_given",
    "no_action",
    "policy_action",
    "referred_lado",
    "referred_police",
    "unfounded",
    "malicious",
)


@dataclass(frozen=True, slots=True)
class Grant:
    """One person's right to a report. It was given for ``as_role``: who loses the role loses the right.

    ``stands_in_for`` is the holder on whose behalf it was given. ``ended_at`` closes it; ``ended_why`` is a code word.
    """

    id: str
    report_id: str
    person_id: str
    why: GrantWhy
    given_at: dt.datetime
    as_role: str | None = None
    stands_in_for: str | None = None
    ended_at: dt.datetime | None = None
    ended_why: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """Everything about a report but its text. Instants are aware UTC.

    ``subjects`` are the people whom it is about; ``about`` says so in a word (staff, headteacher, chair,
    head_and_chair, contractor, outside, unknown). ``reporter_id`` is ``None`` for an anonymous report. ``once`` and
    ``code_hash`` are hashes of the submission key and of the anonymous reporter's code. ``level`` counts how often it
    was passed on to the next person entitled; ``chases`` counts reminders at this level.
    """

    id: str
    school_id: str
    reference: str
    kind: str
    about: str
    once: str
    received_at: dt.datetime
    due_at: dt.datetime
    key: bytes | None = field(repr=False)
    subjects: tuple[str, ...] = ()
    reporter_id: str | None = None
    code_hash: str | None = field(default=None, repr=False)
    conflict: bool = False
    urgent: bool = False
    state: State = "received"
    level: int = 0
    chases: int = 0
    chase_at: dt.datetime | None = None
    acknowledged_at: dt.datetime | None = None
    acknowledged_by: str | None = None
    closed_at: dt.datetime | None = None
    outcome: str = ""
    hold: str = ""
    deletion_proposed_at: dt.datetime | None = None
    deletion_proposed_by: str | None = None
    grants: tuple[Grant, ...] = ()

    @property
    def anonymous(self) -> bool:
        """Whether the report was made without a name."""
        return self.reporter_id is None

    @property
    def live_grants(self) -> tuple[Grant, ...]:
        """The grants that have not been ended."""
        return tuple(grant for grant in self.grants if grant.ended_at is None)

    def late(self, now: dt.datetime) -> bool:
        """Return whether nobody acknowledged the report by its deadline."""
        return self.state == "received" and now > self.due_at


@dataclass(frozen=True, slots=True)
class Entry:
    """A piece of text of a report, sealed with its own key. ``author_id`` is ``None`` for the reporter's words."""

    id: str
    report_id: str
    kind: EntryKind
    at: dt.datetime
    author_id: str | None
    sealed: bytes = field(repr=False)
