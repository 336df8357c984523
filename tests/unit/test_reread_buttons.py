"""What the buttons of re-reading open in the chats."""

from __future__ import annotations

import pytest

from adapters.slack.own import READING
from adapters.teams.elements import opens_dialog
from adapters.teams.outcomes import READS, SHOWN_IN_CHAT


@pytest.mark.parametrize("act", ["read", "changes", "receipt", "paper", "check", "nudge_one"])
def test_what_is_shown_or_filled_in_opens_a_dialog_in_teams(act: str) -> None:
    """Pages, changes, receipt and the form for a paper: pressed outside a dialog they would lead nowhere."""
    assert opens_dialog(f"reread.{act}")


@pytest.mark.parametrize(
    "act", ["confirm", "help", "witness", "adopt", "second", "nudge", "nudge_one", "start", "paper"]
)
def test_what_changes_something_is_not_done_again_on_reading_on(act: str) -> None:
    """A long card is drawn again from its press only where the press changes nothing."""
    assert f"reread.{act}" not in READING | READS | SHOWN_IN_CHAT


@pytest.mark.parametrize("act", ["read", "changes", "receipt", "overview"])
def test_what_only_shows_can_be_read_on(act: str) -> None:
    """The parts of a card that is longer than the platform takes can be asked for."""
    assert f"reread.{act}" in READING & READS
