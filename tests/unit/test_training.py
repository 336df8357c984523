"""Fitting and keeping the reader: the same data gives the same bytes, and what is kept reads as what was fitted."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy import sparse

from knowledge import terms, training
from knowledge.asides import Asides, Idle, Told, installed, surrounded
from knowledge.classifier import Classifier, Linear, Network, softmax
from knowledge.features import features, words
from knowledge.network import fit, joined
from knowledge.phrasing import Phrasing, phrasings

PLACES = ("gate", "hall", "yard", "room")


def toy() -> tuple[sparse.csr_matrix, np.ndarray]:
    """Return questions whose label is told by two words together (exclusive or), and by neither alone."""
    chance = np.random.default_rng(1)
    pairs = chance.integers(0, 2, (400, 2))
    rows = np.zeros((400, 4), np.float32)
    rows[np.arange(400), pairs[:, 0]] = 1
    rows[np.arange(400), 2 + pairs[:, 1]] = 1
    return sparse.csr_matrix(rows), pairs[:, 0] ^ pairs[:, 1]


def test_the_same_data_gives_the_same_network() -> None:
    """Fitted twice, every number is the same."""
    rows, labels = toy()
    for one, other in zip(fit(rows, labels, 2), fit(rows, labels, 2), strict=True):
        assert one.tobytes() == other.tobytes()


def test_the_network_learns_what_words_say_together() -> None:
    """Exclusive or, which no linear model can hold, is learnt."""
    rows, labels = toy()
    first, first_bias, last, last_bias = fit(sparse.vstack([rows] * 20).tocsr(), np.tile(labels, 20), 2)
    scores = np.maximum(rows @ first + first_bias, 0) @ last + last_bias
    assert (scores.argmax(axis=1) == labels).mean() == 1.0


def test_networks_from_different_beginnings_are_joined_into_one_that_scores_as_they_do_on_average() -> None:
    """The joined network is as one with all their hidden layers."""
    rows, labels = toy()
    networks = [fit(rows, labels, 2, beginning) for beginning in (0, 1)]

    def scores(first: np.ndarray, first_bias: np.ndarray, last: np.ndarray, last_bias: np.ndarray) -> np.ndarray:
        return np.maximum(rows @ first + first_bias, 0) @ last + last_bias

    apart = [scores(*network) for network in networks]
    assert not np.allclose(*apart)
    assert np.allclose(scores(*joined(networks)), np.mean(apart, axis=0), atol=1e-4)


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
        phrasings(tmp_path)


ASIDES = Asides(Idle(("Hello.",), ("Ta.",)), (Told(("The head said yes.",), met=["approval"], time="break"),))


def bare() -> list[Phrasing]:
    """Return plain questions, some of which tell themselves when."""
    timed = [Phrasing(f"can i blog about {place} at lunch", "blog", "may", time="break") for place in PLACES]
    return [*timed, *(Phrasing(f"can i blog about {place}", "blog", "may") for place in PLACES for _ in range(10))]


def test_talk_around_a_phrasing_keeps_its_act_and_adds_what_it_tells() -> None:
    """The words of the question stay whole; a circumstance is labelled exactly where it is told."""
    found = list(surrounded(bare(), ASIDES))
    assert [each.act for each in found] == ["blog"] * len(found)
    assert all(before.text in after.text for before, after in zip(bare(), found, strict=True))
    for each in found:
        assert ("approval" in each.met) == ("The head said yes." in each.text)
    assert {"approval" in each.met for each in found} == {True, False}


def test_what_a_phrasing_says_itself_is_not_told_over() -> None:
    """A question that says when it is, or what was refused, is not told otherwise."""
    refused = Phrasing("the head said no, can i blog about it", "blog", "may", unmet=["approval"])
    assert not any(each.met for each in surrounded([*bare()[: len(PLACES)], refused] * 20, ASIDES))


def test_the_same_phrasings_get_the_same_talk() -> None:
    """Surrounded twice, every word is the same."""
    assert list(surrounded(bare())) == list(surrounded(bare()))


def test_asides_use_the_terms_of_the_vocabulary() -> None:
    """Every circumstance that an aside tells is one that norms can ask for."""
    for told in installed().told:
        assert {*told.met, *told.unmet} <= set(terms.values("condition"))
        for facet in ("time", "device", "capacity"):
            assert getattr(told, facet) in {"", *terms.values(facet)}
        assert set(told.content) <= set(terms.values("content"))
