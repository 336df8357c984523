"""Fitting the network that tells acts and circumstances: one hidden layer over the features of a question.

Acts are told apart by what several words say together, which a hidden layer holds and a single linear layer does not.
The circumstances are told from the same hidden layer: each teaches it what the other can use (Caruana, 1997,
https://doi.org/10.1023/A:1007379606734). While it is fitted, part of the features is left out of every question at
random, so that nothing hangs on one word of those who wrote the phrasings. Adam: Kingma and Ba, 2015 (arXiv
1412.6980); smoothed labels: Szegedy and others, 2016 (arXiv 1512.00567).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy import sparse

HIDDEN: Final = 224
FITTED: Final = 2
"""Networks fitted from different beginnings and joined into one: they err apart (Hansen and Salamon, 1990)."""
EPOCHS: Final = 12
BATCH: Final = 256
RATE: Final = 0.004
LEFT_OUT: Final = 0.4
"""Share of a question's features that an epoch does not see."""
KEPT_HIDDEN: Final = 0.7
SMOOTHING: Final = 0.05
CIRCUMSTANCES_COUNT: Final = 0.5
"""How much the circumstances count in the loss, beside the act."""
SELDOM: Final = -3.0
"""Where the log-odds of a circumstance begin: most are seldom said."""
BETAS: Final = (0.9, 0.999)

Floats = npt.NDArray[np.float32]
Layers = tuple[Floats, Floats, Floats, Floats]
"""Weights and biases of the hidden and the last layer: (features, H), (H,), (H, outputs), (outputs,)."""


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


class Lesson(NamedTuple):
    """What a network learns from N questions.

    ``rows`` (N, features) are tf-idf vectors, ``acts`` (N,) the number of each one's act below ``act_count``, ``said``
    (N, C) whether a circumstance is said in it, and ``told`` (N,) whether its circumstances are told at all.
    """

    rows: sparse.csr_matrix
    acts: npt.NDArray[np.int64]
    act_count: int
    said: npt.NDArray[np.bool_]
    told: npt.NDArray[np.bool_]

    def part(self, chosen: npt.NDArray[np.int64]) -> Lesson:
        """Return what these questions teach."""
        return Lesson(self.rows[chosen], self.acts[chosen], self.act_count, self.said[chosen], self.told[chosen])


def fit(lesson: Lesson, beginning: int = 0) -> Layers:
    """Fit one network and return its layers, with an output for each act and then for each circumstance.

    The same lesson from the same ``beginning`` gives the same numbers.
    """
    chance = np.random.default_rng(beginning)
    questions, known = lesson.rows.shape
    outputs = lesson.act_count + lesson.said.shape[1]
    arrays = [
        chance.normal(0, 0.1, (known, HIDDEN)).astype(np.float32),
        np.zeros(HIDDEN, np.float32),
        (chance.random((HIDDEN, outputs), np.float32) * 2 - 1) / np.float32(np.sqrt(HIDDEN)),
        np.repeat(np.array([0, SELDOM], np.float32), [lesson.act_count, outputs - lesson.act_count]),
    ]
    adam = _Adam(arrays)
    starts = range(0, questions, BATCH)
    done, whole = 0, EPOCHS * len(starts)
    for _ in range(EPOCHS):
        order = chance.permutation(questions)
        for start in starts:
            batch = lesson.part(order[start : start + BATCH])
            batch.rows.data *= chance.random(len(batch.rows.data), np.float32) > LEFT_OUT
            adam.step(_gradients(arrays, batch, chance), RATE * (1 - done / whole))
            done += 1
    first, first_bias, last, last_bias = arrays
    return first, first_bias, last, last_bias


def scores(layers: Layers, rows: sparse.csr_matrix) -> Floats:
    """Return the score (log-odds) of every output for each question: (N, outputs)."""
    first, first_bias, last, last_bias = layers
    scored: Floats = np.maximum(rows @ first + first_bias, 0) @ last + last_bias
    return scored


def joined(networks: Sequence[Layers]) -> Layers:
    """Return one network that scores as these do on average: their hidden layers side by side."""
    first, first_bias, last, last_bias = zip(*networks, strict=True)
    share = np.float32(1 / len(networks))
    return np.hstack(first), np.concatenate(first_bias), np.vstack(last) * share, np.sum(last_bias, axis=0) * share


def _gradients(arrays: list[Floats], batch: Lesson, chance: np.random.Generator) -> list[Floats]:
    first, first_bias, last, last_bias = arrays
    inner: Any = batch.rows @ first + first_bias
    passes = ((inner > 0) & (chance.random(inner.shape, np.float32) < KEPT_HIDDEN)) / np.float32(KEPT_HIDDEN)
    inner = inner * passes
    errors = inner @ last + last_bias
    acts, circumstances = errors[:, : batch.act_count], errors[:, batch.act_count :]
    acts[...] = np.exp(acts - acts.max(axis=1, keepdims=True))
    acts /= acts.sum(axis=1, keepdims=True)
    acts -= np.float32(SMOOTHING / batch.act_count)
    acts[np.arange(len(batch.acts)), batch.acts] -= np.float32(1 - SMOOTHING)
    circumstances[...] = 1 / (1 + np.exp(-circumstances)) - batch.said
    circumstances *= batch.told[:, None] * np.float32(CIRCUMSTANCES_COUNT)
    errors /= np.float32(len(batch.acts))
    back = (errors @ last.T) * passes
    return [np.asarray(batch.rows.T @ back, np.float32), back.sum(axis=0), inner.T @ errors, errors.sum(axis=0)]
