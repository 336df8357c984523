"""Kinds of sentences that policies of strangers hold: circumstances, lead-ins, pronouns, exceptions by number."""

import pytest

from knowledge.importing import drafting
from knowledge.importing.model import DraftedClause, DraftedNorm, ImportedClause, ImportedPolicy
from knowledge.model import Norm


def of(*clauses: ImportedClause) -> tuple[DraftedClause, ...]:
    return drafting.draft(ImportedPolicy("Online at Oak Lane", clauses))


def drafted(text: str, stem: str | None = None, section: str = "Rules") -> DraftedClause:
    return of(ImportedClause("1", section, text, stem))[0]


def on(entry: DraftedClause, act: str) -> DraftedNorm:
    return next(found for found in entry.norms if act in found.norm.acts and found.norm.force != "stated")


def rules(entry: DraftedClause) -> list[Norm]:
    return [found.norm for found in entry.norms if found.norm.force != "stated"]


@pytest.mark.parametrize(
    ("text", "named", "meant"),
    [
        ("An employee who comes across insulting remarks must not reply.", "insult", "engage_with_abuse"),
        ("If somebody bullies you online, do not answer.", "bully", "engage_with_abuse"),
        ("Do not argue with anyone who criticises the school.", "criticise", "argue"),
        ("Messages that are rude are deleted by the office.", "insult", ""),
    ],
)
def test_what_is_named_as_the_circumstance_is_not_forbidden(text: str, named: str, meant: str) -> None:
    """A bar is on what is done when something happens, and not on what happens."""
    barred = {act for norm in rules(drafted(text)) if norm.force == "prohibited" for act in norm.acts}
    assert named not in barred
    assert not meant or meant in barred


def test_an_imperative_after_an_if_is_a_rule() -> None:
    """What follows "if …," asks for something as the imperative alone does."""
    entry = drafted("If you are threatened online, save the evidence and speak to the deputy head.")
    assert on(entry, "keep_evidence").norm.force == "recommended"


@pytest.mark.parametrize("stem", ["Staff must never:", "As a colleague you will not:", "I undertake not to:"])
def test_a_lead_in_forbids_to_its_colon(stem: str) -> None:
    """The last word before the colon may be the one that forbids."""
    assert on(drafted("use the school's crest on personal pages", stem), "use_logo").norm.force == "prohibited"


@pytest.mark.parametrize(
    "text",
    [
        "The only exception to 2.1 is where the pupil is a member of the employee's own family.",
        "Paragraph 2.1 does not apply to the employee's own children.",
        "Members of staff whose own children attend the school are exempt from 2.1.",
        "Those with their own children here are exempt from (1).",
    ],
)
def test_an_exception_to_a_numbered_rule_is_leave_for_family(text: str) -> None:
    """A clause that spares family from a rule that it names by number gives them that leave."""
    text = text.replace("(1)", "2.1")
    _, spared = of(
        ImportedClause("2.1", "Rules", "Staff must not befriend pupils."), ImportedClause("2.2", "Rules", text)
    )
    norm = on(spared, "befriend").norm
    assert (norm.force, norm.person) == ("permitted", ("pupil_relative",))


def test_an_exception_by_letter_is_to_the_clause_beside_it() -> None:
    """The letter (a) in 3.b means 3.a."""
    _, spared = of(
        ImportedClause("3.a", "Rules", "Staff may not be friends with pupils online."),
        ImportedClause("3.b", "Rules", "Staff are exempt from (a) in respect of their own children."),
    )
    assert on(spared, "befriend").norm.person == ("pupil_relative",)


def test_two_people_of_whom_alone_something_is_said_are_one_subject() -> None:
    """What "only Mr Hay and the head" may do is one rule."""
    entry = drafted("Only Mr Hay and the headteacher may post on the school's Facebook page.")
    assert on(entry, "post_on_school_account").norm.conditions == ("approval",)
    assert not entry.doubt


def test_they_and_it_are_what_the_sentence_before_was_about() -> None:
    """After a sentence on phones, "they may be used" is about phones."""
    entry = drafted("Mobile phones must be locked away in lessons. They may be used in the staffroom at break.")
    allowed = [norm for norm in rules(entry) if norm.force == "permitted"]
    assert any("use_at_work" in norm.acts and norm.time == ("break",) for norm in allowed)


def test_hours_that_are_over_are_not_working_hours() -> None:
    """Leave before and after working hours allows nothing within them."""
    entry = drafted("Staff may use the school's computers for social media before and after their working hours.")
    assert on(entry, "use_school_device").norm.time == ("outside",)


def test_a_chat_group_of_a_team_is_what_is_allowed() -> None:
    """A WhatsApp group of staff is what the leave is about, and what follows does not forbid it."""
    entry = drafted("Staff may run a WhatsApp group for their team, but nobody has to join it.")
    norm = on(entry, "run_staff_group").norm
    assert (norm.force, norm.conditions) == ("permitted", ())


@pytest.mark.parametrize(
    ("text", "act", "condition"),
    [
        (
            "Ask the communications lead before you open an account for your year group.",
            "open_school_account",
            "approval",
        ),
        ("You may tag colleagues as long as they are happy with it.", "tag_somebody", "consent"),
        (
            "Personal use of the school's internet is at the discretion of the headteacher.",
            "personal_internet",
            "approval",
        ),
    ],
)
def test_whoever_must_be_asked_makes_it_a_condition(text: str, act: str, condition: str) -> None:
    """Leave that somebody must give first is leave on that condition."""
    norm = on(drafted(text), act).norm
    assert (norm.force, norm.conditions) == ("permitted", (condition,))


def test_not_forbidden_is_no_bar() -> None:
    """What is "not forbidden", but to be thought about carefully, is advised against."""
    entry = drafted("While it is not forbidden to befriend parents, staff should think very carefully about it.")
    assert on(entry, "befriend").norm.force == "discouraged"


def test_leave_whose_act_is_a_guess_is_never_a_plain_yes() -> None:
    """Where no wording names what is allowed, it is allowed only as the clause says."""
    entry = drafted("Staff may put a school phone to use for the school's own channels.")
    assert all(norm.conditions for norm in rules(entry) if norm.force == "permitted")


def test_a_rule_on_those_whom_somebody_manages_is_left_to_the_reviewer() -> None:
    """There is no such person among the circumstances, and colleagues in general are not meant."""
    entry = drafted("Leaders should think carefully before befriending those whom they manage.")
    assert not rules(entry)
    assert entry.doubt


def test_a_camera_of_the_school_may_be_used_where_ones_own_may_not() -> None:
    """Leave for the school's cameras forbids one's own phone and allows the school's."""
    entry = drafted("Staff may take photographs of pupils on school cameras.")
    forces = {(norm.force, norm.device) for norm in rules(entry) if "take_photos_own_phone" in norm.acts}
    assert forces == {("prohibited", ()), ("permitted", ("school",))}
