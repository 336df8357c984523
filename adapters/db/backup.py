"""A copy of the database as it stood at one moment, made while the bot goes on writing; and putting one back.

Reports and their files are sealed in the copy, and their keys are not in it: those stand in one small file that each
backup writes anew. A report that is deleted has no key there from the next backup on, and cannot be read from any older
copy; nor can its files.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, Engine, delete, insert, inspect, select, update

from adapters.db import tables as t
from adapters.db.migrate import migrate
from bot.ports import BackupError

PAGES_AT_ONCE: Final = 500
DUMP_TIMEOUT: Final = 3600
"""Seconds after which a dump of PostgreSQL is given up."""
LEFT_OUT: Final = ("report_keys", "attachment_keys", "attachment_doors", "drafts")
"""Tables that a backup goes without: keys, links to files, and forms that nobody sent."""
KEYS: Final = "report-keys"
"""The name of the file to which each backup writes the keys of reports and of their files, by id."""
KEYED: Final = (t.report_keys, t.attachment_keys)
"""Tables of two columns: whose key it is, and the key."""
TOOLS: Final = "(Debian: apt install postgresql-client)"


def back_up(engine: Engine, target: Path | None, var: Path, now: dt.datetime, environ: Mapping[str, str]) -> Path:
    """Write a copy to a new file that only this user can read (mode 0600): SQLite's own, or ``pg_dump``'s custom form.

    Without a ``target`` it is named by the time, in ``backups`` in the folder ``var``. The keys of reports go to
    ``report-keys`` there, in place of what it held. ``environ`` is what ``pg_dump`` is started with. Return the file.
    Raise ``BackupError`` where it exists or the copy cannot be made whole.
    """
    sqlite = engine.dialect.name == "sqlite"
    target = target or var / "backups" / f"can-i-{now:%Y%m%d-%H%M%S}.{'sqlite3' if sqlite else 'dump'}"
    if target.exists():
        raise BackupError(f"{target} is there already: name another file, so that no backup is lost.")
    with _whole(target) as part:
        found = _sqlite(engine, part) if sqlite else _postgresql(engine, part, environ)
    _keep_keys(var, found)
    return target


def keep_keys(engine: Engine, var: Path) -> bool:
    """Write the keys of reports to ``report-keys`` in ``var`` anew, where a backup has put that file there.

    For after the master key was changed, which has wrapped them anew. Return whether the file is there.
    """
    if not (var / KEYS).exists():
        return False
    with engine.connect() as connection:
        _keep_keys(var, _keys(connection))
    return True


def restore(engine: Engine, source: Path, var: Path, environ: Mapping[str, str]) -> tuple[int, int]:
    """Put a copy back into an empty database, with the keys in ``var``; nothing is sent until an operator releases it.

    Reports that have no key any more were deleted after the copy was made, and are deleted again. Return how many
    reports can be read and how many were deleted again. Raise ``BackupError``.
    """
    if not source.is_file():
        raise BackupError(f"There is no backup at {source}.")
    keys = var / KEYS
    try:
        kept = dict(line.split(" ", 1) for line in keys.read_text("ascii").splitlines())
    except FileNotFoundError:
        raise BackupError(f"The keys of reports are missing: put your copy of {keys.name} back at {keys}.") from None
    if engine.dialect.name == "sqlite":
        _put_back_sqlite(engine, source)
    else:
        _put_back_postgresql(engine, source, environ)
    migrate(engine)
    with engine.begin() as connection:
        return _give_keys(connection, {report_id: bytes.fromhex(key) for report_id, key in kept.items()})


def _keep_keys(var: Path, found: list[tuple[str, bytes]]) -> None:
    var.mkdir(parents=True, exist_ok=True)
    keys = var / KEYS
    fresh = keys.with_name(f"{keys.name}.part")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.writelines(f"{report_id} {key.hex()}\n" for report_id, key in found)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(keys)


@contextlib.contextmanager
def _whole(target: Path) -> Iterator[Path]:
    part = target.with_name(target.name + ".part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        part.unlink(missing_ok=True)
        os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        yield part
        with part.open("rb") as written:
            os.fsync(written.fileno())
        part.rename(target)
    except BaseException:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
        raise


def _sqlite(engine: Engine, target: Path) -> list[tuple[str, bytes]]:
    source = engine.url.database or ""
    if not Path(source).is_file():
        raise BackupError(f"There is no database at {source} yet.")
    try:
        with (
            contextlib.closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True, timeout=30)) as original,
            contextlib.closing(sqlite3.connect(target)) as copy,
        ):
            original.backup(copy, pages=PAGES_AT_ONCE)
            _sound(copy)
            # Closed again the copy is one file, without a write-ahead log beside it.
            copy.execute("PRAGMA journal_mode=DELETE")
            copy.execute("PRAGMA secure_delete=ON")
            found = [row for keys in KEYED for row in copy.execute(f"SELECT * FROM {keys.name}").fetchall()]  # noqa: S608
            for table in LEFT_OUT:
                copy.execute(f"DELETE FROM {table}")  # noqa: S608 - names of our own
            copy.execute("INSERT INTO restores (at) VALUES (strftime('%s', 'now'))")
            copy.commit()
    except sqlite3.Error as error:
        raise BackupError(f"The database could not be copied ({error.sqlite_errorname}).") from None
    return found


def _postgresql(engine: Engine, target: Path, environ: Mapping[str, str]) -> list[tuple[str, bytes]]:
    left_out = [f"--exclude-table-data={table}" for table in LEFT_OUT]
    _run(engine, environ, "pg_dump", "--format=custom", *left_out, f"--file={target}")
    # Read after the copy was made: a key too many does no harm, one too few would.
    with engine.connect() as connection:
        return _keys(connection)


def _keys(connection: Connection) -> list[tuple[str, bytes]]:
    return [(owner, key) for keys in KEYED for owner, key in connection.execute(select(keys))]


def _put_back_sqlite(engine: Engine, source: Path) -> None:
    target = Path(engine.url.database or "")
    if target.exists():
        raise BackupError(f"There is a database at {target}: move it (and its -wal and -shm) away first.")
    with _whole(target) as part:
        shutil.copyfile(source, part)
        try:
            with contextlib.closing(sqlite3.connect(part)) as copy:
                _sound(copy)
        except sqlite3.Error:
            raise BackupError(f"{source} is no backup of this program.") from None


def _put_back_postgresql(engine: Engine, source: Path, environ: Mapping[str, str]) -> None:
    if inspect(engine).get_table_names():
        raise BackupError("The database is not empty: make a new one (createdb) and name it in database_url.")
    _run(engine, environ, "pg_restore", "--no-owner", "--single-transaction", "--exit-on-error", str(source))


def _give_keys(connection: Connection, kept: Mapping[str, bytes]) -> tuple[int, int]:
    connection.execute(delete(t.report_keys))
    r = t.reports.c
    there = set(connection.execute(select(r.id).where(r.state != "deleted")).scalars())
    rows = [{"report_id": report_id, "key": kept[report_id]} for report_id in sorted(there & kept.keys())]
    if rows:
        connection.execute(insert(t.report_keys), rows)
    gone = sorted(there - kept.keys())
    _give_keys_of_files(connection, kept, gone)
    for report_id in gone:
        connection.execute(delete(t.report_entries).where(t.report_entries.c.report_id == report_id))
        emptied = {"state": "deleted", "key": None, "reporter_id": None, "code_hash": None, "chase_at": None}
        connection.execute(update(t.reports).where(r.id == report_id).values(**emptied))
    if connection.execute(select(t.restores.c.id).where(t.restores.c.released.is_(None))).first() is None:
        connection.execute(insert(t.restores).values(at=0.0))
    return len(rows), len(gone)


def _give_keys_of_files(connection: Connection, kept: Mapping[str, bytes], gone: Sequence[str]) -> None:
    """Give the files their keys; those without one, and those of reports that are gone, are deleted again."""
    connection.execute(delete(t.attachment_keys))
    a = t.attachments.c
    for report_id in gone:
        connection.execute(delete(t.attachments).where(a.report_id == report_id))
    there = set(connection.execute(select(a.id)).scalars())
    rows = [{"attachment_id": each, "key": kept[each]} for each in sorted(there & kept.keys())]
    if rows:
        connection.execute(insert(t.attachment_keys), rows)
    for each in sorted(there - kept.keys()):
        connection.execute(delete(t.attachments).where(a.id == each))


def _sound(copy: sqlite3.Connection) -> None:
    if copy.execute("PRAGMA integrity_check").fetchone() != ("ok",):
        raise BackupError("The copy is damaged, and so may the database be: look at its disk.")


def _run(engine: Engine, environ: Mapping[str, str], name: str, *options: str) -> None:
    program = shutil.which(name)
    if program is None:
        raise BackupError(f"{name} is needed for PostgreSQL {TOOLS}.")
    url = engine.url
    environment = dict(environ, PGPASSWORD=str(url.password or ""), PGCONNECT_TIMEOUT="10")
    where: Sequence[str] = ["-h", url.host or "", "-p", str(url.port or 5432), "-U", url.username or ""]
    command = [program, "--no-password", *where, "-d", url.database or "", *options]
    try:
        # The program is PostgreSQL's own as found on the path, its arguments are the operator's own settings.
        ran = subprocess.run(command, env=environment, check=False, capture_output=True, timeout=DUMP_TIMEOUT)  # noqa: S603
    except subprocess.TimeoutExpired:
        raise BackupError(f"{name} took longer than an hour and was stopped.") from None
    if ran.returncode:
        said = ran.stderr.decode(errors="replace").strip().splitlines()
        raise BackupError(f"{name} failed: {said[-1] if said else f'exit code {ran.returncode}'}")
