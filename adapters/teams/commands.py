"""``teams package`` and ``teams check``: what an administrator does once."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Final, Protocol

import typer

from adapters.teams import package as app_package
from adapters.teams.package import NotPackable
from adapters.teams.settings import TeamsSettings
from bot.ports import Clock

FAILED: Final = 2
Line = tuple[str, str, str]


class House(Protocol):
    """What these commands need of the wiring."""

    @property
    def settings(self) -> TeamsSettings:
        """The settings."""
        ...

    @property
    def clock(self) -> Clock:
        """The time."""
        ...


def add(app: typer.Typer, house: House) -> None:
    """Add the commands about Microsoft Teams."""
    group = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
    app.add_typer(group, name="teams", help="Setting up Microsoft Teams.")

    @group.command()
    def package(
        file: Annotated[Path, typer.Argument(help="The zip file to write.")] = Path("can-i-teams.zip"),
        *,
        developer: Annotated[str, typer.Option(help="Who stands as the app's developer; your school or trust.")] = (
            "Can I?"
        ),
    ) -> None:
        """Write the app package to upload in the Teams admin centre."""
        settings = house.settings
        try:
            app_package.write(file, app_package.manifest(settings.teams_app_id, settings.public_url, developer))
        except NotPackable as error:
            typer.echo(str(error), err=True)
            raise typer.Exit(FAILED) from None
        typer.echo(f"Written: {file}. Its bot's messaging endpoint is {settings.public_url.rstrip('/')}/api/messages")

    @group.command()
    def check() -> None:
        """Try out what Teams needs: the package, Microsoft's signing keys, and the bot's own token."""
        wrong = 0
        for standing, about, says in _tried(house):
            wrong += standing == "mend"
            typer.echo(f"{standing:<5} {about:<9} {says}")
        if wrong:
            raise typer.Exit(FAILED)


def _tried(house: House) -> Iterator[Line]:
    settings = house.settings
    try:
        app_package.manifest(settings.teams_app_id, settings.public_url, "Can I?")
        yield "ok", "package", "can be written: python app.py teams package"
    except NotPackable as error:
        yield "mend", "package", str(error)
    if settings.teams_loopback_test:
        yield "note", "test", "teams_loopback_test is on: unsigned messages from this machine are taken"
        return
    from adapters.teams import trying  # noqa: PLC0415 - the SDK takes a second to load

    yield from asyncio.run(trying.tried(settings, house.clock))
