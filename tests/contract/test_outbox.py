"""The outbox and the relay: once each, by lease, in named states, and never silently dead."""

from __future__ import annotations

import datetime as dt
import threading
from collections import Counter
from dataclasses import replace

import pytest

from bot.messages import Card
from bot.people import Account
from bot.ports import Gone, Notice, Refused, RetryLater, Sent
from tests.fakes import FakeClock, Postbox, World, buttons, facts, words


def notice(key: str, person: str = "demo-head", template: str = "reread.help") -> Notice:
    return Notice(key, "demo", template, person, "thing", {"who": "demo-teacher"})


def queue(world: World, *keys: str) -> None:
    with world.store.begin() as work:
        for key in keys:
            work.outbox.add(notice(key))
        work.commit()


def counts(world: World) -> dict[str, int]:
    with world.store.look() as work:
        return dict(work.outbox.counts("demo"))


def post(url: str, *faults: Exception, askable: bool = True) -> tuple[World, Postbox]:
    box = Postbox(*faults, askable=askable)
    return World(url, senders={"desk": box}), box


def test_a_key_is_queued_once(any_world: World) -> None:
    """The same fact told twice is one notice."""
    with any_world.store.begin() as work:
        assert work.outbox.add(notice("k"))
        assert not work.outbox.add(notice("k"))
        work.commit()
    assert counts(any_world) == {"waiting": 1}


def test_many_are_queued_in_one_go(any_world: World) -> None:
    """Those whose keys are there are left out and nothing else; each waits as long as it says."""
    queue(any_world, "a")
    many = [notice("a"), notice("b"), replace(notice("c"), after=60.0)]
    with any_world.store.begin() as work:
        assert (work.outbox.add_all(many), work.outbox.add_all(many), work.outbox.add_all([])) == (2, 0, 0)
        assert {c.notice.key for c in work.outbox.claim(9, 120)} == {"a", "b"}
        work.commit()
    any_world.clock.move(seconds=61)
    with any_world.store.begin() as work:
        (late,) = work.outbox.claim(9, 120)
    assert (late.notice.key, late.notice.ids) == ("c", {"who": "demo-teacher"})


def test_a_claim_is_nobody_elses_until_its_lease_ends(any_world: World) -> None:
    """Claimed notices are not given out again; after the lease they are; a late mark of the first has no effect."""
    queue(any_world, "a", "b", "c")
    with any_world.store.begin() as work:
        first = work.outbox.claim(2, 120)
        work.commit()
    with any_world.store.begin() as work:
        (left,) = work.outbox.claim(9, 120)
        work.commit()
    assert {c.notice.key for c in (*first, left)} == {"a", "b", "c"}
    any_world.clock.move(seconds=121)
    with any_world.store.begin() as work:
        again = work.outbox.claim(9, 120)
        assert len(again) == 3
        assert {c.attempt for c in again} == {2}
        assert not work.outbox.sent(first[0], "")
        assert work.outbox.sent(next(c for c in again if c.id == first[0].id), "m")
        work.commit()
    assert counts(any_world) == {"sent": 1, "waiting": 2}


