"""What staff ask about, counted by act without names, so that the head sees what they do not know.

An answer does not wait for its count: counts are held in memory and written a moment later (``Tally``).
"""

from __future__ import annotations

import datetime as dt
import threading
from collections import Counter
from typing import Final

from bot.messages import Bars, Card, Heading, Text
from bot.ports import Store, StoreBusy, UnitOfWork
from bot.scene import Scene
from bot.wording import say
from knowledge import terms

FEWEST: Final = 5
"""A number below this could point to a person: it is hidden."""
PERIOD: Final = dt.timedelta(days=365)


class Tally:
    """Questions that were asked and are not written down yet. Safe to share between threads."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._asked: Counter[tuple[str, str, dt.date, str, str]] = Counter()

    def add(self, school_id: str, policy: str, day: dt.date, act: str, verdict: str) -> None:
        """Count a question."""
        with self._lock:
            self._asked[school_id, policy, day, act, verdict] += 1

    def write(self) -> int:
        """Write down what was counted. Return how many questions. Raise ``StoreBusy``, and nothing is lost."""
        if not self._asked:
            return 0
        with self._lock:
            asked, self._asked = self._asked, Counter()
        try:
            with self._store.begin(lightly=True) as work:
                for (school_id, policy, day, act, verdict), count in sorted(asked.items()):
                    work.questions.count(school_id, policy, day, act, verdict, count)
                work.commit()
        except StoreBusy:
            with self._lock:
                self._asked += asked
            raise
        return asked.total()


def counts(work: UnitOfWork, scene: Scene) -> Card:
    """Return how often each act was asked about in the last year, and how often the bot was not sure."""
    since = scene.today - PERIOD
    total: Counter[str] = Counter()
    unsure: Counter[str] = Counter()
    for act, verdict, count in work.questions.counted(scene.school.id, since):
        total[act] += count
        unsure[act] += count if verdict == "unsure" else 0
    title = say("answering.head.counts")
    rows = tuple(
        (
            terms.acts().get(act, act).capitalize(),
            count,
            say("answering.head.unsure_row", count=count, unsure=_shown(unsure[act])),
        )
        for act, count in total.most_common()
        if count >= FEWEST
    )
    if not rows:
        return Card(title, (Heading(title), Text(say("answering.head.counts_none"))))
    note = say("answering.head.counts_note", since=scene.day(since))
    return Card(title, (Bars(title, rows), Text(note, "small")))


def _shown(count: int) -> str:
    return str(count) if count >= FEWEST or count == 0 else f"fewer than {FEWEST}"
