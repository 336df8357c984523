"""Slack's stand-in, to try the bot without Slack: prints the settings that lead there, and runs until Ctrl-C."""

from __future__ import annotations

import asyncio
import contextlib

from tests.slackpeer.peer import Peer
from tests.slackpeer.people import larkfield


async def _run() -> None:
    async with Peer(larkfield()) as peer:
        for name, value in peer.settings().items():
            print(f"export {name}={value}", flush=True)  # noqa: T201 - this is a command
        await asyncio.Event().wait()


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_run())
