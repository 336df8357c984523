"""The command line, run inside the test."""

from __future__ import annotations

import io
import logging
import os
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

import app


@dataclass(frozen=True)
class Ran:
    """What a command printed, and its exit code."""

    code: int
    out: str
    err: str


Run = Callable[..., Ran]


@pytest.fixture
def logging_as_it_was() -> Iterator[None]:
    """Put back what ``serve`` sets up for the whole process: handlers, level and hooks."""
    root = logging.getLogger()
    before = (root.handlers[:], root.level, logging.raiseExceptions, sys.excepthook, threading.excepthook)
    yield
    logging.captureWarnings(capture=False)
    root.handlers[:] = before[0]
    root.setLevel(before[1])
    logging.raiseExceptions, sys.excepthook, threading.excepthook = before[2:]


@pytest.fixture
def run(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    logging_as_it_was: None,  # noqa: ARG001 - only put back
) -> Run:
    """Run ``python app.py …`` in an empty folder with no settings but ``env``, fed with ``stdin``."""
    for name in [name for name in os.environ if name.startswith("CAN_I_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)

    def go(*arguments: str, stdin: bytes = b"", env: dict[str, str] | None = None) -> Ran:
        for name, value in (env or {}).items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr(sys, "argv", ["app.py", *arguments])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        code = 0
        try:
            app.main()
        except SystemExit as ended:
            code = ended.code if isinstance(ended.code, int) else 0 if ended.code is None else 1
        shown = capsys.readouterr()
        return Ran(code, shown.out, shown.err)

    return go
