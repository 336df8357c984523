"""A copy of the database as it stood at one moment, made while the bot goes on writing.

Reports are sealed in the copy as they are in the database: without the master key, which is kept apart, it tells nobody
anything.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from sqlalchemy import Engine

PAGES_AT_ONCE: Final = 500
DUMP_TIMEOUT: Final = 3600
"""Seconds after which a dump of PostgreSQL is given up."""


class BackupError(Exception):
    """No backup was made, and nothing is left of the attempt. The message says how to mend it and holds no secret."""


def back_up(engine: Engine, target: Path, environ: Mapping[str, str]) -> None:
    """Write a copy to a new file that only this user can read (mode 0600): SQLite's own, or ``pg_dump``'s custom form.

    ``environ`` is what ``pg_dump`` is started with. Raise ``BackupError`` where the file exists or the copy cannot be
    made whole.
    """
    if target.exists():
        raise BackupError(f"{target} is there already: name another file, so that no backup is lost.")
    part = target.with_name(target.name + ".part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        part.unlink(missing_ok=True)
        os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        if engine.dialect.name == "sqlite":
            _sqlite(engine, part)
        else:
            _postgresql(engine, part, environ)
        with part.open("rb") as written:
            os.fsync(written.fileno())
        part.rename(target)
    except BaseException:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
        raise


def _sqlite(engine: Engine, target: Path) -> None:
    source = engine.url.database or ""
    if not Path(source).is_file():
        raise BackupError(f"There is no database at {source} yet.")
    try:
        with (
            contextlib.closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True, timeout=30)) as original,
            contextlib.closing(sqlite3.connect(target)) as copy,
        ):
            original.backup(copy, pages=PAGES_AT_ONCE)
            whole = copy.execute("PRAGMA integrity_check").fetchone()
    except sqlite3.Error as error:
        raise BackupError(f"The database could not be copied ({error.sqlite_errorname}).") from None
    if whole != ("ok",):
        raise BackupError("The copy is damaged, and so may the database be: look at its disk.")


def _postgresql(engine: Engine, target: Path, environ: Mapping[str, str]) -> None:
    program = shutil.which("pg_dump")
    if program is None:
        raise BackupError("pg_dump is needed to back up PostgreSQL (Debian: apt install postgresql-client).")
    url = engine.url
    environment = dict(environ, PGPASSWORD=str(url.password or ""), PGCONNECT_TIMEOUT="10")
    where = ["-h", url.host or "", "-p", str(url.port or 5432), "-U", url.username or "", "-d", url.database or ""]
    command = [program, "--format=custom", "--no-password", f"--file={target}", *where]
    try:
        # The program is pg_dump as found on the path, its arguments are the operator's own settings.
        ran = subprocess.run(command, env=environment, check=False, capture_output=True, timeout=DUMP_TIMEOUT)  # noqa: S603
    except subprocess.TimeoutExpired:
        raise BackupError("pg_dump took longer than an hour and was stopped.") from None
    if ran.returncode:
        said = ran.stderr.decode(errors="replace").strip().splitlines()
        raise BackupError(f"pg_dump failed: {said[-1] if said else f'exit code {ran.returncode}'}")
