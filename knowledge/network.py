"""Fitting the head that tells acts apart: one hidden layer over the features of a question.

Acts are told apart by what several words say together, which a hidden layer holds and a single linear layer does not.
While it is fitted, part of the features is left out of every question at random, so that no act hangs on one word of
those who wrote the phrasings. Adam: Kingma and Ba, 2015 (arXiv 1412.6980); smoothed labels: Szegedy and others, 2016
(arXiv 1512.00567).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from scipy import sparse

HIDDEN: Final = 160
FITTED: Final = 2
"""Networks fitted from different beginnings and joined into one: they err apart (Hansen and Salamon, 1990)."""
EPOCHS: Final = 12
BATCH: Final = 256
RATE: Final = 0.004
LEFT_OUT: Final = 0.4
"""Share of a question's features that an epoch does not see."""
KEPT_HIDDEN: Final = 0.7
SMOOTHING: Final = 0.05
BETAS: Final = (0.9, 0.999)

Floats = npt.NDArray[np.float32]
Layers = tuple[Floats, Floats, Floats, Floats]
"""Weights and biases of the hidden and the last layer: (features, H), (H,), (H, labels), (labels,)."""


class _Adam:
    """Moves arrays in place along their gradients."""

    def __init__(self, arrays: list[Floats]) -> None:
        self._arrays = arrays
        self._first = [np.zeros_like(array) for array in arrays]
        self._second = [np.zeros_like(array) for array in arrays]
        self._steps = 0

    def step(self, gradients: list[Floats], rate: float) -> None:
        self._steps += 1
        one, two = BETAS
        rate *= float(np.sqrt(1 - two**self._steps) / (1 - one**self._steps))
        for number, gradient in enumerate(gradients):
            first, second = self._first[number], self._second[number]
            np.add(first, (1 - one) * (gradient - first), out=first)
            np.add(second, (1 - two) * (gradient * gradient - second), out=second)
            self._arrays[number][...] -= np.float32(rate) * first / (np.sqrt(second) + np.float32(1e-8))


def fit(rows: sparse.csr_matrix, labels: npt.NDArray[np.int64], count: int, beginning: int = 0) -> Layers:
    """Fit one network and return its layers.

    ``rows`` are questions as tf-idf vectors, ``labels`` the number of each one's act below ``count``. The same input
    from the same ``beginning`` gives the same numbers.
    """
    chance = np.random.default_rng(beginning)
    arrays = [
        chance.normal(0, 0.1, (rows.shape[1], HIDDEN)).astype(np.float32),
        np.zeros(HIDDEN, np.float32),
        (chance.random((HIDDEN, count), np.float32) * 2 - 1) / np.float32(np.sqrt(HIDDEN)),
        np.zeros(count, np.float32),
    ]
    adam = _Adam(arrays)
    starts = range(0, rows.shape[0], BATCH)
    done, whole = 0, EPOCHS * len(starts)
    for _ in range(EPOCHS):
        order = chance.permutation(rows.shape[0])
        for start in starts:
            chosen = order[start : start + BATCH]
            batch = rows[chosen]
            batch.data *= chance.random(len(batch.data), np.float32) > LEFT_OUT
            adam.step(_gradients(arrays, batch, labels[chosen], chance), RATE * (1 - done / whole))
            done += 1
    first, first_bias, last, last_bias = arrays
    return first, first_bias, last, last_bias


def joined(networks: Sequence[Layers]) -> Layers:
    """Return one network that scores as these do on average: their hidden layers side by side."""
    first, first_bias, last, last_bias = zip(*networks, strict=True)
    share = np.float32(1 / len(networks))
    return np.hstack(first), np.concatenate(first_bias), np.vstack(last) * share, np.sum(last_bias, axis=0) * share


def _gradients(
    arrays: list[Floats], batch: sparse.csr_matrix, labels: npt.NDArray[np.int64], chance: np.random.Generator
) -> list[Floats]:
    first, first_bias, last, last_bias = arrays
    inner: Any = batch @ first + first_bias
    passes = ((inner > 0) & (chance.random(inner.shape, np.float32) < KEPT_HIDDEN)) / np.float32(KEPT_HIDDEN)
    inner = inner * passes
    scores = inner @ last + last_bias
    shares = np.exp(scores - scores.max(axis=1, keepdims=True))
    shares /= shares.sum(axis=1, keepdims=True)
    shares -= np.float32(SMOOTHING / scores.shape[1])
    shares[np.arange(len(labels)), labels] -= np.float32(1 - SMOOTHING)
    shares /= np.float32(len(labels))
    back = (shares @ last.T) * passes
    return [np.asarray(batch.T @ back, np.float32), back.sum(axis=0), inner.T @ shares, shares.sum(axis=0)]
