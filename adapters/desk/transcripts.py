"""What was said in a person's chat since they came: in memory only, and forgotten soon.

Questions and answers are kept nowhere else. What the bot writes of its own accord (alerts, reminders) is in the store's
inbox and survives; a page of the chat shows both by time. Report text is never a chat card (``bot.messages.Show``).
"""

from __future__ import annotations

import datetime as dt
from collections import OrderedDict
from dataclasses import dataclass, replace
from typing import Final

from bot.messages import Card, Typed

KEPT_FOR: Final = dt.timedelta(hours=4)
TURNS_AT_MOST: Final = 60
PEOPLE_AT_MOST: Final = 2000


@dataclass(frozen=True, slots=True)
class Turn:
    """One thing said: by the person (``typed``) or by the bot (``card``). ``new``: not seen before."""

    at: dt.datetime
    typed: Typed | None = None
    card: Card | None = None
    new: bool = False


class Transcripts:
    """The chats of everybody who came lately."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._turns: OrderedDict[str, list[Turn]] = OrderedDict()

    def add(self, person_id: str, turn: Turn) -> None:
        """Write down a turn."""
        turns = self._turns.setdefault(person_id, [])
        self._turns.move_to_end(person_id)
        turns.append(turn)
        del turns[:-TURNS_AT_MOST]
        while len(self._turns) > PEOPLE_AT_MOST:
            self._turns.popitem(last=False)

    def replace(self, person_id: str, card: Card) -> bool:
        """Put a card where the latest one of its key stands. Return ``False``, with no effect, where there is none."""
        turns = self._turns.get(person_id, [])
        for place in reversed(range(len(turns))):
            there = turns[place].card
            if card.key and there is not None and there.key == card.key:
                turns[place] = replace(turns[place], card=card)
                return True
        return False

    def of(self, person_id: str, now: dt.datetime) -> tuple[Turn, ...]:
        """Return what was said lately, oldest first."""
        turns = [turn for turn in self._turns.get(person_id, ()) if now - turn.at <= KEPT_FOR]
        if turns:
            self._turns[person_id] = turns
        else:
            self._turns.pop(person_id, None)
        return tuple(turns)

    def forget(self, person_id: str) -> None:
        """Forget a person's chat."""
        self._turns.pop(person_id, None)
