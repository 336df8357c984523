"""The questions to check oneself by: from the policy's own examples, of three clauses, and the clause where wrong."""

from __future__ import annotations

import datetime as dt

import pytest

from bot.calendars import Calendar
from bot.messages import Choice, Quote
from bot.people import Roster, School
from bot.reread_cards import page, pages
from bot.reread_check import VERDICTS, form, questions, result
from bot.scene import Scene
from knowledge.model import Policy
from knowledge.pack import installed, load_installed
from tests.fakes import buttons, words

NOW = dt.datetime(2027, 1, 4, 10, 0, tzinfo=dt.UTC)


def scene(policy: Policy) -> Scene:
    """Return a school without people that answers from a policy."""
    school = School("s", "School", policy.id)
    return Scene(Roster(school), NOW, NOW.date(), Calendar(school), policy)


@pytest.mark.parametrize("name", installed())
def test_every_policy_has_three_questions(name: str) -> None:
    """Of three clauses, each an example of a norm of its clause with that verdict; the same ones each time."""
    policy = load_installed(name)
    drawn = questions(policy, "ann")
    assert drawn == questions(policy, "ann")
    assert len({question.clause.id for question in drawn}) == 3
    for question in drawn:
        examples = [(e.ask.strip(" ?.").casefold(), e.verdict) for n in question.clause.norms for e in n.examples]
        assert (question.ask.removesuffix("?").casefold(), question.verdict) in examples
        assert question.ask[0] == question.ask[0].upper()


def test_people_get_different_questions() -> None:
    """So that a staff room has something to talk about, and no list of answers goes round."""
    policy = load_installed("stockham")
    assert len({questions(policy, f"person {number}") for number in range(20)}) > 10


def test_a_policy_without_examples_has_no_questions() -> None:
    """Then the form is empty, and the result too."""
    policy = load_installed("stockham")
    bare = Policy(policy.head, ())
    assert form(bare, "ann", "c").fields == ()


def test_the_clause_is_shown_where_the_answer_was_another() -> None:
    """What fits is said; what does not comes with the clause's own words; an answer left out is asked for."""
    policy = load_installed("stockham")
    first, second, third = questions(policy, "ann")
    other = next(verdict for verdict in VERDICTS if verdict != second.verdict)
    values = {"q1": first.verdict, "q2": other, "q3": third.verdict}
    assert not form(policy, "ann", "c", "key", values).errors
    card = result(policy, "ann", "c", values)
    assert [element.source for element in card.body if isinstance(element, Quote)] == [second.clause.id]
    assert f"Not quite. {second.ask}" in words(card)
    assert f"Right. {first.ask}" in words(card)
    assert set(form(policy, "ann", "c", "key", {"q1": first.verdict, "q3": "rubbish"}).errors) == {"q2", "q3"}
    assert all(isinstance(field, Choice) for field in form(policy, "ann", "c").fields)


def test_the_check_is_offered_on_the_last_page_where_there_is_something_to_ask() -> None:
    """Not before, and not for a policy without examples."""
    policy = load_installed("stockham")
    last = pages(policy)
    assert "reread.check" not in buttons(page(scene(policy), "c", last - 1))
    assert buttons(page(scene(policy), "c", last))["reread.check"] == "c"
    assert "reread.check" not in buttons(page(scene(Policy(policy.head, ())), "c", 1))
