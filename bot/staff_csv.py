"""A staff list as a school exports it (CSV) -> people, roles and accounts; wrong lines are named, good ones stand.

Columns, in any order and any case: ``name`` and ``email`` (both needed), ``roles`` (separated by ``;``), ``started``,
``left`` (``YYYY-MM-DD`` or ``DD/MM/YYYY``), ``manager`` (an e-mail), ``slack``, ``teams`` (account ids).
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from bot.people import ROLES
from bot.plain import is_name

COLUMNS: Final = ("name", "email", "roles", "started", "left", "manager", "slack", "teams")
NEEDED: Final = ("name", "email")
LONGEST: Final = 200
EMAIL: Final = re.compile(r"[^@\s,;<>\"]+@[^@\s,;<>\"]+\.[^@\s,;<>\".]+")


@dataclass(frozen=True, slots=True)
class StaffRow:
    """One good line: ``line`` is its number in the file, counted from 1 with the header."""

    line: int
    name: str
    email: str
    roles: tuple[str, ...]
    started: dt.date | None = None
    left: dt.date | None = None
    manager: str = ""
    slack: str = ""
    teams: str = ""


@dataclass(frozen=True, slots=True, order=True)
class WrongLine:
    """A line that cannot go in, and why."""

    line: int
    reason: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.reason}"


@dataclass(frozen=True, slots=True)
class StaffList:
    """What a file held: the good rows and the wrong lines, each in file order."""

    rows: tuple[StaffRow, ...]
    wrong: tuple[WrongLine, ...]


def parse(text: str) -> StaffList:
    """Read a staff list. Never raises: what is wrong with the file as a whole is told as line 1."""
    text = text.removeprefix("\ufeff")
    if "\0" in text:
        return StaffList((), (WrongLine(1, "this is not a text file"),))
    if not text.strip():
        return StaffList((), (WrongLine(1, "the file is empty"),))
    first = text.lstrip("\r\n").splitlines()[0]
    delimiter = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text), delimiter=delimiter, strict=True)
    records = _records(reader)
    header_line, header = next(records)
    names = [name.strip().casefold().replace("-", "").replace("e mail", "email") for name in header]
    faults = [f"the column {name!r} is missing" for name in NEEDED if name not in names]
    faults += [
        f"unknown column {name!r}; the columns are {', '.join(COLUMNS)}" for name in names if name not in COLUMNS
    ]
    faults += [f"the column {name!r} stands twice" for name in sorted(set(names)) if names.count(name) > 1]
    if faults:
        return StaffList((), tuple(WrongLine(header_line, fault) for fault in faults))
    rows: list[StaffRow] = []
    wrong: list[WrongLine] = []
    lines_by_email: dict[str, int] = {}
    for line, record in records:
        if not any(value.strip() for value in record):
            continue
        outcome = _row(line, names, record)
        if isinstance(outcome, StaffRow):
            before = lines_by_email.setdefault(outcome.email, line)
            if before != line:
                outcome = WrongLine(line, f"the e-mail {outcome.email} already stands on line {before}")
        if isinstance(outcome, StaffRow):
            rows.append(outcome)
        else:
            wrong.append(outcome)
    return StaffList(tuple(rows), tuple(sorted(wrong)))


def _records(reader: Iterator[list[str]]) -> Iterator[tuple[int, list[str]]]:
    """Yield each record with the line that it begins on; a broken quotation ends the file as one wrong record."""
    line = 1
    while True:
        try:
            record = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield line, ["\0 unreadable"]
            return
        if record or line > 1:
            yield line, record
        line = getattr(reader, "line_num", line) + 1


def _row(line: int, names: list[str], record: list[str]) -> StaffRow | WrongLine:
    if record and record[0].startswith("\0"):
        return WrongLine(
            line, "cannot be read from here on: a quotation mark is not closed or stands in the wrong place"
        )
    if len(record) > len(names):
        return WrongLine(line, f"has {len(record)} values where the header has {len(names)}")
    value = dict.fromkeys(COLUMNS, "") | {n: v.strip() for n, v in zip(names, record, strict=False)}
    email = value["email"].casefold()
    roles = tuple(
        dict.fromkeys(re.sub(r"[\s-]+", "_", r.strip().casefold()) for r in value["roles"].split(";") if r.strip())
    )
    value["name"] = " ".join(value["name"].split())
    faults = _name_faults(value["name"])
    if not EMAIL.fullmatch(email):
        faults.append(f"{value['email']!r} is not an e-mail address" if email else "the e-mail is missing")
    faults += [f"{name} is longer than {LONGEST} characters" for name, v in value.items() if len(v) > LONGEST]
    faults += [f"unknown role {role!r}; the roles are {', '.join(ROLES)}" for role in roles if role not in ROLES]
    if value["manager"] and not EMAIL.fullmatch(value["manager"]):
        faults.append(f"the manager {value['manager']!r} is not an e-mail address")
    days: dict[str, dt.date | None] = {}
    for name in ("started", "left"):
        days[name] = _day(value[name])
        if value[name] and days[name] is None:
            faults.append(f"{name} {value[name]!r} is not a date (YYYY-MM-DD or DD/MM/YYYY)")
    started, left = days["started"], days["left"]
    if started and left and left < started:
        faults.append("left before started")
    if faults:
        return WrongLine(line, "; ".join(faults))
    return StaffRow(
        line,
        value["name"],
        email,
        roles or ("staff",),
        started,
        left,
        value["manager"].casefold(),
        value["slack"],
        value["teams"],
    )


def _name_faults(name: str) -> list[str]:
    if not name:
        return ["the name is missing"]
    if not is_name(name):
        return ["the name holds a sign that stands in no name (such as < * _ @, or one that is not seen)"]
    return []


def _day(text: str) -> dt.date | None:
    if british := re.fullmatch(r"(\d{1,2})/(\d{1,2})/(\d{4})", text):
        text = f"{british[3]}-{british[2]:0>2}-{british[1]:0>2}"
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None
