"""Promise 1 and 3: killed anywhere, no report is lost, none is there twice, none is delivered twice."""

from __future__ import annotations

import os
import signal
from collections import Counter
from pathlib import Path

import pytest

from bot.audit import verify
from tests.crash.child import POINTS, Victim


def rounds(url: str, box: Path, number: int) -> None:
    """Kill a process ``number`` times, spread over the points; bring each round to its end; count what is there."""
    victim = Victim(url, box)
    for n in range(number):
        key, point = f"round-{n:06}-{os.urandom(9).hex()}", POINTS[n % len(POINTS)]
        assert victim.forked(key, point) == -signal.SIGKILL, f"not killed at {point}"
        assert victim.forked(key, None) == 0, f"not brought to its end after {point}"
    expected = number + 1
    with victim.world.store.look() as work:
        reports = work.reports.all("demo")
        assert len(reports) == expected
        assert {report.state for report in reports} == {"acknowledged"}
        assert dict(work.outbox.counts()) == {"sent": 2 * expected}
        rows = list(work.audit.rows("demo"))
        assert not list(verify("demo", rows, work.audit.head("demo")))
    assert Counter(row.action for row in rows) == {
        "school.seeded": 1,
        "report.received": expected,
        "report.acknowledged": expected,
    }
    told = Counter(victim.box.lines())
    assert max(told.values()) == 1
    assert Counter(line.split()[0] for line in told) == {"demo-head": expected, "demo-teacher": expected}
    victim.world.close()


def test_killed_at_eight_points_nothing_is_lost_or_doubled(database_url: str, tmp_path: Path) -> None:
    """Killed 200 times at eight points: 200 reports, each told once and taken up once, the audit chain whole."""
    rounds(database_url, tmp_path / "box", 200)


@pytest.mark.soak
def test_killed_2000_times_at_each_point_nothing_is_lost_or_doubled(database_url: str, tmp_path: Path) -> None:
    """The same, 2,000 times at each point on each database."""
    rounds(database_url, tmp_path / "box", 2000 * len(POINTS))
