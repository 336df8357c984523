"""Who is told of a report: decided here from the policy's routes and the roster, never taken from a form.

A route is a ladder of levels. The first level with somebody entitled is told; the next one when nobody there acts.
Nobody whom the report is about, and nobody who answers to a login of such a person, stands on any level.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from bot.people import OUTSIDE, OutsideContact, Roster
from bot.reports import GrantWhy, Report
from knowledge.model import Policy, Route
from knowledge.pack import REPORT_KINDS

ABOUT: Final = ("staff", "headteacher", "chair", "head_and_chair", "governor", "contractor", "outside", "unknown")
"""Whom a report can be about, as far as routing goes."""
OUTSIDE_LADDER: Final = ("trust", "local_authority", "lado")
GENERAL: Final = {
    "headteacher": ("chair", "vice_chair", *OUTSIDE_LADDER),
    "chair": ("vice_chair", *OUTSIDE_LADDER),
    "head_and_chair": ("vice_chair", *OUTSIDE_LADDER),
    "governor": ("chair", "vice_chair", *OUTSIDE_LADDER),
}
"""The general rule by subject, which follows what the policy itself names."""
EVERYBODY_ELSE: Final = ("headteacher", "chair", "vice_chair", *OUTSIDE_LADDER)
NEVER: Final = {
    "headteacher": frozenset({"headteacher", "deputy", "line_manager"}),
    "chair": frozenset({"chair", "headteacher", "deputy", "line_manager"}),
    "head_and_chair": frozenset({"headteacher", "deputy", "chair", "line_manager"}),
    "governor": frozenset(),
}
"""Roles that are passed over by subject, whoever holds them and whatever a route says."""


@dataclass(frozen=True, slots=True)
class Matter:
    """What routing needs to know of a report."""

    kind: str
    about: str
    subjects: tuple[str, ...] = ()
    conflict: bool = False
    reporter_id: str | None = None

    @classmethod
    def of(cls, report: Report) -> Matter:
        """Return what routing needs to know of a report that is there already."""
        return cls(report.kind, report.about, report.subjects, report.conflict, report.reporter_id)


@dataclass(frozen=True, slots=True)
class Told:
    """Somebody to be told: in which role, and for whom they stand in."""

    person_id: str
    as_role: str
    why: GrantWhy
    stands_in_for: str | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """Who is told now. ``outside`` are bodies that the reporter is shown, and that are mailed where they can be."""

    told: tuple[Told, ...] = ()
    outside: tuple[OutsideContact, ...] = ()
    clauses: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.told or self.outside)


@dataclass(frozen=True, slots=True, order=True)
class Gap:
    """A route that does not hold. ``fatal``: it ends nowhere, and the school cannot start."""

    fatal: bool
    kind: str
    about: str
    says: str


def about_of(chosen: str, subjects: Iterable[str], roster: Roster, on: dt.date) -> str:
    """Return whom a report is about, as a word of ``ABOUT``: from what was chosen, and from the subjects' roles."""
    ids = roster.one_login(subjects)
    roles = {role for person_id in ids for role in roster.roles(person_id, on)}
    acting_head = any(a.person.id in ids for a in roster.acting("headteacher", on))
    head = chosen in {"headteacher", "head_and_chair"} or "headteacher" in roles or acting_head
    chair = chosen in {"chair", "head_and_chair"} or "chair" in roles
    if head and chair:
        return "head_and_chair"
    if head or chair:
        return "headteacher" if head else "chair"
    if roles & {"vice_chair", "governor"} and not roles & {"staff", "deputy", "office", "dsl"}:
        return "governor"
    if "contractor" in roles or chosen == "contractor":
        return "contractor"
    if ids or chosen in {"staff", "self"}:
        return "staff"
    return chosen if chosen in ABOUT else "unknown"


def subjects_of(chosen: str, person_id: str, reporter_id: str, roster: Roster, on: dt.date) -> tuple[str, ...]:
    """Return the ids of the people whom a report is about: the person chosen, and whoever holds the role chosen."""
    found = {person_id} if person_id else set()
    if chosen == "self":
        found.add(reporter_id)
    for role in {"headteacher": ("headteacher",), "chair": ("chair",), "head_and_chair": ("headteacher", "chair")}.get(
        chosen, ()
    ):
        found |= {holder.id for holder in roster.holders(role, on)}
        found |= {acting.person.id for acting in roster.acting(role, on)}
    return tuple(sorted(found))


def ladder(matter: Matter, policy: Policy) -> tuple[tuple[str, ...], Route | None]:
    """Return the roles of a route in order, and the policy's own route that it begins with (``None``: general rule)."""
    about = "head_and_chair" if matter.conflict else matter.about
    wanted = {"governor": ("governor",), "head_and_chair": ("head_and_chair",)}.get(about, (about, "anyone"))
    if about in NEVER:
        wanted = (about,)
    own = next((r for want in wanted for r in policy.head.routes if (r.kind, r.about) == (matter.kind, want)), None)
    never = NEVER.get(about, frozenset())
    roles = (*(own.to if own else ()), *GENERAL.get(about, EVERYBODY_ELSE))
    return tuple(dict.fromkeys(role for role in roles if role not in never)), own


