"""Tries again what somebody waits for: a few times where Slack is away, and once Slack's pause is over."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from adapters.slack.consequences import RATES, Trouble
from adapters.slack.pauses import Pauses

PATIENCE: Final = 90.0
"""Seconds that a person's answer waits at most; after that it would be an answer to nothing that they remember."""
TRIGGERED: Final = 2.5
"""The same for a dialog: Slack takes a trigger for three seconds."""
AGAIN: Final = (0.5, 1.5, 4.0, 10.0)
"""Seconds before each next try where Slack is away."""
LEAST: Final = 0.5
"""Seconds of the shortest pause, whatever Slack says of it."""
Answer: TypeAlias = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Call:
    """A call as it may be tried, for so many seconds.

    ``where`` is the workspace and place that Slack counts it by (``pauses``). ``repeatable``: done twice it is as if
    done once. Where it is not, ``arrived`` tells whether it was done although its reply was lost; where nothing can
    tell that either, it is tried once more only, and so done twice at most.
    """

    act: Callable[[], Awaitable[Answer]]
    where: tuple[str, str]
    seconds: float
    repeatable: bool = False
    arrived: Callable[[], Awaitable[bool]] | None = None


async def patiently(pauses: Pauses, call: Call) -> Answer:
    """Do a call, and again where it failed for a reason that passes. Return its answer, an empty one where it arrived.

    What Slack refuses for haste was not done, and is tried for as long as there is patience. Raise ``Trouble``.
    """
    loop = asyncio.get_running_loop()
    until = loop.time() + call.seconds
    again = [*AGAIN] if call.repeatable or call.arrived else [*AGAIN[:1]]
    doubtful = False
    while True:
        wait = pauses.left(*call.where)
        if loop.time() + wait > until:
            raise Trouble("ratelimited", wait)
        await asyncio.sleep(wait)
        try:
            if doubtful and call.arrived is not None and await call.arrived():
                return {}
            return await call.act()
        except Trouble as trouble:
            if trouble.code in RATES:
                pauses.put(*call.where, max(trouble.after, LEAST))
                continue
            if trouble.consequence != "later" or not again or loop.time() + again[0] > until:
                raise
        doubtful = True
        await asyncio.sleep(again.pop(0))
