"""The sending of a trust's cards under the limits of the chats: its end is told beforehand, and it ends by then."""

from __future__ import annotations

import datetime as dt
from collections import deque
from dataclasses import dataclass, replace

import pytest

from adapters.teams.pace import Pace
from bot.calendars import Calendar
from bot.demo import demo_school
from bot.messages import Card
from bot.people import Account, Person
from bot.ports import RetryLater, Sent
from bot.reread_sending import ASK, leaves_by
from tests.fakes import FakeClock, Postbox, World

BEGIN = dt.datetime(2026, 9, 14, 8, 0, tzinfo=dt.UTC)
"""Nine o'clock in London on the yearly day."""


class Slack(Postbox):
    """A workspace: one message a second to one person, 300 a minute in all; more is refused. A call takes 100 ms."""

    most = 300
    every = 60.0
    calls = 0.1

    def __init__(self, clock: FakeClock) -> None:
        super().__init__()
        self.clock = clock
        self.refused = 0
        self._taken: deque[float] = deque()
        self._last: dict[str, float] = {}

    def send(self, account: Account, card: Card, key: str) -> Sent:
        self.clock.move(seconds=self.calls)
        now = self.clock.monotonic()
        while self._taken and now - self._taken[0] >= self.every:
            self._taken.popleft()
        if len(self._taken) >= self.most or now - self._last.get(account.person_id, -1.0) < 1.0:
            self.refused += 1
            raise RetryLater(5.0, "ratelimited")
        self._taken.append(now)
        self._last[account.person_id] = now
        return super().send(account, card, key)


class Teams(Postbox):
    """A tenant by the limits that Microsoft documents, with the pace that our own sender keeps. A call takes 100 ms."""

    calls = 0.1

    def __init__(self, clock: FakeClock) -> None:
        super().__init__()
        self.clock = clock
        self.refused = 0
        self._pace = Pace(clock)

    def send(self, account: Account, card: Card, key: str) -> Sent:
        self.clock.move(seconds=self.calls)
        wait = self._pace.wait("tenant", account.person_id)
        if wait:
            self.refused += 1
            raise RetryLater(wait, "pace")
        return super().send(account, card, key)


def trust(world: World, platform: str, schools: int, people: int) -> list[str]:
    """Put schools with so many people each into a world."""
    ids = [f"school-{number}" for number in range(schools)]
    with world.store.begin() as work:
        for school in ids:
            work.schools.put(replace(demo_school(), id=school, name=school, policy="neath-port-talbot"))
            for number in range(people):
                person = f"{school}-{number}"
                work.people.put(Person(person, school, person))
                work.people.account(Account(person, person, platform, person, "T"))
        work.commit()
    return ids


@dataclass(frozen=True)
class Sending:
    """What a first day came to: cards, refusals, the end that was told, when the last was due and when it went."""

    cards: int
    refused: int
    told: dt.timedelta
    due: dt.timedelta
    took: dt.timedelta
    shown: tuple[int, ...]


def send_all(url: str, platform: str, schools: int, people: int) -> Sending:
    """Plan a trust's first day, all schools in one workspace or tenant, and send it card by card."""
    clock = FakeClock(BEGIN)
    box = Slack(clock) if platform == "slack" else Teams(clock)
    with World(url, clock=clock, senders={platform: box}) as world:
        ids = trust(world, platform, schools, people)
        told = leaves_by(clock.now(), Calendar(demo_school()), people, people * (schools - 1))
        for school in ids:
            assert world.bot.rereading.plan(school) == people
        with world.store.look() as work:
            rounds = [work.rereads.campaigns(school)[0].id for school in ids]
            due = max(filter(None, (work.outbox.progress(one, ASK).leaves for one in rounds)))
        shown: list[int] = []
        left = people * schools
        while left:
            if not world.relay.run_once():
                clock.move(seconds=1)
            with world.store.look() as work:
                left = work.outbox.waiting(ASK)
            shown.append(left)
        assert set(box.counts().values()) == {1}
        times = (at - BEGIN for at in (told, due, clock.now()))
        return Sending(len(box.taken), box.refused, *times, tuple(shown))


def holds(one: Sending, cards: int) -> None:
    """Every card once; over by the time told, a minute or so for what was refused; and less waits from look to look."""
    assert one.cards == cards
    assert one.due <= one.told
    assert one.took <= one.told + dt.timedelta(minutes=2)
    assert list(one.shown) == sorted(one.shown, reverse=True)
    assert one.shown[-1] == 0


@pytest.mark.parametrize("platform", ["slack", "teams"])
def test_over_by_the_time_that_was_told(database_url: str, platform: str) -> None:
    """Three schools of thirty, in one workspace or tenant."""
    holds(send_all(database_url, platform, 3, 30), 90)


@pytest.mark.soak
@pytest.mark.parametrize("platform", ["slack", "teams"])
def test_ten_thousand_people_in_sixty_schools(sqlite_url: str, platform: str) -> None:
    """The same for a trust of 10,020, within an hour; the limits are kept, so that next to nothing is refused."""
    one = send_all(sqlite_url, platform, 60, 167)
    holds(one, 10_020)
    assert one.told < dt.timedelta(hours=1)
    assert one.refused < 100
