import pytest

from knowledge.importing import drafting
from knowledge.importing.model import DraftedClause, DraftedNorm, ImportedClause, ImportedPolicy


def clause(text: str, stem: str | None = None, section: str = "Rules", number: str = "1") -> ImportedClause:
    return ImportedClause(number, section, text, stem)


def policy(*clauses: ImportedClause) -> ImportedPolicy:
    return ImportedPolicy("Online conduct at Elm Lane", clauses)


def drafted(text: str, stem: str | None = None, section: str = "Rules") -> DraftedClause:
    (found,) = drafting.draft(policy(clause(text, stem, section)))
    return found


def on(entry: DraftedClause, act: str) -> DraftedNorm:
    return next(found for found in entry.norms if act in found.norm.acts and found.norm.force != "stated")


@pytest.mark.parametrize(
    ("text", "force"),
    [
        ("Staff must not insult anybody online.", "prohibited"),
        ("It is not acceptable to insult a parent on any website.", "prohibited"),
        ("Under no circumstances may a member of staff insult a pupil online.", "prohibited"),
        ("No member of staff shall accept a friend request from a pupil.", "prohibited"),
        ("Staff are advised against accepting friend requests from parents.", "discouraged"),
        ("Staff should not accept friend requests from parents.", "discouraged"),
        ("Staff should check the privacy settings of their accounts every term.", "recommended"),
        ("Staff must check the privacy settings of their accounts every term.", "required"),
        ("It is the responsibility of each employee to check their privacy settings.", "required"),
        ("Staff are expected to check their privacy settings.", "required"),
        ("Staff may say that they work for the school.", "permitted"),
        ("Staff may use social media on their own phones only in their lunch break.", "prohibited"),
    ],
)
def test_the_force_of_a_sentence_is_drafted(text: str, force: str) -> None:
    """Each form in which policies forbid, allow, ask or advise gives a norm of that force."""
    assert drafted(text).norms[0].norm.force == force


@pytest.mark.parametrize(
    "text",
    [
        "The school may look at how its network is used.",
        "Misuse of social media can lead to dismissal.",
        "This policy must be read together with the code of conduct.",
        "Elm Lane recognises that the internet is part of daily life.",
    ],
)
def test_what_the_school_or_the_policy_does_is_no_rule(text: str) -> None:
    """A sentence about the school, the policy or what may follow tells staff a fact and nothing to do."""
    assert {found.norm.force for found in drafted(text).norms} <= {"stated"}


def test_an_item_takes_the_force_of_its_lead_in() -> None:
    """A line of a list under "must not" is forbidden, and its rule is said with the lead-in."""
    found = drafted("post pictures of pupils;", stem="Members of staff must not:").norms[0].norm
    assert (found.force, found.person) == ("prohibited", ("pupil",))
    assert found.says == "Members of staff must not post pictures of pupils."


def test_a_lead_in_that_forbids_not_doing_makes_a_duty() -> None:
    """Where the lead-in says "must not" and the item "fail to name the source", it is drafted as a duty to name it."""
    found = on(drafted("fail to credit the author of what they quote", stem="Staff must not:"), "credit_source")
    assert found.norm.force == "required"


@pytest.mark.parametrize(
    ("text", "act", "condition"),
    [
        (
            "No account may be opened in the school's name without the headteacher's approval.",
            "open_school_account",
            "approval",
        ),
        (
            "Photographs of pupils may be put on the school's page only with written parental consent.",
            "post_photo",
            "consent",
        ),
        ("Nobody may reproduce other people's work without their permission.", "copy_material", "permission"),
    ],
)
def test_leave_with_a_condition_is_drafted_as_such(text: str, act: str, condition: str) -> None:
    """What is barred unless somebody agrees is allowed on that condition, not simply allowed."""
    found = on(drafted(text), act).norm
    assert (found.force, found.conditions) == ("permitted", (condition,))


def test_who_approves_is_read_from_the_clause() -> None:
    """The role that gives leave stands as approver."""
    entry = drafted("A page for the school may only be set up with the approval of the headteacher.")
    assert on(entry, "open_school_account").norm.approver == ("headteacher",)


