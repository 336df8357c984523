"""Clauses are weighed by how near they stand to a question in meaning, and not only in words."""

from __future__ import annotations

from msgspec.structs import replace

from knowledge import reader
from knowledge.judgement import judge
from knowledge.meaning import Meanings
from knowledge.model import Clause, Norm
from knowledge.reading import Reading
from knowledge.ruling import Rulebook
from tests.unit.test_ruling import policy

TWO_CLAUSES = policy(
    Clause(
        "1",
        "Pictures",
        "Photographs of pupils may not be put on private accounts.",
        norms=(
            Norm("prohibited", ("post_photo", "accept_request"), "You must not post photos of pupils on Facebook."),
        ),
    ),
    Clause(
        "2",
        "Friends",
        "Friend requests from pupils are to be turned down.",
        norms=(Norm("prohibited", ("post_photo", "accept_request"), "You must not accept a pupil's friend request."),),
    ),
)


def test_a_clause_about_the_same_in_other_words_is_near() -> None:
    """A snap is a photograph, and to be let onto a list is to be a friend."""
    read = reader.installed().read
    near = Meanings(TWO_CLAUSES)
    added = near.scores(read("little Kyle keeps wanting onto my snapchat list, shall I let him on?").meaning)
    shown = near.scores(read("some gorgeous snaps of the choir for my insta, fine?").meaning)
    assert added["2"] > added["1"]
    assert shown["1"] > shown["2"]


def test_of_clauses_that_rule_alike_the_nearer_is_shown_first() -> None:
    """Their order in the policy does not decide."""
    question = "one of my Year 5s has asked to connect with me, yes or no?"
    assert judge(reader.installed().read(question), Rulebook(TWO_CLAUSES)).ruling.clauses == ("2", "1")


def test_a_question_whose_meaning_is_not_known_is_ruled_on_all_the_same() -> None:
    """It is near to nothing, and the words of the clauses and of the question are all there is."""
    said = replace(reader.installed().read("a pupil sent me a friend request, shall I accept?"), meaning=b"")
    assert Meanings(TWO_CLAUSES).scores(said.meaning) == {}
    assert judge(said, Rulebook(TWO_CLAUSES)).verdict == "prohibited"


def test_no_clause_need_speak_for_a_question_about_something_else() -> None:
    """What is likelier off the subject than anything is not drawn to the nearest clause."""
    said = Reading("who mends the laminator", (("off_topic", 0.3), ("post_photo", 0.2)), meaning=b"")
    near = replace(said, meaning=reader.installed().read("can I post photos of pupils on Facebook?").meaning)
    assert judge(near, Rulebook(TWO_CLAUSES)).verdict == "off_topic"
