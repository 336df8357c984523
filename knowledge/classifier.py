"""A small model with several heads: which act, which kind of question, which circumstances.

The act is told by a network with one hidden layer (``knowledge.network`` fits it), everything else by linear heads: a
set of labels with a weight for every feature that training kept. The weights are small integers with one scale a
column, stored in ``vocabulary/model.npz`` beside the vocabulary that they were trained from (``make vocabulary`` makes
the file anew, byte for byte: see ``knowledge.training``).
"""

from __future__ import annotations

import math
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from knowledge.terms import VOCABULARY

MODEL: Final = VOCABULARY / "model.npz"

Vector = npt.NDArray[np.float32]


class Network(NamedTuple):
    """The head of the acts, one hidden layer of H.

    ``inner`` (features, H) are small integers with ``inner_scales`` (H,); ``last`` is (H, acts).
    """

    inner: npt.NDArray[np.int8]
    inner_scales: Vector
    inner_bias: Vector
    last: npt.NDArray[np.float16] | Vector
    last_bias: Vector

    def scores(self, summed: Vector) -> Vector:
        """Return one score an act (log-odds) for the weighted sum (H,) of the rows of a question's features."""
        hidden = summed * self.inner_scales + self.inner_bias
        scored: Vector = np.maximum(hidden, 0) @ self.last.astype(np.float32, copy=False) + self.last_bias
        return scored


class Linear(NamedTuple):
    """All other heads: ``weights`` (features, labels of these heads) as small integers, a scale and bias each."""

    weights: npt.NDArray[np.int8]
    scales: Vector
    biases: Vector


class Classifier:
    """Scores a set of features under every head."""

    def __init__(
        self,
        heads: dict[str, tuple[str, ...]],
        names: list[str],
        idf: Vector,
        linear: Linear,
        network: Network,
        spelling: tuple[tuple[str, ...], tuple[str, ...]] = ((), ()),
    ) -> None:
        """Take the heads with their labels, the feature names with their weight (idf), and what scores them.

        ``network`` scores the head ``act``, ``linear`` the others in their order. ``spelling`` is for
        ``knowledge.spelling``: the words that the model knows, commonest first, and the correct English words that
        stand near one of them.
        """
        self.heads = heads
        self.vocabulary, self.guarded = spelling
        self._rows = {name: row for row, name in enumerate(names)}
        self._idf = idf
        # Side by side, so that the rows of a question are fetched once; the two are views of the same numbers.
        self._hidden = network.inner.shape[1]
        self._weights = np.hstack([network.inner, linear.weights])
        self._linear = linear._replace(weights=self._weights[:, self._hidden :])
        self._network = network._replace(inner=self._weights[:, : self._hidden])
        # The same numbers at the width in which they are used: they need not be widened for every question.
        self._ready = self._network._replace(last=network.last.astype(np.float32))
        self._spans: dict[str, slice] = {}
        start = 0
        for head, labels in heads.items():
            if head == "act":
                continue
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
                Linear(*(stored[name] for name in Linear._fields)),
                Network(*(stored[name] for name in Network._fields)),
                (tuple(str(stored["vocabulary"]).split()), tuple(str(stored["guarded"]).split())),
            )

    def arrays(self) -> dict[str, npt.NDArray[np.generic]]:
        """Return the model as the arrays that ``load`` reads."""
        heads = "\n".join("\t".join((head, *labels)) for head, labels in self.heads.items())
        return {
            "heads": np.array(heads),
            "names": np.array("\n".join(self._rows)),
            "idf": self._idf,
            **self._linear._asdict(),
            **self._network._asdict(),
            "vocabulary": np.array(" ".join(self.vocabulary)),
            "guarded": np.array(" ".join(self.guarded)),
        }

    def scores(self, found: set[str]) -> dict[str, Vector]:
        """Return, for each head, one score a label (log-odds, float32) for a set of features."""
        rows = sorted(row for row in map(self._rows.get, found) if row is not None)
        summed = np.zeros(self._weights.shape[1], np.float32)
        if rows:
            idf = self._idf[rows]
            values = idf / np.float32(math.sqrt(float(idf @ idf)))
            summed = values @ self._weights[rows].astype(np.float32)
        total = summed[self._hidden :] * self._linear.scales + self._linear.biases
        scored = {head: total[span] for head, span in self._spans.items()}
        return {"act": self._ready.scores(summed[: self._hidden]), **scored}


@cache
def installed() -> Classifier:
    """Return the model that ships with the bot."""
    return Classifier.load(MODEL)


def softmax(scores: Vector, sharpness: float = 1.0) -> Vector:
    """Return scores as probabilities that sum to 1."""
    raised = np.exp((scores - scores.max()) * np.float32(sharpness))
    shares: Vector = raised / raised.sum()
    return shares
