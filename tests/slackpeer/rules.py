"""What Slack refuses in messages and views, written apart from the adapter's lint so that each checks the other.

https://docs.slack.dev/reference/methods and https://docs.slack.dev/reference/block-kit
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

KINDS = {"rich_text", "section", "header", "context", "actions", "input", "divider"}
MOST = {"section": 3000, "header": 150, "context": 3000}


def refusal(method: str, given: dict[str, Any]) -> str:
    """Return Slack's name for what is wrong with a call, or nothing."""
    if method.startswith("chat."):
        return _message(given)
    return _view(given.get("view") or {}) if method.startswith("views.") else ""


def _message(given: dict[str, Any]) -> str:
    if not given.get("channel"):
        return "channel_not_found"
    if not given.get("text") and not given.get("blocks"):
        return "no_text"
    return "invalid_blocks" if _wrong(given.get("blocks") or [], 50) else ""


def _view(view: dict[str, Any]) -> str:
    blocks = view.get("blocks")
    if view.get("type") not in {"modal", "home"} or not isinstance(blocks, list) or not blocks:
        return "invalid_arguments"
    title = (view.get("title") or {}).get("text", "")
    short = all(len((view.get(name) or {}).get("text", "")) <= 24 for name in ("title", "submit", "close"))
    untitled = view["type"] == "modal" and not (title and short)
    unsent = any(block["type"] == "input" for block in blocks) and "submit" not in view
    if untitled or unsent or len(view.get("private_metadata", "")) > 3000:
        return "invalid_arguments"
    return "invalid_blocks" if _wrong(blocks, 100) else ""


def _wrong(blocks: list[dict[str, Any]], most: int) -> bool:
    ids = [block["block_id"] for block in blocks if "block_id" in block]
    if len(blocks) > most or len(ids) != len(set(ids)):
        return True
    return any(_wrong_block(block) for block in blocks)


def _wrong_block(block: dict[str, Any]) -> bool:
    kind = block.get("type")
    if kind not in KINDS or len(block.get("block_id", "")) > 255:
        return True
    if kind in {"section", "header"} and not 1 <= len(block["text"]["text"]) <= MOST[kind]:
        return True
    elements = block.get("elements", []) if kind in {"actions", "context"} else []
    elements = [*elements, *(block[name] for name in ("accessory", "element") if name in block)]
    if kind in {"actions", "context"} and not 1 <= len(elements) <= 25:
        return True
    if kind == "input" and not block.get("label", {}).get("text"):
        return True
    if kind == "rich_text" and any(not text for text in _runs(block)):
        return True
    ids = [element["action_id"] for element in elements if "action_id" in element]
    return len(ids) != len(set(ids)) or any(_wrong_element(element) for element in elements)


def _wrong_element(element: dict[str, Any]) -> bool:
    if element["type"] == "button":
        value = element.get("value", "x")
        return not 1 <= len(element["text"]["text"]) <= 75 or not 1 <= len(value) <= 2000
    options = element.get("options", [{"text": {"text": "x"}, "value": "x"}])
    if not options or len(options) > (10 if element["type"] in {"radio_buttons", "checkboxes"} else 100):
        return True
    first = element.get("initial_option")
    if first is not None and first not in options:
        return True
    return any(not 1 <= len(o["text"]["text"]) <= 75 or not 1 <= len(o["value"]) <= 150 for o in options)


def _runs(thing: object) -> Iterator[str]:
    if isinstance(thing, dict):
        if thing.get("type") == "text":
            yield thing.get("text", "")
        for value in thing.values():
            yield from _runs(value)
    elif isinstance(thing, list):
        for value in thing:
            yield from _runs(value)
