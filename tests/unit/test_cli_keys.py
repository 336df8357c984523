"""``key change`` and ``key forget``."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.conftest import Run
from tests.unit.test_cli_upkeep import SCHOOL, findings


@pytest.fixture
def key_file(run: Run, tmp_path: Path) -> Path:
    """A school's database, and the key file that the first change makes."""
    run(*SCHOOL)
    return tmp_path / "var" / "master.key"


def test_the_master_key_is_changed_and_the_earlier_ones_forgotten(run: Run, key_file: Path) -> None:
    """Two keys after a change, ``check`` tells; one after forgetting; each tells what to do next; all is audited."""
    ran = run("key", "change")
    assert (ran.code, ran.err) == (0, "")
    assert "0 keys wrapped anew" in ran.out
    assert f"fresh copy of {key_file}" in ran.out
    assert len(key_file.read_text().split()) == 2
    assert "and 1 earlier one for older backups" in findings(run("check").out)["key"]
    ran = run("key", "forget", "--yes")
    assert (ran.code, ran.err) == (0, "")
    assert "1 earlier key dropped" in ran.out
    assert len(key_file.read_text().split()) == 1
    assert "no earlier key" in run("key", "forget").out
    assert run("audit", "verify").code == 0


def test_forgetting_asks_first(run: Run, key_file: Path) -> None:
    """Without a yes nothing is dropped."""
    run("key", "change")
    ran = run("key", "forget", stdin=b"n\n")
    assert ran.code == 1
    assert "will not open any more" in ran.out
    assert len(key_file.read_text().split()) == 2


def test_the_keys_beside_the_backups_are_written_anew(run: Run, key_file: Path, tmp_path: Path) -> None:
    """Where a backup was made, its file of keys is wrapped by the new master key too, and is to be copied."""
    run("backup", str(tmp_path / "copy"))
    kept = tmp_path / "var" / "report-keys"
    before = kept.stat().st_ino
    assert "and report-keys into your safe place" in run("key", "change").out
    assert kept.stat().st_ino != before
    assert key_file.exists()


def test_a_key_of_the_environment_is_changed_there(run: Run, key_file: Path) -> None:
    """The command says how; it never shows the key."""
    ran = run("key", "change", env={"CAN_I_MASTER_KEY": "11" * 32})
    assert ran.code == 2
    assert "put a fresh one before it there" in ran.err
    assert "1111" not in ran.out + ran.err
    assert run("key", "change", env={"CAN_I_MASTER_KEY": f"{'22' * 32} {'11' * 32}"}).code == 0
    ran = run("key", "forget", "--yes")
    assert ran.code == 2
    assert "take the earlier ones out of it there" in ran.err
    assert not key_file.exists()
