"""Installations of the chat app and their states in the database."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from sqlalchemy import Connection, Row, delete, func, select, update

from adapters.db import tables as t
from adapters.db.types import insert_once, upsert
from bot.ports import Installation

MOST: Final = 1_000
"""States that wait at once: whoever asks for more is not installing."""


class SqlInstalls:
    """Installations (``bot.ports.Installs``)."""

    def __init__(self, connection: Connection) -> None:
        self._c = connection

    def put(self, installation: Installation) -> Installation:
        """Add an installation, or renew one."""
        kept = (c.name for c in t.slack_installs.columns if c.name != "school_id")
        upsert(self._c, t.slack_installs, {name: getattr(installation, name) for name in kept}, ("team",))
        there = self.get(installation.team)
        assert there is not None  # noqa: S101 - it was just put there
        return there

    def get(self, team: str) -> Installation | None:
        """Return the installation of a workspace or ``None``."""
        row = self._c.execute(select(t.slack_installs).where(t.slack_installs.c.team == team)).first()
        return None if row is None else _installation(row)

    def all(self) -> tuple[Installation, ...]:
        """Return every installation by workspace."""
        return tuple(map(_installation, self._c.execute(select(t.slack_installs).order_by(t.slack_installs.c.team))))

    def admit(self, team: str, school_id: str) -> bool:
        """Say whose staff a workspace holds."""
        here = update(t.slack_installs).where(t.slack_installs.c.team == team)
        return bool(self._c.execute(here.values(school_id=school_id)).rowcount)

    def drop(self, team: str) -> bool:
        """Delete an installation with its token."""
        return bool(self._c.execute(delete(t.slack_installs).where(t.slack_installs.c.team == team)).rowcount)

    def issue(self, state_hash: str, now: dt.datetime, expires: dt.datetime) -> bool:
        """Keep a state until it expires, and forget those that have."""
        self._c.execute(delete(t.install_states).where(t.install_states.c.expires <= now))
        if int(self._c.execute(select(func.count()).select_from(t.install_states)).scalar_one()) >= MOST:
            return False
        return insert_once(self._c, t.install_states, {"state_hash": state_hash, "expires": expires})

    def consume(self, state_hash: str, now: dt.datetime) -> bool:
        """Use a state up."""
        s = t.install_states.c
        fresh = delete(t.install_states).where(s.state_hash == state_hash, s.expires > now)
        return bool(self._c.execute(fresh).rowcount)


def _installation(row: Row[Any]) -> Installation:
    return Installation(**row._mapping)  # noqa: SLF001 - SQLAlchemy's public name
