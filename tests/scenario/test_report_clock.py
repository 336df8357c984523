"""The clock of a report: chased, chased again, passed on; stopped at once; through nights, holidays, clock changes."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator

import pytest

from bot.calendars import Calendar
from bot.deadlines import URGENT, USUAL, due, paces_of
from bot.demo import demo_school
from bot.messages import Card
from bot.people import Absence, Account, Holding
from bot.ports import Sent
from tests.fakes import FakeClock, Postbox, World, words

LONDON = Calendar(demo_school("stockham", 2026))
COVERED = Calendar(demo_school("stockham", 2026), cover=True)


def utc(text: str) -> dt.datetime:
    """Return an instant of London's clock in UTC."""
    return dt.datetime.fromisoformat(text).replace(tzinfo=LONDON.zone).astimezone(dt.UTC)


@pytest.mark.parametrize(
    ("came_in", "by"),
    [
        ("2026-09-21 10:00", "2026-09-22 10:00"),
        ("2026-09-21 06:00", "2026-09-22 08:00"),
        ("2026-09-21 18:00", "2026-09-23 08:00"),
        ("2026-09-25 16:00", "2026-09-28 16:00"),
        ("2026-09-26 12:00", "2026-09-29 08:00"),
        ("2026-10-23 15:00", "2026-10-26 15:00"),
        ("2027-03-24 15:00", "2027-03-25 15:00"),
    ],
    ids=["noon", "early", "evening", "Friday", "weekend", "autumn clock change", "before Easter"],
)
def test_one_working_day(came_in: str, by: str) -> None:
    """By the same hour of the next working day; what comes in outside working hours counts from their beginning."""
    assert due(LONDON, utc(came_in), USUAL.first) == utc(by)


def test_holidays_count_only_where_somebody_stands_in() -> None:
    """With nobody standing in, a report of the Christmas holidays is due when school is back; with cover, before."""
    came_in = utc("2026-12-21 10:00")
    assert due(LONDON, came_in, USUAL.first) == utc("2027-01-05 08:00")
    assert due(COVERED, came_in, USUAL.first) == utc("2026-12-22 10:00")
    assert due(COVERED, utc("2026-12-24 10:00"), USUAL.first) == utc("2026-12-29 10:00")


def test_a_child_at_risk_is_by_the_clock() -> None:
    """One hour, on a Saturday night and over a clock change as on any day."""
    for came_in in ("2026-09-26 23:30", "2026-10-25 00:30", "2027-03-28 00:30"):
        assert due(LONDON, utc(came_in), URGENT.first) - utc(came_in) == dt.timedelta(hours=1)


def run(world: World, *, hours: float, step_minutes: float = 10) -> None:
    """Let time go by, with jobs and relay running."""
    for _ in range(int(hours * 60 / step_minutes)):
        world.clock.move(minutes=step_minutes)
        world.chasing.chase("demo")
        world.deliver()


@pytest.fixture
def box() -> Postbox:
    """What was sent to everybody."""
    return Postbox()


@pytest.fixture
def timed(database_url: str, box: Postbox) -> Iterator[World]:
    """The demo school with a platform whose every message is kept."""
    made = World(database_url, senders={"desk": box})
    yield made
    made.close()


def summaries(box: Postbox, who: str) -> list[str]:
    """Return what somebody was told, in order."""
    return [card.summary for card in box.to(f"demo-{who}")]


ALERT = "A report is waiting for you."
CHASE = "Reminder: a report is still waiting."
AGAIN = "Second reminder: a report is still waiting. If nobody takes it up, the next person is told."
STILL = "Reminder: a report is still waiting, and nobody else is left who can be told of it."
PASSED = "A report was passed on to you: nobody took it up in time, or whoever had it has it no longer."


def test_chased_twice_then_passed_on(timed: World, box: Postbox) -> None:
    """Nobody acts: two reminders to the head at the deadlines, then the chair, then the vice-chair; not the subject."""
    timed.report("teacher", "safeguarding", at_risk="yes", person="demo-colleague")
    timed.deliver()
    first = summaries(box, "head")
    assert first == [ALERT]
    run(timed, hours=0.9)
    assert summaries(box, "head") == [ALERT]
    run(timed, hours=0.3)
    assert summaries(box, "head") == [ALERT, CHASE]
    run(timed, hours=0.5)
    assert summaries(box, "head") == [ALERT, CHASE, AGAIN]
    assert summaries(box, "chair") == []
    run(timed, hours=0.5)
    assert summaries(box, "chair") == [PASSED]
    run(timed, hours=24, step_minutes=20)
    assert PASSED in summaries(box, "vice")
    run(timed, hours=48, step_minutes=60)
    assert summaries(box, "head") == [ALERT, CHASE, AGAIN, STILL, STILL, STILL]
    assert summaries(box, "colleague") == []
    assert max(box.counts().values()) == 1


