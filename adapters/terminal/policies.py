"""``policy list``, ``policy show`` and ``policy check``: the packs, read and examined."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer

from adapters.terminal import own_overrides
from adapters.terminal import own_policies as own_commands
from adapters.terminal.asking import known_policy, trained
from adapters.terminal.errors import FAILED, Stop
from adapters.terminal.own_answers import Importing, own_policies, the_own
from adapters.terminal.shown import columns, json_line, plural
from adapters.terminal.staff import SchoolOption
from knowledge import coverage, pack
from knowledge.model import Clause, Policy


def add(app: typer.Typer, house: Importing) -> None:
    """Add the commands about policies."""
    group = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
    app.add_typer(group, name="policy", help="The policies that the bot answers from.")
    own_commands.add(group, house)
    own_overrides.add(group, house)

    @group.command("list")
    def list_() -> None:
        """List the policies and the schools' own: name, title, version, clauses, norms, when due for review."""
        rows = []
        for name in pack.installed():
            policy = pack.load_installed(name)
            due = policy.head.review.due
            rows.append(
                (name, policy.head.title, policy.head.version, *_sizes(policy), due.isoformat() if due else "-")
            )
        columns(("policy", "title", "version", "clauses", "norms", "review due"), rows)
        own = _own_rows(house)
        if own:
            typer.echo("\nThe schools' own:")
            columns(("policy", "title", "version", "clauses", "norms", "reviewed", "school", "stands as"), own)

    @group.command()
    def show(
        name: Annotated[str, typer.Argument(metavar="ID", help="The policy's name.")],
        *,
        json: Annotated[bool, typer.Option("--json", help="Print one JSON object a clause.")] = False,
        draft: Annotated[bool, typer.Option("--draft", help="Show the open draft of that name.")] = False,
        school: SchoolOption = "",
    ) -> None:
        """Print a policy clause by clause."""
        own = the_own(house, name, draft=draft, school_id=school) if draft or name not in pack.installed() else None
        policy = own.policy if own else pack.load_installed(known_policy(name))
        for clause in policy.clauses:
            if json:
                json_line(_as_object(clause))
            else:
                _print(clause)

    _check(group)


def _check(group: typer.Typer) -> None:
    @group.command()
    def check(
        folder: Annotated[
            Path | None, typer.Argument(help="The folder of one pack; all installed packs if left out.")
        ] = None,
    ) -> None:
        """Look for faults, and for norms that no example reaches: each is named with file, line and entry."""
        folders = [pack.PACKS / name for name in pack.installed()] if folder is None else [folder]
        if folder is not None and not folder.is_dir():
            raise Stop(f"{folder} is not a folder. A pack is a folder with policy.toml and clauses.toml.")
        faults = [fault for each in folders for fault in pack.check(each)]
        faults = faults or [fault for each in folders for fault in coverage.unreached(each, trained())]
        for fault in faults:
            typer.echo(str(fault), err=True)
        if faults:
            typer.echo(f"{plural(len(faults), 'fault')} to mend; docs/packs.md tells how a pack is written.", err=True)
            raise typer.Exit(FAILED)
        policies = [pack.load(each) for each in folders]
        rows = [(policy.id, *_sizes(policy)) for policy in policies]
        columns(("policy", "clauses", "norms"), rows)
        typer.echo(f"{plural(len(policies), 'pack')}, no faults.")


def _own_rows(house: Importing) -> list[tuple[str, ...]]:
    """Return a row for each of the schools' own policies: drafts, and versions in force."""
    return [
        (
            own.name,
            own.policy.head.title,
            own.policy.head.version,
            *_sizes(own.policy),
            str(own.reviewed),
            own.school or "-",
            "draft" if own.draft else "in force",
        )
        for own in own_policies(house)
    ]


def lines() -> Iterator[tuple[str, str, str]]:
    """Yield what ``check`` says about the installed packs."""
    for name in pack.installed():
        faults = len(pack.check(pack.PACKS / name))
        if faults:
            yield "mend", "policies", f"{name} has {plural(faults, 'fault')}: python app.py policy check"
        else:
            yield "ok", "policies", name


def _sizes(policy: Policy) -> tuple[str, str]:
    return str(len(policy.clauses)), str(sum(len(clause.norms) for clause in policy.clauses))


def _as_object(clause: Clause) -> dict[str, Any]:
    found = msgspec.to_builtins(clause)
    return {
        "id": clause.id,
        "section": clause.section,
        "stem": clause.stem,
        "text": clause.text,
        "norms": found["norm"],
    }


def _print(clause: Clause) -> None:
    stem = f"{clause.stem} " if clause.stem else ""
    typer.echo(f"{clause.id}  {clause.section}\n    {stem}{clause.text}")
    for norm in clause.norms:
        typer.echo(f"    - {norm.force}: {norm.says}")
