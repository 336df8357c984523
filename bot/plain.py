"""Text without what only machines see: control characters, halves of characters, signs that turn the direction."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from bot.messages import Asked, Inbound, Pressed, Submitted

_ENDS: Final = re.compile(r"\r\n?|[\u2028\u2029]")
_UNSEEN: Final = re.compile(r"[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb]")
_HALVES: Final = re.compile(r"[\ud800-\udfff]")
_NO_NAME: Final = re.compile(r"[<>{}\[\]|\\`*_~@^]|://|\bwww\.", re.IGNORECASE)
HALF: Final = "\ufffd"


def visible(text: str) -> str:
    """Return text as it may be shown: one sort of line ends, no control characters, nothing that turns what follows.

    Signs of direction that belong to one letter (U+200E, U+200F), and joiners of emoji, stay.
    https://www.unicode.org/reports/tr36/#Bidirectional_Text_Spoofing
    """
    return _HALVES.sub(HALF, _UNSEEN.sub("", _ENDS.sub("\n", text)))


def is_name(text: str) -> bool:
    """Return whether a text can be the name of a person or a school: on one line, with no sign of markup or address."""
    return bool(text.strip()) and text == visible(text) and not _NO_NAME.search(text) and not re.search(r"[\n\t]", text)


def received(said: Inbound) -> Inbound:
    """Return what came in without zero bytes and halves of characters, which no database and no platform takes."""
    if isinstance(said, Asked):
        return Asked(_whole(said.text))
    if isinstance(said, Pressed):
        return replace(said, value=_whole(said.value))
    if isinstance(said, Submitted):
        values = {n: _whole(v) if isinstance(v, str) else tuple(map(_whole, v)) for n, v in said.values.items()}
        return replace(said, values=values)
    return said


def _whole(text: str) -> str:
    return _HALVES.sub(HALF, text.replace("\0", ""))
