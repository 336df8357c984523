"""``slack manifest`` and ``slack check``: what an administrator does once."""

from __future__ import annotations

import asyncio
from typing import Annotated, Final, Protocol

import typer

from adapters.slack.manifest import manifest as manifest_of
from adapters.slack.settings import SlackSettings

FAILED: Final = 2
WIDE: Final = 1_000


class House(Protocol):
    """What these commands need of the wiring."""

    @property
    def settings(self) -> SlackSettings:
        """The settings."""
        ...


def add(app: typer.Typer, house: House) -> None:
    """Add the commands about Slack."""
    group = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
    app.add_typer(group, name="slack", help="Setting up Slack.")

    @group.command()
    def manifest() -> None:
        """Print the app manifest for the settings in force, to paste at api.slack.com/apps."""
        import yaml  # noqa: PLC0415 - as below

        text = yaml.safe_dump(manifest_of(house.settings), sort_keys=False, allow_unicode=True, width=WIDE)
        typer.echo(text, nl=False)

    @group.command()
    def check(
        *,
        to: Annotated[str, typer.Option(help="Send a test message to the person with this e-mail address.")] = "",
    ) -> None:
        """Try out what Slack needs: tokens, scopes, Socket Mode, and a message to yourself."""
        from adapters.slack import trying  # noqa: PLC0415 - slack_bolt takes a while to load; `ask` does without

        wrong = 0
        for standing, about, says in asyncio.run(trying.tried(house.settings, to)):
            wrong += standing == "mend"
            typer.echo(f"{standing:<5} {about:<9} {says}")
        if wrong:
            raise typer.Exit(FAILED)
