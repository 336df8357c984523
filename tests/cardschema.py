"""Adaptive Cards, read and checked: by Microsoft's schema of version 1.5 and by our own lint."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from jsonschema import Draft7Validator

from adapters.teams.lint import faults

TEAMS_OWN = frozenset({"msteams", "choices.data", "data"})


@cache
def _validator() -> Draft7Validator:
    found = find_spec("adaptive_cards")
    assert found is not None
    assert found.origin is not None
    schema = json.loads((Path(found.origin).parent / "schemas/schema-1.5.json").read_text("utf-8-sig"))
    return Draft7Validator(schema)


def schema_faults(card: Mapping[str, Any]) -> list[str]:
    """Return where a card breaks the schema; what Teams adds to the schema (``msteams``) is left out first."""
    return [*_faults(json.dumps(_plain(card), sort_keys=True))]


@cache
def _faults(card: str) -> tuple[str, ...]:
    return tuple(
        f"{[*error.absolute_path]}: {error.message[:300]}" for error in _validator().iter_errors(json.loads(card))
    )


def check(card: Mapping[str, Any]) -> None:
    """Fail where a card breaks the schema or the lint."""
    assert schema_faults(card) == []
    assert faults(card) == []


def cards_in(answer: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - JSON
    """Return every whole card within something that was sent."""
    if isinstance(answer, Mapping):
        if answer.get("type") == "AdaptiveCard":
            return [dict(answer)]
        return [card for each in answer.values() for card in cards_in(each)]
    return [card for each in answer for card in cards_in(each)] if isinstance(answer, list) else []


def _plain(thing: Any) -> Any:  # noqa: ANN401 - JSON
    """Return a card without what Teams adds to the schema, and without data, which may be anything."""
    if isinstance(thing, Mapping):
        kept = {name: _plain(value) for name, value in thing.items() if name not in TEAMS_OWN}
        # Documented since 1.5, and left out of the published schema.
        return {**kept, "style": "compact"} if kept.get("style") == "filtered" else kept
    return [_plain(each) for each in thing] if isinstance(thing, list) else thing


def checked(body: Any) -> Any:  # noqa: ANN401 - JSON
    """Return what was written or answered, once every card in it meets the schema and the lint."""
    for card in cards_in(body):
        check(card)
    return body


def card_of(activity: Mapping[str, Any]) -> dict[str, Any]:
    """Return the Adaptive Card of a message."""
    found: dict[str, Any] = activity["attachments"][0]["content"]
    return found


def elements(card: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - JSON
    """Return every element and action of a card, fallbacks and data left out."""
    found = [card] if isinstance(card, dict) and "type" in card else []
    for name, value in card.items() if isinstance(card, dict) else enumerate(card) if isinstance(card, list) else ():
        if name not in {"data", "fallback"}:
            found += elements(value)
    return found


def words(card: Any) -> str:  # noqa: ANN401
    """Return what a card shows, as one string without markdown's backslashes."""
    shown = [str(e.get(name, "")) for e in elements(card) for name in ("text", "title", "label") if e.get(name)]
    return " ".join(shown).replace("\\", "")


def buttons(card: Any) -> dict[str, dict[str, Any]]:  # noqa: ANN401
    """Return the buttons of a card by their labels."""
    return {e["title"]: e for e in elements(card) if e["type"] in {"Action.Submit", "Action.Execute"}}


def inputs(card: Any) -> dict[str, dict[str, Any]]:  # noqa: ANN401
    """Return the inputs of a card by their fields' names."""
    return {e["id"].split("_", 2)[2]: e for e in elements(card) if e["type"].startswith("Input.")}
