"""Trying again: growing pauses, work that does not end in silence, and faults said once an hour."""

from __future__ import annotations

from itertools import islice

import pytest

from adapters.slack.again import Hourly, growing, kept_going
from tests.fakes import FakeClock


def test_pauses_grow_up_to_the_longest() -> None:
    """Each pause is twice the one before, and never longer than the longest."""
    assert [*islice(growing(2, 15), 6)] == [2, 4, 8, 15, 15, 15]


async def test_work_that_fails_is_begun_anew(caplog: pytest.LogCaptureFixture) -> None:
    """Whatever is raised, its type is in the log and its words are not, and the work is done in the end."""
    faults = [AttributeError("quill"), TypeError("quill"), RuntimeError("quill")]

    async def work() -> None:
        if faults:
            raise faults.pop()

    await kept_going("login", work, 0.001)
    assert not faults
    lines = [record.getMessage() for record in caplog.records]
    assert lines == [
        f"slack login failed and is begun anew error={name}" for name in ("RuntimeError", "TypeError", "AttributeError")
    ]
    assert "quill" not in caplog.text


def test_a_fault_is_said_once_an_hour() -> None:
    """The same fault is due again after an hour; another one at once."""
    clock = FakeClock()
    hourly = Hourly(clock)
    assert [hourly.due("T1", "a"), hourly.due("T1", "a"), hourly.due("T1", "b"), hourly.due("T2", "a")] == [
        True,
        False,
        True,
        True,
    ]
    clock.move(minutes=61)
    assert hourly.due("T1", "a")
