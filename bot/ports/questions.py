"""Where questions are counted, and questions to the head are kept."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True)
class HeadQuestion:
    """A question to the head. The texts are sealed under ``key`` at the places ``id/question`` and ``id/reply``.

    ``standing`` is set where the head keeps the reply as the school's own ruling; ``act`` is the act it rules on.
    """

    id: str
    school_id: str
    asker_id: str | None
    at: dt.datetime
    key: bytes = field(repr=False)
    question: bytes = field(repr=False)
    act: str = ""
    reply: bytes | None = field(default=None, repr=False)
    replied_by: str | None = None
    replied_at: dt.datetime | None = None
    verdict: str = ""
    standing: bool = False
    withdrawn_at: dt.datetime | None = None


class Questions(Protocol):
    """Questions counted without names, and questions put to the head with their rulings."""

    def count(self, school_id: str, policy: str, day: dt.date, act: str, verdict: str, asked: int = 1) -> None:
        """Count questions: which act, which verdict; never who or in what words."""
        ...

    def counted(self, school_id: str, since: dt.date) -> tuple[tuple[str, str, int], ...]:
        """Return (act, verdict, count) since a day, most first."""
        ...

    def put(self, question: HeadQuestion) -> None:
        """Add a question to the head, or change it (reply, ruling, withdrawal)."""
        ...

    def get(self, question_id: str) -> HeadQuestion | None:
        """Return a question to the head or ``None``."""
        ...

    def to_head(self, school_id: str) -> tuple[HeadQuestion, ...]:
        """Return a school's questions to the head, latest first."""
        ...
