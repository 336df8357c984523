"""Who is there, who holds a role, who stands in, who answers to whose login; and staff lists."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.people import Absence, Account, Holding, Person, Roster, School, SharedLogin, StandIn
from bot.staff_csv import parse

DAY = dt.date(2026, 3, 9)
SCHOOL = School("s", "School", "stockham")


def person(name: str, **more: object) -> Person:
    return Person(name, "s", name.title(), **more)  # type: ignore[arg-type]


def roster(**more: object) -> Roster:
    names = ("head", "deputy", "deputy2", "chair", "pa")
    people = tuple(person(name, email=f"{name}@school.example") for name in names)
    holdings = (Holding("head", "headteacher"), Holding("deputy", "deputy"), Holding("chair", "chair"))
    return Roster(SCHOOL, people, holdings, **more)  # type: ignore[arg-type]


def ids(acting: object) -> list[str]:
    return [one.person.id for one in acting]  # type: ignore[attr-defined]


def test_roles_begin_and_end_with_their_days() -> None:
    """A role is held from its first to its last day, both included, and by nobody who has left."""
    held = Roster(
        SCHOOL,
        (person("a", left=dt.date(2026, 6, 30)),),
        (Holding("a", "dsl", DAY, dt.date(2026, 12, 31)),),
    )
    day = dt.timedelta(days=1)
    assert held.roles("a", DAY - day) == frozenset()
    assert held.roles("a", DAY) == {"dsl"}
    assert held.roles("a", dt.date(2026, 6, 30)) == {"dsl"}
    assert held.roles("a", dt.date(2026, 7, 1)) == frozenset()


def test_an_absent_head_is_replaced_by_whom_they_named() -> None:
    """While the head is away the stand-in acts for them, and nobody else."""
    away = roster(absences=(Absence("head", DAY, DAY),), stand_ins=(StandIn("head", "deputy2"),))
    assert ids(away.acting("headteacher", DAY)) == ["deputy2"]
    assert away.acting("headteacher", DAY)[0].stands_in_for == "head"
    assert ids(away.acting("headteacher", DAY + dt.timedelta(days=1))) == ["head"]


def test_an_absent_head_without_a_stand_in_is_replaced_by_the_deputy() -> None:
    """A head who named nobody is replaced by the deputies; an absent chair by nobody."""
    away = roster(absences=(Absence("head", DAY), Absence("chair", DAY)))
    assert ids(away.acting("headteacher", DAY)) == ["deputy"]
    assert away.acting("chair", DAY) == ()


def test_stand_ins_are_followed_along_the_chain_and_round_a_circle() -> None:
    """A stand-in who is away too is replaced by their own; a circle of absent people ends."""
    chain = roster(
        absences=(Absence("head", DAY), Absence("deputy", DAY)),
        stand_ins=(StandIn("head", "deputy"), StandIn("deputy", "deputy2")),
    )
    assert ids(chain.acting("headteacher", DAY)) == ["deputy2"]
    circle = roster(
        absences=(Absence("head", DAY), Absence("deputy", DAY)),
        stand_ins=(StandIn("head", "deputy"), StandIn("deputy", "head")),
    )
    assert circle.acting("headteacher", DAY) == ()


def test_in_holidays_only_arrangements_for_holidays_count() -> None:
    """In a school holiday a present head is replaced where the arrangement says so."""
    usual = roster(stand_ins=(StandIn("head", "deputy"),))
    assert ids(usual.acting("headteacher", DAY, holiday=True)) == ["head"]
    covered = roster(stand_ins=(StandIn("head", "deputy", holidays=True),))
    assert ids(covered.acting("headteacher", DAY, holiday=True)) == ["deputy"]


def test_a_barred_holder_is_passed_over_with_their_stand_in() -> None:
    """Whoever must not know does not choose who knows instead."""
    away = roster(absences=(Absence("head", DAY),), stand_ins=(StandIn("head", "deputy2"),))
    assert away.acting("headteacher", DAY, barred=frozenset({"head"})) == ()
    assert away.acting("headteacher", DAY, barred=frozenset({"deputy2", "deputy"})) == ()


def test_one_login_takes_in_shared_mail_accounts_and_readers() -> None:
    """Same e-mail in any case, same chat account, and a reader of either, however far the chain goes."""
    people = (person("a", email="X@s.example"), person("b", email="x@S.example"), person("c"), person("d"), person("e"))
    shared = Roster(
        SCHOOL,
        people,
        accounts=(Account("1", "b", "slack", "U1", "T"), Account("2", "c", "slack", "u1", "T")),
        shared_logins=(SharedLogin("c", "d"),),
    )
    assert shared.one_login(("a",)) == {"a", "b", "c", "d"}
    assert shared.one_login(("d",)) == {"d"}
    assert shared.one_login(("e",)) == {"e"}


def test_a_staff_list_names_wrong_lines_and_keeps_good_ones() -> None:
    """Each wrong line is named with its number and reason; the others can still go in."""
    read = parse(
        "Name,E-mail,Roles,Started,Left\n"
        "Ann Ash,ann@school.example,headteacher; staff,2020-09-01,\n"
        ",ben@school.example,staff,,\n"
        "Cy Cole,not-an-address,staff,,\n"
        "Di Dane,di@school.example,wizard,,\n"
        "Ed East,ed@school.example,staff,31/02/2020,\n"
        "Flo Fenn,flo@school.example,,01/09/2021,31/08/2020\n"
        "Ann Again,ANN@school.example,staff,,\n"
        "\n"
        '"Gil\nGray",gil@school.example,Vice-Chair,,\n'
        "Hal Hunt,hal@school.example,staff,,,extra\n"
    )
    assert [(row.line, row.email, row.roles) for row in read.rows] == [
        (2, "ann@school.example", ("headteacher", "staff")),
        (10, "gil@school.example", ("vice_chair",)),
    ]
    assert [(wrong.line, wrong.reason.split(";")[0][:30]) for wrong in read.wrong] == [
        (3, "the name is missing"),
        (4, "'not-an-address' is not an e-m"),
        (5, "unknown role 'wizard'"),
        (6, "started '31/02/2020' is not a "),
        (7, "left before started"),
        (8, "the e-mail ann@school.example "),
        (12, "has 6 values where the header "),
    ]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "the file is empty"),
        ("PK\x03\x04\0\0", "this is not a text file"),
        ("name,phone\n", "the column 'email' is missing"),
        ("name;email;shoe size\n", "unknown column 'shoe size'"),
        ("name,email,name\n", "the column 'name' stands twice"),
        ('name,email\n"Ann', "a quotation mark is not closed"),
    ],
)
def test_a_staff_list_that_is_wrong_as_a_whole_says_why(text: str, says: str) -> None:
    """An empty, binary or misnamed file gives no rows and a clear reason."""
    read = parse(text)
    assert read.rows == ()
    assert says in " ".join(map(str, read.wrong))


def test_a_staff_list_may_use_semicolons_tabs_and_a_byte_order_mark() -> None:
    """What spreadsheets write is read."""
    for text in ("\ufeffname;email\nAnn;ann@s.example\n", "name\temail\r\nAnn\tann@s.example\r\n"):
        assert [row.name for row in parse(text).rows] == ["Ann"]


@given(st.text())
def test_no_text_breaks_the_staff_list(text: str) -> None:
    """Whatever a file holds, reading it ends with rows and named lines."""
    read = parse("name,email\n" + text)
    assert all(wrong.line >= 1 and wrong.reason for wrong in read.wrong)
    assert all(row.email and row.line > 1 for row in read.rows)
