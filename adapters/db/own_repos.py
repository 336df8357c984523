"""A school's own policies in the database."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, delete, insert, select

from adapters.db import tables as t
from adapters.db.types import upsert
from bot.own_policy import Draft, Entry, PolicyText
from knowledge.importing.model import DraftedNorm, ImportedPolicy
from knowledge.model import PolicyHead

_NORMS = msgspec.json.Decoder(tuple[DraftedNorm, ...])
_HEAD = msgspec.json.Decoder(PolicyHead)
_DOCUMENT = msgspec.json.Decoder(ImportedPolicy)


class SqlOwnPolicies:
    """Texts, drafts and entries (``bot.ports.OwnPolicies``)."""

    def __init__(self, connection: Connection, *, writing: bool) -> None:
        self._c = connection
        self._writing = writing

    def put_text(self, text: PolicyText) -> None:
        """Add a text."""
        self._c.execute(insert(t.policy_texts).values(_values(t.policy_texts, text, "document")))

    def text(self, text_id: str) -> PolicyText:
        """Return a text. Raise ``KeyError``."""
        row = self._c.execute(select(t.policy_texts).where(t.policy_texts.c.id == text_id)).first()
        if row is None:
            raise KeyError(text_id)
        return PolicyText(**{**row._mapping, "document": _DOCUMENT.decode(row.document)})  # noqa: SLF001

    def put_draft(self, draft: Draft) -> None:
        """Add a draft, or change it."""
        upsert(self._c, t.policy_drafts, _values(t.policy_drafts, draft, "head"))

    def draft(self, draft_id: str) -> Draft | None:
        """Return a draft or ``None``; to whoever writes it belongs until the end of the transaction."""
        query = select(t.policy_drafts).where(t.policy_drafts.c.id == draft_id)
        row = self._c.execute(query.with_for_update() if self._writing else query).first()
        return None if row is None else _draft(row)

    def drafts(self, school_id: str | None) -> tuple[Draft, ...]:
        """Return the drafts of a school, or those of no school yet; latest first."""
        d = t.policy_drafts.c
        query = select(t.policy_drafts).where(d.school_id == school_id).order_by(d.at.desc(), d.id)
        return tuple(_draft(row) for row in self._c.execute(query))

    def put_entries(self, entries: Sequence[Entry]) -> None:
        """Add entries, or change them."""
        for entry in entries:
            values = _values(t.policy_entries, entry, "drafted", "norms")
            upsert(self._c, t.policy_entries, values, ("draft_id", "place"))

    def cut_entries(self, draft_id: str, count: int) -> None:
        """Keep the first entries of a draft, so many, and take the others away."""
        e = t.policy_entries.c
        self._c.execute(delete(t.policy_entries).where(e.draft_id == draft_id, e.place >= count))

    def entries(self, draft_id: str) -> tuple[Entry, ...]:
        """Return the entries of a draft in printed order."""
        e = t.policy_entries.c
        query = select(t.policy_entries).where(e.draft_id == draft_id).order_by(e.place)
        return tuple(_entry(row) for row in self._c.execute(query))


def _values(table: Any, thing: object, *as_json: str) -> dict[str, Any]:  # noqa: ANN401 - one of three tables
    found = {column.name: getattr(thing, column.name) for column in table.columns}
    return found | {name: msgspec.json.encode(found[name]).decode() for name in as_json}


def _draft(row: Row[Any]) -> Draft:
    return Draft(**{**row._mapping, "head": _HEAD.decode(row.head)})  # noqa: SLF001 - SQLAlchemy's public name


def _entry(row: Row[Any]) -> Entry:
    norms = {"drafted": _NORMS.decode(row.drafted), "norms": _NORMS.decode(row.norms)}
    return Entry(**{**row._mapping, **norms})  # noqa: SLF001 - SQLAlchemy's public name
