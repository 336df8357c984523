"""Faults that the schema of Adaptive Cards lets through, and that shut people out or give something away."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from adapters.teams.elements import LARGEST, size

MOST_ACTIONS: Final = 6
"""What Teams shows of a set of actions; the others are dropped."""
_MARKUP: Final = re.compile(r"(?<!\\)(\*\*|__|\[[^\]]*\]\(|`)")


def faults(card: Mapping[str, Any]) -> list[str]:
    """Return what is wrong with a card, in words; nothing for a card that may be sent."""
    found = [f"card: {what}" for what in _of_card(card)]
    found += [fault for element in card.get("body", ()) for fault in _of(element)]
    ids = [element["id"] for element in _walk(card) if str(element.get("type", "")).startswith("Input.")]
    found += [f"{name}: stands twice" for name in sorted({name for name in ids if ids.count(name) > 1})]
    return found


def _of_card(card: Mapping[str, Any]) -> Iterator[str]:
    if not card.get("fallbackText"):
        yield "fallbackText is missing: an old client shows nothing"
    if not card.get("lang"):
        yield "lang is missing: a screen reader guesses"
    if not card.get("body"):
        yield "is empty"
    if size(card) > LARGEST:
        yield f"is larger than {LARGEST} bytes"


def _of(element: Mapping[str, Any]) -> Iterator[str]:
    for each in _walk(element):
        kind = str(each.get("type", ""))
        if kind == "TextBlock":
            yield from _of_text(each)
        elif kind.startswith("Input."):
            yield from _of_input(each)
        elif kind == "Image" and not each.get("altText"):
            yield "Image: altText is missing"
        elif kind.startswith("Action.") and not each.get("title"):
            yield f"{kind}: title is missing"
        elif kind == "ActionSet" and len(each.get("actions", ())) > MOST_ACTIONS:
            yield f"ActionSet: more than {MOST_ACTIONS} actions"
        if kind == "Action.Execute" and "fallback" not in each:
            yield "Action.Execute: fallback is missing: an old client cannot press it"


def _of_text(block: Mapping[str, Any]) -> Iterator[str]:
    if not block.get("wrap"):
        yield "TextBlock: does not wrap, so large letters are cut off"
    if not str(block.get("text", "")).strip():
        yield "TextBlock: is empty"
    if _MARKUP.search(str(block.get("text", ""))):
        yield "TextBlock: holds markup"


def _of_input(field: Mapping[str, Any]) -> Iterator[str]:
    name = field.get("id", "?")
    if not field.get("label"):
        yield f"{name}: label is missing"
    if field.get("isRequired") and not field.get("errorMessage"):
        yield f"{name}: errorMessage is missing"
    if field.get("type") == "Input.ChoiceSet" and not field.get("wrap"):
        yield f"{name}: choices do not wrap"


def _walk(thing: Any) -> Iterator[Mapping[str, Any]]:  # noqa: ANN401 - JSON
    if isinstance(thing, Mapping):
        if "type" in thing:
            yield thing
        for name, value in thing.items():
            if name != "data":
                yield from _walk(value)
    elif isinstance(thing, list):
        for item in thing:
            yield from _walk(item)