def test_a_school_may_set_its_own_waits(database_url: str, box: Postbox) -> None:
    """A press enquiry within two hours, chased after 40 and 20 minutes; a child at risk within 20; others as ever."""
    paces = paces_of(("at_risk=20m/10m/10m", "media_enquiry=2h/40m/20m"), ())
    with World(database_url, senders={"desk": box}, paces=paces) as world:
        press = world.report("teacher", "media_enquiry", about="outside")
        child = world.report("teacher", "safeguarding", at_risk="yes")
        usual = world.report("teacher")
        with world.store.look() as work:
            due_in = {r.reference: r.due_at - r.received_at for r in work.reports.all("demo")}
        assert due_in == {
            press: dt.timedelta(hours=2),
            child: dt.timedelta(minutes=20),
            usual: dt.timedelta(days=1),
        }
        steps: dict[str, list[int]] = {press: [], child: [], usual: []}
        for minutes in range(5, 200, 5):
            run(world, hours=1 / 12, step_minutes=5)
            with world.store.look() as work:
                for report in work.reports.all("demo"):
                    if (report.level, report.chases) != (0, 0) and len(steps[report.reference]) < 3:
                        taken = len(
                            [r for r in work.audit.of_thing("demo", report.reference) if "received" not in r.action]
                        )
                        steps[report.reference] += [minutes] * (taken - len(steps[report.reference]))
    assert steps == {press: [120, 160, 180], child: [20, 30, 40], usual: []}


def test_a_notice_that_cannot_be_delivered_is_passed_on_at_the_time_set(database_url: str) -> None:
    """After five minutes for a child at risk and after fifteen for others somebody else is told, not sooner."""

    class Down(Postbox):
        def send(self, account: Account, card: Card, key: str) -> Sent:
            if account.person_id == "demo-head":
                raise ConnectionError
            return super().send(account, card, key)

    box, told_after = Down(), dict[str, int]()
    with World(database_url, senders={"desk": box}, paces=paces_of((), ("at_risk=5m", "usual=15m"))) as world:
        references = {
            "at risk": world.report("teacher", "safeguarding", at_risk="yes"),
            "usual": world.report("teacher"),
        }
        for minutes in range(30):
            world.deliver()
            for name, reference in references.items():
                if any(reference in words(card) for card in box.to("demo-chair")):
                    told_after.setdefault(name, minutes)
            world.clock.move(minutes=1)
    assert 5 <= told_after["at risk"] <= 5 + 6
    assert 15 <= told_after["usual"] <= 15 + 6


def test_chasing_stops_at_once_when_somebody_acts(timed: World, box: Postbox) -> None:
    """Taken up between a chase that is queued and its sending: nothing more is sent."""
    reference = timed.report("teacher", "safeguarding", at_risk="yes")
    timed.deliver()
    timed.clock.move(hours=2)
    assert timed.chasing.chase("demo") == 1
    timed.press("head", "report.acknowledge", reference)
    timed.deliver()
    run(timed, hours=72, step_minutes=60)
    assert summaries(box, "head") == [ALERT]
    assert summaries(box, "chair") == []


def test_two_instances_chase_once(timed: World, box: Postbox) -> None:
    """The same job run again and again, on several instances, takes each step once."""
    timed.report("teacher", "safeguarding", at_risk="yes")
    timed.clock.move(hours=1, minutes=1)
    assert [timed.chasing.chase("demo") for _ in range(5)] == [1, 0, 0, 0, 0]
    timed.deliver()
    assert Counter(summaries(box, "head")) == {ALERT: 1, CHASE: 1}


def test_nobody_is_chased_at_night_or_at_weekends_without_need(timed: World, box: Postbox) -> None:
    """A usual report of Friday afternoon is first chased on Monday, in working hours."""
    timed.clock.instant = utc("2026-09-25 15:30")
    timed.report("teacher")
    timed.deliver()
    run(timed, hours=64, step_minutes=30)
    assert summaries(box, "head") == [ALERT]
    run(timed, hours=9, step_minutes=30)
    assert summaries(box, "head") == [ALERT, CHASE]
    assert LONDON.local(timed.clock.now()).weekday() == 0


