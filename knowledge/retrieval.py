"""How near each clause of a policy stands to a question in words: for choosing between clauses that rule alike.

Retrieval never decides a verdict. Where several clauses say the same of an act (each law in a list of laws, each
example of a breach), the one whose words, rule or examples are nearest to the question is shown first. The measure is
the cosine of tf-idf vectors over words, concepts and pairs of them.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from knowledge.features import concepts, words
from knowledge.model import Clause, Policy

Numbers = npt.NDArray[np.float64]


class Nearest:
    """The clauses of one policy, made ready to be compared with questions."""

    def __init__(self, policy: Policy) -> None:
        """Take the policy; each clause is known by its text, by what its norms say, and by their examples."""
        self._ids = [clause.id for clause in policy.clauses]
        documents = [(number, text) for number, clause in enumerate(policy.clauses) for text in texts(clause)]
        # The texts of a clause stand together, and each has one: where each clause's begin.
        self._firsts = np.unique([number for number, _ in documents], return_index=True)[1]
        self._count = len(documents)
        found = [sorted(_terms(text)) for _, text in documents]
        self._numbers: dict[str, int] = {}
        listed = [self._numbers.setdefault(term, len(self._numbers)) for terms in found for term in terms]
        terms = np.array(listed, np.int64)
        places = np.repeat(np.arange(len(found)), [len(terms) for terms in found])
        spread = np.bincount(terms, minlength=len(self._numbers))
        self._idf: Numbers = np.log(1 + len(found) / spread)
        lengths = np.sqrt(np.bincount(places, self._idf[terms] ** 2, len(found)))
        order = np.argsort(terms, kind="stable")
        self._starts: list[int] = np.concatenate([[0], np.cumsum(spread)]).tolist()
        self._documents = places[order]
        self._weights: Numbers = (self._idf[terms] / lengths[places])[order]

    def scores(self, text: str) -> dict[str, float]:
        """Return how near each clause is to a question (0 to 1); nothing where none shares a word with it."""
        asked = sorted(self._numbers[term] for term in _terms(text) if term in self._numbers)
        if not asked:
            return {}
        idf = self._idf[asked]
        length = math.sqrt(float((idf**2).sum()))
        held = [slice(self._starts[term], self._starts[term + 1]) for term in asked]
        documents = np.concatenate([self._documents[part] for part in held])
        each = np.repeat(idf / length, [part.stop - part.start for part in held])
        weights = np.concatenate([self._weights[part] for part in held]) * each
        near: Numbers = np.bincount(documents, weights, self._count).astype(np.float64)
        return dict(zip(self._ids, np.maximum.reduceat(near, self._firsts).tolist(), strict=True))


def texts(clause: Clause) -> Iterable[str]:
    """Yield what a clause is known by: its text, what its norms say, and their examples."""
    yield f"{clause.stem or ''} {clause.text}"
    for norm in clause.norms:
        yield norm.says
        yield from (example.ask for example in norm.examples)


def _terms(text: str) -> set[str]:
    plain = [word for word in words(text) if word != "?"]
    found = concepts(plain)
    pairs = (f"{a} {b}" for part in (plain, found) for a, b in pairwise(part))
    return {*plain, *found, *pairs}
