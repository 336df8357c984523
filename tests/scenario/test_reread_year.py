"""A year of re-reading in a school of sixty, and planners that run at the same time."""

from __future__ import annotations

import datetime as dt
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import Final
from zoneinfo import ZoneInfo

import pytest

from bot.audit import verify
from bot.calendars import CLOSES, OPENS, Calendar
from bot.demo import demo_school
from bot.messages import Pressed
from bot.people import Absence, Account, Holding, Person
from bot.ports import UnitOfWork
from bot.reread_register import Register
from knowledge.pack import load_installed
from tests.fakes import DESK, FakeClock, Lectern, Postbox, World, buttons, words

LONDON: Final = ZoneInfo("Europe/London")
SCHOOL: Final = "sixty"
STAFF: Final = tuple(f"p{number:02}" for number in range(1, 58))
LEAVER, STARTER, AWAY, CATERER = "p56", "p55", "p54", "p57"
NEVER: Final = "p53"


def seed(work: UnitOfWork) -> None:
    """Put a school of sixty in: head, chair, office and 57 others, of whom one has no account."""
    work.schools.put(replace(demo_school(), id=SCHOOL, name="Sixty"))
    for number in ("head", "chair", "office", *STAFF):
        started = dt.date(2026, 11, 3) if number == STARTER else None
        left = dt.date(2026, 10, 2) if number == LEAVER else None
        work.people.put(Person(number, SCHOOL, number, started=started, left=left))
        if number != CATERER:
            work.people.account(Account(number, number, "desk", number))
    for person, role in (("head", "headteacher"), ("chair", "chair"), ("office", "office")):
        work.people.hold(Holding(person, role))
    work.people.absent(Absence(AWAY, dt.date(2026, 9, 1), dt.date(2027, 1, 31), "parental"))


@dataclass
class Year:
    """The school's year, day by day; ``cards`` are who was sent which card of re-reading when."""

    world: World
    post: Postbox
    lectern: Lectern
    cards: list[tuple[dt.datetime, str, str]] = field(default_factory=list)

    def until(self, day: dt.date) -> None:
        """Let the days pass, planning at nine, on Mondays also out of hours; the bot is down in its first week."""
        while (at := self.world.clock.now().astimezone(LONDON)).date() < day:
            down = dt.date(2026, 9, 14) <= at.date() <= dt.date(2026, 9, 18) or at.day == 29
            for hour, minute in ((7, 0), (9, 0), (17, 30)) if at.weekday() == 0 else ((9, 0),):
                self.world.clock.instant = at.replace(hour=hour, minute=minute).astimezone(dt.UTC)
                if not down:
                    self.world.bot.rereading.plan(SCHOOL)
                    self.world.clock.move(minutes=10)
                    self.deliver()
            tomorrow = at.date() + dt.timedelta(days=1)
            self.world.clock.instant = dt.datetime.combine(tomorrow, dt.time(6), LONDON).astimezone(dt.UTC)

    def deliver(self) -> None:
        before = len(self.post.taken)
        self.world.deliver()
        now = self.world.clock.now().astimezone(LONDON)
        self.cards += [
            (now, who, key) for who, key, card in self.post.taken[before:] if "reread.confirm" in buttons(card)
        ]

    def reads(self, *people: str) -> None:
        """Let people press "I have read it" on the card that they were sent last."""
        for person in people:
            card = [card for card in self.post.to(person) if "reread.confirm" in buttons(card)][-1]
            self.press(person, "reread.confirm", buttons(card)["reread.confirm"])

    def press(self, person: str, action: str, value: str = "") -> None:
        self.world.bot.handle(person, DESK, Pressed(action, value))

    def steps(self, person: str) -> list[str]:
        """Return the days and steps of the cards that a person was sent."""
        return [f"{at:%d.%m.} {key.rpartition('/')[2]}" for at, who, key in self.cards if who == person]


@pytest.fixture
def year(database_url: str) -> Year:
    """The first of September 2026, early in the morning."""
    clock, post, lectern = (
        FakeClock(dt.datetime(2026, 9, 1, 5, 0, tzinfo=dt.UTC)),
        Postbox(),
        Lectern(load_installed("stockham")),
    )
    world = World(database_url, clock=clock, shelf=lectern, senders={"desk": post})
    with world.store.begin() as work:
        seed(work)
        work.commit()
    return Year(world, post, lectern)


