"""Families of words: what was learnt of one word holds for those used like it."""

import re

from knowledge.families import FILE, families


def test_words_used_alike_share_a_family() -> None:
    """Forms of one word stand together, and words of another field do not."""
    assert families(["snap"]) & families(["snaps"])
    assert not families(["snap"]) & families(["policeman"])


def test_families_are_told_in_order_too_passing_over_little_words_and_keeping_concepts() -> None:
    """Two neighbours make a feature of their own."""
    pairs = {feature for feature in families(["mate", "of", "PUPIL"]) if feature.endswith(" PUPIL")}
    assert len(pairs) == 1
    assert pairs == {feature for feature in families(["mate", "PUPIL"]) if feature.endswith(" PUPIL")}


def test_a_word_that_nobody_knows_has_no_family() -> None:
    """Nothing is made up for it."""
    assert families(["xyzzyq"]) == set()


def test_the_file_holds_every_word_once_and_one_family_a_line() -> None:
    """A hand-made change that repeats a word or breaks a line is found."""
    lines = [line for line in FILE.read_text("utf-8").splitlines() if not line.startswith("#")]
    assert all(re.fullmatch(r"\d+: [a-z' ]+", line) for line in lines)
    listed = [word for line in lines for word in line.partition(": ")[2].split()]
    assert len(listed) == len(set(listed)) > 20_000
