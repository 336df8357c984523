"""The gate, by a matrix written by hand: who may do what with a report about whom."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import get_args

import pytest

from bot import demo
from bot.access import ReportAction, SchoolMatter, barred, by_code, handlers, may
from bot.people import Absence, Account, Holding, Person, Roster, SharedLogin
from bot.reports import Grant, Report
from bot.routing import Matter, about_of, plan, subjects_of
from knowledge.pack import load_installed

DAY = dt.date(2026, 9, 21)
NOW = dt.datetime(2026, 9, 21, 9, tzinfo=dt.UTC)
ACTIONS: tuple[ReportAction, ...] = (
    "see",
    "open",
    "print",
    "acknowledge",
    "note",
    "message",
    "hand_over",
    "add_person",
    "step_aside",
    "hold",
    "link",
    "status",
    "reply",
    "attach",
)
ALL_OF_IT = frozenset(ACTIONS) - {"status", "reply", "attach"}
OWN = frozenset({"status", "reply", "attach"})
# Columns: about a colleague, the DSL, the head, the chair, head and chair, somebody outside; then with a conflict.
# H may do all that a reader may, r may see where their own report stands, . may nothing.
MATRIX = """
              colleague dsl head chair both outside conflict
  head            H      H    .    .    .     H       .
  deputy          .      .    .    .    .     .       .
  chair           .      .    H    .    .     .       .
  vice            .      .    .    H    H     .       H
  dsl             .      .    .    .    .     .       .
  teacher         r      r    r    r    r     r       r
  colleague       .      .    .    .    .     .       .
  office          .      .    .    .    .     .       .
  nominated       .      .    .    .    .     .       .
  governor        .      .    .    .    .     .       .
  left            .      .    .    .    .     .       .
  stranger        .      .    .    .    .     .       .
"""


def roster(**more: tuple[object, ...]) -> Roster:
    people = (
        *(Person(name, demo.SCHOOL_ID, full) for name, full, _ in demo.PEOPLE),
        Person("left", demo.SCHOOL_ID, "Gone Away", left=DAY - dt.timedelta(days=1)),
    )
    holdings = (
        *(Holding(name, role) for name, _, roles in demo.PEOPLE for role in roles),
        Holding("left", "headteacher"),
    )
    return Roster(demo.demo_school(), people, holdings, **more)  # type: ignore[arg-type]


def report(chosen: str, person: str, who: Roster, *, conflict: bool = False, kind: str = "breach") -> Report:
    subjects = subjects_of(chosen, person, "teacher", who, DAY)
    about = about_of(chosen, subjects, who, DAY)
    told = plan(Matter(kind, about, subjects, conflict, "teacher"), who, DAY, load_installed("stockham")).told
    grants = tuple(Grant(f"g{n}", "r", t.person_id, t.why, NOW, t.as_role) for n, t in enumerate(told))
    return Report(
        "r",
        demo.SCHOOL_ID,
        "REF",
        kind,
        about,
        "once",
        NOW,
        NOW,
        b"key",
        subjects,
        "teacher",
        conflict=conflict,
        grants=grants,
    )


def cells() -> list[tuple[str, str, str]]:
    lines = [line.split() for line in MATRIX.strip().splitlines()]
    return [(row[0], about, code) for row in lines[1:] for about, code in zip(lines[0], row[1:], strict=True)]


@pytest.mark.parametrize(("who", "about", "code"), cells())
def test_the_matrix(who: str, about: str, code: str) -> None:
    """Every cell of the matrix holds for every action."""
    everybody = roster()
    chosen, person = {
        "colleague": ("staff", "colleague"),
        "dsl": ("staff", "dsl"),
        "head": ("headteacher", ""),
        "chair": ("chair", ""),
        "both": ("head_and_chair", ""),
        "outside": ("outside", ""),
        "conflict": ("staff", "colleague"),
    }[about]
    thing = report(chosen, person, everybody, conflict=about == "conflict")
    allowed = {action for action in ACTIONS if may(who, action, thing, everybody, DAY)}
    assert allowed == {"H": ALL_OF_IT, "r": OWN, ".": frozenset()}[code]


@pytest.mark.parametrize("subject", ["head", "chair", "dsl", "colleague", "teacher"])
def test_a_subject_with_a_grant_is_still_refused(subject: str) -> None:
    """Whatever right somebody was given: a report about them is not there for them."""
    everybody = roster()
    thing = report("staff", subject, everybody)
    thing = replace(thing, reporter_id="assistant", grants=(*thing.grants, Grant("x", "r", subject, "handed", NOW)))
    assert not any(may(subject, action, thing, everybody, DAY) for action in get_args(ReportAction))


def test_whoever_answers_to_the_subjects_login_is_refused() -> None:
    """The head's personal assistant, a shared mailbox and a shared account know no more than the head."""
    accounts = (Account("1", "head", "slack", "U1"), Account("2", "comms", "slack", "U1"))
    everybody = roster(accounts=accounts, shared_logins=(SharedLogin("head", "office"),))
    thing = report("headteacher", "", everybody)
    grants = tuple(Grant(p, "r", p, "added", NOW) for p in ("office", "comms", "dsl"))
    thing = replace(thing, grants=grants)
    assert barred(thing, everybody) == {"head", "office", "comms"}
    assert handlers(thing, everybody, DAY) == ("dsl",)


