"""How "may I?" about a duty is meant: to do it, to do otherwise, to go on once it is done; and ending a contact."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from knowledge import reader
from knowledge.judgement import judge
from knowledge.model import Norm
from knowledge.naming import named_after
from knowledge.reading import Reading
from knowledge.ruling import Rulebook
from tests.unit.test_ruling import clause, policy, rule

DUTIES = policy(
    clause("1", Norm("required", ("keep_evidence",), "Keep it.")),
    clause("2", Norm("required", ("check_minimum_age",), "Keep to age limits.")),
    clause("3", Norm("recommended", ("tone_officially",), "Write plainly.")),
    clause("4", Norm("required", ("get_post_approved",), "Show it first.")),
    clause("5", Norm("permitted", ("post_on_school_account",), "With approval.", conditions=("approval",))),
    clause("8", Norm("required", ("identify_officially",), "Say who you are.")),
    clause("6", Norm("permitted", ("keep_existing_contact",), "Friends may stay.", person=("parent_friend",))),
    clause("7", Norm("prohibited", ("keep_existing_contact",), "Not pupils.", person=("pupil",))),
)


@pytest.mark.parametrize(
    ("act", "kind", "negation", "verdict"),
    [
        ("keep_evidence", "may", 0.0, "permitted"),
        ("keep_evidence", "may", 0.5, "required"),
        ("keep_evidence", "must", 0.0, "required"),
        ("check_minimum_age", "may", 0.0, "prohibited"),
        ("check_minimum_age", "must", 0.0, "required"),
        ("tone_officially", "may", 0.0, "discouraged"),
        ("identify_officially", "may", 0.0, "required"),
        ("get_post_approved", "may", 0.0, "conditional"),
        ("get_post_approved", "must", 0.0, "required"),
    ],
    ids=["do", "perhaps not", "have to", "under age", "have to check", "be cheeky", "a manner", "a step", "must step"],
)
def test_leave_is_asked_to_do_a_duty_or_to_do_otherwise(act: str, kind: str, negation: float, verdict: str) -> None:
    """A duty by itself may be done, unless leaving it may be meant; a manner is not departed from; a step leads on."""
    assert rule(DUTIES, act=act, kind=kind, negation=negation).verdict == verdict


@pytest.mark.parametrize(("met", "verdict"), [(frozenset({"approval"}), "permitted"), (frozenset(), "conditional")])
def test_a_duty_that_is_done_is_not_what_is_asked(met: frozenset[str], verdict: str) -> None:
    """Asked "the head has read it, do I press the button?", the bot rules on posting, not on having it read."""
    said = Reading("?", (("get_post_approved", 0.9), ("post_on_school_account", 0.1)), met=met)
    assert judge(said, Rulebook(DUTIES)).verdict == verdict


@pytest.mark.parametrize(
    ("person", "verdict"), [("pupil", "required"), ("parent_friend", "permitted"), ("colleague", "silent")]
)
def test_having_to_end_a_contact_is_whether_it_may_go_on(person: str, verdict: str) -> None:
    """What is forbidden must be ended; what is allowed need not be; of others the policy says nothing."""
    for act in ("unfriend", "keep_existing_contact"):
        assert rule(DUTIES, act=act, kind="must", person=(person,)).verdict == verdict


def test_leave_to_end_a_contact_is_no_question_of_its_going_on() -> None:
    """Asked "may I unfriend her?", the bot does not answer by rules on staying friends."""
    assert rule(DUTIES, act="unfriend", kind="may", person=("pupil",)).verdict == "silent"


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("I'm not on the clock yet, may I look at Instagram on the classroom computer?", "outside"),
        ("can I go on facebook before work, I don't start till nine", "outside"),
        ("is tiktok ok in my PPA", "working"),
        ("can I be on facebook in my lunch break", "break"),
    ],
)
def test_a_time_that_is_said_plainly_is_read_so(text: str, time: str) -> None:
    """What is said in so many words is not left to likelihood."""
    assert reader.installed().read(text).time == (time,)


@pytest.mark.parametrize(
    ("text", "called"),
    [
        ("starting a blog called 'Fridays at Elm Grove', fine?", True),
        ("is @elmgrovebakes ok as a handle for my cakes", True),
        ("Elm Grove Uncovered is the title I like best", True),
        ("I work at Elm Grove, can I write a blog about cakes", False),
        ("can I call my blog Miss B Bakes", False),
    ],
)
def test_what_is_called_by_the_schools_name_is_seen(text: str, called: bool) -> None:
    """The school's name in a title or handle counts, apart or run together; its name elsewhere does not."""
    assert named_after(text, ("Elm Grove", "Elm Grove Primary")) == called


@pytest.mark.parametrize(("act", "verdict"), [("blog", "prohibited"), ("message", "permitted")])
def test_calling_a_blog_by_the_schools_name_is_ruled_on_as_that(act: str, verdict: str) -> None:
    """A blog may be allowed and its name not; what has no name is left alone."""
    of = policy(
        clause("1", Norm("permitted", ("blog", "message"), "Write what you like.")),
        clause("2", Norm("prohibited", ("school_name_in_profile",), "Not under our name.")),
    )
    book = Rulebook(replace(of, head=replace(of.head, names=("Elm Grove",))))
    assert judge(Reading("one called Elm Grove Days, ok?", ((act, 1.0),)), book).verdict == verdict
