"""Ruling: exceptions, conditions, exactness, silence, polarity."""

import itertools
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from knowledge import pack
from knowledge.model import Clause, Declaration, Norm, Policy, PolicyHead, Rereading, Review
from knowledge.reading import Reading
from knowledge.ruling import Rulebook, Ruling


def policy(*clauses: Clause) -> Policy:
    """Return a policy made of these clauses."""
    head = PolicyHead("p", "P", "School", "1", Review("yearly"), Rereading(12, "yearly"), Declaration(("read",)))
    return Policy(head, clauses)


def clause(clause_id: str, *norms: Norm) -> Clause:
    """Return a clause with these norms."""
    return Clause(clause_id, "Section", f"Clause {clause_id}.", norms=norms)


def reading(act: str = "message", **facts: object) -> Reading:
    """Return a reading that is certain of its act."""
    return Reading("?", ((act, 1.0),), **facts)  # type: ignore[arg-type]


def rule(of: Policy, **facts: object) -> Ruling:
    """Rule on a reading with these facts."""
    return Rulebook(of).rule(reading(**facts))


NO_PUPILS = policy(
    clause(
        "1",
        Norm("prohibited", ("message", "befriend"), "No pupils.", person=("pupil",), unless=("person:pupil_relative",)),
    ),
    clause("2", Norm("permitted", ("message",), "Only with approval.", person=("parent",), conditions=("approval",))),
    clause("3", Norm("required", ("attend_training",), "Training first.")),
    clause("4", Norm("recommended", ("privacy_settings",), "Set them.")),
)


def test_a_prohibition_rules() -> None:
    """The plain case: the act and the person are those of the norm."""
    ruling = rule(NO_PUPILS, person=("pupil",))
    assert (ruling.verdict, ruling.clauses) == ("prohibited", ("1",))


def test_an_exception_that_is_said_defeats_the_norm() -> None:
    """A family pupil is excepted, and the clause that excepts is cited."""
    ruling = rule(NO_PUPILS, person=("pupil_relative",))
    assert (ruling.verdict, ruling.clauses) == ("permitted", ("1",))
    assert ruling.applied[0].exception == "person:pupil_relative"


def test_an_exception_that_is_not_said_is_shown_and_asked() -> None:
    """The norm rules, the exception is named, and its question is asked."""
    ruling = rule(NO_PUPILS, person=("pupil",))
    assert ruling.exceptions == ("person:pupil_relative",)
    assert ruling.asks == "pupil_relative"


@pytest.mark.parametrize(
    ("facts", "verdict"),
    [
        ({}, "conditional"),
        ({"met": frozenset({"approval"})}, "permitted"),
        ({"unmet": frozenset({"approval"})}, "prohibited"),
    ],
)
def test_a_condition_is_open_met_or_not(facts: dict[str, object], verdict: str) -> None:
    """Not said: conditional, and asked for. Said to hold: taken as met. Said not to hold: no leave."""
    ruling = rule(NO_PUPILS, person=("parent",), **facts)
    assert ruling.verdict == verdict
    assert (ruling.asks == "approval") == (verdict == "conditional")


def test_silence_is_an_act_that_no_norm_covers() -> None:
    """A known act without a norm, and a norm for somebody else, both leave the policy silent."""
    assert rule(NO_PUPILS, act="politics").verdict == "silent"
    assert rule(NO_PUPILS, person=("colleague",)).verdict == "silent"


@pytest.mark.parametrize(
    ("act", "kind", "negated", "verdict"),
    [
        ("attend_training", "must", False, "required"),
        ("attend_training", "may", True, "prohibited"),
        ("attend_training", "must", True, "required"),
        ("privacy_settings", "must", False, "required"),
        ("privacy_settings", "may", True, "discouraged"),
        ("privacy_settings", "may", False, "required"),
        ("privacy_settings", "must", True, "required"),
    ],
)
def test_polarity_follows_deontic_logic(act: str, kind: str, negated: bool, verdict: str) -> None:
    """Leave to omit a duty is a prohibition; a duty asked about is required, also in "surely I needn't"."""
    assert rule(NO_PUPILS, act=act, kind=kind, negated=negated, negation=1.0).verdict == verdict


def test_a_duty_to_keep_from_a_forbidden_act_is_required() -> None:
    """Asked "do I have to stay off …" about a forbidden act, the answer is: yes, you do."""
    assert rule(NO_PUPILS, person=("pupil",), kind="must", negated=True, negation=1.0).verdict == "required"


def test_a_doubtful_not_never_turns_a_no_into_a_yes() -> None:
    """Where the reader is not sure of a negation, a prohibition stays one."""
    assert rule(NO_PUPILS, person=("pupil",), negated=True, negation=0.6).verdict == "prohibited"


