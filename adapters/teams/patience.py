"""Doing as Teams says when it asks to wait, for as long as somebody would wait for an answer."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

from bot.ports import RetryLater

TRIES: Final = 3
LONGEST_WAIT: Final = 20.0

Result = TypeVar("Result")


async def patiently(call: Callable[[], Awaitable[Result]]) -> Result:
    """Return what a call brings, made again after each short wait that is asked for. Raise what the last one raises."""
    for _ in range(TRIES - 1):
        try:
            return await call()
        except RetryLater as later:
            if later.after > LONGEST_WAIT:
                raise
            await asyncio.sleep(later.after)
    return await call()
