"""What stands on a message or view: its buttons, its words, what was entered."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from adapters.slack.texts import Block
from tests.slackpeer.wire import Json


def entered(element: Json, given: Any) -> Json:  # noqa: ANN401 - a text, an option or several
    """Return the state of an input: what is given, else what it shows from the start."""
    kind = element["type"]
    if kind == "plain_text_input":
        return {"type": kind, "value": given if given is not None else element.get("initial_value")}
    if kind == "datepicker":
        return {"type": kind, "selected_date": given or element.get("initial_date")}
    if kind == "users_select":
        return {"type": kind, "selected_user": given or element.get("initial_user")}
    options = {option["value"]: option for option in element["options"]}
    if kind in {"checkboxes", "multi_static_select"}:
        before = element.get("initial_options") or []
        return {"type": kind, "selected_options": before if given is None else [options[value] for value in given]}
    return {"type": kind, "selected_option": options[given] if given else element.get("initial_option")}


def find(shown: Json, action: str, value: str | None = None) -> tuple[Block, Json]:
    """Return the block and the button of an action (and a value). Raise ``AssertionError`` naming what there is."""
    there = []
    for block in shown["blocks"]:
        for element in [*block.get("elements", []), block.get("accessory", {})]:
            if element.get("type") == "button":
                name = element["action_id"].partition("|")[0]
                there.append(name)
                if name == action and (not value or value == element.get("value")):
                    return block, element
    raise AssertionError(f"no button {action} {value or ''}: there are {there}")


def actions(shown: Json) -> list[tuple[str, str]]:
    """Return the action and value of every button shown."""
    return [
        (element["action_id"].partition("|")[0], element.get("value", ""))
        for block in shown["blocks"]
        for element in [*block.get("elements", []), block.get("accessory", {})]
        if element.get("type") == "button"
    ]


def said(thing: object) -> str:
    """Return every word that a message or view shows."""
    if isinstance(thing, dict):
        own = thing["text"] if isinstance(thing.get("text"), str) else ""
        shown = (
            v for n, v in thing.items() if n in {"blocks", "elements", "text", "title", "label", "accessory", "element"}
        )
        more = (thing[n] for n in ("initial_value", "hint") if isinstance(thing.get(n), str | dict))
        return " ".join(filter(None, [own, *map(said, shown), *map(said, more)]))
    if isinstance(thing, list):
        return " ".join(map(said, thing))
    return thing if isinstance(thing, str) else ""


def texts(thing: object) -> Iterator[str]:
    """Yield every text of a payload."""
    if isinstance(thing, dict):
        for name, value in thing.items():
            if name in {"text", "label", "url"} and isinstance(value, str):
                yield value
            else:
                yield from texts(value)
    elif isinstance(thing, list):
        for value in thing:
            yield from texts(value)