def test_a_right_given_for_a_role_ends_with_the_role() -> None:
    """Who is no longer head reads no more of what the head was told; who was handed it does."""
    everybody = roster()
    thing = report("staff", "colleague", everybody)
    changed = replace(everybody, holdings=tuple(h for h in everybody.holdings if h.role != "headteacher"))
    assert may("head", "open", thing, everybody, DAY)
    assert not may("head", "open", thing, changed, DAY)
    handed = replace(thing, grants=(Grant("x", "r", "head", "handed", NOW),))
    assert may("head", "open", handed, changed, DAY)


def test_an_ended_right_is_none() -> None:
    """Handing over or stepping aside ends it."""
    everybody = roster()
    thing = report("staff", "colleague", everybody)
    ended = replace(thing, grants=tuple(replace(g, ended_at=NOW) for g in thing.grants))
    assert not may("head", "see", ended, everybody, DAY)


def test_the_state_of_a_report_bounds_what_can_be_done() -> None:
    """Closing needs taking up first, reopening needs closing, a hold stops deletion, and a deleted report is gone."""
    everybody = roster()
    thing = report("staff", "colleague", everybody)
    assert not may("head", "close", thing, everybody, DAY)
    assert may("head", "close", replace(thing, state="acknowledged"), everybody, DAY)
    closed = replace(thing, state="closed", closed_at=NOW)
    assert may("head", "reopen", closed, everybody, DAY)
    assert may("head", "propose_deletion", closed, everybody, DAY)
    assert not may("head", "confirm_deletion", closed, everybody, DAY)
    proposed = replace(closed, deletion_proposed_at=NOW)
    assert may("head", "confirm_deletion", proposed, everybody, DAY)
    assert not may("head", "confirm_deletion", replace(proposed, hold="police"), everybody, DAY)
    gone = replace(closed, state="deleted", key=None)
    assert not any(may(p, a, gone, everybody, DAY) for p in ("head", "teacher") for a in get_args(ReportAction))


def test_a_code_opens_what_a_reporter_may_and_only_where_there_is_no_name() -> None:
    """Whoever has the code of a report without a name is its reporter; with a name, or deleted, a code is nothing."""
    thing = replace(report("outside", "", roster()), reporter_id=None)
    assert {action for action in get_args(ReportAction) if by_code(action, thing)} == OWN
    for other in (replace(thing, reporter_id="teacher"), replace(thing, state="deleted", key=None)):
        assert not any(by_code(action, other) for action in get_args(ReportAction))


def test_another_schools_report_is_not_there() -> None:
    """A right does not reach across schools."""
    everybody = roster()
    thing = replace(report("staff", "colleague", everybody), school_id="elsewhere")
    assert not any(may("head", action, thing, everybody, DAY) for action in get_args(ReportAction))


@pytest.mark.parametrize(
    ("who", "what", "allowed"),
    [
        ("head", "rereading", True),
        ("deputy", "rereading", True),
        ("chair", "rereading", True),
        ("teacher", "rereading", False),
        ("office", "people", True),
        ("teacher", "people", False),
        ("chair", "audit", True),
        ("deputy", "audit", False),
        ("head", "questions", True),
        ("chair", "questions", False),
        ("left", "rereading", False),
        ("stranger", "audit", False),
    ],
)
def test_matters_of_the_school_are_for_roles(who: str, what: str, allowed: bool) -> None:
    """The head's views are for the head and the governors; nobody else, and nobody who has left."""
    matter = SchoolMatter(demo.SCHOOL_ID, what)  # type: ignore[arg-type]
    assert bool(may(who, "view", matter, roster(), DAY)) is allowed


def test_an_acting_head_has_the_heads_views() -> None:
    """Who stands in for the head sees what the head sees of the school."""
    away = roster(absences=(Absence("head", DAY),))
    assert may("deputy", "view", SchoolMatter(demo.SCHOOL_ID, "questions"), away, DAY)
    assert not may("deputy", "view", SchoolMatter(demo.SCHOOL_ID, "questions"), roster(), DAY)
