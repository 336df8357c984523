"""Whatever comes in by card or turn: refused or answered, no row, no crash, nothing of it in a log."""

from __future__ import annotations

import json
import logging
import random
from collections.abc import AsyncIterator, Iterator
from typing import Any, Final

import pytest
from sqlalchemy import func, select

from adapters.db.tables import metadata
from tests.fakes import World
from tests.teamsclient import Client

TIMES = [60, pytest.param(1_000, marks=pytest.mark.soak)]
NAMES: Final = (
    "adaptiveCard/action",
    "task/fetch",
    "task/submit",
    "composeExtension/fetchTask",
    "composeExtension/submitAction",
    "application/search",
    "x/y",
)
WITH_DATA: Final = ("adaptiveCard/action", "task/fetch", "task/submit", "composeExtension/submitAction")
CANARY: Final = "canary-3178"
WRONG: Final[tuple[Any, ...]] = (-1, 2**70, 1.5, True, None, [CANARY], {"x": CANARY}, CANARY * 200)
"""What is no value for any field of a card's data: no text of ours, no number from 0 to 500, no truth value of ours."""


def garbage(chance: random.Random, depth: int = 3) -> Any:  # noqa: ANN401 - JSON of any sort
    """Return a random JSON value with a canary in it."""
    kind = chance.choice(["text", "number", "truth", "nothing", *(["list", "object"] if depth else [])])
    if kind == "text":
        return chance.choice([CANARY, "", f"\0{CANARY}", CANARY * 3_000, "report.open", f"../{CANARY}", "{{canary}}"])
    if kind == "number":
        return chance.choice([0, -1, 2**70, 1.5])
    if kind in {"truth", "nothing"}:
        return None if kind == "nothing" else chance.random() < 0.5
    if kind == "list":
        return [garbage(chance, depth - 1) for _ in range(3)]
    names = ["canI", "data", "action", "value", "form", "key", "drawn", "in_one_what", "part", "card", "commandId"]
    return {chance.choice(names): garbage(chance, depth - 1) for _ in range(4)}


def rows(world: World) -> dict[str, int]:
    """Return how many rows each table has; only the ledger of turns that were seen may grow."""
    with world.engine.connect() as connection:
        counted = {
            table.name: connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in metadata.sorted_tables
        }
    counted.pop("seen_events")
    return counted


@pytest.fixture
def nothing_is_left(teams: Client, caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """After these tests: not a row more than before, and in no log of any library a word of what came."""
    before = rows(teams.world)
    caplog.set_level(logging.DEBUG)
    yield
    assert rows(teams.world) == before
    logged = caplog.get_records("call")
    assert CANARY not in "\n".join(map(logging.Formatter().format, logged))
    assert not [record for record in logged if record.levelno >= logging.ERROR]


def invoke(teams: Client, name: str, data: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    """Return an invoke with a card's data where that sort of invoke has it."""
    value = {"action": {"data": data}} if name == "adaptiveCard/action" else {"data": data}
    return teams.activity(type="invoke", name=name, value=value)


@pytest.mark.usefixtures("nothing_is_left")
@pytest.mark.parametrize("times", TIMES)
async def test_garbage_in_card_data(teams: Client, times: int) -> None:
    """Random values under the names that we read: 200 with a sentence, 400 or 501."""
    chance = random.Random(times)  # noqa: S311 - no secret
    for number in range(times):
        value = chance.choice([{"data": {"canI": garbage(chance)}}, {"action": {"data": garbage(chance)}}])
        kind: dict[str, Any] = {"type": "invoke", "name": chance.choice(NAMES)} if number % 3 else {"text": ""}
        status, _ = await teams.post(teams.activity(value=value, **kind))
        assert status in {200, 400, 501}, value


@pytest.mark.usefixtures("nothing_is_left")
@pytest.mark.parametrize("times", TIMES)
async def test_wrong_types_in_card_data(teams: Client, times: int) -> None:
    """Data of ours in which one value has another type or is far too long: 400."""
    chance = random.Random(times)  # noqa: S311
    signs = ("action", "value", "card", "drawn", "form", "key", "message", "behind", "evidence")
    for number in range(times):
        wrong = WRONG[number % len(WRONG)]
        data: dict[str, Any] = {"canI": {"form": "report.breach", "key": "k", "drawn": "d"}, "in_one_what": CANARY}
        spoilt = chance.choice(["sign", "input", "whole"])
        if spoilt == "sign":
            data["canI"][chance.choice(signs)] = wrong if wrong != CANARY * 200 else CANARY * 1_000
        elif spoilt == "input":
            data["in_one_what"] = wrong if isinstance(wrong, list | dict) else chance.choice([1.5, -1, CANARY * 2_000])
        else:
            data["canI"] = wrong
        status, _ = await teams.post(invoke(teams, chance.choice(WITH_DATA), data))
        assert status == 400, data


@pytest.mark.usefixtures("nothing_is_left")
@pytest.mark.parametrize("times", TIMES)
async def test_values_nested_too_deep(teams: Client, times: int) -> None:
    """Sixty-four levels of objects or lists somewhere within a card's data: 400."""
    chance = random.Random(times)  # noqa: S311
    for _ in range(times):
        data: Any = CANARY
        for _ in range(64):
            data = chance.choice([{"data": data}, [data], {"canI": data}, {"x": CANARY, "in_one_what": data}])
        whole = {"canI": {"form": "report.breach", "key": "k", "drawn": "d"}, "in_one_what": data}
        status, _ = await teams.post(invoke(teams, chance.choice(WITH_DATA), chance.choice([data, whole])))
        assert status == 400


@pytest.mark.usefixtures("nothing_is_left")
@pytest.mark.parametrize("times", TIMES)
async def test_a_million_bytes(teams: Client, times: int) -> None:
    """A body of 1 MB, announced or in pieces: 413, and the same client is answered afterwards."""
    large = json.dumps(invoke(teams, "task/submit", {"in_one_what": CANARY * 91_000})).encode()
    assert len(large) > 1_000_000
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {teams.token()}"}

    async def pieces() -> AsyncIterator[bytes]:
        for start in range(0, len(large), 65_536):
            yield large[start : start + 65_536]

    for number in range(times):
        data = large if number % 2 else pieces()
        async with teams.http.post(teams.url, data=data, headers=headers) as answer:
            assert answer.status == 413
    assert (await teams.post(invoke(teams, "task/fetch", {})))[0] == 200


@pytest.mark.parametrize("times", TIMES)
async def test_garbage_in_a_turn(teams: Client, times: int) -> None:
    """Random values in the place of a turn's own fields: 200, 400, 401, 403 or 501, never a crash."""
    chance = random.Random(times)  # noqa: S311
    fields = list(teams.activity(text="x", value=1, entities=[], attachments=[], membersAdded=[], channelData={}))
    for _ in range(times):
        changed = {chance.choice(fields): garbage(chance) for _ in range(2)}
        status, _ = await teams.post(json.dumps({**teams.activity(text="x"), **changed}).encode())
        assert status in {200, 400, 401, 403, 501}, changed
