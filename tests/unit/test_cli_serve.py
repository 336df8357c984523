"""``serve``: it starts, says where it is, keeps its data, ends cleanly, and refuses what would be unsafe."""

from __future__ import annotations

import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Self

import pytest

from tests.unit.conftest import Run

SCHOOL = ("school", "add", "oak", "--name", "Oak School", "--policy", "stockham")


class Served:
    """A bot that runs in a process of its own."""

    def __init__(self, root: Path, folder: Path, *arguments: str, port: int = 0) -> None:
        self.port = port or free_port()
        self.log = folder / "log"
        environ = {name: value for name, value in os.environ.items() if not name.startswith("CAN_I_")}
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, str(root / "app.py"), "serve", *arguments],
                cwd=folder,
                env=environ | {"CAN_I_PORT": str(self.port)},
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        assert self.process.stdout is not None
        self.said = self.process.stdout.readline()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.communicate()

    def get(self, path: str = "/") -> int:
        """Return the status of a page."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=10) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            return error.code

    def end(self, how: signal.Signals = signal.SIGINT) -> tuple[int, str]:
        """End it as a person would; return the exit code and what it still said."""
        self.process.send_signal(how)
        out, _ = self.process.communicate(timeout=30)
        return self.process.returncode, out


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@pytest.fixture
def served(root: Path, tmp_path: Path) -> Iterator[Served]:
    """A demo that runs until the test ends."""
    with Served(root, tmp_path, "--demo") as bot:
        yield bot


def test_serve_prints_its_address_and_answers(served: Served) -> None:
    """The first line names the address; a page is there; Ctrl-C ends it at once and cleanly."""
    assert served.said == f"Can I? with a demo school is running: http://127.0.0.1:{served.port}\n"
    assert served.get() == 200
    start = time.perf_counter()
    code, out = served.end()
    assert code == 0
    assert out.endswith("Ended.\n")
    assert time.perf_counter() - start < 10
    assert "Traceback" not in served.log.read_text()


def test_serve_ends_cleanly_when_the_machine_stops_it(served: Served) -> None:
    """SIGTERM, as a service manager sends, is the same as Ctrl-C."""
    code, out = served.end(signal.SIGTERM)
    assert (code, out.endswith("Ended.\n")) == (0, True)


def test_a_taken_port_is_a_clear_message(served: Served, root: Path, tmp_path: Path) -> None:
    """A second bot on the same port says what to do, and the first goes on."""
    with Served(root, tmp_path, "--demo", port=served.port) as second:
        assert second.process.wait(timeout=30) == 2
    assert f"Port {served.port} on 127.0.0.1 is taken" in served.log.read_text()
    assert "Traceback" not in served.log.read_text()
    assert served.get() == 200


def test_a_second_start_keeps_the_data(served: Served, root: Path, tmp_path: Path) -> None:
    """What was in the database before is there afterwards; the demo school is not put in twice; the key is the same."""
    served.end()
    key = (tmp_path / "var" / "master.key").read_bytes()
    with sqlite3.connect(tmp_path / "var" / "can-i.sqlite3") as database:
        database.execute("UPDATE schools SET name = 'Renamed'")
    database.close()
    with Served(root, tmp_path, "--demo") as again:
        assert again.get() == 200
        assert again.end()[0] == 0
    with sqlite3.connect(tmp_path / "var" / "can-i.sqlite3") as database:
        assert "Renamed" in {name for (name,) in database.execute("SELECT name FROM schools")}
    database.close()
    assert (tmp_path / "var" / "master.key").read_bytes() == key


def test_the_demo_is_refused_where_others_could_reach_it(run: Run) -> None:
    """Any address but loopback: refused before anything is made."""
    ran = run("serve", "--demo", env={"CAN_I_HOST": "0.0.0.0"})
    assert ran.code == 2
    assert "host must be 127.0.0.1" in ran.err


def test_the_demo_is_refused_over_a_real_school(run: Run) -> None:
    """Anybody may be anybody in demo mode: not where a real school's people are."""
    run(*SCHOOL)
    ran = run("serve", "--demo")
    assert ran.code == 2
    assert "holds a real school (oak)" in ran.err


def test_a_lost_master_key_is_never_replaced_by_a_new_one(run: Run, root: Path, tmp_path: Path) -> None:
    """With something sealed and the key gone, a start is refused: a new key would bury the old reports for good."""
    with Served(root, tmp_path, "--demo") as bot:
        assert bot.end()[0] == 0
    with sqlite3.connect(tmp_path / "var" / "can-i.sqlite3") as database:
        columns = [row[1] for row in database.execute("PRAGMA table_info(head_questions)")]
        assert "question" in columns
        database.execute(
            "INSERT INTO head_questions (id, school_id, asker_id, at, key, question, act, verdict, standing) "
            "SELECT 'q1', id, NULL, '2026-01-01 00:00:00', x'00', x'00', '', '', 0 FROM schools LIMIT 1"
        )
    database.close()
    (tmp_path / "var" / "master.key").unlink()
    ran = run("serve", "--demo")
    assert ran.code == 2
    assert "put it back from your safe copy" in ran.err
    assert not (tmp_path / "var" / "master.key").exists()
