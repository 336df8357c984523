"""By when a report must be taken up, and how long it is chased. The defaults are local choices, kept as data."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final, TypeAlias

from bot.calendars import Calendar
from knowledge.pack import REPORT_KINDS

Wait: TypeAlias = dt.timedelta | int
"""By the clock; or a number of working days."""


@dataclass(frozen=True, slots=True)
class Pace:
    """``first``: until it must be taken up; ``again``: until the second reminder; ``on``: until the next person."""

    first: Wait
    again: Wait
    on: Wait

    def after(self, chases: int) -> Wait:
        """Return the wait after so many reminders at one level."""
        return self.on if chases >= CHASES else self.again


URGENT: Final = Pace(dt.timedelta(hours=1), dt.timedelta(minutes=30), dt.timedelta(minutes=30))
"""A child may be at risk: by the clock, at any hour of any day."""
USUAL: Final = Pace(1, 1, 1)
"""Everything else: working days."""
CHASES: Final = 2
"""Reminders to the people at one level before the next level is told."""


@dataclass(frozen=True, slots=True)
class Paces:
    """The pace of every report. ``late`` and ``urgent_late`` are seconds.

    After so many seconds somebody else is told because a notice of a report could not be delivered.
    """

    urgent: Pace = URGENT
    usual: Pace = USUAL
    kinds: Mapping[str, Pace] = field(default_factory=lambda: MappingProxyType({}))
    late: float = 30 * 60.0
    urgent_late: float = 10 * 60.0

    def of(self, kind: str, *, urgent: bool) -> Pace:
        """Return the pace of a report."""
        return self.urgent if urgent else self.kinds.get(kind, self.usual)


PACES: Final = Paces()

AT_RISK: Final = "at_risk"
OTHERS: Final = "usual"
_CLOCK: Final = re.compile(r"([1-9][0-9]{0,4})([mh])")
_DAYS: Final = re.compile(r"([1-9][0-9]{0,2})d")
_SHORTEST: Final = dt.timedelta(minutes=5)
_LONGEST: Final = dt.timedelta(days=7)
_LONGEST_AT_RISK: Final = dt.timedelta(hours=24)
_MOST_DAYS: Final = 20


def paces_of(deadlines: Iterable[str], unreachable: Iterable[str]) -> Paces:
    """Return the paces that settings stand for. Raise ``ValueError`` with a sentence that says how to mend it.

    ``deadlines`` are such as ``media_enquiry=2h/1h/1h``: up to three waits, of which those left out are the usual ones.
    ``unreachable`` are one wait for ``at_risk`` and one for ``usual``, by the clock.
    """
    written = _by_name("report_deadlines", deadlines, {AT_RISK, OTHERS, *REPORT_KINDS})
    urgent = _pace(AT_RISK, written.pop(AT_RISK), URGENT) if AT_RISK in written else URGENT
    usual = _pace(OTHERS, written.pop(OTHERS), USUAL) if OTHERS in written else USUAL
    kinds = {kind: _pace(kind, text, usual) for kind, text in written.items()}
    late = {AT_RISK: PACES.urgent_late, OTHERS: PACES.late}
    for name, text in _by_name("report_unreachable", unreachable, set(late)).items():
        wait = _by_the_clock(text)
        if wait is None:
            raise ValueError(
                f"report_unreachable: {name} takes minutes or hours (5m to 168h), such as {name}=30m, not {text[:40]!r}"
            )
        late[name] = wait.total_seconds()
    return Paces(urgent, usual, MappingProxyType(kinds), late[OTHERS], late[AT_RISK])


def due(calendar: Calendar, start: dt.datetime, wait: Wait) -> dt.datetime:
    """Return when a wait that begins at ``start`` is over (UTC)."""
    return calendar.after(start, wait) if isinstance(wait, int) else start + wait


def _by_name(setting: str, written: Iterable[str], known: set[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for text in written:
        name, _, waits = (part.strip() for part in text.partition("="))
        if name not in known:
            raise ValueError(
                f"{setting}: {text[:60]!r} must begin with one of {', '.join(sorted(known))}, and = after it"
            )
        if name in found:
            raise ValueError(f"{setting} gives {name} twice: keep one")
        found[name] = waits
    return found


def _pace(name: str, text: str, rest: Pace) -> Pace:
    given = [_wait(name, part.strip()) for part in text.split("/")]
    if len(given) > len(("first", "again", "on")):
        raise ValueError(f"report_deadlines: {name} takes three waits at most, such as {name}=1h/30m/30m, not {text!r}")
    pace = Pace(*given, *(rest.first, rest.again, rest.on)[len(given) :])
    if name == AT_RISK and any(isinstance(w, int) or w > _LONGEST_AT_RISK for w in (pace.first, pace.again, pace.on)):
        raise ValueError(
            f"report_deadlines: {AT_RISK} goes by the clock, at most 24 hours each, such as {AT_RISK}=1h/30m/30m, "
            f"not {text!r}: a child at risk cannot wait for a working day"
        )
    return pace


def _wait(name: str, text: str) -> Wait:
    wait = _by_the_clock(text)
    if wait is not None:
        return wait
    found = _DAYS.fullmatch(text)
    if found and int(found[1]) <= _MOST_DAYS:
        return int(found[1])
    raise ValueError(
        f"report_deadlines: {name} takes minutes or hours by the clock (5m to 168h) or working days "
        f"(1d to {_MOST_DAYS}d), such as {name}=4h/1d/1d, not {text[:40]!r}"
    )


def _by_the_clock(text: str) -> dt.timedelta | None:
    found = _CLOCK.fullmatch(text)
    if found is None:
        return None
    wait = dt.timedelta(hours=int(found[1])) if found[2] == "h" else dt.timedelta(minutes=int(found[1]))
    return wait if _SHORTEST <= wait <= _LONGEST else None
