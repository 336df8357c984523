"""What Slack would refuse, and what a screen reader would miss: looked for in every message and view before sending.

The limits are Slack's (https://docs.slack.dev/reference/block-kit). Neither Slack nor blockkit flags a missing label,
an input without a way to send it, or a message that has blocks and no words; we do.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, Final

MARKUP: Final = '"mrkdwn"'
MESSAGE_BLOCKS: Final = 50
VIEW_BLOCKS: Final = 100
MESSAGE_CHARACTERS: Final = 12_000
"""Slack refuses messages whose blocks hold more than about 13,200 characters."""
VIEW_BYTES: Final = 250_000
METADATA: Final = 3_000
TITLE: Final = 24
ELEMENTS: Final = 25
LIMITS: Final = {"section": 3_000, "header": 150, "context": 2_000, "button": 75, "option": 75, "label": 2_000}

Faults = Iterator[str]


class Checked(dict[str, Any]):
    """A block that was looked at when it was drawn, and is not changed after that: it need not be looked at again."""

    __slots__ = ("characters", "faults")
    characters: int
    faults: tuple[str, ...]


class Unfit(Exception):
    """A message or view breaks a rule of Slack or of ours. The text names rules and places, never what was said."""


def faults(payload: Mapping[str, Any]) -> list[str]:
    """Return what is wrong with a message (``text``, ``blocks``) or a view (``type``, ``blocks``); empty when sound."""
    blocks = payload.get("blocks") or []
    found = [*_view(payload, blocks)] if "type" in payload else [*_message(payload, blocks)]
    for at, block in enumerate(blocks):
        wrong = block.faults if isinstance(block, Checked) else _whole_block(block)
        found += [f"block {at} ({block.get('type')}): {fault}" for fault in wrong]
    ids = [block["block_id"] for block in blocks if "block_id" in block]
    found += ["a block_id stands twice"] * (len(ids) > len(set(ids)))
    return found


def checked(block: dict[str, Any]) -> Checked:
    """Return a block with what is wrong with it, so that it may be kept and shown often."""
    found = Checked(block)
    found.characters, found.faults = characters(block), tuple(_whole_block(block))
    return found


def sound(payload: dict[str, Any]) -> dict[str, Any]:
    """Return the payload as it is. Raise ``Unfit`` with every fault where there is one."""
    found = faults(payload)
    if found:
        raise Unfit("; ".join(found))
    return payload


def characters(block: Mapping[str, Any]) -> int:
    """Return how many characters of text a block holds."""
    return block.characters if isinstance(block, Checked) else sum(len(text) for text in _texts(block))


def longer(blocks: list[Any], most: int) -> bool:
    """Return whether blocks hold more characters of text than that."""
    return sum(map(characters, blocks)) > most


def _message(payload: Mapping[str, Any], blocks: list[Any]) -> Faults:
    if not str(payload.get("text", "")).strip():
        yield "a message needs text of its own: notifications and screen readers say it"
    if len(blocks) > MESSAGE_BLOCKS:
        yield f"{len(blocks)} blocks: a message takes {MESSAGE_BLOCKS}"
    if longer(blocks, MESSAGE_CHARACTERS):
        yield f"a message takes {MESSAGE_CHARACTERS} characters"
    if any(block.get("type") == "input" for block in blocks):
        yield "forms are dialogs only: no input stands in a message"


def _view(payload: Mapping[str, Any], blocks: list[Any]) -> Faults:
    if len(blocks) > VIEW_BLOCKS:
        yield f"{len(blocks)} blocks: a view takes {VIEW_BLOCKS}"
    if not blocks:
        yield "a view needs a block"
    if len(payload.get("private_metadata", "")) > METADATA:
        yield f"private_metadata takes {METADATA} characters"
    if len(json.dumps(payload)) > VIEW_BYTES:
        yield f"a view takes {VIEW_BYTES} bytes"
    if payload["type"] == "modal":
        for name in ("title", "submit", "close"):
            text = payload.get(name, {}).get("text", "")
            if name == "title" and not text:
                yield "a dialog needs a title"
            if len(text) > TITLE:
                yield f"{name} takes {TITLE} characters"
        if any(block.get("type") == "input" for block in blocks) and "submit" not in payload:
            yield "inputs need a button that sends them"


def _whole_block(block: Mapping[str, Any]) -> Faults:
    if MARKUP in json.dumps(block):
        yield from _objects(block)
    yield from _block(block)


def _block(block: Mapping[str, Any]) -> Faults:
    kind = block.get("type", "")
    yield from _within(kind, block)
    if kind == "image" and not block.get("alt_text"):
        yield "has no alternative text"
    if kind == "input" and not block.get("label", {}).get("text", ""):
        yield "has no label"
    ids = Counter(e["action_id"] for e in _elements(block) if "action_id" in e)
    if any(count > 1 for count in ids.values()):
        yield "an action_id stands twice"
    for element in _elements(block):
        yield from _element(element)


def _within(kind: str, block: Mapping[str, Any]) -> Faults:
    if len(block.get("block_id", "")) > 255:
        yield "block_id takes 255 characters"
    if kind in {"section", "header"}:
        text = block.get("text", {}).get("text", "")
        if not text:
            yield "has no text"
        if len(text) > LIMITS[kind]:
            yield f"takes {LIMITS[kind]} characters"
    if kind == "context" and any(len(e.get("text", "")) > LIMITS["context"] for e in block["elements"]):
        yield f"takes {LIMITS['context']} characters"
    if kind == "actions" and not 1 <= len(block.get("elements", [])) <= ELEMENTS:
        yield f"takes 1 to {ELEMENTS} elements"
    if kind == "input" and len(block.get("label", {}).get("text", "")) > LIMITS["label"]:
        yield f"label takes {LIMITS['label']} characters"


def _element(element: Mapping[str, Any]) -> Faults:
    kind = element.get("type", "")
    if kind == "button":
        label = element.get("text", {}).get("text", "")
        if not 1 <= len(label) <= LIMITS["button"]:
            yield f"a button's label takes 1 to {LIMITS['button']} characters"
        if len(element.get("accessibility_label", "")) > LIMITS["button"]:
            yield f"accessibility_label takes {LIMITS['button']} characters"
        if len(element.get("value", "")) > 2_000:
            yield "a button's value takes 2000 characters"
        if not element.get("action_id"):
            yield "a button has no action_id"
        if element.get("style") == "danger" and "confirm" not in element:
            yield "what cannot be undone needs a question first"
    if kind == "image" and not element.get("alt_text"):
        yield "an image has no alternative text"
    options = element.get("options", [])
    if any(not 1 <= len(option["text"]["text"]) <= LIMITS["option"] for option in options):
        yield f"an option takes 1 to {LIMITS['option']} characters"
    most = 10 if kind in {"radio_buttons", "checkboxes"} else 100
    if len(options) > most:
        yield f"{kind} takes {most} options"


def _elements(block: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    if block.get("type") in {"actions", "context"}:
        yield from block.get("elements", [])
    for name in ("accessory", "element"):
        if name in block:
            yield block[name]


def _objects(thing: Any) -> Faults:  # noqa: ANN401 - a tree of any shape
    """Find text objects that Slack would read as markup: we send none, so that nothing typed can become any."""
    if isinstance(thing, Mapping):
        if thing.get("type") == "mrkdwn":
            yield "holds markup: every text is plain"
        for value in thing.values():
            yield from _objects(value)
    elif isinstance(thing, list):
        for value in thing:
            yield from _objects(value)


def _texts(thing: Any) -> Iterator[str]:  # noqa: ANN401 - a tree of any shape
    if isinstance(thing, Mapping):
        for name, value in thing.items():
            if name == "text" and isinstance(value, str):
                yield value
            elif name not in {"confirm", "accessibility_label"}:
                yield from _texts(value)
    elif isinstance(thing, list):
        for value in thing:
            yield from _texts(value)
