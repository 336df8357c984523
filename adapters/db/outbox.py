"""The outbox: queued with the fact, claimed in one statement, marked only where the lease is still ours."""

from __future__ import annotations

import datetime as dt
import json
import secrets
import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, exists, func, insert, or_, select, update

from adapters.db import tables as t
from adapters.db.types import insert_all, insert_once
from bot.ports import Claimed, Notice, OutboxState, Progress

LONGEST_WHY = 64
HELD = t.restores.c.released.is_(None)


class SqlOutbox:
    """Notices to be sent (``bot.ports.Outbox``). ``now`` is the database's clock."""

    def __init__(self, connection: Connection, now: ColumnElement[float]) -> None:
        self._c = connection
        self._now = now

    def add(self, notice: Notice) -> bool:
        """Queue a notice; ``False`` where its key is there already."""
        return insert_once(self._c, t.outbox, self._row(notice, self._now))

    def add_all(self, notices: Iterable[Notice]) -> int:
        """Queue notices in one go; those whose keys are there already are left out. Return how many went in."""
        now = self._c.execute(select(self._now)).scalar_one()
        return len(insert_all(self._c, t.outbox, [self._row(notice, now) for notice in notices], ("id",)))

    @staticmethod
    def _row(notice: Notice, now: Any) -> dict[str, Any]:  # noqa: ANN401 - the database's clock, or what it said
        return {
            "id": uuid.uuid4().hex,
            "school_id": notice.school_id,
            "key": notice.key,
            "template": notice.template,
            "person_id": notice.person_id,
            "outside": notice.outside,
            "thing": notice.thing,
            "ids": json.dumps(dict(notice.ids), sort_keys=True),
            "state": "waiting",
            "why": "",
            "created": now,
            "not_before": now + notice.after,
            "attempts": 0,
            "message": "",
            "fallback_done": False,
        }

    def claim(self, limit: int, lease: float) -> tuple[Claimed, ...]:
        """Take up to so many notices that are due, for ``lease`` seconds. Nobody else gets them meanwhile."""
        o = t.outbox.c
        token = secrets.token_hex(16)
        due = (
            select(o.id)
            .where(o.state == "waiting", o.not_before <= self._now, ~exists().where(HELD))
            .where(or_(o.lease_until.is_(None), o.lease_until <= self._now))
            .order_by(o.not_before, o.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
            .cte("due")
        )
        taken = self._c.execute(
            update(t.outbox)
            .where(o.id.in_(select(due.c.id)))
            .values(lease_token=token, lease_until=self._now + lease, attempts=o.attempts + 1)
            .returning(t.outbox, (self._now - o.created).label("age"))
        )
        rows = sorted(taken, key=lambda row: (row.not_before, row.id))
        return tuple(
            Claimed(row.id, token, row.attempts, row.age, _notice(row), row.account_id, row.fallback_done)
            for row in rows
        )

    def chosen(self, claimed: Claimed, account_id: str) -> bool:
        """Write down, before sending, to which account a notice goes."""
        return self._ours(claimed, account_id=account_id)

    def sent(self, claimed: Claimed, message: str) -> bool:
        """Mark as sent."""
        return self._ours(
            claimed, state="sent", message=message, ended=self._now, lease_token=None, lease_until=None, why=""
        )

    def later(self, claimed: Claimed, after: float, why: str) -> bool:
        """Put back for so many seconds."""
        return self._ours(
            claimed, not_before=self._now + after, lease_token=None, lease_until=None, why=why[:LONGEST_WHY]
        )

    def end(self, claimed: Claimed, state: OutboxState, why: str) -> bool:
        """Close without sending."""
        return self._ours(
            claimed, state=state, why=why[:LONGEST_WHY], ended=self._now, lease_token=None, lease_until=None
        )

    def fallback_done(self, claimed: Claimed) -> None:
        """Note that the next person was told because of this notice."""
        self._c.execute(update(t.outbox).where(t.outbox.c.id == claimed.id).values(fallback_done=True))

    def withdraw(self, thing: str, template: str, person_id: str | None = None) -> int:
        """Withdraw waiting notices about a thing. One that is just being sent is no longer ours to stop."""
        o = t.outbox.c
        where = (o.thing == thing) & (o.template == template) & (o.state == "waiting")
        if person_id is not None:
            where &= o.person_id == person_id
        result = self._c.execute(
            update(t.outbox)
            .where(where)
            .values(state="withdrawn", why="no longer needed", ended=self._now, lease_token=None, lease_until=None)
        )
        return result.rowcount

    def counts(self, school_id: str | None = None) -> Mapping[str, int]:
        """Return how many notices stand in each state."""
        o = t.outbox.c
        query = select(o.state, func.count()).group_by(o.state)
        if school_id is not None:
            query = query.where(o.school_id == school_id)
        return {state: count for state, count in self._c.execute(query)}  # noqa: C416 - rows are not pairs to mypy

    def waiting(self, template: str) -> int:
        """Return how many notices of a template wait, of all schools."""
        o = t.outbox.c
        query = select(func.count()).select_from(t.outbox).where(o.state == "waiting", o.template == template)
        return int(self._c.execute(query).scalar_one())

    def latest(self, thing: str, template: str) -> Notice | None:
        """Return the notice of a template about a thing that was queued last, or ``None``."""
        o = t.outbox.c
        of_it = select(t.outbox).where(o.thing == thing, o.template == template)
        row = self._c.execute(of_it.order_by(o.created.desc(), o.id).limit(1)).first()
        return None if row is None else _notice(row)

    def progress(self, thing: str, template: str) -> Progress:
        """Return how far the notices of a template about a thing have come."""
        o = t.outbox.c
        query = select(o.state, func.count(), func.max(o.not_before)).where(o.thing == thing, o.template == template)
        found = {state: (count, last) for state, count, last in self._c.execute(query.group_by(o.state))}
        waiting, last = found.get("waiting", (0, None))
        leaves = None if last is None else dt.datetime.fromtimestamp(last, dt.UTC)
        return Progress(waiting, found.get("sent", (0, None))[0], leaves)

    def unreached(self, thing: str, template: str) -> frozenset[str]:
        """Return the people whose last notice of a template about a thing was given up."""
        o = t.outbox.c
        query = select(o.person_id, o.state).where(o.thing == thing, o.template == template, o.person_id.is_not(None))
        last = {person: state for person, state in self._c.execute(query.order_by(o.created))}  # noqa: C416 - rows
        return frozenset(person for person, state in last.items() if state == "dead")

    def dead(self, school_id: str) -> tuple[Notice, ...]:
        """Return the notices of a school that were given up, latest first."""
        o = t.outbox.c
        query = select(t.outbox).where(o.school_id == school_id, o.state == "dead").order_by(o.ended.desc(), o.id)
        return tuple(_notice(row) for row in self._c.execute(query))

    def hold_all(self) -> None:
        """Stop every notice, waiting or to come, until released."""
        self._c.execute(insert(t.restores).values(at=self._now))

    def release_all(self) -> None:
        """Let notices go out again."""
        self._c.execute(update(t.restores).where(HELD).values(released=self._now))

    def held(self) -> bool:
        """Return whether nothing is sent until it is released."""
        return self._c.execute(select(t.restores.c.id).where(HELD)).first() is not None

    def _ours(self, claimed: Claimed, **values: Any) -> bool:  # noqa: ANN401 - columns of several types
        o = t.outbox.c
        mine = (o.id == claimed.id) & (o.lease_token == claimed.token) & (o.state == "waiting")
        return bool(self._c.execute(update(t.outbox).where(mine).values(**values)).rowcount)


def _notice(row: Row[Any]) -> Notice:
    return Notice(
        row.key, row.school_id, row.template, row.person_id, row.thing, json.loads(row.ids), outside=row.outside
    )
