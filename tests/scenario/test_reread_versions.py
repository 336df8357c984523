"""A new version of the policy: who says what it means, who is asked anew, and what they are shown."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest

from bot.calendars import CLOSES, OPENS
from bot.messages import Say, Show
from knowledge.pack import load_installed
from tests.fakes import FakeClock, Lectern, World, buttons, words

SEPTEMBER = dt.datetime(2026, 9, 14, 8, 0, tzinfo=dt.UTC)
FIRST = load_installed("stockham").head.version
NEW = "Staff must never post the address of the school on their own accounts."


@pytest.fixture
def lectern() -> Lectern:
    """The shelf of the school, on which versions can be changed."""
    return Lectern(load_installed("stockham"))


@pytest.fixture
def world(database_url: str, lectern: Lectern) -> Iterator[World]:
    """The demo school on the day on which the year's re-read begins; everybody is asked."""
    made = World(database_url, clock=FakeClock(SEPTEMBER), shelf=lectern)
    settle(made)
    yield made
    made.close()


def settle(world: World) -> None:
    """Plan, and deliver everything that leaves within the hour."""
    world.bot.rereading.plan("demo")
    world.clock.move(hours=1)
    world.deliver()


def campaign(world: World) -> str:
    with world.store.look() as work:
        return next(c.id for c in work.rereads.campaigns("demo") if c.ended is None)


def overview(world: World, who: str = "head") -> str:
    return words(world.press(who, "reread.overview")[-1].card)  # type: ignore[union-attr]


def asked(world: World, who: str) -> int:
    """Return how many cards of re-reading a person has before them."""
    return sum("reread.confirm" in buttons(card) for card in world.inbox(who))


def test_a_material_version_asks_everybody_and_shows_what_changed(world: World, lectern: Lectern) -> None:
    """Who had read sees what is new since then, who had not is asked as for the first time."""
    world.press("teacher", "reread.confirm", campaign(world))
    lectern.edit("2027", c_99=NEW)
    settle(world)
    assert "version 2027" in overview(world)
    assert asked(world, "teacher") == 1
    said = world.press("head", "reread.adopt", "material")
    assert "Everybody is asked to read the new version" in words(said[0].card)  # type: ignore[union-attr]
    settle(world)
    assert asked(world, "teacher") == 2
    card = [card for card in world.inbox("teacher") if "reread.confirm" in buttons(card)][-1]
    assert "What has changed since you last read it, on 14 September 2026" in words(card)
    assert f"New, clause 99: {NEW}" in words(card)
    (shown,) = world.press("teacher", "reread.changes", buttons(card)["reread.changes"])
    assert isinstance(shown, Show)
    assert NEW in words(shown.card)
    first_time = [card for card in world.inbox("colleague") if "reread.confirm" in buttons(card)][-1]
    assert "reread.changes" not in buttons(first_time)


def test_a_small_change_asks_nobody_again(world: World, lectern: Lectern) -> None:
    """The round goes on; who reads now is recorded with the version that they read; next year's card tells."""
    number = campaign(world)
    world.press("teacher", "reread.confirm", number)
    lectern.edit("2027", c_99=NEW)
    settle(world)
    assert "Nobody is asked again" in words(world.press("head", "reread.adopt", "minor")[0].card)  # type: ignore[union-attr]
    settle(world)
    assert campaign(world) == number
    assert asked(world, "teacher") == 1
    world.press("colleague", "reread.confirm", number)
    with world.store.look() as work:
        read = {ack.person_id: ack.version for ack in work.rereads.acknowledgements("demo")}
    assert read == {"demo-teacher": FIRST, "demo-colleague": "2027"}


