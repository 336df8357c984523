"""How old a former pupil is."""

import pytest

from knowledge.ages import of_former_pupil


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("he's 17 now", "former_pupil_minor"),
        ("She’s fourteen", "former_pupil_minor"),
        ("ex pupils, they're in y9", "former_pupil_minor"),
        ("a 16 year old who left us", "former_pupil_minor"),
        ("he is 18", "former_pupil_adult"),
        ("an old pupil who is at uni", "former_pupil_adult"),
        ("in her twenties now", "former_pupil_adult"),
        ("she's thirty and has kids", "former_pupil_adult"),
    ],
)
def test_age_is_read_from_numbers_years_and_walks_of_life(text: str, expected: str) -> None:
    """Ages, year groups and grown-up lives tell on which side of 18 a former pupil stands."""
    assert of_former_pupil(text) == expected


@pytest.mark.parametrize("text", ["I taught him in 2009", "3 years ago", "at 10 pm", "an old pupil"])
def test_other_numbers_are_no_age(text: str) -> None:
    """Years, clock times and spans of time are not taken for an age."""
    assert of_former_pupil(text) is None
