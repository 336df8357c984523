"""Who is told: by kind and subject, through absences and conflicts, and never the one whom it is about."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import demo
from bot.people import Absence, Account, Holding, OutsideContact, Person, Roster, SharedLogin, StandIn
from bot.routing import ABOUT, Matter, about_of, ladder, plan, route_gaps, shut_out, subjects_of
from knowledge.pack import REPORT_KINDS, installed, load_installed

DAY = dt.date(2026, 9, 21)
PACKS = ("beaumont", "learning-alliance", "longmans-hill", "neath-port-talbot", "stockham")
LADO = OutsideContact("lado", "LADO", "01632 960 041", "lado@council.example")


def roster(**more: tuple[object, ...]) -> Roster:
    managed = {"assistant": "manager", "caretaker": "manager"}
    people = tuple(Person(n, demo.SCHOOL_ID, full, manager_id=managed.get(n)) for n, full, _ in demo.PEOPLE)
    holdings = tuple(Holding(name, role) for name, _, roles in demo.PEOPLE for role in roles)
    accounts = tuple(Account(n, n, "desk", n) for n, _, _ in demo.PEOPLE)
    given_ = {"accounts": accounts, **more}
    return Roster(demo.demo_school(), people, holdings, **given_)  # type: ignore[arg-type]


def told(kind: str, chosen: str, person: str, who: Roster, pack: str = "beaumont", **more: object) -> list[str]:
    subjects = subjects_of(chosen, person, "teacher", who, DAY)
    matter = Matter(kind, about_of(chosen, subjects, who, DAY), subjects, reporter_id="teacher")
    found = plan(replace(matter, **more), who, DAY, load_installed(pack))  # type: ignore[arg-type]
    return [one.person_id for one in found.told] + [contact.role for contact in found.outside]


def test_all_five_packs_are_tried() -> None:
    """The packs named here are the packs that ship."""
    assert set(PACKS) == set(installed())


@pytest.mark.parametrize("pack", PACKS)
@pytest.mark.parametrize("kind", REPORT_KINDS)
def test_the_three_routes_of_every_kind_in_every_pack(kind: str, pack: str) -> None:
    """About the head: never the head, the chair among those told. About the chair or both: neither, vice-chair told."""
    who = roster()
    about_head = told(kind, "headteacher", "", who, pack)
    assert "head" not in about_head
    assert "deputy" not in about_head
    assert about_head[0] == "chair"
    for chosen in ("chair", "head_and_chair"):
        above = told(kind, chosen, "", who, pack)
        assert not {"head", "chair", "deputy"} & set(above)
        assert above[0] == "vice"
    about_staff = told(kind, "staff", "colleague", who, pack)
    assert about_staff
    assert "colleague" not in about_staff


@pytest.mark.parametrize("pack", PACKS)
def test_the_general_rule(pack: str) -> None:
    """A breach by staff goes to the head, in every policy."""
    assert told("breach", "staff", "colleague", roster(), pack)[0] == "head"


def test_a_conflict_goes_past_head_and_chair() -> None:
    """Where the reporter sees a conflict of interest neither head nor chair is told."""
    assert told("breach", "staff", "colleague", roster(), conflict=True) == ["vice"]


def test_without_a_vice_chair_the_outside_body_is_named() -> None:
    """Nobody inside is left: the local authority is shown."""
    who = roster()
    without = replace(who, holdings=tuple(h for h in who.holdings if h.role != "vice_chair"))
    assert told("breach", "chair", "", without) == ["local_authority"]


def test_the_reporter_is_not_told_of_their_own_report() -> None:
    """A head who reports is not the one to judge it: the next level is told."""
    assert told("breach", "staff", "colleague", roster(), reporter_id="head") == ["chair"]


def test_the_next_level_is_told_when_nobody_there_acts() -> None:
    """Passing on climbs the ladder, one level at a time, to the outside body."""
    tried: set[str] = set()
    seen = []
    matter = Matter("breach", "staff", ("colleague",), reporter_id="teacher")
    for _ in range(4):
        found = plan(matter, roster(), DAY, load_installed("beaumont"), tried=frozenset(tried))
        seen.append([t.person_id for t in found.told] or [c.role for c in found.outside])
        tried |= {t.person_id for t in found.told}
    assert seen == [["head"], ["chair"], ["vice"], ["local_authority"]]


def test_an_absent_head_is_replaced_and_an_absent_chair_passed_over() -> None:
    """A stand-in is told in place of the absent; where there is none, the next level."""
    away = roster(absences=(Absence("head", DAY), Absence("chair", DAY)), stand_ins=(StandIn("head", "dsl"),))
    assert told("breach", "staff", "colleague", away) == ["dsl"]
    assert told("breach", "headteacher", "", away) == ["vice"]


def test_the_subject_as_stand_in_is_passed_over() -> None:
    """Somebody who stands in for the head is not told of a report about themselves: it is as one about the head."""
    away = roster(absences=(Absence("head", DAY),), stand_ins=(StandIn("head", "colleague"),))
    assert told("breach", "staff", "colleague", away) == ["chair"]


def test_an_anonymous_reporters_manager_is_not_told() -> None:
    """A line manager would point at who wrote it."""
    packs = [load_installed(name) for name in PACKS]
    routes = [(p, r) for p in packs for r in p.head.routes if "line_manager" in (*r.to, *r.also)]
    assert routes, "no pack names line managers any more"
    pack, route = routes[0]
    named = plan(Matter(route.kind, "staff", (), reporter_id="assistant"), roster(), DAY, pack)
    without_name = plan(Matter(route.kind, "staff", ()), roster(), DAY, pack)
    assert "manager" in {t.person_id for t in named.told}
    assert "manager" not in {t.person_id for t in without_name.told}


def test_a_complete_school_has_no_gap() -> None:
    """The demo school can start with any of the five policies."""
    for pack in PACKS:
        assert [gap for gap in route_gaps(roster(), load_installed(pack), DAY) if gap.fatal] == []


def test_a_school_whose_routes_end_nowhere_is_told_so() -> None:
    """Without chair, vice-chair and outside body, reports about the head have nowhere to go."""
    who = roster()
    bare = replace(
        who,
        school=replace(who.school, contacts=()),
        holdings=tuple(h for h in who.holdings if h.role not in {"chair", "vice_chair"}),
    )
    gaps = route_gaps(bare, load_installed("beaumont"), DAY)
    assert {(gap.kind, gap.about) for gap in gaps if gap.fatal} >= {(kind, "headteacher") for kind in REPORT_KINDS}
    assert gaps[0].fatal


def test_somebody_who_cannot_be_told_is_a_gap() -> None:
    """A head without any account shows, though the route as such holds."""
    who = roster(accounts=tuple(Account(n, n, "desk", n) for n, _, _ in demo.PEOPLE if n != "head"))
    gaps = route_gaps(who, load_installed("beaumont"), DAY)
    assert gaps
    assert not any(gap.fatal for gap in gaps)
    assert any("Ruth Abara" in gap.says for gap in gaps)


NAMES = tuple(name for name, _, _ in demo.PEOPLE)
names = st.sampled_from(NAMES)


@st.composite
def rosters(draw: st.DrawFn) -> Roster:
    who = roster()
    roles = st.sampled_from([role for _, _, held in demo.PEOPLE for role in held])
    holdings = tuple(Holding(person, role) for person, role in draw(st.lists(st.tuples(names, roles), max_size=12)))
    return replace(
        who,
        school=replace(who.school, contacts=(LADO,)),
        holdings=(*draw(st.sampled_from(((), who.holdings))), *holdings),
        absences=tuple(Absence(name, DAY) for name in draw(st.lists(names, max_size=5))),
        stand_ins=tuple(
            StandIn(a, b, holidays=h) for a, b, h in draw(st.lists(st.tuples(names, names, st.booleans()), max_size=5))
        ),
        shared_logins=tuple(SharedLogin(a, b) for a, b in draw(st.lists(st.tuples(names, names), max_size=3))),
        accounts=tuple(
            Account(f"{n}", a, "slack", b) for n, (a, b) in enumerate(draw(st.lists(st.tuples(names, names))))
        ),
    )


@settings(max_examples=400, deadline=None)
@given(
    rosters(),
    st.sampled_from(REPORT_KINDS),
    st.sampled_from(("staff", "headteacher", "chair", "head_and_chair", "self", "outside", "unknown")),
    names,
    st.booleans(),
    st.booleans(),
    st.sampled_from(PACKS),
    st.sets(names),
)
def test_no_subject_is_ever_told(
    who: Roster,
    kind: str,
    chosen: str,
    person: str,
    conflict: bool,
    holiday: bool,
    pack: str,
    tried: set[str],
) -> None:
    """Whoever holds which role, stands in, shares a login: a subject is on no level; and there is always a level."""
    subjects = subjects_of(chosen, person if chosen == "staff" else "", "teacher", who, DAY)
    matter = Matter(kind, about_of(chosen, subjects, who, DAY), subjects, conflict, "teacher")
    policy = load_installed(pack)
    out = shut_out(matter, who, DAY)
    assert out >= who.one_login(subjects)
    for turn in (frozenset(), frozenset(tried)):
        found = plan(matter, who, DAY, policy, holiday=holiday, tried=turn)
        assert not {t.person_id for t in found.told} & out
        assert found, "there is always the outside body"
    if matter.about in {"headteacher", "head_and_chair"} or conflict:
        heads = {p.id for p in who.holders("headteacher", DAY)}
        assert not heads & {t.person_id for t in plan(matter, who, DAY, policy, holiday=holiday).told}


@pytest.mark.parametrize("about", ABOUT)
def test_every_ladder_ends_outside(about: str) -> None:
    """Whatever the policy names, the last rungs are bodies outside the school."""
    for pack in PACKS:
        for kind in REPORT_KINDS:
            assert ladder(Matter(kind, about), load_installed(pack))[0][-1] in {"trust", "local_authority", "lado"}
