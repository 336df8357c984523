"""What clauses of other policies say that are near a clause in words: reviewed norms as a guide to what it is about."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Final

from knowledge.model import Policy
from knowledge.retrieval import Nearest

LISTENED_TO: Final = 6
"""So many of the nearest clauses have a say."""


class Neighbours:
    """Policies whose norms have been reviewed, made ready to be compared with sentences."""

    def __init__(self, policies: Sequence[Policy]) -> None:
        """Take the reviewed policies; they are made ready when first asked."""
        self._reviewed = policies

    @cached_property
    def _policies(self) -> list[tuple[Policy, Nearest]]:
        return [(policy, Nearest(policy)) for policy in self._reviewed]

    def acts(self, text: str, *, stated: bool) -> list[tuple[str, float]]:
        """Return the acts of the nearest clauses with how near they are (0 to 1), nearest first.

        ``stated`` asks for the acts that clauses give facts about, else for those that they rule on.
        """
        near: list[tuple[float, tuple[str, ...]]] = []
        for policy, nearest in self._policies:
            scores = nearest.scores(text)
            for clause in policy.clauses:
                score = scores.get(clause.id, 0.0)
                acts = tuple(act for norm in clause.norms if (norm.force == "stated") == stated for act in norm.acts)
                if score and acts:
                    near.append((score, acts))
        near.sort(key=lambda item: -item[0])
        found: dict[str, float] = {}
        for score, acts in near[:LISTENED_TO]:
            for place, act in enumerate(dict.fromkeys(acts)):
                found[act] = found.get(act, 0.0) + score * score / (1 + place)
        total = near[0][0] / max(found.values()) if found else 0.0
        return sorted(((act, score * total) for act, score in found.items()), key=lambda item: -item[1])
