"""A person's own data: everything of theirs, nothing of anybody else's, nothing that tells of a report about them."""

from __future__ import annotations

from bot.messages import Show, Where
from tests.fakes import World, buttons, words


def own(world: World, who: str) -> str:
    """Return what is shown to somebody of their own data."""
    (out,) = world.press(who, "report.own_data")
    assert isinstance(out, Show)
    return words(out.card)


def test_everything_of_ones_own_is_shown(any_world: World) -> None:
    """Name, roles, accounts, absences, own reports with their words and replies, confirmations; and it is noted."""
    world = any_world
    reference = world.report("teacher", what="What I saw.")
    world.send("head", world.form("head", "report.message", reference), text="Thank you for this.")
    world.send("head", world.form("head", "report.note", reference), text="Not for the reporter.")
    world.press("head", "reread.start")
    (card,) = world.press("teacher", "reread.mine")
    world.press("teacher", "reread.confirm", buttons(card.card)["reread.confirm"])  # type: ignore[union-attr]
    shown = own(world, "teacher")
    for there in ("Sam Okoro", "sam.okoro@larkfield.example", "Role: staff", reference, "What I saw.", "Thank you"):
        assert there in shown
    assert "receipt" in shown
    assert "Not for the reporter." not in shown
    assert "Away from" in own(world, "away")
    (mine,) = world.press("teacher", "report.mine")
    assert "report.own_data" in buttons(mine.card)  # type: ignore[union-attr]
    with world.store.look() as work:
        assert [row.action for row in work.audit.of_thing("demo", "demo-teacher")] == ["person.exported"]


def test_a_report_about_somebody_is_not_told_by_their_own_data(any_world: World) -> None:
    """The same card before and after; a question without a name is not told either."""
    world = any_world
    before = own(world, "colleague")
    reference = world.report("teacher", what="About a colleague.")
    world.report("teacher", named="without_name")
    assert own(world, "colleague") == before
    assert reference not in own(world, "head")


def test_own_data_is_shown_in_private_only(world: World) -> None:
    """In a channel nothing of it is shown."""
    from bot.messages import Pressed  # noqa: PLC0415 - for this test only

    (out,) = world.say("teacher", Pressed("report.own_data"), Where("slack", "C1", private=False))
    assert "in private" in words(out.card)  # type: ignore[union-attr]
