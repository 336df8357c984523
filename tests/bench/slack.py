"""``python -m tests.bench.slack``: what the page tells of Slack, beside bare echo bots, as ``slack_meter`` times it."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import msgspec

from tests.bench.page import ROOT, machine, renew, table, today
from tests.bench.slack_meter import BEHIND, CARD, ECHO, OURS, PLAIN, SILENCE, TLS, Found, Times
from tests.bench.slack_steps import part, steps
from tests.certificates import handed

TURNS: Final = 300
SECONDS: Final = 60.0
GOAL: Final = 1.25
HEADING: Final = "## Slack beside an echo bot"
ABOUT: Final = """\
From the envelope that tells of a question to the answer's being posted, over Socket Mode on loopback, five questions by
turns. All bots and our stand-in for Slack share one process; the stand-in answers at once, where Slack itself takes a
tenth of a second or more. "Processor" is what one core works for one question, the stand-in's part included: other
programs on the machine hardly change that; the other times are as long as one waits. The second echo bot posts, for
each question, the card with which we answer it, drawn beforehand: beside the first it shows what the card costs on its
way, and beside ours what we do to find it. With fifty at once, for a minute, each asks again as soon as answered.
"Over TLS" is how Slack is reached, and the only way: a bare echo bot opens a new connection for each answer, ours keeps
one while people ask. "After a silence" that one was closed, so that ours opens one too. "Emulate behind": an
independent stand-in for the Web API, in a process of its own, keeps the messages."""
REST: Final = """\
The goal is at most {goal} times the bare echo bot's median. Over TLS one waits {tls} times as long for our answer as
for the echo, {behind}: {verdict}. After a silence it is {silence} times, and without TLS, where a connection costs next
to nothing, {plain} times: {extra:.1f} ms more, {share:.0f}% of what a person waits where Slack itself takes a tenth of
a second. {card:.1f} ms of it an echo bot takes too that posts the same cards. The rest are the steps below, each alone
and after a pause, and one change of threads, so that no wait for the database holds up other people; on a busy machine
that change waits for its turn, which an echo bot in one thread need not."""
SLACK: Final = 100.0
"""Milliseconds that Slack itself takes at least, from the event's coming to the answer's being seen."""


def measured(folder: Path, turns: int, seconds: float) -> Found:
    """Return the times of every bot, from a process that trusts our stand-in's certificate from its start."""
    trusting = {**os.environ, "SSL_CERT_FILE": str(handed(folder))}
    command = [sys.executable, "-m", "tests.bench.slack_meter", str(folder), str(turns), str(seconds)]
    told = subprocess.run(command, cwd=ROOT, env=trusting, stdout=subprocess.PIPE, check=True)
    return msgspec.json.decode(told.stdout, type=Found)


def rows(found: Found) -> list[list[str]]:
    """Return a row of the table for each bot in each situation."""
    return [
        [
            f"{name}, {situation}",
            f"{part(spent.alone, 50):.1f}",
            f"{part(spent.alone, 99):.1f}",
            f"{part(spent.work, 50):.1f}",
            *((f"{len(spent.crowd):,}", f"{spent.lost}") if spent.crowd else ("-", "-")),
            *((f"{part(spent.crowd, 50):.0f}", f"{part(spent.crowd, 99):.0f}") if spent.crowd else ("-", "-")),
        ]
        for situation, times in found.items()
        for name, spent in times.items()
    ]


def section(folder: Path, turns: int = TURNS, seconds: float = SECONDS) -> str:
    """Measure, and return what the page tells of it."""
    head = ("bot", "p50 ms", "p99 ms", "processor p50 ms", "50 at once: answered", "lost", "p50 ms", "p99 ms")
    found = measured(folder, turns, seconds)
    told = f"Measured on {today()}: {machine()}."
    of_ours = table(("of our answer", "processor ms"), steps(folder / "steps", turns))
    return "\n\n".join((HEADING, ABOUT, told, table(head, rows(found)), rest(found), of_ours))


def rest(found: Found) -> str:
    """Return in words how far ours is from the echo bot, and why."""
    tls, plain = _beside(found[TLS]), found[PLAIN]
    behind = _beside(found[BEHIND]) if BEHIND in found else 0.0
    echo, card, ours = (part(plain[name].alone, 50) for name in (ECHO, CARD, OURS))
    said = REST.format(
        goal=GOAL,
        tls=f"{tls:.2f}",
        behind=f"with emulate behind {behind:.2f} times" if behind else "emulate was not there",
        verdict="that is reached" if max(tls, behind) <= GOAL else "that is not reached",
        silence=f"{_beside(found[SILENCE]):.2f}",
        plain=f"{_beside(plain):.2f}",
        extra=ours - echo,
        share=100 * (ours - echo) / (SLACK + ours - echo),
        card=card - echo,
    )
    return textwrap.fill(said, 116)


def _beside(times: Mapping[str, Times]) -> float:
    """Return how many times as long one waits for ours as for the echo."""
    return part(times[OURS].alone, 50) / part(times[ECHO].alone, 50)


if __name__ == "__main__":
    renew(section)
