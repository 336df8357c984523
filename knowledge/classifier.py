"""A small model with several heads: which act, which kind of question, which circumstances.

Acts and circumstances are told by a network with one hidden layer (``knowledge.network`` fits it), the kind of question
by a linear head: a weight for every feature that training kept. The weights are small integers with one scale a column,
stored beside the vocabulary that they were trained from (``make vocabulary`` makes them anew, byte for byte: see
``knowledge.training``): the many rows in ``model.npy``, which is left on disk and mapped into memory, the rest in
``model.npz``.
"""

from __future__ import annotations

import math
from functools import cache, lru_cache
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from knowledge.features import phrases, pieces
from knowledge.terms import VOCABULARY

MODEL: Final = VOCABULARY / "model.npz"
ROWS: Final = ".npy"
"""How the file of the rows ends, beside that of the rest."""
LINEAR: Final = "kind"
"""The head that needs no hidden layer: it is told best by single words and pairs."""

WORDS_KEPT: Final = 2048
"""Words whose pieces are kept looked up: staff use few others in their questions."""

Vector = npt.NDArray[np.float32]


class Scores(NamedTuple):
    """One score a label (log-odds) of each head, and where the question stands among others in ``meaning``.

    ``meaning`` (H,) is the hidden layer at length 1: questions about the same stand near each other in it.
    """

    heads: dict[str, Vector]
    meaning: Vector


class Weights(NamedTuple):
    """The numbers of a model with F features, a hidden layer of H, K kinds of question and L other labels.

    ``rows`` (F, H + K) are small integers, to be multiplied by ``scales`` and added to ``biases`` (H + K,): the hidden
    layer and the kinds side by side, so that what a question needs is fetched once. ``last`` is (H, L).
    """

    rows: npt.NDArray[np.int8]
    scales: Vector
    biases: Vector
    last: npt.NDArray[np.float16]
    last_biases: Vector


class Classifier:
    """Scores questions under every head."""

    def __init__(
        self,
        heads: dict[str, tuple[str, ...]],
        names: list[str],
        idf: Vector,
        weights: Weights,
        spelling: tuple[tuple[str, ...], tuple[str, ...]] = ((), ()),
    ) -> None:
        """Take the heads with their labels, the feature names with their weight (idf), and the numbers.

        The head ``kind`` is linear; the others stand in the last layer in their order. ``spelling`` is for
        ``knowledge.spelling``: the words that the model knows, commonest first, and the correct English words that
        stand near one of them.
        """
        self.heads = heads
        self.vocabulary, self.guarded = spelling
        self._rows = {name: row for row, name in enumerate(names)}
        self._of_word = lru_cache(maxsize=WORDS_KEPT)(self._known_pieces)
        self._idf = idf
        self._weights = weights
        self._hidden = weights.last.shape[0]
        # At the width in which it is used: it need not be widened for every question.
        self._last = weights.last.astype(np.float32)
        self._spans: dict[str, slice] = {}
        start = 0
        for head, labels in heads.items():
            if head != LINEAR:
                self._spans[head] = slice(start, start + len(labels))
                start += len(labels)

    @classmethod
    def load(cls, path: Path) -> Classifier:
        """Read a model that ``knowledge.training`` wrote. Raise ``FileNotFoundError`` if there is none."""
        rows = np.load(path.with_suffix(ROWS), mmap_mode="r", allow_pickle=False)
        with np.load(path, allow_pickle=False) as stored:
            heads: dict[str, tuple[str, ...]] = {}
            for line in str(stored["heads"]).splitlines():
                head, *labels = line.split("\t")
                heads[head] = tuple(labels)
            names = str(stored["names"]).split("\n")
            return cls(
                heads,
                names,
                stored["idf"],
                Weights(np.asarray(rows), *(stored[name] for name in Weights._fields[1:])),
                (tuple(str(stored["vocabulary"]).split()), tuple(str(stored["guarded"]).split())),
            )

    def arrays(self) -> dict[str, npt.NDArray[np.generic]]:
        """Return the model as the arrays that ``load`` reads, the rows among them."""
        heads = "\n".join("\t".join((head, *labels)) for head, labels in self.heads.items())
        return {
            "heads": np.array(heads),
            "names": np.array("\n".join(self._rows)),
            "idf": self._idf,
            **self._weights._asdict(),
            "vocabulary": np.array(" ".join(self.vocabulary)),
            "guarded": np.array(" ".join(self.guarded)),
        }

    def scores(self, tokens: list[str]) -> Scores:
        """Return the scores and the meaning of a question given as words."""
        summed = self._summed(self._known(tokens))
        hidden = np.maximum(summed[: self._hidden], 0)
        total = hidden @ self._last + self._weights.last_biases
        heads = {head: total[span] for head, span in self._spans.items()}
        return Scores({LINEAR: summed[self._hidden :], **heads}, _unit(hidden))

    def meaning(self, *texts: list[str]) -> Vector:
        """Return the meaning (H,) alone, of several texts taken as one, each given as words."""
        known = set[int]().union(*map(self._known, texts))
        return _unit(np.maximum(self._summed(known)[: self._hidden], 0))

    def _known(self, tokens: list[str]) -> set[int]:
        """Return the rows of the features (``knowledge.features``) that the model knows."""
        return self._rows_of(phrases(tokens)).union(*map(self._of_word, {*tokens}))

    def _known_pieces(self, word: str) -> frozenset[int]:
        return frozenset(self._rows_of(pieces(word)))

    def _rows_of(self, found: set[str]) -> set[int]:
        return {row for row in map(self._rows.get, found) if row is not None}

    def _summed(self, known: set[int]) -> Vector:
        """Return the hidden layer before it is cut at nought, and the scores of the kinds: (H + K,)."""
        if not known:
            return self._weights.biases
        rows = sorted(known)
        idf = self._idf[rows]
        values = idf / np.float32(math.sqrt(float(idf @ idf)))
        summed: Vector = values @ self._weights.rows[rows].astype(np.float32)
        return summed * self._weights.scales + self._weights.biases


@cache
def installed() -> Classifier:
    """Return the model that ships with the bot."""
    return Classifier.load(MODEL)


def softmax(scores: Vector, sharpness: float = 1.0) -> Vector:
    """Return scores as probabilities that sum to 1."""
    raised = np.exp((scores - scores.max()) * np.float32(sharpness))
    shares: Vector = raised / raised.sum()
    return shares


def _unit(vector: Vector) -> Vector:
    """Return a vector at length 1; one of nothing but noughts as it is."""
    length = np.float32(math.sqrt(float(vector @ vector))) or np.float32(1)
    return vector / length
