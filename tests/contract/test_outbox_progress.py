"""How far the notices about one thing have come, as the outbox tells it: for the head's view and the operator."""

from __future__ import annotations

import datetime as dt

from bot.ports import Notice, Progress
from tests.fakes import MONDAY, World


def add(world: World, person: str, step: str, after: float = 0.0, template: str = "reread.ask") -> None:
    with world.store.begin() as work:
        key = f"{template}/{person}/{step}"
        assert work.outbox.add(Notice(key, "demo", template, f"demo-{person}", "round", {"step": step}, after=after))
        work.commit()


def end(world: World, state: str) -> None:
    """End everything that is due: sent or dead."""
    with world.store.begin() as work:
        for claimed in work.outbox.claim(20, 120):
            if state == "sent":
                work.outbox.sent(claimed, "m")
            else:
                work.outbox.end(claimed, "dead", "no account")
        work.commit()


def told(world: World) -> Progress:
    with world.store.look() as work:
        return work.outbox.progress("round", "reread.ask")


def test_what_waits_what_was_sent_and_when_the_last_leaves(any_world: World) -> None:
    """By thing and template; what waits is counted over all schools too; nothing there is nothing told."""
    world = any_world
    assert told(world) == Progress(0, 0, None)
    add(world, "teacher", "asked")
    add(world, "colleague", "asked", 90.0)
    add(world, "head", "asked", template="reread.help")
    assert told(world) == Progress(2, 0, MONDAY + dt.timedelta(seconds=90))
    with world.store.look() as work:
        assert (work.outbox.waiting("reread.ask"), work.outbox.waiting("reread.announce")) == (2, 0)
    end(world, "sent")
    assert told(world) == Progress(1, 1, MONDAY + dt.timedelta(seconds=90))
    world.clock.move(seconds=91)
    end(world, "dead")
    assert told(world) == Progress(0, 1, None)


def test_whom_the_last_notice_did_not_reach(any_world: World) -> None:
    """Given up is not reached, until a later one gets through."""
    world = any_world
    for person in ("teacher", "colleague"):
        add(world, person, "asked")
    end(world, "dead")
    world.clock.move(days=1)
    add(world, "teacher", "-7")
    end(world, "sent")
    with world.store.look() as work:
        assert work.outbox.unreached("round", "reread.ask") == {"demo-colleague"}
        assert work.outbox.unreached("another", "reread.ask") == frozenset()
