"""A linear model with several heads: which act, which kind of question, which circumstances.

Each head is a set of labels with a weight for every feature that training kept; the weights are small integers with one
scale a label, stored in ``vocabulary/model.npz`` beside the vocabulary that they were trained from
(``make vocabulary`` makes the file anew, byte for byte: see ``knowledge.training``).
"""

from __future__ import annotations

import math
from functools import cache
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from knowledge.terms import VOCABULARY

MODEL: Final = VOCABULARY / "model.npz"

Vector = npt.NDArray[np.float32]


class Classifier:
    """Scores a set of features under every head."""

    def __init__(
        self,
        heads: dict[str, tuple[str, ...]],
        names: list[str],
        idf: Vector,
        weights: npt.NDArray[np.int8],
        scales: Vector,
        biases: Vector,
        spelling: tuple[tuple[str, ...], tuple[str, ...]] = ((), ()),
    ) -> None:
        """Take the heads with their labels, feature names, and weights of shape (features, labels of all heads).

        ``spelling`` is for ``knowledge.spelling``: the words that the model knows, commonest first, and the correct
        English words that stand near one of them.
        """
        self.heads = heads
        self.vocabulary, self.guarded = spelling
        self._rows = {name: row for row, name in enumerate(names)}
        self._idf = idf
        self._weights = weights
        self._scales = scales
        self._biases = biases
        self._spans: dict[str, slice] = {}
        start = 0
        for head, labels in heads.items():
            self._spans[head] = slice(start, start + len(labels))
            start += len(labels)

    @classmethod
    def load(cls, path: Path) -> Classifier:
        """Read a model that ``knowledge.training`` wrote. Raise ``FileNotFoundError`` if there is none."""
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
                np.ascontiguousarray(stored["weights"]),
                stored["scales"],
                stored["biases"],
                (tuple(str(stored["vocabulary"]).split()), tuple(str(stored["guarded"]).split())),
            )

    def arrays(self) -> dict[str, npt.NDArray[np.generic]]:
        """Return the model as the arrays that ``load`` reads."""
        heads = "\n".join("\t".join((head, *labels)) for head, labels in self.heads.items())
        return {
            "heads": np.array(heads),
            "names": np.array("\n".join(self._rows)),
            "idf": self._idf,
            "weights": self._weights,
            "scales": self._scales,
            "biases": self._biases,
            "vocabulary": np.array(" ".join(self.vocabulary)),
            "guarded": np.array(" ".join(self.guarded)),
        }

    def scores(self, found: set[str]) -> dict[str, Vector]:
        """Return, for each head, one score a label (log-odds, float32) for a set of features."""
        rows = sorted(row for row in map(self._rows.get, found) if row is not None)
        if rows:
            idf = self._idf[rows]
            values = idf / np.float32(math.sqrt(float(idf @ idf)))
            total = (values @ self._weights[rows].astype(np.float32)) * self._scales + self._biases
        else:
            total = self._biases
        return {head: total[span] for head, span in self._spans.items()}


@cache
def installed() -> Classifier:
    """Return the model that ships with the bot."""
    return Classifier.load(MODEL)


def softmax(scores: Vector, sharpness: float = 1.0) -> Vector:
    """Return scores as probabilities that sum to 1."""
    raised = np.exp((scores - scores.max()) * np.float32(sharpness))
    shares: Vector = raised / raised.sum()
    return shares
