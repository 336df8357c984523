"""The bot as a process of its own, as it is started for real; and how to be somebody of its demo school."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from playwright.sync_api import Page

STARTS_WITHIN = 60
ENDS_WITHIN = 20


class Bot:
    """A server process with a demo school of its own."""

    def __init__(self, root: Path, folder: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.address = f"http://127.0.0.1:{port}"
        self._log = folder / "log"
        environ = {name: value for name, value in os.environ.items() if not name.startswith("CAN_I_")}
        environ |= {"CAN_I_PORT": str(port), "CAN_I_VAR": str(folder / "var"), "CAN_I_LOG_LEVEL": "debug"}
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, str(root / "app.py"), "serve", "--demo"],
                cwd=folder,
                env=environ,
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def wait(self) -> None:
        """Return when it answers. Fails with what it printed where it does not."""
        until = time.monotonic() + STARTS_WITHIN
        while time.monotonic() < until and self._process.poll() is None:
            try:
                with urllib.request.urlopen(self.address, timeout=2):  # noqa: S310 - our own address
                    return
            except (urllib.error.URLError, OSError):
                time.sleep(0.1)
        pytest.fail(f"the bot did not start:\n{self.log()}")

    def log(self) -> str:
        """Return what it printed so far."""
        return self._log.read_text("utf-8", "replace")

    def end(self) -> int:
        """End it as Ctrl-C would and return its exit code."""
        self._process.terminate()
        try:
            return self._process.wait(ENDS_WITHIN)
        except subprocess.TimeoutExpired:
            self._process.kill()
            raise


def be(page: Page, name: str) -> None:
    """Be a person of the demo school."""
    page.goto("/")
    page.get_by_label("You are").select_option(label=name)
    page.get_by_role("button", name="Change person").click()


def choose(page: Page, policy: str) -> None:
    """Let the demo school adopt a policy."""
    page.get_by_label("Policy", exact=True).select_option(policy)
    page.get_by_role("button", name="Change policy").click()