@pytest.mark.parametrize("jump", [-24, -1, 1, 24])
def test_a_clock_that_jumps_does_nothing_twice_and_sticks_nowhere(timed: World, box: Postbox, jump: int) -> None:
    """Forth or back by an hour or a day in the middle of a chase: each step once, and it goes on."""
    timed.report("teacher", "safeguarding", at_risk="yes")
    run(timed, hours=1.2)
    timed.clock.move(hours=jump)
    run(timed, hours=30, step_minutes=30)
    told = Counter(summaries(box, "head"))
    assert told[ALERT] == 1
    assert told[CHASE] == 1
    assert summaries(box, "chair")[0] == PASSED
    assert max(box.counts().values()) == 1


@pytest.mark.parametrize("start", ["2028-02-28 22:00", "2027-03-27 23:00", "2026-10-24 23:00"])
def test_a_clock_that_jumps_about_over_odd_nights(timed: World, box: Postbox, start: str) -> None:
    """Before 29 February and both clock changes, forth and back by an hour and a day: no step twice, none missing."""
    timed.clock.instant = utc(start)
    timed.report("teacher", "safeguarding", at_risk="yes")
    for jump in (-1, 1, -24, 24, 1, -1):
        run(timed, hours=0.6)
        timed.clock.move(hours=jump)
    run(timed, hours=30, step_minutes=30)
    assert max(box.counts().values()) == 1
    people = {person for person, _, _ in box.taken}
    steps = {who: Counter(summaries(box, who.removeprefix("demo-"))) for who in people}
    assert all(told[once] <= 1 for told in steps.values() for once in (ALERT, CHASE, AGAIN, PASSED))
    assert sum(told[PASSED] for told in steps.values()) >= 2
    assert "demo-colleague" not in people


def test_a_new_head_gets_what_the_old_one_had(timed: World, box: Postbox) -> None:
    """The role moves on: the old head reads no more, the new one is told without anybody's doing."""
    reference = timed.report("teacher")
    timed.deliver()
    with timed.store.begin() as work:
        work.people.end_role("demo-head", "headteacher", dt.date(2026, 9, 20))
        work.people.hold(Holding("demo-deputy", "headteacher", dt.date(2026, 9, 21)))
        work.commit()
    run(timed, hours=0.5)
    assert summaries(box, "deputy") == [PASSED]
    assert timed.press("head", "report.open", reference) == timed.press("head", "report.open", "")


def test_in_holidays_the_stand_in_is_told(timed: World, box: Postbox) -> None:
    """In the school holidays the arrangement for holidays counts, without anybody being away."""
    timed.clock.instant = utc("2026-12-22 10:00")
    timed.report("teacher")
    timed.deliver()
    assert summaries(box, "head") == []
    assert summaries(box, "deputy") == [ALERT]


def test_the_subject_is_not_chased_as_stand_in(timed: World, box: Postbox) -> None:
    """The head is away and the deputy, who stands in for them, is the subject: the chair is told and chased."""
    with timed.store.begin() as work:
        work.people.absent(Absence("demo-head", dt.date(2026, 9, 1)))
        work.commit()
    timed.report("teacher", "safeguarding", at_risk="yes", person="demo-deputy")
    run(timed, hours=60, step_minutes=30)
    assert summaries(box, "deputy") == []
    assert summaries(box, "head") == []
    assert summaries(box, "chair")[0] == ALERT


def test_over_the_29th_of_february_and_both_clock_changes() -> None:
    """Every hour around them: a deadline always lies ahead, in working hours, and never goes back."""
    for start in ("2028-02-27 00:00", "2027-03-26 00:00", "2026-10-23 00:00"):
        last = utc(start)
        for hour in range(24 * 5):
            came_in = utc(start) + dt.timedelta(hours=hour)
            by = due(LONDON, came_in, USUAL.first)
            local = LONDON.local(by)
            assert by > came_in
            assert dt.time(8) <= local.time() < dt.time(17)
            assert LONDON.works(local.date())
            assert by >= last
            last = by


def test_the_clock_of_a_fake_moves_the_database_too() -> None:
    """The tests' clock drives leases as well (a guard for the tests themselves)."""
    clock = FakeClock()
    before = clock.now()
    clock.move(hours=1)
    assert (clock.now() - before, clock.monotonic()) == (dt.timedelta(hours=1), 3600.0)