def test_the_more_exact_norm_wins_and_of_equals_the_stricter() -> None:
    """A norm for the narrower person beats a general one; of two alike the stricter rules and both are shown."""
    of = policy(
        clause("1", Norm("permitted", ("message",), "Anyone.")),
        clause("2", Norm("prohibited", ("message",), "Not pupils.", person=("pupil",))),
        clause("3", Norm("discouraged", ("message",), "Better not pupils.", person=("pupil",))),
    )
    assert rule(of).verdict == "permitted"
    ruling = rule(of, person=("pupil",))
    assert ruling.verdict == "prohibited"
    assert set(ruling.clauses) >= {"2", "3"}


def test_a_catch_all_gives_way() -> None:
    """A general rule decides only where nothing more exact speaks."""
    of = policy(
        clause("1", Norm("prohibited", ("embarrass", "message"), "No disrepute.", catch_all=True)),
        clause("2", Norm("permitted", ("message",), "Fine.")),
    )
    assert rule(of).clauses[0] == "2"
    assert rule(of, act="embarrass").verdict == "prohibited"


def test_an_unsaid_time_that_decides_is_asked_for() -> None:
    """Allowed in breaks, forbidden in working time: the answer depends, and asks when."""
    of = policy(
        clause("1", Norm("permitted", ("use_at_work",), "Breaks.", time=("break",))),
        clause("2", Norm("prohibited", ("use_at_work",), "Work.", time=("working",))),
    )
    ruling = rule(of, act="use_at_work")
    assert (ruling.verdict, ruling.asks) == ("conditional", "time")
    assert rule(of, act="use_at_work", time=("break",)).verdict == "permitted"
    assert rule(of, act="use_at_work", time=("contact",)).verdict == "prohibited"


def test_a_former_pupil_of_unknown_age_is_asked_about() -> None:
    """Under 18 forbidden, over 18 not ruled: the age decides."""
    of = policy(clause("1", Norm("prohibited", ("befriend",), "No.", person=("former_pupil_minor",))))
    ruling = rule(of, act="befriend", person=("former_pupil",))
    assert (ruling.verdict, ruling.asks) == ("conditional", "age")


def test_an_incident_is_always_for_the_report() -> None:
    """Something that has happened gets the report form, whatever the act, with the duty first."""
    of = policy(
        clause("1", Norm("prohibited", ("insult",), "No insults.")),
        clause("2", Norm("required", ("report_breach",), "Tell the head.")),
    )
    ruling = rule(of, act="insult", kind="incident", actor="colleague")
    assert (ruling.verdict, ruling.clauses[0]) == ("report", "2")


FACTS = st.fixed_dictionaries(
    {
        "person": st.sampled_from(
            [(), ("pupil",), ("pupil_relative",), ("parent",), ("parent_friend",), ("colleague",)]
        ),
        "time": st.sampled_from([(), ("working",), ("break",), ("outside",)]),
        "device": st.sampled_from([(), ("own",), ("school",)]),
        "capacity": st.sampled_from([(), ("personal",), ("official",)]),
        "kind": st.sampled_from(["may", "must", "info"]),
    }
)
ACTS = st.sampled_from(["message", "befriend", "post_photo", "use_at_work", "use_school_device", "open_school_account"])
POLICIES = st.sampled_from(pack.installed())


@given(POLICIES, ACTS, FACTS, st.randoms(use_true_random=False))
def test_the_order_of_clauses_never_matters(
    name: str, act: str, facts: dict[str, object], chance: random.Random
) -> None:
    """A policy printed in another order gives the same verdict."""
    whole = pack.load_installed(name)
    shuffled = list(whole.clauses)
    chance.shuffle(shuffled)
    asked = reading(act, **facts)
    assert Rulebook(replace(whole, clauses=tuple(shuffled))).rule(asked).verdict == Rulebook(whole).rule(asked).verdict


@given(POLICIES, ACTS, FACTS)
def test_the_same_question_gets_the_same_answer(name: str, act: str, facts: dict[str, object]) -> None:
    """Ruling is a pure function."""
    book = Rulebook(pack.load_installed(name))
    assert book.rule(reading(act, **facts)) == book.rule(reading(act, **facts))


def test_a_condition_met_never_makes_an_answer_stricter() -> None:
    """In every pack: saying that the approval, or the consent, is there never turns leave into a prohibition."""
    loose_first = ["permitted", "required", "conditional", "discouraged", "prohibited"]
    books = {name: Rulebook(pack.load_installed(name)) for name in pack.installed()}
    for name, act, met in itertools.product(books, pack_acts(), ("approval", "consent", "disclaimer")):
        book = books[name]
        before = book.rule(reading(act)).verdict
        after = book.rule(reading(act, met=frozenset({met}))).verdict
        if before in loose_first and after in loose_first:
            assert loose_first.index(after) <= loose_first.index(before), (name, act, met)


