"""Where a school's own policies are kept: texts for ever, drafts, and the review of each clause."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from bot.own_policy import Draft, Entry, PolicyText


class OwnPolicies(Protocol):
    """Texts, drafts and entries."""

    def put_text(self, text: PolicyText) -> None:
        """Add a text. It is never changed and never taken away."""
        ...

    def text(self, text_id: str) -> PolicyText:
        """Return a text. Raise ``KeyError``."""
        ...

    def put_draft(self, draft: Draft) -> None:
        """Add a draft, or change it."""
        ...

    def draft(self, draft_id: str) -> Draft | None:
        """Return a draft or ``None``. In a unit of work that writes, nobody else changes it until that ends."""
        ...

    def drafts(self, school_id: str | None) -> tuple[Draft, ...]:
        """Return the drafts of a school, or those of no school yet; latest first."""
        ...

    def put_entries(self, entries: Sequence[Entry]) -> None:
        """Add entries, or change them."""
        ...

    def cut_entries(self, draft_id: str, count: int) -> None:
        """Keep the first entries of a draft, so many, and take the others away."""
        ...

    def entries(self, draft_id: str) -> tuple[Entry, ...]:
        """Return the entries of a draft in printed order."""
        ...