def test_a_year_in_a_school_of_sixty(year: Year) -> None:
    """Starters, leavers, leave, two versions, bank holidays and a bot that is down: every card and the register fit."""
    year.until(dt.date(2026, 9, 22))  # down in the first week: the first cards go out on Monday the 21st
    year.reads("head", "chair", "office", *STAFF[:40])
    year.until(dt.date(2026, 10, 12))
    year.reads(*STAFF[40:50])
    year.until(dt.date(2026, 10, 20))
    year.reads("p51")
    year.until(dt.date(2026, 11, 4))
    year.reads(STARTER)
    year.world.bot.rereading.on_behalf("office", SCHOOL, CATERER, "cabinet 2")
    year.until(dt.date(2027, 1, 5))
    year.lectern.edit("2027a", c_98="A small word about spelling.")
    year.press("head", "reread.adopt", "minor")
    year.until(dt.date(2027, 2, 2))
    year.reads(AWAY)
    year.until(dt.date(2027, 4, 12))
    year.lectern.edit("2027b", c_99="Staff must never post the school's address.")
    year.press("head", "reread.adopt", "material")
    year.until(dt.date(2027, 4, 14))
    assert "c_99" not in words(year.post.to("p01")[-1])
    assert "Staff must never post the school's address." in words(year.post.to("p01")[-1])
    year.reads("head", "chair", "office", *STAFF[:45], AWAY, STARTER)
    year.until(dt.date(2027, 7, 21))

    calendar = Calendar(replace(demo_school(), id=SCHOOL))
    assert all(calendar.school_day(at.date()) and OPENS <= at.time() < CLOSES for at, _, _ in year.cards)
    assert max(Counter((who, key) for _, who, key in year.cards).values()) == 1
    # The 11th of October and the 9th of May are Sundays; the 3rd and the 31st of May are bank holidays.
    first = ["21.09. asked", "05.10. -7", "12.10. 0", "19.10. +7", "26.10. +14", "02.11. +21", "09.11. +28"]
    second = ["12.04. asked", "04.05. -7", "10.05. 0", "17.05. +7", "24.05. +14", "01.06. +21", "07.06. +28"]
    assert year.steps(NEVER) == first + second
    assert year.steps("p01") == ["21.09. asked", "12.04. asked"]
    assert year.steps("p50") == [*first[:2], *second]
    assert year.steps(LEAVER) == ["21.09. asked"]
    assert year.steps(STARTER) == ["03.11. asked", "12.04. asked"]
    assert year.steps(AWAY) == ["01.02. asked", "12.04. asked"]
    assert year.steps(CATERER) == []

    book = Register(year.world.store, year.world.clock, year.world.shelf).open("chair", SCHOOL)
    assert [(r.campaign.why, r.everybody, r.done, r.in_time) for r in book.rounds] == [
        ("new_version", 59, 50, 50),  # sixty without the leaver
        ("calendar", 59, 57, 55),  # all but p52 and p53; p51 and the caterer were late
    ]
    late = {f"p{number}" for number in range(46, 54)}
    assert {e.person.id for e in book.entries if e.standing == "overdue"} == late
    assert {e.person.id for e in book.entries if e.standing == "unreachable"} == {CATERER}
    assert book.counts == {"done": 50, "overdue": 8, "unreachable": 1}
    with year.world.store.look() as work:
        versions = {a.version for a in work.rereads.acknowledgements(SCHOOL) if a.person_id == AWAY}
        assert versions == {"2027a", "2027b"}
        assert not list(verify(SCHOOL, work.audit.rows(SCHOOL), work.audit.head(SCHOOL)))
    year.world.close()


def plan_at_once(url: str, rounds: int) -> None:
    """Let two instances plan at the same moment, day after day, each day a new round."""
    clock = FakeClock(dt.datetime(2026, 9, 14, 9, 0, tzinfo=dt.UTC))
    policy = "neath-port-talbot"  # it has no review date, of which somebody would be reminded too
    worlds = [World(url, clock=clock, policy=policy), World(url, clock=clock, fresh=False)]
    together = threading.Barrier(2)

    def plan(world: World) -> int:
        together.wait(30)
        return world.bot.rereading.plan("demo")

    queued = 0
    with ThreadPoolExecutor(2) as pool:
        for _ in range(rounds):
            queued += sum(pool.map(plan, worlds))
            with worlds[0].store.begin() as work:
                work.rereads.end(work.rereads.campaigns("demo")[0].id, clock.today("Europe/London"))
                work.commit()
            clock.move(days=1)
            worlds[0].bot.rereading.start("demo-head", "demo")
    with worlds[0].store.look() as work:
        assert queued == work.outbox.counts("demo")["waiting"]
        campaigns = work.rereads.campaigns("demo")
        assert len(campaigns) == rounds + 1
        assert not list(verify("demo", work.audit.rows("demo"), work.audit.head("demo")))
        roster = work.people.roster("demo")
    days = [c.starts for c in campaigns[1:] if Calendar(demo_school()).school_day(c.starts)]
    assert queued == sum(roster.away(person.id, day) is None for day in days for person in roster.here(day))
    for world in worlds:
        world.close()


def test_two_planners_at_once_ask_nobody_twice(database_url: str) -> None:
    """Ten rounds on two instances: each card is queued once, and counted by one of them."""
    plan_at_once(database_url, 10)


@pytest.mark.soak
def test_two_planners_for_a_thousand_rounds(database_url: str) -> None:
    """The same for a thousand rounds."""
    plan_at_once(database_url, 1000)