def test_family_is_an_exception() -> None:
    """A bar on contact with pupils that spares family answers differently for a niece."""
    text = "Staff must not have contact with pupils through private accounts unless the pupil is a family member."
    assert on(drafted(text), "message").norm.unless == ("person:pupil_relative",)


def test_use_at_work_is_drafted_on_both_sides() -> None:
    """A limit to breaks allows use in a break and bars it in working time."""
    norms = [
        found.norm for found in drafted("Staff must limit private use of social media to their break times.").norms
    ]
    assert {(norm.force, norm.time) for norm in norms if "use_at_work" in norm.acts} == {
        ("prohibited", ("working",)),
        ("permitted", ("break",)),
    }


def test_a_rule_that_is_not_understood_is_left_to_the_reviewer() -> None:
    """A "must" about something no policy speaks of gives no norm, and tells the reviewer where to look."""
    entry = drafted("Bicycles must be walked through the gate.")
    assert not entry.norms
    assert entry.doubt is not None
    assert "Bicycles" in entry.doubt


def test_the_words_of_the_clause_are_the_source() -> None:
    """Every drafted norm names words that stand in the clause, and how sure it is."""
    text = "Staff must not post pictures of pupils. They should use strong passwords."
    for found in drafted(text).norms:
        assert found.source in text
        assert 0 < found.confidence < 1


def test_the_same_policy_gives_the_same_draft() -> None:
    """Drafting leaves nothing to chance."""
    imported = policy(clause("Staff must not criticise the school online.", number="1"))
    assert drafting.draft(imported) == drafting.draft(imported)


def test_a_list_of_requirements_makes_rules_of_its_items() -> None:
    """A list that says "requirements include: not …" forbids, though no item has a verb of its own."""
    entry = drafted("not discussing pupils online", stem="Requirements for staff include:")
    assert on(entry, "discuss_work_issue").norm.force == "prohibited"


def test_an_agreement_in_the_first_person_makes_rules() -> None:
    """The words "I will not" are as good a bar as "staff must not"."""
    assert on(drafted("I will not post pictures of pupils on my own account."), "post_photo").norm.force == "prohibited"


def test_leave_that_is_not_understood_is_not_given() -> None:
    """What is allowed "as long as" something that is not understood holds is allowed on just that condition."""
    entry = drafted("Staff may add parents as friends as long as the moon is full.")
    assert on(entry, "befriend").norm.conditions == ("as_stated",)


def test_a_plain_rule_beats_what_another_only_implies() -> None:
    """A bar on the school's name in a profile implies one on saying where one works, unless a clause allows that."""
    bar = clause("A profile must not contain the name of the school.", number="1")
    leave = clause("Staff may say that they work for the school.", number="2")

    def acts(*clauses: ImportedClause) -> set[str]:
        return {act for found in drafting.draft(policy(*clauses))[0].norms for act in found.norm.acts}

    assert "name_employer" in acts(bar)
    assert "name_employer" not in acts(bar, leave)


def test_approval_of_content_holds_for_pictures_with_consent() -> None:
    """Where everything on the school's account is cleared by the head, a picture needs that as well as consent."""
    imported = policy(
        clause("Content on the school's account must be approved by the headteacher.", number="1"),
        clause("Pictures of pupils may be put on the school's account only with parental consent.", number="2"),
    )
    found = [entry.norm for entry in drafting.draft(imported)[1].norms if "post_photo" in entry.norm.acts]
    assert {"consent", "approval"} <= set(found[0].conditions)


def test_the_school_under_its_own_name_is_the_school() -> None:
    """A policy that calls the school by its name is read as if it said "the school"."""
    imported = policy(
        clause(
            "Nobody who works for Elm Lane may say so: staff must not state that they work for Elm Lane.", number="1"
        ),
    )
    (entry,) = drafting.draft(imported)
    assert on(entry, "name_employer").norm.force == "prohibited"


def test_leave_under_an_if_is_not_given_freely() -> None:
    """Leave to be connected with parents "if …" is drafted for nobody but those of whom the condition speaks."""
    entry = drafted(
        "Staff may be connected with parents if the connection was made before the child came to the school."
    )
    for found in entry.norms:
        if found.norm.force == "permitted":
            assert found.norm.person == ("parent_friend",)
            assert found.norm.conditions


