"""Several policies of one school as one: whose clause is whose, and who rules where they differ."""

from __future__ import annotations

import datetime as dt

import msgspec
import pytest

from bot.answering import BOOKS_AT_MOST, Answering
from bot.answers import Answer
from knowledge import pack, reader
from knowledge.joining import head_of, heads, joined, number_of
from knowledge.model import Clause, Force, Norm, Policy, Unclear

NOW = dt.datetime(2026, 3, 9, 9, 0, tzinfo=dt.UTC)
BASE = pack.load_installed("stockham")


def policy(name: str, *norms: Norm, title: str = "") -> Policy:
    """Return a policy of few clauses, 1.1 and on, each with one norm."""
    head = msgspec.structs.replace(BASE.head, id=name, title=title or name.title(), version="1", unclear=(), names=())
    return Policy(
        head, tuple(Clause(f"1.{n}", "Rules", f"{name} {norm.says}", None, (norm,)) for n, norm in enumerate(norms, 1))
    )


def rule(force: Force, says: str, **more: object) -> Norm:
    """Return a norm about adding somebody as a friend."""
    return Norm(force, ("befriend",), says, **more)  # type: ignore[arg-type]


def ask(text: str, *policies: Policy) -> Answer:
    """Return the answer of several policies."""
    return Answering({"all": joined(policies)}, reader.installed()).ask("all", text, NOW)


PUPIL = "can i add a pupil as a friend on instagram?"
ALLOWS = policy("media", rule("permitted", "You may add pupils."), title="Social media policy")
FORBIDS = policy("conduct", rule("prohibited", "You must not add pupils."), title="Code of conduct")


@pytest.mark.parametrize("order", [(ALLOWS, FORBIDS), (FORBIDS, ALLOWS)])
def test_where_two_differ_both_are_shown_and_the_stricter_rules(order: tuple[Policy, ...]) -> None:
    """Whichever leads: no, with both rules, both clauses by the name of their policy, and both versions."""
    answer = ask(PUPIL, *order)
    said = answer.text()
    assert answer.verdict == "prohibited"
    assert said.index("You must not add pupils.") < said.index("You may add pupils.")
    assert "The school's policies differ here. The stricter one counts." in said
    assert "Code of conduct, clause 1.1, Rules: conduct You must not" in said
    assert "Social media policy, clause 1.1, Rules: media You may" in said
    assert "Code of conduct, version 1" in said
    assert "Social media policy, version 1" in said


def test_one_alone_is_as_it_was() -> None:
    """No policy is named beside a clause, nothing is said of differing, and the ids are those printed."""
    assert joined([ALLOWS]) is ALLOWS
    said = ask(PUPIL, ALLOWS).text()
    assert "Clause 1.1, Rules: media" in said
    assert "differ" not in said


def test_two_that_agree_are_not_said_to_differ() -> None:
    """Both clauses stand, without a word of a difference."""
    said = ask(PUPIL, FORBIDS, policy("other", rule("prohibited", "Never add a pupil."))).text()
    assert "differ" not in said
    assert "Other, clause 1.1" in said
    assert "Code of conduct, clause 1.1" in said


def test_a_policy_that_is_silent_leaves_it_to_the_other() -> None:
    """Silence of one is no permission and no ban; only the policy that speaks is named."""
    silent = policy("silent", Norm("prohibited", ("keep_evidence",), "You must not keep it."))
    answer = ask(PUPIL, silent, ALLOWS)
    assert answer.verdict == "permitted"
    assert "Silent, version" not in answer.text()


def test_the_more_exact_rule_of_one_policy_does_not_soften_the_other() -> None:
    """Within a policy the exact rule beats the general one; what another policy forbids stays forbidden."""
    exact = policy("exact", rule("prohibited", "Nobody."), rule("permitted", "Pupils may be.", person=("pupil",)))
    assert ask(PUPIL, exact).verdict == "permitted"
    assert ask(PUPIL, exact, policy("wide", rule("prohibited", "Add nobody at all."))).verdict == "prohibited"


def test_a_general_rule_gives_way_to_an_exact_one_of_another_policy() -> None:
    """A rule such as "do nothing that …" forbids nothing that another policy expressly allows."""
    wide = policy("wide", rule("prohibited", "Do nothing that harms the school.", catch_all=True))
    assert ask(PUPIL, wide).verdict == "prohibited"
    answer = ask(PUPIL, wide, ALLOWS)
    assert answer.verdict == "permitted"
    assert "differ" not in answer.text()


def test_three_policies_are_all_heard() -> None:
    """Each that rules is said, strictest first."""
    third = policy("third", rule("discouraged", "Better not add pupils."))
    said = ask(PUPIL, ALLOWS, third, FORBIDS).text()
    places = [
        said.index(each) for each in ("You must not add pupils.", "Better not add pupils.", "You may add pupils.")
    ]
    assert places == sorted(places)


def test_clauses_and_what_cites_them_keep_their_policy() -> None:
    """Ids, ``see`` and what is unclear name the clause of their own policy, also where numbers are the same."""
    second = policy("second", rule("prohibited", "No.", see=("1.1",)))
    second = msgspec.structs.replace(
        second, head=msgspec.structs.replace(second.head, unclear=(Unclear(("1.1",), "Hm."),))
    )
    both = joined([ALLOWS, second])
    assert [clause.id for clause in both.clauses] == ["1.1", "second:1.1"]
    assert both.clause("second:1.1").norms[0].see == ("second:1.1",)
    assert both.head.unclear[0].clauses == ("second:1.1",)
    assert [head.id for head in heads(both)] == ["media", "second"]
    assert (head_of(both, "second:1.1").id, number_of(both, "second:1.1")) == ("second", "1.1")
    assert (head_of(both, "1.1").id, number_of(both, "1.1")) == ("media", "1.1")


def test_a_colon_in_a_printed_number_is_no_policy() -> None:
    """Only the name of a policy that is there takes a number apart."""
    odd = msgspec.structs.replace(ALLOWS, clauses=(msgspec.structs.replace(ALLOWS.clauses[0], id="a:1"),))
    both = joined([odd, FORBIDS])
    assert (head_of(both, "a:1").id, number_of(both, "a:1")) == ("media", "a:1")


def test_nothing_cannot_be_joined() -> None:
    """A school answers from one policy at least."""
    with pytest.raises(ValueError, match="no policy"):
        joined([])


def test_silence_names_every_policy_that_was_looked_in() -> None:
    """Whoever hears that the policy does not say can see which were meant."""
    said = ask("can i look up a job applicant online?", ALLOWS, FORBIDS)
    assert said.verdict == "silent"
    assert "Social media policy, version 1" in said.text()
    assert "Code of conduct, version 1" in said.text()


def test_own_versions_are_kept_ready_up_to_a_bound() -> None:
    """The one not asked for longest gives way; packs given at the start and what is asked for stay."""
    engine = Answering({"media": ALLOWS}, reader.installed())
    for number in range(BOOKS_AT_MOST):
        engine.take_in(f"v{number}", FORBIDS)
    assert engine.knows("v0")
    engine.take_in("one more", FORBIDS)
    assert engine.knows("v0")
    assert not engine.knows("v1")
    assert engine.knows("media")
    with pytest.raises(KeyError):
        engine.ask("v1", PUPIL, NOW)
    engine.take_in("v1", FORBIDS)
    assert engine.ask("v1", PUPIL, NOW).verdict == "prohibited"
