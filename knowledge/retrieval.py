"""How near each clause of a policy stands to a question in words: for choosing between clauses that rule alike.

Retrieval never decides a verdict. Where several clauses say the same of an act (each law in a list of laws, each
example of a breach), the one whose words, rule or examples are nearest to the question is shown first. The measure is
the cosine of tf-idf vectors over words, concepts and pairs of them.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from knowledge.features import phrases, words
from knowledge.model import Clause, Policy


class Nearest:
    """The clauses of one policy, made ready to be compared with questions."""

    def __init__(self, policy: Policy) -> None:
        """Take the policy; each clause is known by its text, by what its norms say, and by their examples."""
        self._ids = [clause.id for clause in policy.clauses]
        documents = [(number, text) for number, clause in enumerate(policy.clauses) for text in _texts(clause)]
        found = [_terms(text) for _, text in documents]
        spread = Counter(term for terms in found for term in terms)
        self._idf = {term: math.log(1 + len(documents) / count) for term, count in spread.items()}
        self._clause_of = np.array([number for number, _ in documents], np.int64)
        postings: dict[str, list[tuple[int, float]]] = defaultdict(list)
        for document, terms in enumerate(found):
            length = math.sqrt(sum(self._idf[term] ** 2 for term in terms)) or 1.0
            for term in sorted(terms):
                postings[term].append((document, self._idf[term] / length))
        self._postings = {
            term: (np.array([d for d, _ in listed], np.int64), np.array([w for _, w in listed], np.float64))
            for term, listed in postings.items()
        }

    def scores(self, text: str) -> dict[str, float]:
        """Return how near each clause is to a question (0 to 1), for the clauses that share a word with it."""
        asked = [term for term in _terms(text) if term in self._postings]
        if not asked:
            return {}
        length = math.sqrt(sum(self._idf[term] ** 2 for term in asked))
        documents = np.concatenate([self._postings[term][0] for term in asked])
        weights = np.concatenate([self._postings[term][1] * (self._idf[term] / length) for term in asked])
        near: npt.NDArray[np.float64] = np.bincount(documents, weights, len(self._clause_of)).astype(np.float64)
        best = np.zeros(len(self._ids))
        np.maximum.at(best, self._clause_of, near)
        return {self._ids[number]: float(best[number]) for number in np.flatnonzero(best)}


def _texts(clause: Clause) -> Iterable[str]:
    yield f"{clause.stem or ''} {clause.text}"
    for norm in clause.norms:
        yield norm.says
        yield from (example.ask for example in norm.examples)


def _terms(text: str) -> set[str]:
    return phrases(words(text))
