"""The only gate: may this person do this with that, today, and why (not).

Every read and every act passes here. The reason of a refusal is for tests and the audit chain: to the person, "not
yours" and "no such report" look the same.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias, get_args

from bot.people import Acting, Roster
from bot.reports import Grant, Report

ReportAction = Literal[
    "see",
    "open",
    "acknowledge",
    "progress",
    "message",
    "note",
    "add_person",
    "hand_over",
    "step_aside",
    "close",
    "reopen",
    "hold",
    "release",
    "link",
    "propose_deletion",
    "confirm_deletion",
    "keep",
    "print",
    "status",
    "reply",
    "attach",
]
"""What can be done with a report; what an open report offers stands in the order of its buttons."""
Action: TypeAlias = ReportAction | Literal["view", "manage"]
Matter = Literal["rereading", "questions", "people", "audit", "policy", "draft"]

ALWAYS: Final[tuple[ReportAction, ...]] = ("see", "open", "print")
"""What a person with a right to a report may do whatever its state, as long as its text is there."""
WHILE: Final[dict[Action, tuple[str, ...]]] = {
    "acknowledge": ("received",),
    "progress": ("received", "acknowledged"),
    "note": ("received", "acknowledged", "in_progress", "closed"),
    "message": ("received", "acknowledged", "in_progress", "closed"),
    "hand_over": ("received", "acknowledged", "in_progress"),
    "add_person": ("received", "acknowledged", "in_progress"),
    "step_aside": ("received", "acknowledged", "in_progress"),
    "close": ("acknowledged", "in_progress"),
    "reopen": ("closed",),
    "hold": ("received", "acknowledged", "in_progress", "closed"),
    "release": ("received", "acknowledged", "in_progress", "closed"),
    "link": ("received", "acknowledged", "in_progress", "closed"),
    "propose_deletion": ("closed",),
    "confirm_deletion": ("closed",),
    "keep": ("closed",),
}
REPORTER: Final[tuple[ReportAction, ...]] = ("status", "reply", "attach")
OFFERED: Final[tuple[ReportAction, ...]] = tuple(
    action for action in get_args(ReportAction) if action not in {"see", "open", *REPORTER}
)
"""What can be offered on an open report, in the order of the buttons."""
DELETERS: Final = ("headteacher", "chair", "vice_chair")
MATTERS: Final[dict[Matter, frozenset[str]]] = {
    "rereading": frozenset({"headteacher", "deputy", "chair", "vice_chair"}),
    "questions": frozenset({"headteacher"}),
    "people": frozenset({"headteacher", "deputy", "office"}),
    "audit": frozenset({"headteacher", "chair", "vice_chair"}),
    "policy": frozenset({"headteacher", "chair"}),
    "draft": frozenset({"headteacher", "deputy", "office", "school_officer"}),
}


@dataclass(frozen=True, slots=True)
class SchoolMatter:
    """A thing of the school as a whole, open to some roles: the re-reading, the questions asked, the people.

    ``draft`` is reviewing a draft of the school's own policy, ``policy`` is adopting one.
    """

    school_id: str
    what: Matter


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether, and the reason in a few words (never shown to somebody who is refused)."""

    allowed: bool
    reason: str

    def __bool__(self) -> bool:
        return self.allowed


Thing: TypeAlias = Report | SchoolMatter


def may(  # noqa: PLR0911 - one return for each rule
    person_id: str | None, action: Action, thing: Thing, roster: Roster, on: dt.date
) -> Decision:
    """Decide whether a person may do something with a thing of the roster's school on a day.

    A report's subjects, and whoever answers to one of their logins, are refused everything, grants or not; the one
    exception is the status of a report that they made themselves.
    """
    person = roster.person(person_id)
    if person is None or not person.here(on):
        return Decision(False, "not of this school today")
    if thing.school_id != roster.school.id:
        return Decision(False, "another school's")
    if isinstance(thing, SchoolMatter):
        return _school_matter(person.id, thing, roster, on)
    if action in REPORTER:
        if thing.reporter_id == person.id and thing.state != "deleted":
            return Decision(True, "made the report")
        return Decision(False, "did not make the report")
    if person.id in barred(thing, roster):
        return Decision(False, "the report is about them, or they answer to a login of somebody whom it is about")
    grant = next((g for g in thing.live_grants if g.person_id == person.id and holds(g, roster, on)), None)
    if grant is None:
        return Decision(False, "has no right to the report")
    if thing.state == "deleted":
        return Decision(False, "the report was deleted")
    return _state(person.id, action, thing, roster, on)


def by_code(action: ReportAction, report: Report) -> Decision:
    """Decide whether somebody who has proved the code of a report without a name may do something with it.

    Whoever has the code is its reporter: nobody knows more of them, and so nobody else's rights are asked.
    """
    if not report.anonymous or report.state == "deleted":
        return Decision(False, "no report that is known by a code")
    return Decision(action in REPORTER, "has the code of the report")


def barred(report: Report, roster: Roster) -> frozenset[str]:
    """Return everybody who must never know of a report: its subjects and whoever answers to their logins."""
    return roster.one_login(report.subjects)


def holds(grant: Grant, roster: Roster, on: dt.date) -> bool:
    """Return whether a grant still stands: one given for a role ends with the role (a stand-in's ends by hand-over)."""
    if grant.as_role is None or grant.stands_in_for is not None or grant.as_role == "line_manager":
        return True
    return grant.as_role in roster.roles(grant.person_id, on)


def handlers(report: Report, roster: Roster, on: dt.date) -> tuple[str, ...]:
    """Return the ids of everybody who may open a report on a day, in the order in which they were told."""
    ids = [g.person_id for g in sorted(report.live_grants, key=lambda g: (g.given_at, g.id))]
    return tuple(i for i in dict.fromkeys(ids) if may(i, "open", report, roster, on))


def signing(roster: Roster, role: str, on: dt.date) -> tuple[Acting, ...]:
    """Return who may sign for a role on a day: whoever does its duties, and while there is no chair the vice-chairs."""
    found = roster.acting(role, on)
    if found or role != "chair":
        return found
    chairs = roster.holders("chair", on)
    away = chairs[0].id if chairs else None
    here = (person for person in roster.holders("vice_chair", on) if roster.away(person.id, on) is None)
    return tuple(Acting(person, role, away) for person in here)


def _state(person_id: str, action: Action, report: Report, roster: Roster, on: dt.date) -> Decision:
    if action in ALWAYS:
        return Decision(True, "has a right to the report")
    if report.state not in WHILE.get(action, ()):
        return Decision(False, f"cannot {action} a report that is {report.state}")
    if action in {"propose_deletion", "confirm_deletion"}:
        if report.hold:
            return Decision(False, "a hold stops deletion")
        if not roster.roles(person_id, on).intersection(DELETERS):
            return Decision(False, "deletion is for the headteacher or the chair")
    if action == "confirm_deletion" and report.deletion_proposed_at is None:
        return Decision(False, "nobody has proposed to delete it")
    return Decision(True, "has a right to the report")


def _school_matter(person_id: str, thing: SchoolMatter, roster: Roster, on: dt.date) -> Decision:
    roles = roster.roles(person_id, on)
    if "headteacher" not in roles and any(a.person.id == person_id for a in roster.acting("headteacher", on)):
        roles |= {"headteacher"}
    if thing.what == "policy" and any(a.person.id == person_id for a in signing(roster, "chair", on)):
        roles |= {"chair"}
    if roles & MATTERS[thing.what]:
        return Decision(True, "holds a role that may")
    return Decision(False, "holds no role that may")
