"""How near each clause of a policy stands to a question in meaning: what the reader has learnt to take for alike.

The hidden layer that tells acts apart (``knowledge.classifier``) puts questions about the same thing near each other,
whatever their words. A clause stands where its text, what its norms say and their examples stand, taken as one.
"""

from __future__ import annotations

import numpy as np

from knowledge import classifier
from knowledge.classifier import Vector
from knowledge.features import words
from knowledge.model import Policy
from knowledge.retrieval import texts


class Meanings:
    """The clauses of one policy, made ready to be compared with questions."""

    def __init__(self, policy: Policy) -> None:
        """Take the policy. Its clauses are read by the model that ships with the bot, in some 1 ms each."""
        read = classifier.installed().meaning
        self._ids = [clause.id for clause in policy.clauses]
        found = ([words(text) for text in texts(clause)] for clause in policy.clauses)
        self._stand = np.array([read(*said) for said in found], np.float32)

    def scores(self, meaning: bytes) -> dict[str, float]:
        """Return how near each clause is to a meaning (float32 as bytes), 0 to 1; nothing where there is none."""
        if not meaning:
            return {}
        near: Vector = self._stand @ np.frombuffer(meaning, np.float32)
        return dict(zip(self._ids, near.tolist(), strict=True))
