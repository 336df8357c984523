"""What a reading is: what the bot understood of a question, before any policy is looked at."""

from __future__ import annotations

import msgspec

from knowledge import terms
from knowledge.model import Kind


class Reading(msgspec.Struct, frozen=True):
    """What was understood of one question.

    ``acts`` are the acts that it may be about, likeliest first, with their probabilities (0..1, summing to at most 1).
    Facets hold the values that were said; an empty tuple means that nothing was said. ``met`` and ``unmet`` are the
    conditions said to hold and said not to hold. ``negation`` is how likely it is (0..1) that the question is about not
    doing the act. ``actor`` tells, for an incident, who did it; ``approvers`` are the roles said to have given leave.
    ``meaning`` is where the question stands among others (``knowledge.meaning``); empty if that is not known.
    """

    text: str
    acts: tuple[tuple[str, float], ...]
    kind: Kind = "may"
    negated: bool = False
    negation: float = 0.0
    person: tuple[str, ...] = ()
    time: tuple[str, ...] = ()
    device: tuple[str, ...] = ()
    capacity: tuple[str, ...] = ()
    content: tuple[str, ...] = ()
    met: frozenset[str] = frozenset()
    unmet: frozenset[str] = frozenset()
    actor: str = ""
    incident: float = 0.0
    approvers: frozenset[str] = frozenset()
    meaning: bytes = b""

    @property
    def act(self) -> str:
        """The likeliest act."""
        return self.acts[0][0]

    def said(self, facet: str) -> tuple[str, ...]:
        """Return the values said of a facet (one of ``terms.FACETS``)."""
        values: tuple[str, ...] = getattr(self, facet)
        return values

    @property
    def unsaid(self) -> frozenset[str]:
        """The facets of which nothing was said. Who asks is nobody whom a norm about others is concerned with."""
        return frozenset(facet for facet in terms.FACETS if self.said(facet) in {(), ("self",)})

    def in_words(self, act: str | None = None) -> str:
        """Return the reading as a phrase that follows "I read your question as"."""
        act = act or self.act
        parts = [terms.acts()[act]]
        parts += [terms.values(facet)[value] for facet in terms.FACETS for value in self.said(facet)]
        parts += [terms.values("condition")[condition] for condition in sorted(self.met)]
        return ", ".join(parts)
