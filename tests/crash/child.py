"""What dies and what comes after: run in a process of its own, killed at a named point, then run again to the end."""

from __future__ import annotations

import gc
import os
import signal
from pathlib import Path

from tests.fakes import LineBox, World

POINTS = (
    "submit.begun",
    "submit.written",
    "submit.committed",
    "relay.claimed",
    "relay.sending",
    "relay.delivered",
    "acknowledge.written",
    "acknowledge.committed",
)


class Victim:
    """A bot that is put together and warmed up once; each child process is a copy of it with connections of its own."""

    def __init__(self, url: str, box: Path) -> None:
        self.point: str | None = None
        self.box = LineBox(box)
        self.world = World(url, senders={"desk": self.box}, at=self._at)
        self.run("warm-up, which is not counted")
        self.world.engine.dispose()
        # Children share the parent's memory for as long as neither collects garbage in it.
        gc.collect()
        gc.freeze()

    def _at(self, name: str) -> None:
        if name == self.point:
            os.kill(os.getpid(), signal.SIGKILL)

    def run(self, key: str) -> None:
        """Submit one report, send what is queued, take it up as the head, send what is queued."""
        values = {"about": "staff", "person": "demo-colleague", "what": "Something.", "named": "with_name"}
        outcome = self.world.bot.reporting.submit("demo-teacher", "demo", "breach", key, values)
        self.world.deliver()
        self.world.bot.casework.acknowledge("demo-head", "demo", outcome.report.reference)  # type: ignore[union-attr]
        self.world.deliver()

    def forked(self, key: str, point: str | None) -> int:
        """Run in a child process that dies at a point, if any. Return the signal that ended it, or its exit code."""
        child = os.fork()
        if child == 0:
            code = 1
            try:
                gc.disable()
                self.point = point
                if point is None:
                    # What a dead relay had claimed is free again when its lease is over.
                    self.world.clock.move(minutes=10)
                self.run(key)
                code = 0
            finally:
                os._exit(code)
        _, status = os.waitpid(child, 0)
        return -os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status)
