"""``reread``: how far each round has come, and how the register stood on any day. Counts, never names."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Final, Protocol
from zoneinfo import ZoneInfo

import typer

from adapters.terminal.errors import Stop
from adapters.terminal.shown import columns
from adapters.terminal.staff import Keeping, SchoolOption, the_school
from bot.ports import Shelf
from bot.wording import says

COLUMNS: Final = ("policy", "version", "due", "state", "read", "not yet", "cards sent", "waiting", "last one leaves")


class Shelved(Keeping, Protocol):
    """What these commands need of the wiring: the policies too."""

    @property
    def shelf(self) -> Shelf:
        """Where the schools' policies stand."""
        ...


def add(app: typer.Typer, house: Shelved) -> None:
    """Add the commands about re-reading."""
    group = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
    app.add_typer(group, name="reread", help="The yearly re-reading.")

    @group.command()
    def status(*, school: SchoolOption = "") -> None:
        """Tell how far each round of re-reading has come, and when the last of its cards leaves."""
        with house.store().look() as work:
            at = the_school(work, school)
            today, zone = house.clock.today(at.timezone), ZoneInfo(at.timezone)
            ledger = work.rereads.ledger(at.id, today)
            acknowledged = [ack for ack in work.rereads.acknowledgements(at.id) if ack.complete]
            rows = []
            for campaign in work.rereads.campaigns(at.id):
                asked = {step.person_id for step in ledger if step.campaign_id == campaign.id}
                done = {ack.person_id for ack in acknowledged if ack.campaign_id == campaign.id}
                cards = work.outbox.progress(campaign.id, "reread.ask")
                live = campaign.live(today)
                state = "ended" if not live else "overdue" if campaign.due < today else "running"
                open_ = len(asked - done) if live else 0
                leaves = f"{cards.leaves.astimezone(zone):%Y-%m-%d %H:%M}" if cards.leaves else ""
                told = (len(done), open_, cards.sent, cards.waiting)
                rows.append(
                    (campaign.policy, campaign.version, campaign.due.isoformat(), state, *map(str, told), leaves)
                )
        columns(COLUMNS, rows)

    @group.command()
    def register(
        *,
        on: Annotated[str, typer.Option(help="The day, as YYYY-MM-DD; today without it.")] = "",
        policy: Annotated[str, typer.Option(help="Which of several policies; the one that leads without it.")] = "",
        school: SchoolOption = "",
    ) -> None:
        """Tell how the register stood on a day: how many people of each role had read the policy."""
        from bot.reread_register import STANDINGS, book, light_words  # noqa: PLC0415 - the holidays' tables load slowly
        from bot.scene import look_around  # noqa: PLC0415 - as above

        try:
            day = dt.date.fromisoformat(on) if on else None
        except ValueError:
            raise Stop(f"--on takes a day as YYYY-MM-DD, not {on!r}.") from None
        with house.store().look() as work:
            at = the_school(work, school)
            scene = look_around(work, at.id, house.clock, house.shelf).by(policy)
            found = book(work, scene, min(day or scene.today, scene.today))
        words = says("reread.standing")
        rows = [(role, *(str(counts[standing]) for standing in STANDINGS)) for role, counts in found.groups]
        everybody = ("everybody", *(str(found.counts[standing]) for standing in STANDINGS))
        columns(("role", *(words[standing] for standing in STANDINGS)), [*rows, everybody])
        typer.echo(f"{at.name}, {found.day.isoformat()}. {light_words(found.counts)}")