def pack_acts() -> list[str]:
    """Return the acts of which some pack speaks."""
    return sorted(
        {
            act
            for name in pack.installed()
            for item in pack.load_installed(name).clauses
            for norm in item.norms
            for act in norm.acts
        }
    )


def test_a_rule_on_a_wider_act_holds_where_the_policy_makes_none_on_the_act() -> None:
    """Accepting a request is befriending; a rule of its own goes before that."""
    assert rule(NO_PUPILS, act="accept_request", person=("pupil",)).verdict == "prohibited"
    own = policy(*NO_PUPILS.clauses, clause("5", Norm("discouraged", ("accept_request",), "Better not.")))
    assert rule(own, act="accept_request", person=("pupil",)).clauses == ("5",)


def test_a_wider_act_says_nothing_of_what_is_not_always_an_instance_of_it() -> None:
    """Befriending somebody does not cover following them."""
    assert rule(NO_PUPILS, act="follow", person=("pupil",)).verdict == "silent"


NO_SCHOOL_DEVICES = policy(
    clause("1", Norm("permitted", ("post_on_school_account",), "Once cleared.", conditions=("approval",))),
    clause("2", Norm("prohibited", ("use_school_device",), "Never on school equipment.")),
)


def test_what_is_allowed_is_barred_by_means_that_are_not() -> None:
    """A cleared post may go up, but not from a device that may not be used for it; both clauses are shown."""
    cleared = {"act": "post_on_school_account", "met": frozenset({"approval"})}
    assert rule(NO_SCHOOL_DEVICES, **cleared).verdict == "permitted"
    assert rule(NO_SCHOOL_DEVICES, **cleared, device=("own",)).verdict == "permitted"
    barred = rule(NO_SCHOOL_DEVICES, **cleared, device=("school",))
    assert (barred.verdict, barred.clauses) == ("prohibited", ("2", "1"))


def test_a_duty_is_not_barred_by_the_device_it_is_done_on() -> None:
    """Confirming the policy on a school computer is no use of social media."""
    duty = policy(*NO_SCHOOL_DEVICES.clauses, clause("3", Norm("required", ("confirm_reading",), "Confirm.")))
    assert rule(duty, act="confirm_reading", kind="must", device=("school",)).verdict == "required"


def test_the_leave_of_somebody_else_is_not_the_approval_that_a_norm_asks_for() -> None:
    """A norm that names its approvers is met by theirs alone; one that names none, by anybody's."""
    named = Norm("permitted", ("blog",), "With the head's leave.", conditions=("approval",), approver=("headteacher",))
    given = {"act": "blog", "met": frozenset({"approval"})}
    for approvers, verdict in ((("deputy",), "conditional"), (("headteacher",), "permitted"), ((), "permitted")):
        assert rule(policy(clause("1", named)), **given, approvers=frozenset(approvers)).verdict == verdict
    anybody = policy(clause("1", replace(named, approver=())))
    assert rule(anybody, **given, approvers=frozenset({"deputy"})).verdict == "permitted"


def test_of_ones_own_slip_the_broken_rule_goes_before_the_duty_to_report() -> None:
    """What somebody else did is reported first; what I did, I am told the rule of first."""
    of = policy(
        clause("1", Norm("required", ("report_breach",), "Tell the head.")),
        clause("2", Norm("prohibited", ("insult",), "No insults.")),
    )
    told = {"act": "insult", "kind": "incident"}
    assert rule(of, **told, actor="colleague").clauses == ("1", "2")
    assert rule(of, **told, actor="self").clauses == ("2", "1")


def test_what_rules_whatever_the_unsaid_fact_may_be_is_cited_before_what_needs_it() -> None:
    """A former pupil of unknown age: the clause on former pupils of any age goes before the one on those under 18."""
    of = policy(
        clause("1", Norm("discouraged", ("befriend",), "Not under 18.", person=("former_pupil_minor",))),
        clause("2", Norm("discouraged", ("befriend",), "No former pupils.", person=("former_pupil",))),
    )
    assert rule(of, act="befriend", person=("former_pupil",)).clauses == ("2", "1")
    assert rule(of, act="befriend", person=("former_pupil_minor",)).clauses == ("1", "2")


def test_an_insult_among_colleagues_is_told_the_rule_on_bullying_as_well() -> None:
    """What a colleague does to a colleague goes by both; what a parent does, by the first alone."""
    of = policy(
        clause("1", Norm("prohibited", ("insult",), "No insults.")),
        clause("2", Norm("prohibited", ("bully",), "No bullying.")),
    )
    told = {"act": "insult", "kind": "incident", "person": ("colleague",)}
    assert rule(of, **told, actor="colleague").clauses == ("2", "1")
    assert rule(of, **told, actor="parent").clauses == ("1",)
