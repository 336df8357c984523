"""``school add|list`` and ``people import|list``: schools, and who works there."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Annotated, Protocol
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import typer

from adapters.terminal.asking import known_policy
from adapters.terminal.errors import FAILED, Stop
from adapters.terminal.shown import columns, plural
from bot import staff_csv, staff_import
from bot.people import School
from bot.plain import is_name
from bot.ports import Clock, Store, UnitOfWork

NATIONS = ("ENG", "WLS", "SCT", "NIR")
LARGEST_FILE = 10_000_000
"""Bytes of a staff list; a list of ten thousand people has about one million."""
SchoolOption = Annotated[str, typer.Option("--school", help="The school's id; not needed where there is only one.")]


class Keeping(Protocol):
    """What these commands need of the wiring."""

    @property
    def clock(self) -> Clock:
        """The time."""
        ...

    def store(self) -> Store:
        """Return the store over an up-to-date database. Raise ``Stop``."""
        ...

    def default_nation(self) -> str:
        """Return the nation of a school that names none."""
        ...


def the_school(work: UnitOfWork, school_id: str) -> School:
    """Return the school of that id, or the only one where the id is empty. Raise ``Stop``."""
    schools = work.schools.all()
    if not schools:
        raise Stop('There is no school yet. Add one: python app.py school add ID --name "…" --policy NAME')
    names = ", ".join(school.id for school in schools)
    if not school_id and len(schools) > 1:
        raise Stop(f"Say which school: --school ID. There are: {names}.")
    found = next((school for school in schools if school.id == school_id or not school_id), None)
    if found is None:
        raise Stop(f"There is no school {school_id!r}. There are: {names}.")
    return found


def add(app: typer.Typer, house: Keeping) -> None:
    """Add the commands about schools and people."""
    schools = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
    people = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
    app.add_typer(schools, name="school", help="The schools of this database.")
    app.add_typer(people, name="people", help="The people of a school.")
    _school_commands(schools, house)

    @people.command("import")
    def import_(
        file: Annotated[Path, typer.Argument(help="A staff list as CSV (docs/commands.md names the columns).")],
        *,
        school: SchoolOption = "",
        good_lines: Annotated[
            bool, typer.Option("--good-lines", help="Take in the good lines although others are wrong.")
        ] = False,
    ) -> None:
        """Take in a staff list. Wrong lines are named; with any, nothing goes in unless --good-lines is given."""
        parsed = staff_csv.parse(_text_of(file))
        with house.store().begin() as work:
            at = the_school(work, school)
            staff = staff_import.examined(parsed, work.people.roster(at.id))
            for line in staff.wrong:
                typer.echo(str(line), err=True)
            if staff.wrong and not (good_lines and staff.rows):
                wrong = plural(len(staff.wrong), "wrong line")
                raise Stop(f"Nothing was taken in: mend the {wrong} of {file.name}, or give --good-lines.")
            done = staff_import.take_in(work, at.id, staff, house.clock.today(at.timezone), lambda: uuid.uuid4().hex)
            work.commit()
        typer.echo(f"{at.name}: {len(done.added)} added, {len(done.changed)} changed, {len(done.same)} as before.")
        if done.not_named:
            typer.echo(f"Not in the file, and left as they are: {', '.join(done.not_named)}.")
        if staff.wrong:
            raise typer.Exit(FAILED)

    @people.command("list")
    def list_(*, school: SchoolOption = "") -> None:
        """List the people of a school with their roles and where they can be met."""
        with house.store().look() as work:
            at = the_school(work, school)
            roster = work.people.roster(at.id)
        today = house.clock.today(at.timezone)
        columns(
            ("name", "e-mail", "roles", "accounts"),
            (
                (
                    person.name,
                    person.email,
                    " ".join(sorted(roster.roles(person.id, today))),
                    " ".join(sorted({a.platform for a in roster.accounts if a.person_id == person.id and not a.gone})),
                )
                for person in roster.here(today)
            ),
        )


def _school_commands(group: typer.Typer, house: Keeping) -> None:
    @group.command("add")
    def add_school(
        school_id: Annotated[str, typer.Argument(metavar="ID", help="A short name for the school, for good.")],
        *,
        name: Annotated[str, typer.Option(help="The school's name as people know it.")],
        policy: Annotated[str, typer.Option(help="The policy that the school has adopted.")],
        timezone: Annotated[str, typer.Option(help="The school's time zone.")] = "Europe/London",
        nation: Annotated[str, typer.Option(help="Whose bank holidays count: ENG, WLS, SCT or NIR.")] = "",
    ) -> None:
        """Add a school."""
        known_policy(policy)
        if not school_id.isascii() or not school_id.replace("-", "").isalnum():
            raise Stop(f"A school's id has letters, digits and hyphens only, not {school_id!r}.")
        if not is_name(name):
            raise Stop("A school's name is one line, without signs of markup or addresses (such as < * _ @).")
        nation = nation or house.default_nation()
        if nation not in NATIONS:
            raise Stop(f"There is no nation {nation!r}. There are: {', '.join(NATIONS)}.")
        try:
            ZoneInfo(timezone)
        except (ZoneInfoNotFoundError, ValueError):
            raise Stop(f"There is no time zone {timezone!r}. Europe/London is the one of the whole UK.") from None
        with house.store().begin() as work:
            if work.schools.get(school_id) is not None:
                raise Stop(f"There is a school {school_id!r} already.")
            work.schools.put(School(school_id, name, policy, timezone, nation))
            work.audit.note(school_id, None, "school.add", school_id)
            work.commit()
        typer.echo(f"{name} was added. Next: python app.py people import staff.csv --school {school_id}")

    @group.command("list")
    def list_schools() -> None:
        """List the schools with their policies."""
        with house.store().look() as work:
            schools = work.schools.all()
        columns(
            ("school", "name", "policy", "time zone", "nation"),
            ((s.id, s.name, s.policy, s.timezone, s.nation) for s in schools),
        )


def _text_of(file: Path) -> str:
    try:
        with file.open("rb") as opened:
            content = opened.read(LARGEST_FILE + 1)
    except FileNotFoundError:
        raise Stop(f"There is no file {file}.") from None
    except IsADirectoryError:
        raise Stop(f"{file} is a folder. Name the CSV file itself.") from None
    if len(content) > LARGEST_FILE:
        raise Stop(f"{file} is larger than {LARGEST_FILE // 1_000_000} MB: that is no staff list.")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        # Excel on Windows saves "CSV" in the code page of western Europe.
        if b"\0" in content:
            raise Stop(f"{file} is not text. Save it as CSV (UTF-8).") from None
        return content.decode("cp1252", "replace")
