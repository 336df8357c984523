"""Rules in the forms that schools give them: answers to questions, tables, headings, words that no wording names."""

import pytest

from knowledge.importing import drafting
from knowledge.importing.hearing import as_question
from knowledge.importing.model import DraftedClause, DraftedNorm, ImportedClause, ImportedPolicy


def drafted(text: str, stem: str | None = None, section: str = "Rules") -> DraftedClause:
    (found,) = drafting.draft(ImportedPolicy("Online at Oak Lane", (ImportedClause("1", section, text, stem),)))
    return found


def on(entry: DraftedClause, act: str) -> DraftedNorm:
    return next(found for found in entry.norms if act in found.norm.acts and found.norm.force != "stated")


@pytest.mark.parametrize(
    ("question", "answer", "act", "force"),
    [
        ("May I befriend a pupil?", "No.", "befriend", "prohibited"),
        ("Can we accept friend requests from parents?", "We'd rather you didn't.", "accept_request", "discouraged"),
        ("Am I allowed to say that I work for the school?", "Yes. Many do.", "name_employer", "permitted"),
        ("Do I have to check my privacy settings?", "Yes, each term.", "privacy_settings", "required"),
    ],
)
def test_an_answer_under_a_question_is_a_rule(question: str, answer: str, act: str, force: str) -> None:
    """A heading asks and the first sentence answers: the rule is what both say together."""
    found = on(drafted(answer, section=question), act)
    assert found.norm.force == force
    assert found.source in answer


def test_a_yes_with_something_added_is_leave_on_that_condition() -> None:
    """Leave under a question that goes on with "but only" is no plain yes."""
    entry = drafted("Yes, but only if nobody minds.", section="Can I tag a colleague in a post?")
    assert on(entry, "tag_somebody").norm.conditions == ("as_stated",)


def test_a_question_that_asks_for_a_fact_makes_no_rule() -> None:
    """Under "who" and "when" nothing is allowed or forbidden by a no."""
    entry = drafted("No fixed day. Mrs Hill decides.", section="When is the page updated?")
    assert {found.norm.force for found in entry.norms} <= {"stated"}


@pytest.mark.parametrize(
    ("row", "act", "force"),
    [
        ("Befriending a pupil: No", "befriend", "prohibited"),
        ("Insulting a colleague: Unacceptable ✓", "insult", "prohibited"),
        ("Posting photos of colleagues: With the approval of the headteacher", "post_photo", "permitted"),
    ],
)
def test_a_row_of_a_table_is_a_rule(row: str, act: str, force: str) -> None:
    """What a row is about and what its column says are read as one sentence."""
    assert on(drafted(row), act).norm.force == force


def test_a_heading_is_the_lead_in_of_the_items_under_it() -> None:
    """Items under "Staff should" and "Do not" take their force from there, though they are imperatives themselves."""
    assert on(drafted("Check your privacy settings", section="Staff must"), "privacy_settings").norm.force == "required"
    assert on(drafted("Post pictures of pupils", section="Online / Do not"), "post_photo").norm.force == "prohibited"


def test_a_rule_that_no_wording_names_is_read_as_a_question() -> None:
    """What the rule says, the reader knows from how staff ask; the reviewer is told that it is a guess."""
    entry = drafted("Staff must never play Fortnite against pupils.")
    found = on(entry, "video_call")
    assert (found.norm.force, found.norm.person) == ("prohibited", ("pupil",))
    assert entry.doubt is not None
    assert as_question("staff must never moan about their boss.") == "can i moan about my boss?"


def test_an_exception_that_is_not_understood_makes_a_condition() -> None:
    """A bar "unless" something unknown is neither a flat no nor a yes, and the reviewer is told."""
    entry = drafted("Staff must not tag colleagues unless Mercury is rising.")
    assert on(entry, "tag_somebody").norm.conditions == ("as_stated",)
    assert entry.doubt is not None


def test_what_a_rule_is_for_has_no_force() -> None:
    """That pupils cannot see a page is the purpose of the rule, not a bar."""
    entry = drafted("Staff must keep their accounts private so that pupils cannot see them.")
    assert on(entry, "privacy_settings").norm.force == "required"


def test_advice_to_leave_something_is_no_bar() -> None:
    """A recommendation that staff do not is advice, whatever verb stands after the not."""
    entry = drafted("It is recommended that staff do not accept friend requests from parents.")
    assert on(entry, "accept_request").norm.force == "discouraged"


def test_what_is_met_with_discipline_is_forbidden_unless_it_is_the_breach_itself() -> None:
    """Discipline for insults forbids them; discipline for a breach of the policy is a fact."""
    assert on(drafted("Insulting remarks about colleagues may lead to disciplinary action."), "insult")
    breach = drafted("A breach of this policy may lead to disciplinary action.")
    assert {found.norm.force for found in breach.norms} == {"stated"}


def test_a_general_bar_takes_in_what_plainly_falls_under_it() -> None:
    """Whoever must not bring the school into disrepute must not bully: a general rule, which gives way to others."""
    found = on(drafted("Staff must not bring the school into disrepute."), "bully")
    assert (found.norm.force, found.norm.catch_all) == ("prohibited", True)


def test_a_duty_to_be_professional_bars_what_is_plainly_not() -> None:
    """A duty never allows anything: its general side is a bar."""
    entry = drafted("Staff must behave professionally online.")
    assert on(entry, "insult").norm.force == "prohibited"
    assert all(found.norm.force != "permitted" for found in entry.norms)
