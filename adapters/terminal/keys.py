"""``key change`` and ``key forget``: another master key, and the end of the earlier ones."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Protocol

import typer

from adapters.terminal.errors import FAILED
from adapters.terminal.routes import Line
from adapters.terminal.shown import plural
from bot import rekeying
from bot.ports import MasterKeyError, Sealer, Store

FORGETTING = "Backups made before the master key was last changed will not open any more. Forget the earlier keys?"


class MasterKeys(Protocol):
    """Where the master keys stand. Each act raises ``MasterKeyError``."""

    @property
    def where(self) -> str:
        """Where, for people."""
        ...

    def none_yet(self) -> bool:
        """Return whether there is no key, and none is missed."""
        ...

    def number(self) -> int:
        """Return how many there are."""
        ...

    def put_first(self) -> None:
        """Put a fresh key before the others."""
        ...

    def drop_earlier(self) -> None:
        """Keep nothing but the first."""
        ...


class Keeping(Protocol):
    """What these commands need of the wiring."""

    @property
    def keys(self) -> MasterKeys:
        """Where the master keys stand."""
        ...

    @property
    def sealer(self) -> Sealer:
        """The sealer over them. Raises ``MasterKeyError``."""
        ...

    def store(self) -> Store:
        """Return the store. Raise ``Stop``."""
        ...

    def keep_report_keys(self) -> bool:
        """Write the keys of reports beside the backups anew, where there is a backup. Return whether there is."""
        ...


def add(app: typer.Typer, house: Keeping) -> None:
    """Add the commands."""
    key = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
    app.add_typer(key, name="key", help="The master key, which seals the keys of reports.")

    @key.command()
    def change() -> None:
        """Put a fresh master key into use and wrap every key anew with it. The bot may be running."""
        done = rekeying.change(house.store(), house.sealer, house.keys.put_first)
        backed_up = house.keep_report_keys()
        typer.echo(f"The master key was changed, and {plural(done.changed, 'key')} wrapped anew.")
        _broken(done)
        typer.echo("Earlier master keys stay beside it, so that older backups open.")
        both = " and report-keys" if backed_up else ""
        typer.echo(f"Now put a fresh copy of {house.keys.where}{both} into your safe place.")

    @key.command()
    def forget(
        *,
        yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    ) -> None:
        """Drop the earlier master keys. Backups made before the last change do not open any more."""
        earlier = house.keys.number() - 1
        if not earlier:
            typer.echo(f"There is no earlier key in {house.keys.where}.")
            return
        if not yes:
            typer.confirm(FORGETTING, abort=True)
        done = rekeying.forget(house.store(), house.sealer, house.keys.drop_earlier)
        _broken(done)
        if done.changed:
            typer.echo(f"{plural(done.changed, 'key')} still wrapped by an earlier master key: wrapped anew.")
            typer.echo("Nothing was dropped. Run this again in a minute.")
            raise typer.Exit(FAILED)
        typer.echo(f"{plural(earlier, 'earlier key')} dropped. Now put a fresh copy of {house.keys.where}")
        typer.echo("into your safe place in place of the others, and make a backup.")


def lines(keys: MasterKeys) -> Iterator[Line]:
    """Yield what ``check`` says of the master key."""
    try:
        if keys.none_yet():
            yield "off", "key", f"none yet: {keys.where} is made at the first start"
            return
        earlier = keys.number() - 1
    except MasterKeyError as error:
        yield "mend", "key", str(error)
        return
    yield "ok", "key", keys.where + (f", and {plural(earlier, 'earlier one')} for older backups" if earlier else "")


def _broken(done: rekeying.Rewrapped) -> None:
    if done.broken:
        typer.echo(f"{plural(done.broken, 'key')} opened under none of the master keys, and stayed as before.")
