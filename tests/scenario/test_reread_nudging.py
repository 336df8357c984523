"""The head reminds one person or everybody, within the limits of the ladder."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bot.messages import Ask, Say
from bot.people import Absence
from tests.fakes import Postbox, World, buttons, words


@pytest.fixture
def world(database_url: str) -> Iterator[World]:
    """The demo school with a desk that keeps every card that it was sent."""
    made = World(database_url, senders={"desk": Postbox()})
    yield made
    made.close()


def begin(world: World) -> str:
    """Begin the round and deliver the first cards; the day after, everybody has been asked."""
    world.press("head", "reread.start")
    world.clock.move(hours=1)
    world.deliver()
    world.clock.move(days=1)
    with world.store.look() as work:
        return work.rereads.campaigns("demo")[0].id


def nudge_one(world: World, who: str, by: str = "head") -> str:
    (out,) = world.send(by, world.form(by, "reread.nudge_one"), person=f"demo-{who}")
    assert isinstance(out, Say), out
    return words(out.card)


def cards(world: World, who: str) -> int:
    """Deliver, and return how often somebody has been sent the card so far."""
    world.clock.move(minutes=5)
    world.deliver()
    post = world.senders["desk"]
    assert isinstance(post, Postbox)
    return sum("reread.confirm" in buttons(card) for card in post.to(f"demo-{who}"))


def test_one_person_is_reminded_once_a_day(world: World) -> None:
    """They get the card, nobody else does; a second time on the day is told, and the next day it goes again."""
    begin(world)
    before, other = cards(world, "teacher"), cards(world, "colleague")
    assert "Sam Okoro is reminded at about" in nudge_one(world, "teacher")
    assert "is not written to twice on one day" in nudge_one(world, "teacher", by="deputy")
    assert cards(world, "teacher") == before + 1
    assert cards(world, "colleague") == other
    world.clock.move(days=1)
    assert "is reminded" in nudge_one(world, "teacher")
    assert cards(world, "teacher") == before + 2


def test_all_are_reminded_but_those_who_were_already(world: World) -> None:
    """Whoever heard today is left out, and told so; on the day of the first card nobody is written to again."""
    world.press("head", "reread.start")
    assert "Nobody is reminded" in words(world.press("head", "reread.nudge")[0].card)  # type: ignore[union-attr]
    world.clock.move(days=1)
    nudge_one(world, "teacher")
    said = words(world.press("head", "reread.nudge")[0].card)  # type: ignore[union-attr]
    assert "22 September 2026, 10:00: 16." in said
    assert "they hear from me on that day already: 1." in said
    assert cards(world, "teacher") == cards(world, "colleague")
    with world.store.look() as work:
        rows = [(row.actor_id, row.facts) for row in work.audit.rows("demo") if row.action == "reread.nudged"]
    assert rows == [("demo-head", "0"), ("demo-head", "demo-teacher"), ("demo-head", "16")]


def test_out_of_hours_a_reminder_waits_for_the_next_school_day(world: World) -> None:
    """Pressed on Friday evening it goes on Monday, and the ladder is silent on that day."""
    begin(world)
    world.clock.move(days=3, hours=9)  # Friday the 25th of September, eight in the evening
    before = cards(world, "teacher")
    assert "28 September 2026, 08:00" in nudge_one(world, "teacher")
    world.clock.move(days=1)
    assert cards(world, "teacher") == before
    world.clock.move(days=1, hours=14)  # Monday, ten o'clock
    assert cards(world, "teacher") == before + 1
    with world.store.look() as work:
        steps = [s.step for s in work.rereads.ledger("demo", world.clock.today("Europe/London"))]
    assert "n20260928" in steps


def test_who_is_away_has_read_or_was_not_asked_is_not_offered(world: World) -> None:
    """Nor can they be chosen by sending the form; by anniversary nobody is reminded before their own four weeks."""
    number = begin(world)
    world.press("teacher", "reread.confirm", number)
    with world.store.begin() as work:
        work.people.absent(Absence("demo-colleague", world.clock.today("Europe/London")))
        work.commit()
    form = world.form("head", "reread.nudge_one")
    offered = {option.value for field in form.fields for option in getattr(field, "options", ())}
    assert offered.isdisjoint({"demo-teacher", "demo-colleague"})
    for chosen in ("demo-teacher", "demo-colleague", "demo-nobody", ""):
        (out,) = world.send("head", form, person=chosen)
        assert isinstance(out, Ask)
        assert out.form.errors
    with world.store.begin() as work:
        work.rereads.end(number, world.clock.today("Europe/London"))
        work.commit()
    world.press("head", "reread.start", "anniversary")
    assert "nobody to remind" in words(world.press("head", "reread.nudge_one")[0].card)  # type: ignore[union-attr]


def test_reminding_is_for_those_who_oversee(world: World) -> None:
    """A teacher can neither open the form nor send it."""
    begin(world)
    form = world.form("head", "reread.nudge_one")
    refused = "This is for the headteacher and the governors."
    assert words(world.press("teacher", "reread.nudge_one")[0].card) == f"{refused} {refused} normal "  # type: ignore[union-attr]
    assert refused in words(world.send("teacher", form, person="demo-colleague")[0].card)  # type: ignore[union-attr]
    assert cards(world, "colleague") == 1