def test_head_and_chair_both_record_an_adoption(world: World, lectern: Lectern) -> None:
    """Whoever comes first decides; the other is asked to record it too; nobody does both, and nobody else may."""
    lectern.edit("2027", c_99=NEW)
    settle(world)
    assert "headteacher and the chair" in words(world.press("deputy", "reread.adopt", "minor")[0].card)  # type: ignore[union-attr]
    world.press("head", "reread.adopt", "minor")
    assert "recorded already" in words(world.press("chair", "reread.adopt", "material")[0].card)  # type: ignore[union-attr]
    world.deliver()
    (card,) = [card for card in world.inbox("chair") if "reread.second" in buttons(card)]
    number = buttons(card)["reread.second"]
    assert "two people" in words(world.press("head", "reread.second", number)[0].card)  # type: ignore[union-attr]
    assert "Recorded" in words(world.press("chair", "reread.second", number)[0].card)  # type: ignore[union-attr]
    with world.store.look() as work:
        version = next(v for v in work.policies.all("demo") if v.id == number)
        actions = [row.action for row in work.audit.of_thing("demo", number)]
    assert (version.adopted_by, version.second_by, version.material) == ("demo-head", "demo-chair", False)
    assert actions == ["policy.adopted", "policy.adopted_too"]
    world.deliver()
    assert not any("reread.adopt" in buttons(say.card) for say in world.press("head", "reread.overview")
                   if isinstance(say, Say))  # fmt: skip


def test_a_version_adopted_elsewhere_starts_its_round_by_itself(world: World, lectern: Lectern) -> None:
    """However it was recorded that a version is adopted and material: the next planning begins its round, once."""
    old = campaign(world)
    lectern.edit("2027", c_99=NEW)
    world.bot.rereading.adopt("demo-chair", "demo", material=True)
    settle(world)
    settle(world)
    assert campaign(world) != old
    with world.store.look() as work:
        assert [c.why for c in work.rereads.campaigns("demo")] == ["new_version", "calendar"]


def test_another_policy_ends_the_asking_for_the_old_one(world: World, lectern: Lectern) -> None:
    """A school that changes its policy asks nobody to read the old one, and takes no declaration about it."""
    number = campaign(world)
    lectern.lying = load_installed("beaumont")
    assert "nothing for you to confirm" in words(world.press("teacher", "reread.confirm", number)[0].card)  # type: ignore[union-attr]
    with world.store.look() as work:
        assert not work.rereads.acknowledgements("demo")


def test_what_could_not_leave_in_time_waits_for_the_morning(world: World) -> None:
    """A relay that is down until night sends nothing at night: the reminders wait for the next school day."""
    friday = dt.datetime(2026, 10, 9, 15, 50, tzinfo=dt.UTC)
    world.clock.move(seconds=(friday - world.clock.now()).total_seconds())
    before = asked(world, "teacher")
    assert world.bot.rereading.plan("demo") > 0
    world.clock.move(hours=9)
    world.deliver()
    with world.store.look() as work:
        assert work.outbox.counts("demo")["waiting"] > 0
        assert "dead" not in work.outbox.counts("demo")
    for _ in range(40):
        world.clock.move(hours=2)
        waiting = world.deliver()
        local = world.clock.now().astimezone(dt.timezone(dt.timedelta(hours=1)))
        if asked(world, "teacher") > before or any("Reminder" in card.summary for card in world.inbox("teacher")):
            assert waiting
            assert local.weekday() == 0
            assert OPENS <= local.time() < CLOSES
            return
    pytest.fail("the reminder never came")


def test_close_to_the_end_of_the_day_only_what_still_leaves_is_queued(database_url: str, lectern: Lectern) -> None:
    """Cards are spread over time: what would leave after five is planned in the morning."""
    world = World(database_url, clock=FakeClock(dt.datetime(2026, 9, 14, 15, 59, 55, tzinfo=dt.UTC)), shelf=lectern)
    assert world.bot.rereading.plan("demo") == 3
    world.clock.move(hours=16, minutes=1)
    assert world.bot.rereading.plan("demo") == 14
    world.close()
