"""Whether every report of every school would reach somebody: shown by ``check``, and asked before a start."""

from __future__ import annotations

from collections.abc import Iterator

from adapters.terminal.errors import Stop
from bot.people import School
from bot.ports import Clock, Shelf, Store
from bot.routing import Gap, route_gaps

Line = tuple[str, str, str]
"""Standing (``ok``, ``off``, ``note`` or ``mend``), what it is about, and what there is to say."""


def gaps(store: Store, clock: Clock, shelf: Shelf) -> list[tuple[School, tuple[Gap, ...]]]:
    """Return each school with the gaps in its routes today, worst first. Raise ``Stop`` for an unknown policy."""
    with store.look() as work:
        schools = [(school, work.people.roster(school.id)) for school in work.schools.all()]
    try:
        return [(s, route_gaps(roster, shelf.policy(s), clock.today(s.timezone))) for s, roster in schools]
    except KeyError as error:
        raise Stop(f"A school has adopted the policy {error}, which is not installed.") from None


def lines(found: list[tuple[School, tuple[Gap, ...]]]) -> Iterator[Line]:
    """Yield what ``check`` says about the routes of each school."""
    if not found:
        yield "off", "schools", 'none yet: python app.py school add ID --name "…" --policy NAME'
    for school, gaps_there in found:
        if not gaps_there:
            yield "ok", "routes", f"{school.name}: every report reaches somebody"
        for gap in gaps_there:
            if gap.fatal:
                yield "mend", "routes", f"{school.name}: {_what(gap)} {gap.says}"
        for says in dict.fromkeys(gap.says for gap in gaps_there if not gap.fatal):
            yield "note", "routes", f"{school.name}: {says}"


def must_hold(found: list[tuple[School, tuple[Gap, ...]]]) -> None:
    """Raise ``Stop`` where a school has a route that ends nowhere: it may not start."""
    for school, gaps_there in found:
        for gap in gaps_there:
            if gap.fatal:
                raise Stop(
                    f"{school.name} cannot start: {_what(gap)} {gap.says}. "
                    "Give somebody the role: python app.py people import staff.csv"
                )


def _what(gap: Gap) -> str:
    return f"a report of {gap.kind.replace('_', ' ')} about {gap.about.replace('_', ' ')}"
