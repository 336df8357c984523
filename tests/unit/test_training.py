"""Fitting and keeping the reader: the same data gives the same bytes, and what is kept reads as what was fitted."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy import sparse

from knowledge import terms, training
from knowledge.asides import Asides, Idle, Told, installed, surrounded
from knowledge.classifier import Classifier, Weights, softmax
from knowledge.features import words
from knowledge.network import Lesson, fit, joined, scores
from knowledge.phrasing import Phrasing, phrasings

PLACES = ("gate", "hall", "yard", "room")


def toy(times: int = 1) -> Lesson:
    """Return questions whose act is told by two words together (exclusive or), and by neither alone.

    Whether both words are said is the one circumstance; of every fifth question it is not told, but said to be so.
    """
    chance = np.random.default_rng(1)
    pairs = chance.integers(0, 2, (400, 2))
    rows = np.zeros((400, 4), np.float32)
    rows[np.arange(400), pairs[:, 0]] = 1
    rows[np.arange(400), 2 + pairs[:, 1]] = 1
    told = np.arange(400) % 5 > 0
    said = pairs.all(axis=1) | ~told
    return Lesson(sparse.csr_matrix(rows), pairs[:, 0] ^ pairs[:, 1], 2, said[:, None], told).part(
        np.tile(np.arange(400), times)
    )


def test_the_same_data_gives_the_same_network() -> None:
    """Fitted twice, every number is the same."""
    for one, other in zip(fit(toy()), fit(toy()), strict=True):
        assert one.tobytes() == other.tobytes()


def test_the_network_learns_what_words_say_together() -> None:
    """Exclusive or, which no linear model can hold, is learnt."""
    lesson = toy(times=20)
    found = scores(fit(lesson), lesson.rows)
    assert (found[:, :2].argmax(axis=1) == lesson.acts).all()


def test_a_circumstance_is_learnt_from_the_questions_that_tell_of_it() -> None:
    """It is told from the same layer as the act, and a question of which it is not told teaches nothing about it."""
    lesson = toy(times=20)
    found = scores(fit(lesson), lesson.rows)[:, 2] > 0
    assert (found == lesson.said[:, 0])[lesson.told].all()
    assert not found[~lesson.told].all()


def test_networks_from_different_beginnings_are_joined_into_one_that_scores_as_they_do_on_average() -> None:
    """The joined network is as one with all their hidden layers."""
    lesson = toy()
    networks = [fit(lesson, beginning) for beginning in (0, 1)]
    apart = [scores(network, lesson.rows) for network in networks]
    assert not np.allclose(*apart)
    assert np.allclose(scores(joined(networks), lesson.rows), np.mean(apart, axis=0), atol=1e-4)


def small_model() -> Classifier:
    """Return a model with two acts, two kinds and three times of day, made from a seed."""
    chance = np.random.default_rng(2)
    return Classifier(
        {"act": ("befriend", "blog"), "kind": ("may", "must"), "time": ("break", "outside", "working")},
        [f"w {place}" for place in PLACES],
        np.ones(4, np.float32),
        Weights(
            chance.integers(-127, 127, (4, 10), np.int8),
            np.full(10, 0.01, np.float32),
            chance.normal(size=10).astype(np.float32),
            chance.normal(size=(8, 5)).astype(np.float16),
            np.zeros(5, np.float32),
        ),
        (("gate", "hall"), ("hail",)),
    )


def test_a_model_is_kept_as_it_is(tmp_path: Path) -> None:
    """Written twice it is the same file; read again it has the same labels, words and scores."""
    model = small_model()
    training.save(model, tmp_path / "one.npz")
    training.save(model, tmp_path / "two.npz")
    for ending in (".npz", ".npy"):
        assert (tmp_path / f"one{ending}").read_bytes() == (tmp_path / f"two{ending}").read_bytes()
    loaded = Classifier.load(tmp_path / "one.npz")
    assert (loaded.heads, loaded.vocabulary, loaded.guarded) == (model.heads, ("gate", "hall"), ("hail",))
    asked = words("by the gate or in the hall?")
    for head, found in model.scores(asked).heads.items():
        assert np.array_equal(loaded.scores(asked).heads[head], found)


def test_a_question_of_unknown_words_is_scored() -> None:
    """Nothing known: the scores are what the model starts from, and the likelihoods sum to 1."""
    found = small_model().scores(words("zzz")).heads
    assert {head: len(scored) for head, scored in found.items()} == {"act": 2, "kind": 2, "time": 3}
    assert float(softmax(found["act"]).sum()) == pytest.approx(1.0)


def test_the_meaning_of_a_question_is_a_direction() -> None:
    """It is the same with the scores and by itself, and of length 1."""
    asked = words("by the gate or in the hall?")
    meaning = small_model().meaning(asked)
    assert np.array_equal(meaning, small_model().scores(asked).meaning)
    assert float(meaning @ meaning) == pytest.approx(1.0)


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
