"""Cards to JSON and back, for a chat that is kept by ourselves. Every element is written with its name."""

from __future__ import annotations

import dataclasses
import json
from typing import Any, Final

from bot.messages import Bars, Bullets, Button, Buttons, Card, Facts, Heading, Link, Quote, Text, Typed

ELEMENTS: Final = (Bars, Bullets, Button, Buttons, Card, Facts, Heading, Link, Quote, Text, Typed)
KINDS: Final = {kind.__name__: kind for kind in ELEMENTS}


def card_to_json(card: Card) -> str:
    """Return a card as JSON."""
    return json.dumps(_plain(card), ensure_ascii=False, separators=(",", ":"))


def card_from_json(text: str) -> Card:
    """Return the card that ``card_to_json`` wrote. Raise ``ValueError`` for anything else."""
    card = _built(json.loads(text))
    if not isinstance(card, Card):
        msg = "this is not a card"
        raise ValueError(msg)  # noqa: TRY004 - the text is wrong, not its type
    return card


def _plain(value: Any) -> Any:  # noqa: ANN401 - a tree of any shape
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = {f.name: _plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
        return {"is": type(value).__name__, **fields}
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return value


def _built(value: Any) -> Any:  # noqa: ANN401 - a tree of any shape
    if isinstance(value, dict):
        kind = KINDS.get(value.pop("is", ""))
        if kind is None:
            msg = "unknown element in a card"
            raise ValueError(msg)
        return kind(**{name: _built(item) for name, item in value.items()})
    if isinstance(value, list):
        return tuple(_built(item) for item in value)
    return value
