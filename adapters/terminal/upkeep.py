"""``serve``, ``check``, ``migrate`` and ``backup``: running the bot and looking after it."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import gc
import signal
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Protocol

import typer

from adapters.terminal.errors import FAILED, Stop
from adapters.terminal.routes import Line
from adapters.terminal.shown import plural
from bot.ports import Clock

if TYPE_CHECKING:  # the server is loaded only by ``serve``: every other command starts faster without it
    from aiohttp import web

PATIENCE = 10.0
"""Seconds that requests under way are given when the server is told to end."""


class Upkeep(Protocol):
    """What these commands need of the wiring."""

    @property
    def clock(self) -> Clock:
        """The time."""
        ...

    def change(self, **settings: object) -> None:
        """Let the command line have the last word on some settings."""
        ...

    def where(self) -> tuple[str, int]:
        """Return the host and port to listen on."""
        ...

    def application(self) -> web.Application:
        """Return the web application. Raise ``Stop`` where the bot cannot start."""
        ...

    def begin(self) -> None:
        """Start what runs beside the server: relay and jobs."""
        ...

    def end(self) -> None:
        """End that again; what is just being sent may take a few seconds."""
        ...

    def welcome(self) -> str:
        """Return what is printed once the server listens."""
        ...

    def findings(self) -> Iterable[Line]:
        """Yield what ``check`` has to say."""
        ...

    def migrate(self) -> str:
        """Bring the database up to date and return where it stands. Raise ``Stop``."""
        ...

    def back_up(self, target: Path | None) -> Path:
        """Write a backup to a file (or one named by the time, in var/backups) and return it. Raise ``BackupError``."""
        ...


def add(app: typer.Typer, house: Upkeep) -> None:
    """Add the commands that run the bot and look after it."""

    @app.command()
    def serve(
        *,
        demo: Annotated[bool, typer.Option("--demo", help="With a made-up school, on this machine only.")] = False,
        port: Annotated[int | None, typer.Option(help="Another port than the settings say.", min=1, max=65535)] = None,
    ) -> None:
        """Run the bot and the desk until Ctrl-C."""
        if demo:
            house.change(demo=True)
        if port:
            house.change(port=port)
        application = house.application()
        host, at = house.where()
        asyncio.run(_serve(application, host, at, house))
        typer.echo("Ended.")

    @app.command()
    def check() -> None:
        """Tell what is set up, what is missing, and how to mend it."""
        wrong = 0
        for standing, about, says in house.findings():
            wrong += standing == "mend"
            typer.echo(f"{standing:<5} {about:<9} {says}")
        if wrong:
            typer.echo(f"{plural(wrong, 'thing')} to mend.")
            raise typer.Exit(FAILED)

    @app.command()
    def migrate() -> None:
        """Bring the database up to date; make it where there is none."""
        typer.echo(f"The database is up to date ({house.migrate()}).")

    @app.command()
    def backup(
        file: Annotated[
            Path | None, typer.Argument(help="The file to write; by default one named by the time, in var/backups.")
        ] = None,
    ) -> None:
        """Copy the database while the bot goes on. The master key is not in it: keep that apart."""
        typer.echo(f"Backed up to {house.back_up(file)}. Keep the master key too, in another place.")


async def _serve(application: web.Application, host: str, port: int, house: Upkeep) -> None:
    """Listen until the process is told to end; then let what is under way finish."""
    from aiohttp import web  # noqa: PLC0415 - see above

    runner = web.AppRunner(application, access_log=None, shutdown_timeout=PATIENCE, handle_signals=False)
    with _told_to_end() as ended:
        await runner.setup()
        try:
            try:
                await web.TCPSite(runner, host, port).start()
            except OSError as error:
                raise Stop(_cannot_listen(error, host, port)) from None
            house.begin()
            try:
                typer.echo(house.welcome())
                # What is loaded by now stays: a search for garbage in it would keep everybody waiting.
                gc.freeze()
                await ended.wait()
            finally:
                await asyncio.to_thread(house.end)
        finally:
            await runner.cleanup()


@contextlib.contextmanager
def _told_to_end() -> Iterator[asyncio.Event]:
    """Give an event that is set by Ctrl-C or SIGTERM, from now on."""
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    handled = (signal.SIGINT, signal.SIGTERM)
    # Windows has no such handlers: there Ctrl-C cancels the main task, which ends the wait as well.
    with contextlib.suppress(NotImplementedError):
        for name in handled:
            loop.add_signal_handler(name, ended.set)
    try:
        yield ended
    finally:
        with contextlib.suppress(NotImplementedError):
            for name in handled:
                loop.remove_signal_handler(name)


def _cannot_listen(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return (
            f"Port {port} on {host} is taken, perhaps by a bot that runs already. "
            "End that, or choose another port: CAN_I_PORT=3979 make run"
        )
    if error.errno == errno.EACCES:
        return f"This user may not listen on port {port}: choose one above 1023 with CAN_I_PORT."
    return f"It is not possible to listen on {host}: host must be an address of this machine."
