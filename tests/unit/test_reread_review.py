"""When the owner of a policy is reminded of its review date."""

from __future__ import annotations

import datetime as dt

import pytest

from bot.reread_review import review_step

DUE = dt.date(2027, 3, 31)


@pytest.mark.parametrize(
    ("today", "step"),
    [
        (dt.date(2026, 12, 30), None),
        (dt.date(2026, 12, 31), "-90"),
        (dt.date(2027, 2, 28), "-90"),
        (dt.date(2027, 3, 1), "-30"),
        (dt.date(2027, 3, 24), "-7"),
        (dt.date(2027, 3, 31), "-7"),
        (dt.date(2027, 4, 1), "m0"),
        (dt.date(2027, 4, 30), "m0"),
        (dt.date(2027, 5, 1), "m1"),
        (dt.date(2029, 3, 31), "m24"),
    ],
)
def test_the_reminder_of_a_day(today: dt.date, step: str | None) -> None:
    """Nothing until 90 days before; then 90, 30 and 7; every month once the date is past."""
    assert review_step(today, DUE) == step


def test_over_ten_years_each_reminder_stands_for_one_run_of_days() -> None:
    """A step never comes back after another: with its key in the outbox nobody is reminded of one twice."""
    days = (dt.date(2026, 1, 1) + dt.timedelta(days=n) for n in range(3650))
    steps = [step for step in (review_step(day, DUE) for day in days) if step]
    runs = [step for at, step in enumerate(steps) if at == 0 or steps[at - 1] != step]
    assert len(runs) == len(set(runs))
    assert runs[:5] == ["-90", "-30", "-7", "m0", "m1"]
