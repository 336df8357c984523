"""The golden questions: asked by people who had not seen the vocabulary, judged with the policy in hand."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import msgspec

STRICT = frozenset({"prohibited", "discouraged", "conditional", "required"})


class Gold(msgspec.Struct, frozen=True):
    """A question with the verdict and the clauses that a careful headteacher would give.

    ``accept`` holds further verdicts that a fair reader would take, ``also`` further clauses that may be shown.
    """

    id: str
    policy: str
    text: str
    verdict: str
    accept: tuple[str, ...] = ()
    clauses: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    kind: str = ""
    why: str = ""

    @property
    def forbids_yes(self) -> bool:
        """Whether a plain yes to this question would be harm."""
        return self.verdict in STRICT and "permitted" not in self.accept


@cache
def golden() -> tuple[Gold, ...]:
    """Return every golden question, in the order of files and lines."""
    folder = Path(__file__).parent
    lines = [line for path in sorted(folder.glob("*.jsonl")) for line in path.read_text("utf-8").splitlines()]
    return tuple(msgspec.json.decode(line, type=Gold) for line in lines if line.strip())
