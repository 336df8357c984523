"""What people do with the bot in Teams."""

from __future__ import annotations

from tests.teamsclient import Client, buttons, words


async def test_a_question_is_answered_with_a_card(teams: Client) -> None:
    """A typed question comes back as one Adaptive Card in the asker's own chat."""
    (card,) = await teams.say("Can I add a pupil's mum on insta?")
    assert card["version"] == "1.5"
    assert "33 characters" in words(card)


async def test_help(teams: Client) -> None:
    """The command of the menu shows the home card."""
    (card,) = await teams.say("Help")
    assert buttons(card)
