"""What every store does: roll back unless told otherwise, keep each thing once, lock, and say when it is busy."""

from __future__ import annotations

import contextlib
import datetime as dt
from dataclasses import replace

import pytest
from sqlalchemy import insert, text

from adapters.db import tables as t
from adapters.db.engine import make_engine
from adapters.db.store import SqlStore
from bot.people import Absence, Account, Holding, Person, School, SharedLogin, StandIn, Term
from bot.ports import HeadQuestion, PolicyVersion, StoreBusy
from bot.reports import Entry, Grant, Report
from bot.rereads import Acknowledgement, Campaign, Step
from tests.fakes import MONDAY, World

DAY = dt.date(2026, 9, 21)


def report(number: int = 1, **more: object) -> Report:
    grants = (Grant(f"g{number}", f"r{number}", "demo-head", "route", MONDAY, "headteacher"),)
    made = Report(
        f"r{number}",
        "demo",
        f"REF-{number}",
        "breach",
        "staff",
        f"once-{number}",
        MONDAY,
        MONDAY + dt.timedelta(days=1),
        b"key",
        ("demo-colleague",),
        "demo-teacher",
        grants=grants,
    )
    return replace(made, **more)  # type: ignore[arg-type]


def entry(number: int = 1) -> Entry:
    return Entry(f"e{number}", f"r{number}", "form", MONDAY, None, b"sealed")


def test_nothing_lasts_without_commit(any_world: World) -> None:
    """A unit of work that is left, with or without an error, leaves nothing behind."""
    with any_world.store.begin() as work:
        assert work.reports.add(report(), entry())
        work.audit.note("demo", None, "x", "y")
    with contextlib.suppress(ZeroDivisionError), any_world.store.begin() as work:
        work.reports.add(report(), entry())
        raise ZeroDivisionError
    with any_world.store.look() as work:
        assert work.reports.all("demo") == ()
        head = work.audit.head("demo")
        assert head is not None
        assert head.seq == 1


def test_a_looking_unit_of_work_cannot_write(any_world: World) -> None:
    """On PostgreSQL the database refuses it; on SQLite nothing lasts, for it is never committed by those who look."""
    if any_world.engine.dialect.name == "sqlite":
        with any_world.store.look() as work:
            work.schools.put(School("other", "Other", "beaumont"))
    else:
        with pytest.raises(Exception, match=r"(?i)read-only"), any_world.store.look() as work:
            work.schools.put(School("other", "Other", "beaumont"))
    with any_world.store.look() as work:
        assert work.schools.get("other") is None


def test_a_report_comes_back_as_it_was_put(any_world: World) -> None:
    """Every fact, grant, subject and entry; and a change of it."""
    made = report(code_hash="c" * 64, urgent=True, chase_at=MONDAY)
    with any_world.store.begin() as work:
        assert work.reports.add(made, entry())
        assert not work.reports.add(replace(made, id="r9", reference="REF-9", code_hash=None), entry(9))
        work.commit()
    changed = replace(made, state="acknowledged", acknowledged_at=MONDAY, acknowledged_by="demo-head")
    with any_world.store.begin() as work:
        assert work.reports.by_reference("demo", "REF-1") == made
        assert work.reports.by_once("demo", "once-1") == made
        assert work.reports.by_code("demo", "c" * 64) == made
        assert work.reports.entries("r1") == (entry(),)
        work.reports.save(changed)
        work.reports.end_grant("g1", MONDAY, "handed over")
        work.commit()
    with any_world.store.look() as work:
        (found,) = work.reports.unsettled("demo")
        assert replace(found, grants=()) == replace(changed, grants=())
        assert [(g.ended_at, g.ended_why) for g in found.grants] == [(MONDAY, "handed over")]
        assert work.reports.by_reference("other", "REF-1") is None
        assert [r.id for r in work.reports.granted_to("demo-head")] == ["r1"]
        assert [r.id for r in work.reports.of_reporter("demo-teacher")] == ["r1"]


def test_wiping_a_report_needs_its_key_gone_too(any_world: World) -> None:
    """A deleted report has no key and no entries; the database itself holds to that."""
    with any_world.store.begin() as work:
        work.reports.add(report(), entry())
        work.reports.add(report(2), entry(2))
        work.reports.link("r1", "r2")
        assert work.reports.linked("r2") == ("REF-1",)
        work.commit()
    with pytest.raises(Exception, match="key_destroyed"), any_world.store.begin() as work:
        work.reports.save(report(state="deleted"))
    with any_world.store.begin() as work:
        work.reports.wipe("r1")
        work.reports.save(report(state="deleted", key=None))
        work.commit()
    with any_world.store.look() as work:
        assert work.reports.entries("r1") == ()
        assert work.reports.linked("r2") == ()


