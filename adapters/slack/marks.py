"""What we write into buttons and dialogs so that a press tells where it belongs: ids and keys only, never text."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Any, Final

LONGEST_METADATA: Final = 3_000
_SEPARATOR: Final = "|"


@dataclass(frozen=True, slots=True)
class Marks:
    """What a dialog remembers. Slack keeps it in ``private_metadata`` and gives it back with every press.

    ``conversation`` is where it was opened from; ``channel``, ``message`` and ``thread`` name the message whose button
    opened it, ``message_key`` the key of the card on that message; ``key`` is the key of the card (or form) shown;
    ``form`` the form's name; ``action`` and ``value`` the press that led here; ``part`` which part of a long card is
    shown, from 1; ``carries`` whether a chosen message is carried along, and ``whole`` how many characters it has,
    where that is more than a form takes.
    """

    conversation: str = ""
    channel: str = ""
    message: str = ""
    thread: str = ""
    message_key: str = ""
    key: str = ""
    form: str = ""
    action: str = ""
    value: str = ""
    part: int = 1
    carries: bool = False
    whole: int = 0

    def write(self) -> str:
        """Return it as text for ``private_metadata``."""
        short = {name: getattr(self, name) for name in self.__slots__}
        blank = Marks()
        return json.dumps({n: v for n, v in short.items() if v != getattr(blank, n)}, separators=(",", ":"))

    def of(self, **changes: Any) -> Marks:  # noqa: ANN401 - fields of several types
        """Return a copy with some fields changed."""
        return replace(self, **changes)


def read_marks(text: str) -> Marks:
    """Return what ``Marks.write`` wrote; blank marks for anything else."""
    try:
        found = json.loads(text) if len(text) <= LONGEST_METADATA else None
    except ValueError:
        found = None
    if not isinstance(found, dict):
        return Marks()
    blank = Marks()
    kept = {n: v for n, v in found.items() if n in Marks.__slots__ and type(v) is type(getattr(blank, n))}
    return Marks(**kept)


def block_id(card_key: str, at: int) -> str:
    """Return the id of the ``at``-th block with buttons of a card; it carries the card's key."""
    return f"{at}{_SEPARATOR}{card_key}"[:255]


def card_key(block: str) -> str:
    """Return the key of the card on which a pressed button stood."""
    return block.partition(_SEPARATOR)[2]


def action_id(action: str, at: int) -> str:
    """Return the id of a button: its action, and its place so that no two of a card are the same."""
    return f"{action}{_SEPARATOR}{at}"


def action_of(identifier: str) -> str:
    """Return the action of a pressed button."""
    return identifier.partition(_SEPARATOR)[0]
