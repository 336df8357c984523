"""Fitting and keeping the reader: the same data gives the same bytes, and what is kept reads as what was fitted."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy import sparse

from knowledge import training
from knowledge.classifier import Classifier, Linear, Network, softmax
from knowledge.features import features, words
from knowledge.network import fit

PLACES = ("gate", "hall", "yard", "room")


def toy() -> tuple[sparse.csr_matrix, np.ndarray]:
    """Return questions whose label is told by two words together (exclusive or), and by neither alone."""
    chance = np.random.default_rng(1)
    pairs = chance.integers(0, 2, (400, 2))
    rows = np.zeros((400, 4), np.float32)
    rows[np.arange(400), pairs[:, 0]] = 1
    rows[np.arange(400), 2 + pairs[:, 1]] = 1
    return sparse.csr_matrix(rows), pairs[:, 0] ^ pairs[:, 1]


def nobody(_done: int, _whole: int) -> None:
    """Hear how far it is, and say nothing."""


def test_the_same_data_gives_the_same_network() -> None:
    """Fitted twice, every number is the same."""
    rows, labels = toy()
    for one, other in zip(fit(rows, labels, 2, nobody), fit(rows, labels, 2, nobody), strict=True):
        assert one.tobytes() == other.tobytes()


def test_the_network_learns_what_words_say_together() -> None:
    """Exclusive or, which no linear model can hold, is learnt."""
    rows, labels = toy()
    first, first_bias, last, last_bias = fit(sparse.vstack([rows] * 20).tocsr(), np.tile(labels, 20), 2, nobody)
    scores = np.maximum(rows @ first + first_bias, 0) @ last + last_bias
    assert (scores.argmax(axis=1) == labels).mean() == 1.0


def small_model() -> Classifier:
    """Return a model with two acts and one linear head, made from a seed."""
    chance = np.random.default_rng(2)
    network = Network(
        chance.integers(-127, 127, (4, 8), np.int8),
        np.full(8, 0.01, np.float32),
        np.zeros(8, np.float32),
        chance.normal(size=(8, 2)).astype(np.float16),
        np.zeros(2, np.float32),
    )
    return Classifier(
        {"act": ("befriend", "blog"), "time": ("break", "outside", "working")},
        [f"w {place}" for place in PLACES],
        np.ones(4, np.float32),
        Linear(chance.integers(-127, 127, (4, 3), np.int8), np.full(3, 0.02, np.float32), np.zeros(3, np.float32)),
        network,
        (("gate", "hall"), ("hail",)),
    )


def test_a_model_is_kept_as_it_is(tmp_path: Path) -> None:
    """Written twice it is the same file; read again it has the same labels, words and scores."""
    model = small_model()
    training.save(model, tmp_path / "one.npz")
    training.save(model, tmp_path / "two.npz")
    assert (tmp_path / "one.npz").read_bytes() == (tmp_path / "two.npz").read_bytes()
    loaded = Classifier.load(tmp_path / "one.npz")
    assert (loaded.heads, loaded.vocabulary, loaded.guarded) == (model.heads, ("gate", "hall"), ("hail",))
    asked = features(words("by the gate or in the hall?"))
    for head, scores in model.scores(asked).items():
        assert np.array_equal(loaded.scores(asked)[head], scores)


def test_a_question_of_unknown_words_is_scored() -> None:
    """Nothing known: the scores are what the model starts from, and the likelihoods sum to 1."""
    scores = small_model().scores(features(words("zzz")))
    assert scores["act"].shape == (2,)
    assert float(softmax(scores["act"]).sum()) == pytest.approx(1.0)


def test_a_bad_line_of_phrasings_is_named(tmp_path: Path) -> None:
    """A key that does not exist: file and line are said."""
    (tmp_path / "mine.jsonl").write_text(
        '{"text": "can i blog", "act": "blog", "asks": "may"}\n{"text": "can i", "act": "blog", "asked": "may"}\n'
    )
    with pytest.raises(ValueError, match=r"mine\.jsonl:2: .*asked"):
        training.phrasings(tmp_path)
