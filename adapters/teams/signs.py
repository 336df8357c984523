"""What our buttons and forms carry with them, and how it is read when it comes back.

It comes back from the person's own client, so it is taken as anybody's word: checked for shape and length here, and for
what it asks by the bot, which decides by who the person is and never by what a button says.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Final

import msgspec
from msgspec import Meta

from bot.messages import Pressed, Submitted, Values
from bot.wording import says

OURS: Final = "canI"
"""The one name under which everything of ours stands in a card's data, beside the inputs and what Teams adds."""
FIELD: Final = "in_"
"""How the ids of inputs begin, so that no field can take the place of anything else in the data."""
MOST_FIELDS: Final = 40
LONGEST_VALUE: Final = 12_000

Short = Annotated[str, Meta(max_length=120)]
Id = Annotated[str, Meta(max_length=300)]
Carried = Annotated[str, Meta(max_length=2_000)]


class Sign(msgspec.Struct, frozen=True, omit_defaults=True, rename={"replaces": "card"}):
    """A button's ``action`` and ``value``, or a form's name and key; ``drawn`` is minted whenever a card is drawn.

    ``message`` is the chat message from whose card a dialog was opened, ``behind`` that card's key. ``plain`` marks a
    client that cannot open dialogs from cards. ``evidence`` and ``address`` carry a message that is being reported.
    """

    action: Short = ""
    value: Id = ""
    replaces: Id = ""
    drawn: Short = ""
    form: Id = ""
    key: Short = ""
    message: Id = ""
    behind: Id = ""
    part: Annotated[int, Meta(ge=0, le=500)] = 0
    plain: bool = False
    evidence: Carried = ""
    address: Carried = ""


class Unreadable(Exception):
    """Data that none of our cards can have sent."""


@dataclass(frozen=True, slots=True)
class Data:
    """What came back: our sign, and what was filled in. Its values may be report text: never shown, never logged."""

    sign: Sign
    values: Values

    def __repr__(self) -> str:
        return f"Data({self.sign.action or self.sign.form!r})"

    def said(self) -> Pressed | Submitted:
        """Return what the person did, for the bot."""
        sign = self.sign
        if sign.form:
            return Submitted(sign.form, sign.key, self.values)
        return Pressed(sign.action, sign.value, sign.replaces)


def pack(sign: Sign, **beside: object) -> dict[str, Any]:
    """Return the data of a button that bears a sign; ``beside`` stands next to it (Teams' own ``msteams``)."""
    return {OURS: msgspec.to_builtins(sign), **beside}


def read(data: object) -> Data | None:
    """Return what came back, or ``None`` where it bears no sign of ours. Raise ``Unreadable``."""
    if not isinstance(data, dict) or OURS not in data:
        return None
    try:
        sign = msgspec.convert(data[OURS], Sign)
    except msgspec.ValidationError:
        raise Unreadable from None
    if not sign.action and not sign.form:
        raise Unreadable
    return Data(sign, _values(data))


def _values(data: Mapping[str, object]) -> Values:
    found: dict[str, str | tuple[str, ...]] = {}
    for name, value in data.items():
        if not name.startswith(FIELD):
            continue
        # Clients send a toggle's state as true and false, some as a JSON truth value, some as the words.
        text = ("yes" if value else "") if isinstance(value, bool) else "" if value is None else value
        if not isinstance(text, str) or len(text) > LONGEST_VALUE or len(found) >= MOST_FIELDS:
            raise Unreadable
        kind, _, field = name.removeprefix(FIELD).partition("_")
        if kind == "tick":
            text = "yes" if text in {"yes", "true"} else ""
        if text:
            found[field] = tuple(part for part in text.split(",") if part) if kind == "many" else text
    return found


def command_of(text: str) -> Pressed | None:
    """Return the button that a command of the bot's menu stands for, or ``None`` for anything else that is typed."""
    said = " ".join(text.split()).casefold()
    names = says("teams.command")
    actions = {"report": "report.start", "mine": "report.mine", "inbox": "report.inbox", "reading": "reread.mine"}
    actions |= {"help": "home", "ask": "ask.start"}
    return next((Pressed(action) for name, action in actions.items() if names[name].casefold() == said), None)