def test_four_relays_over_many_notices_send_each_once(database_url: str) -> None:
    """Four threads, four hundred notices: none lost, none twice."""
    world, box = post(database_url)
    queue(world, *(f"k{n:03}" for n in range(400)))
    threads = [threading.Thread(target=world.deliver) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert counts(world) == {"sent": 400}
    assert box.counts() == Counter({f"k{n:03}": 1 for n in range(400)})
    world.close()


def test_retry_after_is_obeyed(database_url: str) -> None:
    """A platform that says "in 90 seconds" is not asked before."""
    world, box = post(database_url, RetryLater(90))
    queue(world, "k")
    world.deliver()
    world.clock.move(seconds=89)
    assert world.deliver() == 0
    assert box.taken == []
    world.clock.move(seconds=2)
    world.deliver()
    assert box.counts() == {"k": 1}
    world.close()


def test_a_night_without_the_platform_is_outlasted(database_url: str) -> None:
    """However often it is tried meanwhile, a notice comes when the platform is back."""
    world, box = post(database_url, *[RetryLater(1.0)] * 160)
    queue(world, "k")
    for _ in range(165):
        world.deliver()
        world.clock.move(minutes=5)
    assert box.counts() == {"k": 1}
    assert counts(world) == {"sent": 1}
    world.close()


def test_a_lost_answer_is_asked_about_before_sending_again(database_url: str) -> None:
    """Where the platform took the message and the answer was lost, it is not sent twice."""

    class Deaf(Postbox):
        def send(self, account, card, key):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
            super().send(account, card, key)
            if len(self.taken) == 1:
                raise TimeoutError

    box = Deaf()
    world = World(database_url, senders={"desk": box})
    queue(world, "k")
    world.deliver()
    world.clock.move(minutes=5)
    world.deliver()
    assert box.counts() == {"k": 1}
    assert counts(world) == {"sent": 1}
    world.close()


def test_an_account_that_is_gone_gives_way_to_the_next(database_url: str) -> None:
    """The next account of the person is used; without one the notice is dead and says so."""
    world, box = post(database_url, Gone())
    queue(world, "k")
    world.deliver()
    assert counts(world) == {"dead": 1}
    with world.store.look() as work:
        assert [n.key for n in work.outbox.dead("demo")] == ["k"]
        assert next(a for a in work.people.roster("demo").accounts if a.person_id == "demo-head").gone
    assert box.taken == []
    world.close()


def test_what_the_platform_refuses_is_dead_at_once(database_url: str) -> None:
    """A message that can never be taken is not tried again."""
    world, box = post(database_url, Refused())
    queue(world, "k")
    assert world.deliver() == 1
    assert counts(world) == {"dead": 1}
    assert box.taken == []
    world.close()


def test_the_retry_budget_ends_in_a_named_state(database_url: str) -> None:
    """After a day of failures the notice is dead, not waiting for ever."""
    world, _ = post(database_url, *(ConnectionError() for _ in range(500)))
    queue(world, "k")
    for _ in range(26 * 12):
        world.deliver()
        world.clock.move(minutes=5)
    assert counts(world) == {"dead": 1}
    world.close()


def test_an_alert_that_does_not_get_through_goes_to_the_next_person(database_url: str) -> None:
    """By the time set the next person entitled is told; the first is still tried, once and no more."""
    world, box = post(database_url, *(ConnectionError() for _ in range(12)))
    world.report("teacher")
    for _ in range(40):
        world.deliver()
        world.clock.move(minutes=2)
    assert len(box.to("demo-chair")) == 1
    assert len(box.to("demo-head")) == 1
    assert box.to("demo-colleague") == []
    assert buttons(box.to("demo-chair")[0])["report.open"] == facts(box.to("demo-head")[0])["Reference"]
    world.close()


def test_a_dead_alert_is_told_to_the_next_person_at_once(database_url: str) -> None:
    """A refused alert does not wait for a deadline."""
    world, box = post(database_url, Refused())
    world.report("teacher")
    world.deliver()
    assert len(box.to("demo-chair")) == 1
    assert counts(world) == {"dead": 1, "sent": 1}
    world.close()


def test_who_is_no_longer_entitled_is_not_told(any_world: World) -> None:
    """A right that ended between queueing and sending withdraws the notice."""
    reference = any_world.report("teacher")
    any_world.bot.casework.step_aside("demo-head", "demo", reference)
    any_world.deliver()
    assert any_world.inbox("head") == []
    assert counts(any_world)["withdrawn"] == 1
    assert len(any_world.inbox("chair")) == 1


def test_after_a_restore_nothing_is_sent_until_released(any_world: World) -> None:
    """Held notices wait for the operator."""
    any_world.report("teacher")
    with any_world.store.begin() as work:
        work.outbox.hold_all()
        assert work.outbox.held()
        work.commit()
    assert any_world.deliver() == 0
    assert any_world.inbox("head") == []
    with any_world.store.begin() as work:
        work.outbox.release_all()
        assert not work.outbox.held()
        work.commit()
    any_world.deliver()
    assert len(any_world.inbox("head")) == 1


def test_the_outbox_holds_names_of_templates_and_ids_only(any_world: World) -> None:
    """No text of a report, no name, no address."""
    any_world.report("teacher", what="CANARY-9f2 is in here", platform="CANARY-9f2")
    with any_world.engine.connect() as connection:
        rows = connection.exec_driver_sql("SELECT * FROM outbox").all()
    assert rows
    assert "CANARY" not in str(rows)
    any_world.deliver()
    assert all("CANARY" not in words(card) for card in any_world.inbox("head"))


def test_an_unknown_template_is_dead_not_stuck(any_world: World) -> None:
    """A notice that nothing can render ends in a named state."""
    with any_world.store.begin() as work:
        work.outbox.add(notice("k", template="nobody.knows"))
        work.commit()
    any_world.deliver()
    assert counts(any_world) == {"dead": 1}


class Troubled(Postbox):
    """A platform that is in trouble for an hour: 429, 500, timeouts, resets. It keeps who came back too early."""

    def __init__(self, clock: FakeClock) -> None:
        super().__init__()
        self.clock, self.start, self.calls = clock, clock.instant, 0
        self.not_before: dict[str, dt.datetime] = {}
        self.too_early: list[str] = []

    def send(self, account: Account, card: Card, key: str) -> Sent:
        now = self.clock.instant
        if now < self.not_before.get(key, now):
            self.too_early.append(key)
        self.calls += 1
        if (now - self.start).total_seconds() < 3600:
            fault = (RetryLater(90), ConnectionError(), TimeoutError(), ConnectionResetError())[self.calls % 4]
            if isinstance(fault, RetryLater):
                self.not_before[key] = now + dt.timedelta(seconds=fault.after)
            raise fault
        return super().send(account, card, key)


def hour_of_trouble(url: str, alerts: int) -> None:
    """Queue so many alerts, let the hour pass and ten minutes more; all must be out, once, none too early."""
    clock = FakeClock()
    box = Troubled(clock)
    with World(url, senders={"desk": box}, clock=clock) as world:
        queue(world, *(f"k{n:04}" for n in range(alerts)))
        while (clock.instant - box.start).total_seconds() < 4200:
            world.deliver()
            clock.move(seconds=60)
        assert counts(world) == {"sent": alerts}
    assert max(box.counts().values()) == 1
    assert box.too_early == []


def test_an_hour_of_trouble_loses_nothing(database_url: str) -> None:
    """Eight alerts through an hour of 429, 500, timeouts and resets."""
    hour_of_trouble(database_url, 8)


@pytest.mark.soak
def test_an_hour_of_trouble_over_five_thousand_alerts(database_url: str) -> None:
    """The same with five thousand: all out within ten minutes after, none before its Retry-After, none dead."""
    hour_of_trouble(database_url, 5000)
