"""What dies and what comes after: a bot that is copied into child processes, each killed at a named point."""

from __future__ import annotations

import contextlib
import gc
import os
import signal
from collections.abc import Callable, Sequence
from pathlib import Path

from bot.ports import StoreBusy
from tests.fakes import LineBox, World

SUBMIT = ("submit.begun", "submit.written", "submit.committed")
RELAY = ("relay.claimed", "relay.sending", "relay.delivered")
ACKNOWLEDGE = ("acknowledge.written", "acknowledge.committed")
POINTS = (*SUBMIT, *RELAY, *ACKNOWLEDGE)
PRESSES = 20
SIDE_BY_SIDE = 5
"""Processes that run at the same time, until each is killed."""
FORM = {"about": "staff", "person": "demo-colleague", "what": "Something.", "named": "with_name"}


class Victim:
    """A bot that is put together and warmed up once; each child process is a copy of it with connections of its own."""

    def __init__(self, url: str, box: Path) -> None:
        self.point: str | None = None
        self.box = LineBox(box)
        self.world = World(url, senders={"desk": self.box}, at=self._at)
        self.references: list[str] = []
        self.submit("warm-up, which is not counted")
        self.world.deliver()
        self.acknowledge(self.references[0])
        self.world.deliver()
        # Copies share the memory of the first for as long as neither collects garbage in it.
        gc.collect()
        gc.freeze()

    def close(self) -> None:
        """Let go of the database."""
        gc.unfreeze()
        self.world.close()

    def _at(self, name: str) -> None:
        if name == self.point:
            os.kill(os.getpid(), signal.SIGKILL)

    def submit(self, key: str) -> None:
        """Send a report in and remember its reference."""
        outcome = self.world.bot.reporting.submit("demo-teacher", "demo", "breach", key, FORM)
        self.references.append(outcome.report.reference)  # type: ignore[union-attr]

    def relay(self) -> None:
        """Send one of the notices that are due."""
        self.world.relay.run_once(limit=1)

    def acknowledge(self, reference: str) -> None:
        """Take a report up as the head."""
        self.world.bot.casework.acknowledge("demo-head", "demo", reference)

    def kill(self, point: str, acts: Sequence[Callable[[], object]]) -> None:
        """Let a child process begin each of the acts, some at once, and die at a point."""
        # No connection may be open while the process is copied.
        self.world.engine.dispose()
        for start in range(0, len(acts), SIDE_BY_SIDE):
            children = [self._forked(point, act) for act in acts[start : start + SIDE_BY_SIDE]]
            ends = [os.waitpid(child, 0)[1] for child in children]
            assert all(os.WIFSIGNALED(end) and os.WTERMSIG(end) == signal.SIGKILL for end in ends), (point, ends)

    def _forked(self, point: str, act: Callable[[], object]) -> int:
        child = os.fork()
        if child == 0:
            try:
                gc.disable()
                self.point = point
                # On a machine that does much else a lock may take longer than a person waits: then they press again.
                for _ in range(PRESSES):
                    with contextlib.suppress(StoreBusy):
                        act()
            finally:
                os._exit(1)
        return child