def test_a_roster_comes_back_as_it_was_put(any_world: World) -> None:
    """School, people, roles, absences, stand-ins, accounts and shared logins; each school its own."""
    school = School("b", "B", "beaumont", "Europe/London", "WLS", (Term("Autumn", DAY, DAY),))
    ann, bob = Person("ann", "b", "Ann", "ann@b.example", DAY), Person("bob", "b", "Bob", "", None, DAY, "ann")
    with any_world.store.begin() as work:
        work.schools.put(school)
        work.people.put(ann)
        work.people.put(bob)
        for _ in range(2):
            work.people.hold(Holding("ann", "headteacher", DAY))
        work.people.hold(Holding("bob", "staff"))
        work.people.end_role("bob", "staff", DAY)
        work.people.absent(Absence("ann", DAY, DAY, "sick"))
        work.people.stand_in(StandIn("ann", "bob", DAY, holidays=True))
        work.people.account(Account("1", "ann", "slack", "U1", "T1", '{"x":1}'))
        work.people.account(Account("2", "bob", "slack", "U1", "T1"))
        for _ in range(2):
            work.people.share(SharedLogin("ann", "bob"))
        work.commit()
    with any_world.store.look() as work:
        roster = work.people.roster("b")
        assert roster.school == school
        assert roster.people == (ann, bob)
        assert roster.holdings == (Holding("ann", "headteacher", DAY), Holding("bob", "staff", None, DAY))
        assert roster.absences == (Absence("ann", DAY, DAY, "sick"),)
        assert roster.stand_ins == (StandIn("ann", "bob", DAY, holidays=True),)
        assert roster.accounts == (Account("2", "bob", "slack", "U1", "T1"),)
        assert roster.shared_logins == (SharedLogin("ann", "bob"),)
        assert work.people.by_account("slack", "T1", "U1") == bob
        assert work.people.by_account("slack", "T2", "U1") is None
        assert work.people.by_email("b", "ANN@b.example") == ann
        assert work.people.by_email("demo", "ann@b.example") is None
        with pytest.raises(KeyError):
            work.people.roster("nowhere")


def test_each_step_event_and_acknowledgement_is_there_once(any_world: World) -> None:
    """Second tries say so and change nothing."""
    round_ = Campaign("c1", "demo", "stockham", "v", DAY, DAY, "by_hand", MONDAY, "demo-head")
    ack = Acknowledgement(
        "a1", "demo", "c1", "stockham", "v", "demo-teacher", MONDAY, "R1", "chat", "d", "Sam", "demo-dsl"
    )
    with any_world.store.begin() as work:
        assert work.rereads.put(round_)
        assert not work.rereads.put(replace(round_, id="c2"))
        step = Step("c1", "demo-teacher", "asked")
        assert work.rereads.take(step, MONDAY)
        assert not work.rereads.take(step, MONDAY)
        assert work.rereads.ledger("demo", DAY) == {step}
        more = [Step("c1", "demo-teacher", "-7"), Step("c1", "demo-head", "asked")]
        assert work.rereads.take_all([step, *more], MONDAY) == set(more)
        assert work.rereads.take_all([step, *more], MONDAY) == work.rereads.take_all([], MONDAY) == frozenset()
        assert work.rereads.acknowledge(ack)
        assert not work.rereads.acknowledge(replace(ack, id="a2", reference="R2"))
        assert not work.rereads.witnessed("a1", "demo-head", MONDAY)
        assert work.rereads.witnessed("a1", "demo-dsl", MONDAY)
        assert not work.rereads.witnessed("a1", "demo-dsl", MONDAY)
        assert work.rereads.acknowledgements("demo") == (replace(ack, witnessed_at=MONDAY),)
        assert work.events.first_time("slack", "Ev1", MONDAY)
        assert not work.events.first_time("slack", "Ev1", MONDAY)
        assert work.events.first_time("teams", "Ev1", MONDAY)
        assert work.events.forget_before(MONDAY + dt.timedelta(days=1)) == 2
        work.rereads.end("c1", DAY)
        work.rereads.end("c1", DAY + dt.timedelta(days=1))
        assert work.rereads.ledger("demo", DAY) == frozenset()
        assert work.rereads.ledger("demo", DAY - dt.timedelta(days=1)) == {step, *more}
        assert work.rereads.asked_since("c1", MONDAY) == {"demo-teacher", "demo-head"}
        assert work.rereads.asked_since("c1", MONDAY + dt.timedelta(seconds=1)) == frozenset()


def test_questions_are_counted_and_put_to_the_head(any_world: World) -> None:
    """Counting adds up without names; a question to the head keeps its sealed text, its reply and its withdrawal."""
    asked = HeadQuestion("q1", "demo", "demo-teacher", MONDAY, b"k", b"sealed", "befriend")
    with any_world.store.begin() as work:
        for verdict in ("prohibited", "prohibited", "silent"):
            work.questions.count("demo", "stockham", DAY, "befriend", verdict)
        assert work.questions.counted("demo", DAY) == (("befriend", "prohibited", 2), ("befriend", "silent", 1))
        assert work.questions.counted("demo", DAY + dt.timedelta(days=1)) == ()
        work.questions.put(asked)
        replied = replace(asked, reply=b"r", replied_by="demo-head", replied_at=MONDAY, standing=True)
        work.questions.put(replied)
        assert work.questions.get("q1") == replied
        assert work.questions.to_head("demo") == (replied,)


