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


@pytest.mark.parametrize(
    ("heading", "force", "conditions"),
    [
        ("Things that will get you into trouble", "prohibited", ()),
        ("What you can do", "permitted", ()),
        ("Ask first", "permitted", ("approval",)),
    ],
)
def test_a_heading_that_says_what_holds_gives_its_force(heading: str, force: str, conditions: tuple[str, ...]) -> None:
    """Items in -ing under such a heading are rules, though none has a verb of its own."""
    found = on(drafted("Sharing the school's posts on your own page.", section=heading), "share_content")
    assert (found.norm.force, found.norm.conditions) == (force, conditions)


def test_equipment_for_work_only_is_barred_for_private_use() -> None:
    """A limit to work bars one's own use at any time, and asks nothing about breaks."""
    norm = on(drafted("School computers are to be used for work purposes only."), "use_school_device").norm
    assert (norm.force, norm.time) == ("prohibited", ())


def test_a_phone_that_must_be_put_away_is_not_used_then() -> None:
    """Where a phone is kept says when it may not be used."""
    norm = on(drafted("Mobile phones must be kept in a locker during lessons."), "use_at_work").norm
    assert (norm.force, norm.time) == ("prohibited", ("contact",))


def test_leave_for_an_emergency_is_on_that_condition() -> None:
    """A phone for emergencies, with somebody's leave, is no phone for everything."""
    entry = drafted("In an emergency, personal phones may be used during lessons with the agreement of the manager.")
    assert set(on(entry, "use_at_work").norm.conditions) == {"approval", "emergency"}


def test_a_second_verb_has_the_subject_of_the_first() -> None:
    """In "phones are locked away and must not be used in lessons" it is the phones that must not be used."""
    entry = drafted("Personal phones are locked away and must not be used with pupils.")
    assert on(entry, "phone_with_pupils").norm.force == "prohibited"
    assert entry.doubt is None


def test_following_the_schools_own_page_is_contact_with_nobody() -> None:
    """Leave to follow the school's page is plain leave; leave to follow pupils would not be."""
    norm = on(drafted("Staff may follow the school's pages."), "follow").norm
    assert (norm.force, norm.person) == ("permitted", ("school", "employer"))


def test_a_bar_on_telling_a_password_is_a_duty_to_keep_it() -> None:
    """Whoever asks about passwords, in either words, is told the same."""
    entry = drafted("Passwords must not be made available to anybody else.")
    assert on(entry, "give_away_access").norm.force == "prohibited"
    assert on(entry, "protect_password").norm.force == "required"


def test_the_heads_of_a_tables_columns_are_no_part_of_a_rule() -> None:
    """What stands before every value of a table is left out when its rows are read; the clause keeps it."""
    rows = [
        "R1: Rule No insults of colleagues online; Applies to Everybody",
        "R2: Rule Logos are not used on private pages; Applies to Everybody",
        "R3: Rule Passwords are changed every term; Applies to Owners of accounts",
    ]
    clauses = tuple(ImportedClause(f"{place}", "Rules", row) for place, row in enumerate(rows, 1))
    entries = drafting.draft(ImportedPolicy("Online at Oak Lane", clauses))
    assert on(entries[0], "insult").norm.force == "prohibited"
    assert on(entries[0], "insult").source == "No insults of colleagues online"
    assert on(entries[1], "use_logo").norm.force == "prohibited"
    assert entries[0].clause.text == rows[0]


def test_what_needs_leave_by_its_lead_in_is_allowed_on_that_condition() -> None:
    """A list of what "requires the consent of the headteacher" has no verb of its own, and is no plain yes."""
    entry = drafted("any media interview;", stem="The following require the prior consent of the headteacher:")
    norm = on(drafted("opening an account for a class;", stem=entry.clause.stem), "open_school_account").norm
    assert (norm.force, norm.conditions, norm.approver) == ("permitted", ("approval",), ("headteacher",))


def test_leave_to_join_professional_groups_is_none_for_parents_groups() -> None:
    """What is allowed with colleagues says nothing about families."""
    norm = on(drafted("Staff may join groups of their profession."), "join_group").norm
    assert not {"parent", "pupil"}.intersection(norm.person)
    assert norm.person


def test_leave_for_those_who_are_something_is_on_a_condition() -> None:
    """Leave for staff "who are also parents" is no leave for all."""
    entry = drafted("Staff who are also parents may join a parents' group.")
    assert on(entry, "join_group").norm.conditions == ("as_stated",)


@pytest.mark.parametrize(
    "text",
    ["Contact with parents is by email.", "Direct messages to colleagues are fine.", "Consent is part of the form."],
)
def test_a_noun_that_could_be_a_verb_is_no_order(text: str) -> None:
    """A sentence about contact or a direct message asks nobody to contact or to direct."""
    assert all(found.norm.force not in {"required", "recommended"} for found in drafted(text).norms)


def test_no_contact_in_a_row_is_no_with_whom_the_row_is_about() -> None:
    """A row "Pupils: no contact of any kind" forbids contact, not pupils."""
    norm = on(drafted("Pupils: no contact of any kind."), "message").norm
    assert (norm.force, norm.person) == ("prohibited", ("pupil",))


def test_what_breaches_the_policy_by_being_done_is_forbidden() -> None:
    """A friendship that "breaches this policy" is barred; that somebody may breach it is no rule on anything."""
    assert on(drafted("Friendships with pupils breach this policy."), "befriend").norm.force == "prohibited"
    assert {found.norm.force for found in drafted("Anyone who breaches this policy is spoken to.").norms} <= {"stated"}


def test_being_connected_with_the_school_is_no_friendship() -> None:
    """Remarks about "anyone connected with the school" are about remarks."""
    entry = drafted("Staff must not insult the school or anyone connected with it.")
    assert on(entry, "insult").norm.force == "prohibited"
    assert all("befriend" not in found.norm.acts for found in entry.norms)
