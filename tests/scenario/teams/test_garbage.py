"""Whatever comes in by card or turn: refused or answered, no row, no crash, nothing of it in a log."""

from __future__ import annotations

import json
import logging
import random
from typing import Any

import pytest

from tests.teamsclient import Client

ROUNDS = 60
NAMES = ("adaptiveCard/action", "task/fetch", "task/submit", "composeExtension/fetchTask", "application/search", "x/y")


def garbage(seed: random.Random, depth: int = 3) -> Any:  # noqa: ANN401 - JSON of any sort
    """Return a random JSON value with a canary in it."""
    kinds = ["text", "number", "truth", "nothing", *(["list", "object"] if depth else [])]
    kind = seed.choice(kinds)
    if kind == "text":
        return seed.choice(["canary", "", "\0canary", "canary" * 3_000, "report.open", "../canary", "{{canary}}"])
    if kind == "number":
        return seed.choice([0, -1, 2**70, 1.5])
    if kind in {"truth", "nothing"}:
        return None if kind == "nothing" else seed.random() < 0.5
    if kind == "list":
        return [garbage(seed, depth - 1) for _ in range(3)]
    names = ["canI", "data", "action", "value", "form", "key", "drawn", "in_one_what", "part", "card", "commandId"]
    return {seed.choice(names): garbage(seed, depth - 1) for _ in range(4)}


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_garbage_in_card_data(teams: Client, seed: int, caplog: pytest.LogCaptureFixture) -> None:
    """Random values under the names that we read: 200, 400 or 501, no report, no acknowledgement, nothing logged."""
    chance = random.Random(seed)  # noqa: S311 - no secret
    caplog.set_level(logging.INFO)
    for number in range(ROUNDS):
        value = chance.choice(
            [{"data": {"canI": garbage(chance)}}, {"action": {"data": garbage(chance)}}, garbage(chance)]
        )
        kind: dict[str, Any] = {"type": "invoke", "name": chance.choice(NAMES)} if number % 3 else {"text": ""}
        status, _ = await teams.post(teams.activity(value=value, **kind))
        assert status in {200, 400, 501}, value
    with teams.world.store.look() as work:
        assert work.reports.all("demo") == ()
        assert work.rereads.acknowledgements("demo") == ()
    assert "canary" not in "\n".join(
        record.getMessage() for record in caplog.records if record.name.startswith("adapters")
    )


@pytest.mark.parametrize("seed", [4, 5])
async def test_garbage_in_a_turn(teams: Client, seed: int) -> None:
    """Random values in the place of a turn's own fields: 200, 400 or 403, never a crash."""
    chance = random.Random(seed)  # noqa: S311 - no secret
    fields = list(teams.activity(text="x", value=1, entities=[], attachments=[], membersAdded=[], channelData={}))
    for _ in range(ROUNDS):
        changed = {chance.choice(fields): garbage(chance) for _ in range(2)}
        activity = {**teams.activity(text="x"), **changed}
        status, _ = await teams.post(json.dumps(activity).encode())
        assert status in {200, 400, 403, 501}, changed


async def test_values_nested_too_deep(teams: Client) -> None:
    """Sixty-four levels within a card's data are refused."""
    value: Any = "canary"
    for _ in range(64):
        value = {"data": value}
    status, _ = await teams.post(teams.activity(type="invoke", name="task/submit", value=value))
    assert status == 400
