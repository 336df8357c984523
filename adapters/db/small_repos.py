"""Events of the platforms that were seen, questions counted without names, and questions to the head."""

from __future__ import annotations

import datetime as dt
from functools import cache
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.dml import ReturningInsert

from adapters.db import tables as t
from adapters.db.types import upsert
from bot.ports import HeadQuestion


class SqlEvents:
    """Events seen already (``bot.ports.Events``)."""

    def __init__(self, connection: Connection) -> None:
        self._c = connection

    def first_time(self, platform: str, event_id: str, at: dt.datetime) -> bool:
        """Return ``True`` once for each event."""
        row = {"platform": platform, "event_id": event_id, "at": at}
        return self._c.execute(unseen(self._c.dialect.name), row).first() is not None

    def forget_before(self, instant: dt.datetime) -> int:
        """Forget events seen before an instant. Return how many."""
        return self._c.execute(delete(t.seen_events).where(t.seen_events.c.at < instant)).rowcount


@cache
def unseen(dialect: str) -> ReturningInsert[Any]:
    """Return the statement that claims an event: built once, since every message comes this way."""
    insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    columns = t.seen_events.columns
    values = {column.name: bindparam(column.name, type_=column.type) for column in columns}
    return insert(t.seen_events).values(**values).on_conflict_do_nothing().returning(columns.event_id)


class SqlQuestions:
    """Questions counted, and questions to the head (``bot.ports.Questions``)."""

    def __init__(self, connection: Connection) -> None:
        self._c = connection

    def count(self, school_id: str, policy: str, day: dt.date, act: str, verdict: str, asked: int = 1) -> None:
        """Count questions."""
        insert = postgresql.insert if self._c.dialect.name == "postgresql" else sqlite.insert
        one = {"school_id": school_id, "policy": policy, "day": day, "act": act, "verdict": verdict, "asked": asked}
        statement = insert(t.question_counts).values(**one)
        self._c.execute(
            statement.on_conflict_do_update(
                index_elements=["school_id", "policy", "day", "act", "verdict"],
                set_={"asked": t.question_counts.c.asked + asked},
            )
        )

    def counted(self, school_id: str, since: dt.date) -> tuple[tuple[str, str, int], ...]:
        """Return (act, verdict, count) since a day, most first."""
        q = t.question_counts.c
        total = func.sum(q.asked).label("total")
        query = (
            select(q.act, q.verdict, total)
            .where(q.school_id == school_id, q.day >= since)
            .group_by(q.act, q.verdict)
            .order_by(total.desc(), q.act, q.verdict)
        )
        return tuple((row.act, row.verdict, int(row.total)) for row in self._c.execute(query))

    def put(self, question: HeadQuestion) -> None:
        """Add a question to the head, or change it."""
        upsert(self._c, t.head_questions, {c.name: getattr(question, c.name) for c in t.head_questions.columns})

    def get(self, question_id: str) -> HeadQuestion | None:
        """Return a question to the head or ``None``."""
        row = self._c.execute(select(t.head_questions).where(t.head_questions.c.id == question_id)).first()
        return None if row is None else HeadQuestion(**row._mapping)  # noqa: SLF001 - SQLAlchemy's public name

    def to_head(self, school_id: str) -> tuple[HeadQuestion, ...]:
        """Return a school's questions to the head, latest first."""
        q = t.head_questions.c
        query = select(t.head_questions).where(q.school_id == school_id).order_by(q.at.desc(), q.id)
        return tuple(HeadQuestion(**row._mapping) for row in self._c.execute(query))  # noqa: SLF001