@pytest.mark.parametrize(
    "text",
    [
        "Staff may run an account for the school.",
        "Employees may post on the school's account.",
        "Teachers may put pictures of pupils online.",
    ],
)
def test_what_needs_leave_elsewhere_is_never_freely_allowed(text: str) -> None:
    """A plain "may" on something that schools do not leave to anybody is left to the reviewer."""
    entry = drafted(text)
    assert all(found.norm.force != "permitted" for found in entry.norms)


def test_rules_for_parents_and_pupils_bind_no_staff() -> None:
    """What the policy asks of parents is a fact for staff, not a rule on what they do."""
    entry = drafted("Parents must not post pictures of other children.")
    assert [(found.norm.force, found.norm.acts) for found in entry.norms] == [("stated", ("parents_post_photos",))]


def test_an_exception_that_is_not_understood_is_pointed_out() -> None:
    """The bar is drafted without the exception, which is stricter, and the reviewer is told."""
    entry = drafted("Staff must not criticise the school online unless the moon is full.")
    assert on(entry, "criticise").norm.unless == ()
    assert entry.doubt is not None
    assert "moon" in entry.doubt


@pytest.mark.parametrize(
    ("text", "act", "force"),
    [
        ("Private phones are put away whenever pupils are present.", "phone_with_pupils", "prohibited"),
        ("The crest is not used on private pages.", "use_logo", "prohibited"),
        ("Calls from journalists are passed to the headteacher.", "press_enquiry", "required"),
        ("A colleague who sees a breach of these rules tells the headteacher.", "report_breach", "required"),
    ],
)
def test_rules_stated_as_facts_are_rules(text: str, act: str, force: str) -> None:
    """A policy that tells what its staff do, or what is done, rules no less than one that says "must"."""
    assert on(drafted(text), act).norm.force == force


@pytest.mark.parametrize(
    ("lead", "item", "act", "force", "conditions"),
    [
        ("No need to ask:", "have your own accounts", "have_account", "permitted", ()),
        (
            "Get the headteacher's yes before you:",
            "set up a page for the school",
            "open_school_account",
            "permitted",
            ("approval",),
        ),
        ("Please steer clear of:", "online friendships with parents", "befriend", "discouraged", ()),
        ("You do not:", "put pictures of pupils on your own page", "post_photo", "prohibited", ()),
    ],
)
def test_lead_ins_in_plain_speech_carry_their_items(
    lead: str, item: str, act: str, force: str, conditions: tuple[str, ...]
) -> None:
    """What may be done, what needs a yes first, and what may not be done can stand in the lead-in alone."""
    found = on(drafted(item, stem=lead), act).norm
    assert (found.force, found.conditions) == (force, conditions)


def test_likewise_takes_the_force_of_the_sentence_before() -> None:
    """The words "so will …" say of the next thing what was said of the last."""
    entry = drafted("Insults will be treated as misconduct. So will the disclosure of confidential information.")
    assert on(entry, "disclose_confidential").norm.force == "prohibited"


def test_use_at_work_with_leave_is_allowed_on_that_condition() -> None:
    """Private use that needs the head's permission is not drafted as simply allowed."""
    entry = drafted(
        "Staff may use school computers for private purposes in their lunch break with the headteacher's permission."
    )
    assert on(entry, "use_school_device").norm.conditions == ("approval",)


@pytest.mark.parametrize(
    "text",
    [
        "Staff may be tempted to add pupils as friends.",
        "Staff may receive friend requests from pupils.",
        "You may think it harmless to message a pupil from your own account.",
        "Staff can be contacted by pupils through the school's page.",
        "Not all staff may use the school computers for private purposes.",
        "It is acceptable to follow pupils on the school's account.",
    ],
)
def test_a_may_that_is_no_leave_is_not_taken_for_leave(text: str) -> None:
    """Contact with pupils, above all, is never drafted as allowed because a sentence has a "may" in it."""
    assert all(found.norm.force != "permitted" for found in drafted(text).norms)


def test_leave_for_family_is_leave_for_family_alone() -> None:
    """A rule that allows friendship with pupils who are family allows it with no other pupil."""
    entry = drafted("Staff may be friends with pupils who are related to them.")
    assert {found.norm.person for found in entry.norms if found.norm.force == "permitted"} == {("pupil_relative",)}