def test_versions_of_a_policy(any_world: World) -> None:
    """The version adopted last by a day is in force; one that is not adopted is not."""
    first = PolicyVersion("p1", "demo", "stockham", "1", "{}", dt.date(2025, 1, 1), "demo-head")
    later = PolicyVersion("p2", "demo", "stockham", "2", "{}", dt.date(2026, 1, 1))
    draft = PolicyVersion("p3", "demo", "stockham", "3", "{}")
    with any_world.store.begin() as work:
        for version in (first, later, draft):
            work.policies.put(version)
        assert work.policies.current("demo", dt.date(2025, 6, 1)) == first
        assert work.policies.current("demo", DAY) == later
        assert work.policies.current("demo", dt.date(2024, 1, 1)) is None
        assert work.policies.all("demo") == (draft, later, first)


def test_links_are_used_once_and_sessions_end(any_world: World) -> None:
    """A one-time link opens once before it expires; a session lasts until it ends."""
    soon, later = MONDAY + dt.timedelta(minutes=5), MONDAY + dt.timedelta(hours=1)
    with any_world.store.begin() as work:
        work.sessions.add_link("h1", "demo-chair", "report", soon)
        work.sessions.add_link("h2", "demo-chair", "report", soon)
        assert work.sessions.use_link("h1", MONDAY) == ("demo-chair", "report")
        assert work.sessions.use_link("h1", MONDAY) is None
        assert work.sessions.use_link("h2", later) is None
        assert work.sessions.use_link("h3", MONDAY) is None
        work.sessions.add("s1", "demo-chair", soon)
        assert work.sessions.person("s1", MONDAY) == "demo-chair"
        assert work.sessions.person("s1", later) is None
        work.sessions.end("s1")
        assert work.sessions.person("s1", MONDAY) is None
        work.sessions.set_second_factor("demo-chair", b"k", b"s")
        assert work.sessions.second_factor("demo-chair") == (b"k", b"s")
        assert work.sessions.second_factor("demo-head") is None


def test_instants_come_back_aware_and_naive_ones_are_refused(any_world: World) -> None:
    """No instant loses its zone."""
    with any_world.store.begin() as work:
        work.drafts.put("demo-teacher", "breach", b"k", b"s", MONDAY.astimezone(dt.timezone(dt.timedelta(hours=5))))
        assert work.drafts.drop_before(MONDAY) == 0
        assert work.drafts.drop_before(MONDAY + dt.timedelta(seconds=1)) == 1
    with pytest.raises(Exception, match="aware"), any_world.store.begin() as work:
        work.events.first_time("x", "y", MONDAY.replace(tzinfo=None))


def test_a_locked_database_says_so_and_loses_nothing(sqlite_url: str) -> None:
    """While another holds the write lock a person is told within the time set; afterwards all is as before."""
    world = World(sqlite_url)
    other = make_engine(sqlite_url)
    form = world.form("teacher", "report.kind", "breach")
    values = {"about": "unknown", "what": "Kept while locked.", "named": "with_name"}
    with other.connect() as connection:
        connection.execute(text("SELECT 1"))
        (out,) = world.send("teacher", form, **values)
        assert out.form.key == form.key  # type: ignore[union-attr]
        assert out.form.values == values  # type: ignore[union-attr]
        assert "Nothing is lost" in out.form.errors["what"]  # type: ignore[union-attr]
        with pytest.raises(StoreBusy), world.store.begin() as work:
            work.schools.all()
    world.send("teacher", form, **values)
    with world.store.look() as work:
        assert len(work.reports.all("demo")) == 1
    other.dispose()
    world.close()


def test_a_full_or_missing_database_is_busy_not_a_crash(postgres_url: str) -> None:
    """A database that is not there is a StoreBusy whose message holds no values."""
    engine = make_engine(postgres_url.rpartition("/")[0] + "/no_such_database")
    world = World(postgres_url)
    store = SqlStore(engine, world.clock)
    with pytest.raises(StoreBusy) as busy, store.look() as work:
        work.schools.all()
    assert "cannot be used just now" in str(busy.value)
    engine.dispose()
    world.close()


def test_errors_of_the_database_hold_no_values(any_world: World) -> None:
    """A broken rule names the rule, not what was written."""
    canary = "CANARY-e5d1"
    with pytest.raises(Exception, match=r"(?i)foreign|constraint") as error, any_world.engine.begin() as connection:
        connection.execute(insert(t.people).values(id="x", school_id=f"no-{canary}"[:3], name=canary, email=canary))
    assert canary not in str(error.value)
