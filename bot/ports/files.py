"""Where the files of reports are kept, and the short ways to them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file as it is kept. ``about`` is its name, kind, size and hash, sealed; its content is fetched when wanted."""

    id: str
    report_id: str
    at: dt.datetime
    key: bytes | None = field(repr=False)
    about: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Door:
    """A way to the files of one report: for a named reporter, or (``None``) for whoever proved the report's code."""

    report_id: str
    person_id: str | None


class Attachments(Protocol):
    """Files of reports, sealed. ``Reports.wipe`` destroys them, with their keys and the ways to them."""

    def add(self, attachment: Attachment, sealed: bytes) -> bool:
        """Keep a file with its sealed content. Return ``False``, with no effect, where its id is there."""
        ...

    def of(self, report_id: str) -> tuple[Attachment, ...]:
        """Return a report's files in order of time, without their content."""
        ...

    def get(self, attachment_id: str) -> Attachment | None:
        """Return a file without its content, or ``None``."""
        ...

    def content(self, attachment_id: str) -> bytes:
        """Return a file's sealed content; empty for one that is not there."""
        ...


class Doors(Protocol):
    """One-time links to a report's files, and who has come by one, by hashes of their secrets."""

    def add(self, token_hash: str, door: Door, expires: dt.datetime, now: dt.datetime) -> None:
        """Keep a way until it expires; those that have expired by now are forgotten."""
        ...

    def use(self, token_hash: str, now: dt.datetime) -> Door | None:
        """Use a one-time link up: where it leads the first time before it expires, else ``None``."""
        ...

    def find(self, token_hash: str, now: dt.datetime) -> Door | None:
        """Return where a way leads that has not expired, or ``None``."""
        ...

    def shut(self, token_hash: str) -> None:
        """Forget a way."""
        ...
