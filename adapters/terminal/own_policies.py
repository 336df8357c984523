"""``policy import`` and ``policy export``: a school's own policy in, and a reviewed one out."""

from __future__ import annotations

import stat
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Final

import typer

from adapters.terminal.errors import Stop
from adapters.terminal.own_answers import Importing, the_own
from adapters.terminal.shown import plural
from adapters.terminal.staff import SchoolOption, the_school
from bot import own_import, own_pack
from knowledge.importing.model import ImportedPolicy

LISTED: Final = 5
LINE: Final = 100


def add(group: typer.Typer, house: Importing) -> None:
    """Add both commands to the group of commands about policies."""

    @group.command("import")
    def import_(
        file: Annotated[Path, typer.Argument(help="The policy: Word, PDF, HTML, Markdown, plain text, or a pack.")],
        *,
        name: Annotated[str, typer.Option("--as", metavar="ID", help="What to call it; made from its title.")] = "",
        base: Annotated[bool, typer.Option("--base", help="A trust's pack: keep it as the trust's.")] = False,
        school: SchoolOption = "",
    ) -> None:
        """Read a school's own policy in as a draft, to be reviewed on the desk. Nobody is answered from it yet."""
        from bot.own_press import InstalledPress  # noqa: PLC0415 - wanted by this command alone

        data = _bytes_of(file)
        with house.store().look() as work:
            # A file may be tried out before there is a school.
            at = the_school(work, school).id if school or work.schools.all() else None
        importing = own_import.Importing(house.store(), house.clock, InstalledPress())
        try:
            with _progress() as tell:
                taken = importing.take_in(at, None, data, file.name, name, tell, base=base)
        except own_import.NotTaken as error:
            raise Stop(str(error)) from None
        _report(taken)

    @group.command()
    def export(
        name: Annotated[str, typer.Argument(metavar="ID", help="The policy's name.")],
        *,
        draft: Annotated[bool, typer.Option("--draft", help="The open draft, not the version in force.")] = False,
        school: SchoolOption = "",
        to: Annotated[Path | None, typer.Option("--to", help="Write it to this file, not to the screen.")] = None,
    ) -> None:
        """Write one of the schools' own policies with its reviewed rules as one readable file, which `import` reads."""
        own = the_own(house, name, draft=draft, school_id=school)
        if own is None:
            what = "draft" if draft else "own policy in force"
            raise Stop(f"There is no {what} {name!r}. `python app.py policy list` names those that there are.")
        text = own_pack.written(own.policy)
        if to is None:
            typer.echo(text, nl=False)
            return
        to.write_text(text, "utf-8")
        typer.echo(f"{own.policy.head.title}: {plural(len(own.policy.clauses), 'clause')} written to {to}.")


def _bytes_of(file: Path) -> bytes:
    try:
        found = file.stat()
    except FileNotFoundError:
        raise Stop(f"There is no file {file}.") from None
    if not stat.S_ISREG(found.st_mode):
        raise Stop(f"{file} is not a file. Name the policy itself.")
    if found.st_size > own_import.LARGEST_FILE:
        raise Stop(own_import.too_large(file.name))
    return file.read_bytes()


@contextmanager
def _progress() -> Iterator[own_import.Progress]:
    """Show on a terminal what is being done and how far it is; print nothing elsewhere."""
    from rich.console import Console  # noqa: PLC0415 - slow to load, and wanted by this command alone
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn  # noqa: PLC0415

    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as shown:
        task = shown.add_task("", total=1.0)
        yield lambda what, share: shown.update(task, description=what, completed=share)


def _report(taken: own_import.TakenIn) -> None:
    document, draft = taken.document, taken.draft
    sections = len({clause.section for clause in document.clauses})
    typer.echo(
        f"{document.title}: {plural(len(document.clauses), 'clause')} in {plural(sections, 'section')}, "
        f"as the draft {draft.policy}."
    )
    if taken.carried:
        typer.echo(f"{plural(taken.carried, 'clause')} kept what was reviewed before: their words did not change.")
    _left_out(document)
    if taken.review:
        listed = ", ".join(taken.review)
        typer.echo(
            f"The trust has changed what stands behind clauses of the school's own. Look at these first: {listed}."
        )
    if document.tracked:
        typer.echo(f"{plural(len(document.tracked), 'tracked change')} not settled: read {document.tracked_as}.")
    for change in document.tracked:
        where = f" (clause {change.clause})" if change.clause else ""
        typer.echo(f"Not settled in the file{where}, {change.kind}: {_short(change.text)}")
    if draft.school_id is None:
        typer.echo(
            'To review it, add the school and import it again: python app.py school add ID --name "…" --policy …'
        )
        return
    typer.echo("Nobody is answered from it yet. Review it on the desk, under Own policy.")


def _left_out(document: ImportedPolicy) -> None:
    counted = Counter(each.why for each in document.left_out)
    for why, count in counted.most_common():
        texts = [_short(each.text) for each in document.left_out if each.why == why]
        more = f" … and {count - LISTED} more" if count > LISTED else ""
        typer.echo(f"Left out, {why} ({count}): {' | '.join(texts[:LISTED])}{more}")


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= LINE else text[:LINE].rsplit(" ", 1)[0] + " …"
