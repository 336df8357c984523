"""The page that the figures stand on: its tables, on what machine they were taken, and one section put in anew."""

from __future__ import annotations

import datetime as dt
import os
import platform
import re
import sqlite3
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import psycopg

from tests.conftest import POSTGRES

ROOT: Final = Path(__file__).parents[2]
PAGE: Final = ROOT / "docs" / "benchmarks.md"


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table as Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def postgres_version() -> str:
    """Return the server's version, or that there is none."""
    try:
        with psycopg.connect(POSTGRES, connect_timeout=3) as connection:
            return f"PostgreSQL {connection.info.server_version // 10000}"
    except psycopg.OperationalError:
        return "no PostgreSQL"


def today() -> str:
    """Return the day on which something is measured."""
    return f"{dt.datetime.now(dt.UTC).date():%d %B %Y}".lstrip("0")


def machine() -> str:
    """Return what it is measured on, and how busy that was in the last five minutes."""
    first = ", and was let go before the others" if os.getpriority(os.PRIO_PROCESS, 0) < 0 else ""
    return (
        f"Python {platform.python_version()}, {platform.system()} {platform.machine()}, {os.cpu_count()} cores, "
        f"SQLite {sqlite3.sqlite_version}, {postgres_version()}; {os.getloadavg()[1]:.1f} programs ran or waited for a "
        f"core on average meanwhile; this one was among them{first}"
    )


def with_section(page: str, section: str) -> str:
    """Return a page on which a section stands in the place of the one with its heading, or at the end."""
    heading = section.partition("\n")[0]
    found = re.search(rf"^{re.escape(heading)}\n.*?(?=^## |\Z)", page, re.MULTILINE | re.DOTALL)
    if found is None:
        return f"{page.rstrip()}\n\n{section.rstrip()}\n"
    return f"{page[: found.start()]}{section.rstrip()}\n\n{page[found.end() :]}".rstrip() + "\n"


def renew(section: Callable[[Path], str]) -> None:
    """Measure one section, given a folder for its files, and put it into the page."""
    with tempfile.TemporaryDirectory() as folder:
        found = section(Path(folder))
    PAGE.write_text(with_section(PAGE.read_text("utf-8"), found), "utf-8")
    sys.stdout.write(f"{found}\n")
