"""What was begun for people and is not finished. Slack was told that it is taken care of, so the end waits for it."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


class Underway:
    """Counts it."""

    def __init__(self) -> None:
        self.count = 0
        self._none = asyncio.Event()

    @contextmanager
    def one(self) -> Iterator[None]:
        """Count what happens within as under way."""
        self.count += 1
        try:
            yield
        finally:
            self.count -= 1
            if not self.count:
                self._none.set()

    def counted(self, work: Callable[P, Awaitable[T]]) -> Callable[P, Coroutine[Any, Any, T]]:
        """Return work that counts as under way while it is done."""

        @functools.wraps(work)
        async def counting(*args: P.args, **kwargs: P.kwargs) -> T:
            with self.one():
                return await work(*args, **kwargs)

        return counting

    async def done(self) -> None:
        """Wait until nothing is under way."""
        # Bolt begins a listener with the loop's next turn, after it has said that the event was taken.
        await asyncio.sleep(0)
        while self.count:
            self._none.clear()
            await self._none.wait()
