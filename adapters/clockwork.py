"""What happens by itself: the relay that sends what is queued, and the jobs that look at the clock.

The relay is driven by a monotonic wait, not by the wall clock: after the clock goes back an hour a scheduler sleeps for
an hour. The jobs (APScheduler) only tick: what they do is planned from the date and the ledger, so that running late,
twice or on several instances changes nothing.
"""

from __future__ import annotations

import datetime as dt
import logging
import threading
from collections.abc import Callable
from typing import Final

from apscheduler.schedulers.background import BackgroundScheduler

from bot.chasing import Chasing
from bot.delivery import Relay
from bot.ports import Clock, Store
from bot.rereading import Rereading

log = logging.getLogger(__name__)

IDLE: Final = 1.0
"""Seconds between two looks into an empty outbox."""
TROUBLE: Final = 5.0
"""Seconds to wait after the database could not be used."""
CHASE_EVERY: Final = 60
PLAN_EVERY: Final = 15 * 60
SWEEP_EVERY: Final = 6 * 3600
WATCH_EVERY: Final = 5.0
EVENTS_KEPT: Final = dt.timedelta(days=7)
DRAFTS_KEPT: Final = dt.timedelta(days=14)
JUMP: Final = 30.0
"""Seconds by which wall clock and monotonic clock may part before the jobs are registered anew."""


class Clockwork:
    """Runs relay and jobs in threads of their own, from ``start`` until ``stop``.

    ``daily`` does for a school what every day asks for, however often it is called, and returns how many steps it took:
    proposing reports whose keeping time is over, giving out the audit chain's end. ``afterwards`` is called once a
    second and at the end: what an answer does not wait for.
    """

    def __init__(
        self,
        store: Store,
        clock: Clock,
        relay: Relay,
        chasing: Chasing,
        rereading: Rereading,
        daily: Callable[[str], int],
        afterwards: Callable[[], object] = lambda: None,
    ) -> None:
        self._store = store
        self._clock = clock
        self._relay = relay
        self._chasing = chasing
        self._rereading = rereading
        self._daily = daily
        self._afterwards = afterwards
        self._stop = threading.Event()
        self._wake = threading.Event()
        self._threads: list[threading.Thread] = []
        self._scheduler: BackgroundScheduler | None = None

    def start(self) -> None:
        """Start everything."""
        self._schedule()
        for name, work in (("relay", self._send), ("watch", self._watch)):
            thread = threading.Thread(target=work, name=f"can-i-{name}", daemon=True)
            thread.start()
            self._threads.append(thread)

    def stop(self, patience: float = 15.0) -> None:
        """Stop everything; what is just being sent is given ``patience`` seconds."""
        self._stop.set()
        self._wake.set()
        if self._scheduler is not None:
            self._scheduler.shutdown(wait=False)
        for thread in self._threads:
            thread.join(patience)
        self._quietly(self._afterwards)

    def wake(self) -> None:
        """Look into the outbox now: something was queued."""
        self._wake.set()

    def chase(self) -> None:
        """Take every step of every report that is due."""
        self._each_school("chase", self._chasing.chase)

    def plan(self) -> None:
        """Queue every re-read that is due."""
        self._each_school("plan", self._rereading.plan)
        self.wake()

    def sweep(self) -> None:
        """Forget old events of the platforms and old drafts; do what each school's day asks for."""
        now = self._clock.now()
        with self._store.begin(patient=True) as work:
            events = work.events.forget_before(now - EVENTS_KEPT)
            drafts = work.drafts.drop_before(now - DRAFTS_KEPT)
            work.commit()
        log.info("swept events=%d drafts=%d", events, drafts)
        self._each_school("daily", self._daily)

    def _each_school(self, what: str, job: Callable[[str], int]) -> None:
        with self._store.look() as work:
            schools = [school.id for school in work.schools.all()]
        for school_id in schools:
            try:
                done = job(school_id)
            except Exception as error:  # noqa: BLE001 - one school's fault must not stop another's
                log.error("job %s failed school=%s error=%s", what, school_id, type(error).__name__)  # noqa: TRY400 - no traceback: it may hold values
            else:
                if done:
                    log.info("job %s school=%s steps=%d", what, school_id, done)
                    self.wake()

    def _schedule(self) -> None:
        scheduler = BackgroundScheduler(
            timezone=dt.UTC, job_defaults={"coalesce": True, "misfire_grace_time": None, "max_instances": 1}
        )
        for job, seconds in ((self.chase, CHASE_EVERY), (self.plan, PLAN_EVERY), (self.sweep, SWEEP_EVERY)):
            first = self._clock.now() + dt.timedelta(seconds=2)
            scheduler.add_job(self._quietly, "interval", args=[job], seconds=seconds, next_run_time=first)
        scheduler.start()
        self._scheduler = scheduler

    def _quietly(self, job: Callable[[], object]) -> None:
        try:
            job()
        except Exception as error:  # noqa: BLE001 - the next tick does it
            log.error("job %s failed error=%s", getattr(job, "__name__", "?"), type(error).__name__)  # noqa: TRY400 - no values in logs

    def _send(self) -> None:
        while not self._stop.is_set():
            self._wake.clear()
            try:
                self._afterwards()
                taken = self._relay.run_once()
            except Exception as error:  # noqa: BLE001 - the relay never ends by itself
                log.error("relay failed error=%s", type(error).__name__)  # noqa: TRY400 - no values in logs
                self._stop.wait(TROUBLE)
                continue
            if not taken:
                self._wake.wait(IDLE)

    def _watch(self) -> None:
        """Register the jobs anew where the wall clock went back: a scheduler would wait until it has caught up."""
        apart = self._clock.now().timestamp() - self._clock.monotonic()
        while not self._stop.wait(WATCH_EVERY):
            now_apart = self._clock.now().timestamp() - self._clock.monotonic()
            if now_apart < apart - JUMP:
                log.warning("the clock went back by %d seconds: jobs registered anew", round(apart - now_apart))
                if self._scheduler is not None:
                    self._scheduler.shutdown(wait=False)
                self._schedule()
            apart = now_apart
