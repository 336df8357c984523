"""Promise 1 and 3: killed anywhere, no report is lost, none is there twice, none is delivered twice."""

from __future__ import annotations

import os
from collections import Counter
from functools import partial
from pathlib import Path

import pytest

from bot.audit import verify
from bot.evidence import Rule
from tests.crash.child import ACKNOWLEDGE, RELAY, SUBMIT, Victim
from tests.evidencefiles import png

AT_ONCE = 25
"""Processes that die at one point before what they left behind is brought to its end."""


def some_die(victim: Victim) -> None:
    """Kill ``AT_ONCE`` processes at each point of submit, relay and acknowledge; bring to its end what each left."""
    keys = {point: [f"killed-{os.urandom(18).hex()}" for _ in range(AT_ONCE)] for point in SUBMIT}
    for point in SUBMIT:
        victim.kill(point, [partial(victim.submit, key) for key in keys[point]])
    before = len(victim.references)
    for point in SUBMIT:
        for key in keys[point]:
            victim.submit(key)
    ours = victim.references[before:]
    for point in RELAY:
        victim.kill(point, [victim.relay] * AT_ONCE)
    # What a dead relay had claimed is free again when its lease is over.
    victim.world.clock.move(minutes=10)
    victim.world.deliver()
    for n, point in enumerate(ACKNOWLEDGE):
        some = ours[n * AT_ONCE : (n + 1) * AT_ONCE]
        victim.kill(point, [partial(victim.acknowledge, reference) for reference in some])
    for reference in ours:
        victim.acknowledge(reference)
    victim.world.deliver()


def rounds(url: str, box: Path, number: int) -> None:
    """Kill ``number`` processes at each of the eight points; count what is there at the end."""
    victim = Victim(url, box)
    for _ in range(number // AT_ONCE):
        some_die(victim)
    expected = number * len(SUBMIT) + 1
    with victim.world.store.look() as work:
        reports = work.reports.all("demo")
        assert len(reports) == expected
        assert {report.reference for report in reports} == set(victim.references)
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
    victim.close()


def test_killed_200_times_at_each_of_eight_points(database_url: str, tmp_path: Path) -> None:
    """1,600 processes killed at eight points: every report there once, told once, taken up once, the chain whole."""
    rounds(database_url, tmp_path / "box", 200)


@pytest.mark.soak
def test_killed_2000_times_at_each_of_eight_points(database_url: str, tmp_path: Path) -> None:
    """The same with 16,000."""
    rounds(database_url, tmp_path / "box", 2000)


def test_killed_while_a_file_is_added(database_url: str, tmp_path: Path) -> None:
    """50 processes killed before and after the commit: each file is there once, told once, the chain whole."""
    victim = Victim(database_url, tmp_path / "box")
    evidence = victim.world.bot.evidence
    evidence.rule = Rule(most=1_000)
    door = evidence.door("demo-teacher", "demo", victim.references[0])
    keys = [f"killed-{os.urandom(18).hex()}" for _ in range(2 * AT_ONCE)]
    acts = [partial(evidence.add, door, png(note=key.encode()), f"{key}.png", key) for key in keys]
    for point in ("file.written", "file.committed"):
        victim.kill(point, acts[:AT_ONCE])
        acts = [*acts[AT_ONCE:], *acts[:AT_ONCE]]
    added = [act() for act in acts]
    assert added.count(True) == AT_ONCE
    assert len(evidence.folder(door).files) == 2 * AT_ONCE
    victim.world.deliver()
    told = Counter(line for line in victim.box.lines() if "report.new_message" in line)
    assert len(told) == 2 * AT_ONCE
    assert max(told.values()) == 1
    with victim.world.store.look() as work:
        rows = list(work.audit.rows("demo"))
        assert not list(verify("demo", rows, work.audit.head("demo")))
    assert [row.action for row in rows].count("report.file_added") == 2 * AT_ONCE
    victim.close()
