"""Promise 6: the end of the audit chain leaves the house once a day, and finds whoever writes the chain anew."""

from __future__ import annotations

import datetime as dt

from adapters.mail import words as mailed
from bot.anchoring import Anchoring
from bot.audit import Anchor, verify
from bot.people import Absence, Holding
from tests.fakes import World, facts


def anchors(world: World, who: str) -> list[Anchor]:
    """Return the anchors that somebody was sent."""
    world.deliver()
    shown = [facts(card) for card in world.inbox(who) if card.summary == "The record of today, to be kept."]
    return [Anchor.parse(next(text for label, text in one.items() if label.startswith("Signs"))) for one in shown]


def jobs(world: World) -> Anchoring:
    return Anchoring(world.store, world.clock, world.shelf)


def test_the_chair_is_sent_the_anchor_once_a_day(any_world: World) -> None:
    """However often the job runs, on how many instances; the next day only where something was added; nobody else."""
    world = any_world
    assert [jobs(world).queue("demo") for _ in range(3)] == [1, 0, 0]
    world.clock.move(days=1)
    assert jobs(world).queue("demo") == 0
    world.report("teacher")
    assert [jobs(world).queue("demo") for _ in range(3)] == [1, 0, 0]
    with world.store.look() as work:
        end = work.audit.head("demo")
    first, second = sorted(anchors(world, "chair"), key=lambda anchor: anchor.seq)
    assert (first.seq, second) == (1, end)
    assert anchors(world, "head") == anchors(world, "teacher") == []


def test_nobody_is_written_to_at_night(any_world: World) -> None:
    """Before eight o'clock the anchor waits."""
    any_world.clock.instant = dt.datetime(2026, 9, 21, 6, 59, tzinfo=dt.UTC)
    assert jobs(any_world).queue("demo") == 0
    any_world.clock.move(minutes=2)
    assert jobs(any_world).queue("demo") == 1


def test_a_kept_anchor_finds_a_record_written_anew(any_world: World) -> None:
    """Rows and head cut back together look whole; the chair's message tells; also as a mail program shows it."""
    world = any_world
    world.report("teacher")
    jobs(world).queue("demo")
    (kept,) = anchors(world, "chair")
    (card,) = [card for card in world.inbox("chair") if "record" in card.summary]
    (line,) = [line for line in mailed(card).splitlines() if line.startswith("Signs")]
    assert Anchor.parse(line.partition(") : ")[2] or line.rpartition(": ")[2]) == kept
    with world.store.look() as work:
        rows = list(work.audit.rows("demo"))[:1]
    cut = Anchor("demo", rows[-1].seq, rows[-1].hash)
    assert list(verify("demo", rows, cut)) == []
    assert list(verify("demo", rows, cut, [kept]))


def test_who_is_no_longer_chair_is_not_sent_it(any_world: World) -> None:
    """A chair whose time ended between queueing and sending gets nothing; the next one does."""
    world = any_world
    jobs(world).queue("demo")
    with world.store.begin() as work:
        work.people.end_role("demo-chair", "chair", dt.date(2026, 9, 20))
        work.people.hold(Holding("demo-vice", "chair", dt.date(2026, 9, 21)))
        work.people.absent(Absence("demo-head", dt.date(2026, 9, 21)))
        work.commit()
    assert anchors(world, "chair") == []
    world.report("teacher")
    world.clock.move(days=1)
    assert jobs(world).queue("demo") == 1
    assert len(anchors(world, "vice")) == 1
