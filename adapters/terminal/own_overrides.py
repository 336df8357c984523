"""``policy override``: clauses of a trust's policy in the school's own words, added, left out, or put back."""

from __future__ import annotations

from typing import Annotated

import typer

from adapters.terminal.errors import Stop
from adapters.terminal.own_answers import Importing
from adapters.terminal.staff import SchoolOption, the_school
from bot.own_overriding import NotOverridden, Overriding
from bot.own_review import Closed, NoDraft
from bot.wording import say


def add(group: typer.Typer, house: Importing) -> None:
    """Add the command to the group of commands about policies."""

    @group.command()
    def override(
        name: Annotated[str, typer.Argument(metavar="ID", help="The policy's name.")],
        clause: Annotated[str, typer.Argument(metavar="CLAUSE", help="The clause's number.")],
        *,
        text: Annotated[str, typer.Option("--text", help="The school's own words in place of the trust's.")] = "",
        add_text: Annotated[str, typer.Option("--add", help="A clause of the school's own behind it.")] = "",
        leave_out: Annotated[bool, typer.Option("--leave-out", help="It does not apply at this school.")] = False,
        back: Annotated[bool, typer.Option("--back", help="Put the trust's back, or take an added one away.")] = False,
        school: SchoolOption = "",
    ) -> None:
        """Make a clause of a trust's policy the school's own, in the open draft or a new one."""
        from bot.own_press import InstalledPress  # noqa: PLC0415 - wanted by this command alone

        if sum(map(bool, (text, add_text, leave_out, back))) != 1:
            raise Stop("Say one of: --text WORDS, --add WORDS, --leave-out, --back.")
        with house.store().look() as work:
            at = the_school(work, school).id
        overriding = Overriding(house.store(), house.clock, InstalledPress())
        try:
            draft = overriding.again(None, at, name)
            with house.store().look() as work:
                clauses = work.own.text(draft.text_id).document.clauses
            places = [place for place, each in enumerate(clauses) if each.id == clause]
            if not places:
                raise Stop(f"There is no clause {clause!r} in {name}.")
            ids, place = (None, at, draft.id), places[0]
            if text:
                overriding.replace(*ids, place, text)
                said = say("policy.base.replaced")
            elif add_text:
                said = say("policy.base.added", number=overriding.add(*ids, place, add_text))
            elif leave_out:
                overriding.leave_out(*ids, place)
                said = say("policy.base.left_out")
            else:
                added = clauses[place].origin == "school" and clauses[place].theirs is None
                overriding.put_back(*ids, place)
                said = say(f"policy.base.{'taken_away' if added else 'put_back'}")
        except NotOverridden as error:
            raise Stop(say(f"policy.base.{error.why}", **error.values)) from None
        except Closed:
            raise Stop(say("policy.review.closed")) from None
        except NoDraft:
            raise Stop(f"There is no draft and no version in force named {name!r} at {at}.") from None
        typer.echo(f"{name} {clause}: {said}")
        typer.echo("Nobody is answered from it yet. Review it on the desk, under Own policy.")
