"""``restore`` and ``outbox``: putting a backup back, and letting go out what waited meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Protocol

import typer

from adapters.terminal.routes import Line
from adapters.terminal.shown import columns, plural
from bot.ports import Store

HELD = "Nothing is sent, because a backup was put back. When that is right: python app.py outbox release"


class Restoring(Protocol):
    """What these commands need of the wiring."""

    def store(self) -> Store:
        """Return the store. Raise ``Stop``."""
        ...

    def put_back(self, source: Path) -> tuple[int, int]:
        """Put a backup back: how many reports can be read, how many were deleted again. Raise ``BackupError``."""
        ...


def add(app: typer.Typer, house: Restoring) -> None:
    """Add the commands."""
    outbox = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
    app.add_typer(outbox, name="outbox", help="What waits to be sent.")

    @app.command()
    def restore(file: Annotated[Path, typer.Argument(help="The backup.")]) -> None:
        """Put a backup back into an empty database. Nothing is sent until `outbox release`."""
        readable, deleted = house.put_back(file)
        with house.store().begin() as work:
            for school in work.schools.all():
                work.audit.note(school.id, None, "store.restored", school.id)
            work.commit()
        typer.echo(f"Put back: {plural(readable, 'report')} with keys, {deleted} deleted since the backup.")
        typer.echo(HELD)

    @outbox.command()
    def status() -> None:
        """Tell how many messages wait, were sent, were given up; and whether sending is stopped."""
        with house.store().look() as work:
            counts, held = work.outbox.counts(), work.outbox.held()
        columns(("state", "messages"), ((state, str(counts[state])) for state in sorted(counts)))
        if held:
            typer.echo(HELD)

    @outbox.command()
    def release() -> None:
        """Let everything go out again after a restore. What was sent since the backup may be sent a second time."""
        with house.store().begin() as work:
            waiting = work.outbox.counts().get("waiting", 0)
            work.outbox.release_all()
            for school in work.schools.all():
                work.audit.note(school.id, None, "outbox.released", school.id)
            work.commit()
        typer.echo(f"Released: {plural(waiting, 'message')} waiting.")


def lines(store: Store) -> Iterator[Line]:
    """Yield what ``check`` says of messages that are held or were given up, and of reports that lost their keys."""
    with store.look() as work:
        held = work.outbox.held()
        dead = work.outbox.counts().get("dead", 0)
        unreadable = sum(
            report.key is None and report.state != "deleted"
            for school in work.schools.all()
            for report in work.reports.all(school.id)
        )
    if held:
        yield "mend", "outbox", HELD
    if dead:
        yield "note", "outbox", f"{plural(dead, 'message')} could not be delivered; the next person was told"
    if unreadable:
        yield "mend", "reports", f"{plural(unreadable, 'report')} without a key: put the backup back with `restore`"
