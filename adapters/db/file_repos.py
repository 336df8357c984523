"""Files of reports, sealed, and the short ways to them."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ColumnElement, Connection, Row, delete, insert, select

from adapters.db import tables as t
from adapters.db.types import insert_once
from bot.ports import Attachment, Door


class SqlAttachments:
    """Files of reports (``bot.ports.Attachments``)."""

    def __init__(self, connection: Connection) -> None:
        self._c = connection

    def add(self, attachment: Attachment, sealed: bytes) -> bool:
        """Keep a file with its sealed content; ``False`` where its id is there."""
        values = {"id": attachment.id, "report_id": attachment.report_id, "at": attachment.at}
        if not insert_once(self._c, t.attachments, {**values, "about": attachment.about, "sealed": sealed}):
            return False
        self._c.execute(insert(t.attachment_keys).values(attachment_id=attachment.id, key=attachment.key))
        return True

    def of(self, report_id: str) -> tuple[Attachment, ...]:
        """Return a report's files in order of time, without their content."""
        return self._found(t.attachments.c.report_id == report_id)

    def get(self, attachment_id: str) -> Attachment | None:
        """Return a file without its content, or ``None``."""
        return next(iter(self._found(t.attachments.c.id == attachment_id)), None)

    def content(self, attachment_id: str) -> bytes:
        """Return a file's sealed content; empty for one that is not there."""
        a = t.attachments.c
        return self._c.execute(select(a.sealed).where(a.id == attachment_id)).scalar() or b""

    def _found(self, where: ColumnElement[bool]) -> tuple[Attachment, ...]:
        a, keys = t.attachments.c, t.attachment_keys
        query = (
            select(a.id, a.report_id, a.at, keys.c.key, a.about)
            .join_from(t.attachments, keys, keys.c.attachment_id == a.id, isouter=True)
            .where(where)
            .order_by(a.at, a.id)
        )
        return tuple(Attachment(*row) for row in self._c.execute(query))


class SqlDoors:
    """Ways to the files of a report (``bot.ports.Doors``)."""

    def __init__(self, connection: Connection) -> None:
        self._c = connection

    def add(self, token_hash: str, door: Door, expires: dt.datetime, now: dt.datetime) -> None:
        """Keep a way until it expires, in place of an earlier one of the same secret; forget what has expired."""
        d = t.attachment_doors.c
        self._c.execute(delete(t.attachment_doors).where((d.expires <= now) | (d.token_hash == token_hash)))
        values = {"token_hash": token_hash, "report_id": door.report_id, "person_id": door.person_id}
        self._c.execute(insert(t.attachment_doors).values(**values, expires=expires))

    def use(self, token_hash: str, now: dt.datetime) -> Door | None:
        """Use a one-time link up: where it leads the first time before it expires, else ``None``."""
        d = t.attachment_doors.c
        used = delete(t.attachment_doors).where(d.token_hash == token_hash, d.expires > now)
        return _door(self._c.execute(used.returning(d.report_id, d.person_id)).first())

    def find(self, token_hash: str, now: dt.datetime) -> Door | None:
        """Return where a way leads that has not expired, or ``None``."""
        d = t.attachment_doors.c
        there = select(d.report_id, d.person_id).where(d.token_hash == token_hash, d.expires > now)
        return _door(self._c.execute(there).first())

    def shut(self, token_hash: str) -> None:
        """Forget a way."""
        self._c.execute(delete(t.attachment_doors).where(t.attachment_doors.c.token_hash == token_hash))


def _door(row: Row[str, str | None] | None) -> Door | None:
    return None if row is None else Door(row.report_id, row.person_id)