def plan(
    matter: Matter,
    roster: Roster,
    on: dt.date,
    policy: Policy,
    *,
    holiday: bool = False,
    tried: frozenset[str] = frozenset(),
) -> Plan:
    """Return who is told. ``tried`` are people who had their turn: then the next level with somebody is returned."""
    kept_out = shut_out(matter, roster, on)
    roles, own = ladder(matter, policy)
    clauses = own.clauses if own else ()
    also: tuple[Told, ...] = ()
    outside: tuple[OutsideContact, ...] = ()
    if own and not tried:
        never = NEVER.get("head_and_chair" if matter.conflict else matter.about, frozenset())
        extra = [role for role in own.also if role not in never]
        also = tuple(t for role in extra for t in _level(role, "also", matter, roster, on, kept_out, holiday=holiday))
        outside = tuple(c for role in extra for c in _contacts(role, roster))
    why: GrantWhy = "escalated" if tried else "route"
    for role in roles:
        if role in OUTSIDE:
            contacts = _contacts(role, roster)
            if contacts:
                return Plan(_unique(also), tuple(dict.fromkeys((*contacts, *outside))), clauses)
            continue
        told = tuple(_level(role, why, matter, roster, on, kept_out | tried, holiday=holiday))
        if told:
            return Plan(_unique((*told, *also)), outside, clauses)
    return Plan(_unique(also), outside, clauses)


def shut_out(matter: Matter, roster: Roster, on: dt.date) -> frozenset[str]:
    """Return everybody who may not be told: subjects, those who share their logins, and who has a conflict."""
    out = roster.one_login(matter.subjects)
    if matter.conflict or matter.about in {"headteacher", "head_and_chair"}:
        out |= roster.one_login(p.id for p in roster.holders("headteacher", on))
    if matter.conflict or matter.about in {"chair", "head_and_chair"}:
        out |= roster.one_login(p.id for p in roster.holders("chair", on))
    if matter.reporter_id is not None:
        out |= {matter.reporter_id}
    return out


def route_gaps(roster: Roster, policy: Policy, on: dt.date) -> tuple[Gap, ...]:
    """Return where a school's routes do not hold today, worst first: shown by ``check`` before it matters.

    Every kind is tried about every sort of subject, and about each person who is on some level of a route.
    """
    gaps: set[Gap] = set()
    heads, chairs = (tuple(p.id for p in roster.holders(role, on)) for role in ("headteacher", "chair"))
    for kind in REPORT_KINDS:
        for about in ABOUT:
            subjects = {"headteacher": heads, "chair": chairs, "head_and_chair": heads + chairs}.get(about, ())
            gaps.update(_gaps(Matter(kind, about, subjects), roster, on, policy))
        levels = {role for about in ABOUT for role in ladder(Matter(kind, about), policy)[0]}
        for person in {p.id: p for role in levels for p in roster.holders(role, on)}.values():
            about = about_of("staff", (person.id,), roster, on)
            gaps.update(_gaps(Matter(kind, about, (person.id,)), roster, on, policy))
    return tuple(sorted(gaps, key=lambda g: (not g.fatal, g.kind, g.about, g.says)))


def _gaps(matter: Matter, roster: Roster, on: dt.date, policy: Policy) -> Iterator[Gap]:
    found = plan(matter, roster, on, policy)
    if not found:
        yield Gap(True, matter.kind, matter.about, "ends nowhere: nobody inside or outside the school can be told")
    elif not found.told and matter.about not in {"chair", "head_and_chair"}:
        yield Gap(
            False, matter.kind, matter.about, "nobody inside the school can be told: only an outside body is left"
        )
    for told in found.told:
        if not any(a.person_id == told.person_id and not a.gone for a in roster.accounts):
            name = roster.name(told.person_id)
            yield Gap(False, matter.kind, matter.about, f"{name} ({told.as_role}) has no account to be told by")


def _level(
    role: str, why: GrantWhy, matter: Matter, roster: Roster, on: dt.date, out: frozenset[str], *, holiday: bool
) -> Iterator[Told]:
    if role == "line_manager":
        # An anonymous reporter's manager would point at the reporter.
        reporter = roster.person(matter.reporter_id)
        manager = roster.person(reporter.manager_id) if reporter else None
        if manager is None or not manager.here(on) or manager.id in out:
            return
        if roster.away(manager.id, on) is None:
            yield Told(manager.id, role, why)
        elif (cover := roster.stand_in(manager.id, on)) is not None and cover.id not in out:
            yield Told(cover.id, role, why, manager.id)
        return
    for acting in roster.acting(role, on, barred=out, holiday=holiday):
        yield Told(acting.person.id, role, why, acting.stands_in_for)


def _contacts(role: str, roster: Roster) -> tuple[OutsideContact, ...]:
    return tuple(contact for contact in roster.school.contacts if contact.role == role)


def _unique(told: Iterable[Told]) -> tuple[Told, ...]:
    return tuple({one.person_id: one for one in reversed(tuple(told))}.values())[::-1]
