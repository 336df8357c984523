"""What somebody meant by a message: a button, a command of the menu, a question; and what they report of a message."""

from __future__ import annotations

import re
from typing import Any, Final

from adapters.teams.elements import NOTHING
from adapters.teams.signs import Data, Sign, command_of
from adapters.teams.turns import Turn
from bot.messages import Asked, Inbound

EVIDENCE: Final = 1_500
"""Characters carried of a message that is being reported; its address leads to the rest."""
ADDRESS: Final = 1_000
_TAG: Final = re.compile(r"<[^>]{0,2000}>")


def heard(turn: Turn, data: Data | None) -> tuple[Inbound | None, Sign]:
    """Return what somebody did by a message, and the button it came from; ``None`` for pictures and files only."""
    if data is not None:
        msteams = turn.value.get("msteams") if isinstance(turn.value, dict) else None
        # A client that sends a dialog's button as a message cannot open dialogs from cards.
        plain = data.sign.plain or (isinstance(msteams, dict) and msteams.get("type") == "task/fetch")
        return data.said(), Sign(**{**fields(data.sign), "plain": plain})
    if turn.files and not turn.text:
        return None, NOTHING
    command = command_of(turn.text)
    return command or Asked(turn.text), Sign(action=command.action) if command else NOTHING


def reported(payload: object) -> Sign:
    """Return what is carried of a message that is being reported: its words and its address."""
    if not isinstance(payload, dict):
        return NOTHING
    body, link = payload.get("body"), payload.get("linkToMessage")
    content = body.get("content") if isinstance(body, dict) else ""
    words = _TAG.sub(" ", content).strip()[:EVIDENCE] if isinstance(content, str) else ""
    return Sign(evidence=words, address=link[:ADDRESS] if isinstance(link, str) else "")


def fields(sign: Sign) -> dict[str, Any]:
    """Return a sign's fields by name, to make another from it."""
    return {name: getattr(sign, name) for name in sign.__struct_fields__}
