"""Repairing misspelt words."""

from hypothesis import given
from hypothesis import strategies as st

from knowledge.spelling import Speller

WORDS = ("facebook", "pupil", "pupils", "parents", "message", "colleague", "snapchat")


def speller() -> Speller:
    """Return a speller that guards two correct words which stand near the vocabulary."""
    return Speller(WORDS, ("papal", "patents"))


def test_a_slip_is_repaired() -> None:
    """One slip in a short word and two in a long one lead to the word that was meant."""
    assert speller().words(["facebok", "pupli", "collaegue", "messsage"]) == [
        "facebook",
        "pupil",
        "colleague",
        "message",
    ]


def test_a_correct_english_word_is_never_changed() -> None:
    """A word that English knows stays, however near it stands to one of the vocabulary."""
    assert speller().words(["papal", "patents"]) == ["papal", "patents"]


def test_short_words_and_numbers_stay() -> None:
    """Too little can be told from three letters or from digits."""
    assert speller().words(["pup", "y6", "2024", "?"]) == ["pup", "y6", "2024", "?"]


@given(st.sampled_from(WORDS))
def test_a_known_word_stays_itself(word: str) -> None:
    """Repairing is idempotent on the vocabulary."""
    assert speller().repair(word) == word


@given(st.text(max_size=30))
def test_any_text_is_survived(word: str) -> None:
    """Whatever is typed, a word comes back."""
    assert isinstance(speller().repair(word), str)
