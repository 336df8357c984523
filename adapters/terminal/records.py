"""``report`` and ``audit``: what an operator may know. Counts, states, times; never text, never names."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import Annotated

import typer

from adapters.terminal import rereads
from adapters.terminal.errors import FAILED, Stop
from adapters.terminal.rereads import Shelved
from adapters.terminal.shown import columns, plural
from adapters.terminal.staff import Keeping, SchoolOption, the_school
from bot import audit as chain
from bot.references import read_reference
from bot.reports import Report


def add(app: typer.Typer, house: Shelved) -> None:
    """Add the commands about reports, re-reading and the audit chain."""
    reports = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
    audits = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
    app.add_typer(reports, name="report", help="Reports as an operator sees them: no text, no names.")
    app.add_typer(audits, name="audit", help="The audit chain.")
    _report_commands(reports, house)
    rereads.add(app, house)
    _audit_commands(audits, house)


def _report_commands(group: typer.Typer, house: Keeping) -> None:
    @group.command("list")
    def list_(*, school: SchoolOption = "") -> None:
        """List the reports of a school: reference, kind, state and times."""
        with house.store().look() as work:
            at = the_school(work, school)
            found = work.reports.all(at.id)
        now = house.clock.now()
        columns(
            ("reference", "kind", "state", "received", "due", ""),
            (
                (r.reference, r.kind, r.state, _minute(r.received_at), _minute(r.due_at), "late" if r.late(now) else "")
                for r in found
            ),
        )
        typer.echo(f"{plural(len(found), 'report')}, {sum(r.late(now) for r in found)} late.")

    @group.command()
    def show(
        reference: Annotated[str, typer.Argument(help="The report's reference.")], *, school: SchoolOption = ""
    ) -> None:
        """Show the states and times of one report. That you looked is written into the audit chain."""
        with house.store().begin() as work:
            at = the_school(work, school)
            report = work.reports.by_reference(at.id, read_reference(reference))
            if report is None:
                raise Stop(f"There is no report {reference!r} in {at.name}.")
            entries: Counter[str] = Counter(entry.kind for entry in work.reports.entries(report.id))
            files = len(work.attachments.of(report.id))
            work.audit.note(at.id, None, "operator.show", report.reference)
            work.commit()
        columns(("what", "value"), _facts(report, entries, files))


def _facts(report: Report, entries: Counter[str], files: int) -> list[tuple[str, str]]:
    chain_of_times = [
        ("received", report.received_at),
        ("due", report.due_at),
        ("next reminder", report.chase_at),
        ("acknowledged", report.acknowledged_at),
        ("closed", report.closed_at),
    ]
    return [
        ("reference", report.reference),
        ("kind", report.kind),
        ("state", report.state),
        ("urgent", "yes" if report.urgent else "no"),
        *((name, _minute(at)) for name, at in chain_of_times if at is not None),
        ("outcome", report.outcome or "-"),
        ("hold", "yes" if report.hold else "no"),
        ("people entitled", str(len({grant.person_id for grant in report.live_grants}))),
        ("passed on", plural(report.level, "time")),
        ("reminders", str(report.chases)),
        *((f"entries: {kind.replace('_', ' ')}", str(number)) for kind, number in sorted(entries.items())),
        ("files", str(files)),
    ]


def _audit_commands(group: typer.Typer, house: Keeping) -> None:
    @group.command()
    def verify(
        *,
        school: SchoolOption = "",
        anchor: Annotated[list[str] | None, typer.Option(help="An anchor kept elsewhere; may be given again.")] = None,
    ) -> None:
        """Verify the audit chain of each school, or of one; print the anchor of each to keep elsewhere."""
        try:
            anchors = [chain.Anchor.parse(text) for text in anchor or ()]
        except ValueError:
            raise Stop("An anchor is written SCHOOL:NUMBER:HASH, as `audit verify` prints it.") from None
        broken = 0
        with house.store().look() as work:
            schools = [the_school(work, school)] if school else list(work.schools.all())
            strange = {one.school_id for one in anchors} - {at.id for at in schools}
            if strange:
                raise Stop(f"An anchor names a school that is not here: {', '.join(sorted(strange))}.")
            for at in schools:
                head = work.audit.head(at.id)
                faults = list(chain.verify(at.id, work.audit.rows(at.id), head, anchors))
                for fault in faults:
                    typer.echo(str(fault), err=True)
                broken += len(faults)
                if not faults:
                    typer.echo(
                        f"{at.id}: whole, {plural(head.seq if head else 0, 'row')}. Anchor: {head or 'none yet'}"
                    )
        if broken:
            typer.echo(
                "The audit chain was tampered with, or a backup was put back: compare it with your backups.", err=True
            )
            raise typer.Exit(FAILED)


def _minute(at: dt.datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M}Z"
