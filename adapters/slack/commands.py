"""``slack manifest`` and ``slack check``: what an administrator does once."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Annotated, Final, NoReturn, Protocol

import typer

from adapters.slack.manifest import manifest as manifest_of
from adapters.slack.settings import SlackSettings, address_fault, faults
from bot.ports import Clock, Sealer, Store

FAILED: Final = 2
WIDE: Final = 1_000
Line = tuple[str, str, str]

if TYPE_CHECKING:
    from adapters.slack.installs import Added


class House(Protocol):
    """What these commands need of the wiring."""

    @property
    def settings(self) -> SlackSettings:
        """The settings."""
        ...

    @property
    def sealer(self) -> Sealer:
        """What opens the tokens of workspaces that added the bot."""
        ...

    @property
    def clock(self) -> Clock:
        """The clock."""
        ...

    @property
    def environ(self) -> Mapping[str, str]:
        """The variables of this process."""
        ...

    def store(self) -> Store:
        """Return the store over an up-to-date database."""
        ...

    def standing(self) -> Store | None:
        """Return the store where its database is there and up to date, else ``None``; nothing is made or changed."""
        ...


def _stop(says: str) -> NoReturn:
    typer.echo(says, err=True)
    raise typer.Exit(FAILED)


def add(app: typer.Typer, house: House) -> None:
    """Add the commands about Slack."""
    group = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
    app.add_typer(group, name="slack", help="Setting up Slack.")

    @group.command()
    def manifest() -> None:
        """Print the app manifest for the settings in force, to paste at api.slack.com/apps."""
        import yaml  # noqa: PLC0415 - as below

        if wrong := address_fault(house.settings):
            _stop(f"Slack: {wrong}.")
        text = yaml.safe_dump(manifest_of(house.settings), sort_keys=False, allow_unicode=True, width=WIDE)
        typer.echo(text, nl=False)

    _installed(group, house)

    @group.command()
    def check(
        *,
        to: Annotated[str, typer.Option(help="Send a test message to the person with this e-mail address.")] = "",
    ) -> None:
        """Try out what Slack needs: tokens, scopes, Socket Mode, and a message to yourself."""
        from adapters.slack import trying  # noqa: PLC0415 - slack_bolt takes a while to load; `ask` does without

        added, wrong = _added(house), 0
        for standing, about, says in asyncio.run(
            trying.tried(house.settings, to, _schools(house), house.environ, added)
        ):
            wrong += standing in {"mend", "again"}
            typer.echo(f"{standing:<5} {about:<9} {says}")
        if wrong:
            raise typer.Exit(FAILED)


def _schools(house: House) -> list[str] | None:
    """Return the ids of the schools that there are; ``None`` where that cannot be told."""
    store = house.standing()
    return None if store is None else _known(store)


def _known(store: Store) -> list[str]:
    with store.look() as work:
        return [school.id for school in work.schools.all()]


def _added(house: House) -> list[Added]:
    """Return the workspaces that added the bot from its web page, each with what opens it."""
    from adapters.slack import installs  # noqa: PLC0415 - as above

    store = house.standing() if house.settings.slack_client_id else None
    return [] if store is None else installs.added(store, lambda: house.sealer, house.clock)


def _installed(group: typer.Typer, house: House) -> None:
    """Add the commands about workspaces that added the bot from its web page."""

    @group.command()
    def workspaces() -> None:
        """List the workspaces that added the bot from its web page, and the school of each."""
        with house.store().look() as work:
            installed = work.installs.all()
        for each in installed:
            waits = f"waits: python app.py slack admit {each.team} SCHOOL"
            typer.echo(f"{each.team}  {each.name}  {each.school_id or waits}")
        if not installed:
            typer.echo("None has added it yet.")

    @group.command()
    def admit(
        team: Annotated[str, typer.Argument(help="The workspace's id, beginning with T.")],
        school: Annotated[str, typer.Argument(help="The id of the school whose staff the workspace holds.")],
    ) -> None:
        """Serve a workspace that added the bot from its web page, as the workspace of a school."""
        from adapters.slack import installs  # noqa: PLC0415 - as above

        schools, team = _known(house.store()), team.upper()
        if school not in schools:
            _stop(f"There is no school {school!r}. There are: {', '.join(schools) or 'none yet'}.")
        before = installs.admit(house.store(), team, school)
        if before is None:
            _stop(f"No workspace {team!r} has added the bot. `python app.py slack workspaces` lists those that did.")
        if before not in {"", school}:
            typer.echo(f"{team} was the workspace of {before}, whose accounts there count as closed now.")
        typer.echo(f"{team} is the workspace of {school}. A running bot serves it within seconds.")

    @group.command()
    def remove(team: Annotated[str, typer.Argument(help="The workspace's id, beginning with T.")]) -> None:
        """Serve a workspace no longer, and delete its token. Its people are told elsewhere from then on."""
        from adapters.slack import installs  # noqa: PLC0415 - as below

        team = team.upper()
        if not installs.remove(house.store(), team):
            _stop(f"No workspace {team!r} has added the bot.")
        typer.echo(f"{team} is served no longer; its token is deleted. Remove the app in Slack too.")


def examined(house: House, findings: Iterable[Line]) -> Iterator[Line]:
    """Yield findings of ``check``, with what is wrong with Slack's settings where Slack seems set up."""
    for found in findings:
        wrong = faults(house.settings, _schools(house) or None) if found[:2] == ("ok", "slack") else []
        yield from [("mend", "slack", says) for says in wrong] or [found]
