"""The demo school: people in every role, each with an account at the desk, so that everything can be tried at once."""

from __future__ import annotations

import datetime as dt
from typing import Final

from bot.people import Absence, Account, Holding, OutsideContact, Person, School, StandIn, Term
from bot.ports import UnitOfWork

SCHOOL_ID: Final = "demo"
PEOPLE: Final[tuple[tuple[str, str, tuple[str, ...]], ...]] = (
    ("head", "Ruth Abara", ("headteacher", "staff")),
    ("deputy", "Tom Elvin", ("deputy", "staff")),
    ("chair", "Marion Castell", ("chair", "governor")),
    ("vice", "Gwilym Pask", ("vice_chair", "governor")),
    ("dsl", "Farida Noor", ("dsl", "staff")),
    ("nominated", "Owen Bright", ("nominated_person", "staff")),
    ("data", "Helen Stroud", ("data_controller", "staff")),
    ("comms", "Priya Walden", ("communications", "staff")),
    ("officer", "Colin Marsh", ("school_officer", "staff")),
    ("office", "Jean Tully", ("office", "staff")),
    ("manager", "Derek Holm", ("line_manager", "staff")),
    ("teacher", "Sam Okoro", ("staff",)),
    ("colleague", "Beth Lindqvist", ("staff",)),
    ("assistant", "Mo Haddad", ("staff",)),
    ("caretaker", "Len Frost", ("staff",)),
    ("governor", "Aileen Moy", ("governor",)),
    ("contractor", "Pia Rossi", ("contractor",)),
    ("away", "Nora Quill", ("staff",)),
)
"""Id, name and roles of everybody; a line manager stands before those whom they manage."""
MANAGED: Final = ("assistant", "caretaker")


def demo_school(policy: str = "stockham", year: int = 2026) -> School:
    """Return the demo school for the school year that begins in September of ``year``."""
    return School(
        SCHOOL_ID,
        "Larkfield Primary School (demo)",
        policy,
        terms=(
            Term("Autumn", dt.date(year, 9, 1), dt.date(year, 12, 18)),
            Term("Spring", dt.date(year + 1, 1, 4), dt.date(year + 1, 3, 25)),
            Term("Summer", dt.date(year + 1, 4, 12), dt.date(year + 1, 7, 21)),
        ),
        contacts=(
            OutsideContact("local_authority", "Larkshire Council, education safeguarding", "01632 960 017"),
            OutsideContact("lado", "Larkshire designated officer (LADO)", "01632 960 041"),
        ),
    )


def seed(work: UnitOfWork, today: dt.date, policy: str = "stockham") -> bool:
    """Put the demo school in, where it is not there yet. Return whether it was put in. The caller commits."""
    if work.schools.get(SCHOOL_ID) is not None:
        return False
    september = 9
    work.schools.put(demo_school(policy, today.year if today.month >= september else today.year - 1))
    for person_id, name, roles in PEOPLE:
        email = f"{name.casefold().replace(' ', '.')}@larkfield.example"
        manager = "demo-manager" if person_id in MANAGED else None
        work.people.put(Person(f"demo-{person_id}", SCHOOL_ID, name, email, manager_id=manager))
        for role in roles:
            work.people.hold(Holding(f"demo-{person_id}", role))
        work.people.account(Account(f"demo-{person_id}-desk", f"demo-{person_id}", "desk", f"demo-{person_id}"))
    work.people.stand_in(StandIn("demo-head", "demo-deputy", holidays=True))
    work.people.stand_in(StandIn("demo-dsl", "demo-nominated", holidays=True))
    work.people.absent(Absence("demo-away", today - dt.timedelta(days=30), today + dt.timedelta(days=60), "parental"))
    work.audit.note(SCHOOL_ID, None, "school.seeded", SCHOOL_ID)
    return True
