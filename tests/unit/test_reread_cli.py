"""``reread register``: how the register stood, in counts."""

from __future__ import annotations

from pathlib import Path

from adapters.systemclock import SystemClock
from tests.fakes import FakeClock, World
from tests.unit.conftest import Run


def test_the_register_in_counts(run: Run, tmp_path: Path) -> None:
    """By role, without a name; as of a day; a day that is none is refused in words."""
    url = f"sqlite:///{tmp_path / 'school.sqlite3'}"
    world = World(url, clock=FakeClock(SystemClock().now()))
    world.press("head", "reread.start")
    world.close()
    env = {"CAN_I_DATABASE_URL": url}
    ran = run("reread", "register", env=env)
    assert ran.code == 0
    assert ran.out.splitlines()[0].split()[:2] == ["role", "done"]
    assert "contractor" in ran.out
    assert "Okoro" not in ran.out
    before = run("reread", "register", "--on", "2020-01-01", env=env)
    assert "2020-01-01. Nobody was to read it on that day." in before.out
    wrong = run("reread", "register", "--on", "yesterday", env=env)
    assert wrong.code != 0
    assert "YYYY-MM-DD" in wrong.err
