"""A school's own policy from file to answer: who may do what, what a colleague is told when, and what is kept."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from bot.messages import Asked, Say
from bot.own_adopting import NotNow
from bot.own_desk import OwnDesk
from bot.own_import import NotTaken
from bot.own_review import Closed, NoDraft
from knowledge.model import Example
from tests.fakes import World, buttons, words
from tests.ownpolicies import RULES, TEXT, accept_all, adopt, answering_desk, bring

PUPIL = "can i add a pupil as a friend on my own account?"
SECRET = "can i post confidential information online?"
GROUP = "can i run a staff group chat?"


@pytest.fixture
def own(any_world: World) -> OwnDesk:
    """Own policies of the demo school, once on each database, with the real engine for questions."""
    return answering_desk(any_world)


def answer(world: World, text: str, who: str = "teacher") -> str:
    """Return what the bot answers a colleague."""
    (out,) = world.say(who, Asked(text))
    assert isinstance(out, Say)
    return words(out.card)


def test_a_draft_never_answers_a_colleague(any_world: World, own: OwnDesk) -> None:
    """Imported, reviewed, signed by the headteacher: until the chair has signed too, the policy in force answers."""
    draft = bring(own).draft
    assert "Pages and Posts" not in answer(any_world, PUPIL)
    accept_all(own, draft.id)
    assert "Pages and Posts" not in answer(any_world, PUPIL)
    own.sign("demo-head", own.reviewing.open("demo-head", "demo", draft.id), "2026", material=True)
    assert "Pages and Posts" not in answer(any_world, PUPIL)
    own.sign("demo-chair", own.reviewing.open("demo-chair", "demo", draft.id), "", material=True)
    said = answer(any_world, PUPIL)
    assert said.startswith("No, the policy does not allow this.")
    assert "Pages and Posts, version 2026" in said
    assert TEXT.splitlines()[3].partition(" ")[2] in said


def test_what_nobody_reviewed_gives_no_verdict(any_world: World, own: OwnDesk) -> None:
    """A clause left alone and one marked as unclear are shown as text: no yes, no no, and not silence."""
    draft = bring(own).draft
    accept_all(own, draft.id, but=("2.3", "2.4"))
    own.reviewing.unclear("demo-office", "demo", draft.id, 6)
    adopt(own, draft.id)
    for question, number in ((SECRET, "2.3"), (GROUP, "2.4")):
        said = answer(any_world, question)
        assert said.startswith(("Here is what the policy says.", "The policy speaks of this in words whose meaning")), (
            said
        )
        assert f"Clause {number} bears on this" in said
    assert "Nobody at the school has reviewed" in answer(any_world, SECRET)
    assert "is not clear. Please ask the headteacher" in answer(any_world, GROUP)


def test_silence_is_not_claimed_while_clauses_wait(any_world: World, own: OwnDesk) -> None:
    """A clause without a drafted rule might speak of anything: until it is reviewed nobody hears "doesn't say"."""
    question = "can i look up a job applicant online?"
    draft = bring(own).draft
    accept_all(own, draft.id, but=("3.2",))
    adopt(own, draft.id)
    assert answer(any_world, question).startswith("No clause that was reviewed speaks of this")
    any_world.clock.move(minutes=1)
    accept_all(own, bring(own).draft.id)
    again = own.reviewing.drafts("demo-office", "demo")[0]
    adopt(own, again.id, "2027")
    assert answer(any_world, question).startswith("The policy doesn't say.")


def test_the_live_box_answers_from_the_draft_and_says_so(own: OwnDesk) -> None:
    """Marked as a draft, without buttons, with the rules that spoke; a change is heard at once."""
    draft = bring(own).draft
    opened = own.reviewing.open("demo-office", "demo", draft.id)
    said = own.ask(opened, PUPIL)
    assert words(said.card).startswith("From a draft that nobody has adopted: No")
    assert [(spoke.clause, spoke.leads) for spoke in said.spoke] == [("1.1", True)]
    assert buttons(said.card) == {}
    own.reviewing.change("demo-office", "demo", draft.id, 0, 0, None)
    said = own.ask(own.reviewing.open("demo-office", "demo", draft.id), PUPIL)
    assert said.spoke == ()


@pytest.mark.parametrize("who", ["teacher", "governor", "contractor", "vice", "dsl"])
def test_others_may_neither_bring_nor_see_nor_review(own: OwnDesk, who: str) -> None:
    """A teacher finds no draft, whatever its id, and a file of theirs is not taken in."""
    draft = bring(own).draft
    with pytest.raises(PermissionError):
        bring(own, who=who)
    with pytest.raises(NoDraft):
        own.reviewing.open(f"demo-{who}", "demo", draft.id)
    with pytest.raises(NoDraft):
        own.reviewing.accept(f"demo-{who}", "demo", draft.id, [0])
    with pytest.raises(NoDraft):
        own.reviewing.drafts(f"demo-{who}", "demo")
    with pytest.raises(PermissionError):
        own.adopting.sign(f"demo-{who}", "demo", draft.id)


def test_the_chair_reads_but_does_not_review(own: OwnDesk) -> None:
    """What is signed can be looked at; changing it is for those who know the school's days."""
    draft = bring(own).draft
    assert own.reviewing.open("demo-chair", "demo", draft.id).reviews is False
    with pytest.raises(NoDraft):
        own.reviewing.unclear("demo-chair", "demo", draft.id, 0)


def test_head_and_chair_sign_in_this_order_and_are_two_people(any_world: World, own: OwnDesk) -> None:
    """The chair cannot begin; the head cannot end; the office signs nothing; what was signed cannot be changed."""
    draft = bring(own).draft
    for who in ("chair", "office", "deputy"):
        with pytest.raises(PermissionError):
            own.adopting.sign(f"demo-{who}", "demo", draft.id)
    assert own.adopting.sign("demo-head", "demo", draft.id, version="2026") == "signed"
    with pytest.raises(PermissionError):
        own.adopting.sign("demo-head", "demo", draft.id)
    with pytest.raises(Closed):
        own.reviewing.accept("demo-office", "demo", draft.id, [0])
    any_world.deliver()
    (card,) = [card for card in any_world.inbox("chair") if "policy.sign" in buttons(card)]
    assert "2026" in words(card)
    assert "9; 9 of them not settled, and shown as text without a verdict" in words(card)
    assert "needs two people" in words(any_world.press("teacher", "policy.sign", draft.id)[0].card)  # type: ignore[union-attr]
    assert "From now on" in words(any_world.press("chair", "policy.sign", draft.id)[0].card)  # type: ignore[union-attr]
    (version,) = own.adopting.versions("demo")
    assert (version.version.adopted_by, version.version.second_by) == ("demo-head", "demo-chair")
    with any_world.store.look() as work:
        actions = [row.action for row in work.audit.rows("demo") if row.action.startswith("policy.")]
    assert actions == ["policy.imported", "policy.signed", "policy.adopted"]


def test_a_signature_can_be_taken_back_until_the_chair_has_signed(any_world: World, own: OwnDesk) -> None:
    """Then the draft is open again, and the chair's card goes."""
    draft = bring(own).draft
    own.adopting.sign("demo-head", "demo", draft.id)
    own.adopting.withdraw("demo-head", "demo", draft.id)
    any_world.deliver()
    assert not any("policy.sign" in buttons(card) for card in any_world.inbox("chair"))
    assert own.reviewing.accept("demo-office", "demo", draft.id, [0]) == 1
    adopt(own, draft.id)
    with pytest.raises(PermissionError):
        own.adopting.withdraw("demo-head", "demo", draft.id)


def test_a_refused_file_leaves_nothing(any_world: World, own: OwnDesk) -> None:
    """Neither text nor draft nor audit row; the same for a name that cannot be one, and for a draft that fails late."""
    for data, name in ((b"%locked", "pages"), (TEXT.encode(), "Not A Name"), (b"\xff", "pages")):
        with pytest.raises((NotTaken, UnicodeDecodeError)):
            own.importing.take_in("demo", "demo-office", data, "pages.txt", name)
    with any_world.store.look() as work:
        assert work.own.drafts("demo") == ()
        assert not [row for row in work.audit.rows("demo") if row.action.startswith("policy.")]


def test_the_next_version_keeps_what_was_reviewed_of_the_same_words(any_world: World, own: OwnDesk) -> None:
    """Two clauses changed, one came: those wait for review, the others are carried over under their new numbers."""
    first = bring(own).draft
    accept_all(own, first.id)
    own.reviewing.unclear("demo-office", "demo", first.id, 1)
    adopt(own, first.id)
    any_world.clock.move(minutes=1)
    text = TEXT.replace("1.3 Staff may", "1.3 Staff may always").replace(
        "2.3 Nobody writes about confidential", "2.3 All mind"
    )
    text = text.replace("1.1 Staff", "1.1 A word about names comes first.\n1.2 Staff", 1).replace(
        "1.2 Staff should", "1.3 Staff should"
    )
    text = text.replace("1.3 Staff may", "1.4 Staff may")
    taken = bring(own, text)
    opened = own.reviewing.open("demo-office", "demo", taken.draft.id)
    states = {clause.id: entry.state for clause, entry in zip(opened.document.clauses, opened.entries, strict=True)}
    assert states["1.1"] == states["1.4"] == states["2.3"] == "drafted"
    assert (states["1.2"], states["1.3"]) == ("accepted", "unclear")
    assert taken.carried == 7
    found = own.reviewing.changes("demo-office", "demo", taken.draft.id)
    assert found is not None
    assert [p.kind for p in found[1] if p.kind not in {"same", "renumbered"}] == ["came", "changed", "changed"]
    adopt(own, taken.draft.id, "2027")
    assert "version 2027" in answer(any_world, PUPIL)


def test_going_back_answers_from_the_earlier_version(any_world: World, own: OwnDesk) -> None:
    """By head or chair, audited; both versions stay, word for word; nobody else may."""
    first = bring(own).draft
    accept_all(own, first.id)
    adopt(own, first.id, "2026")
    any_world.clock.move(minutes=1)
    second = bring(own, TEXT.replace("must not add pupils", "need not add pupils")).draft
    adopt(own, second.id, "2027")
    assert "version 2027" in answer(any_world, PUPIL)
    latest, earlier = own.adopting.versions("demo")
    assert (latest.in_force, earlier.in_force) == (True, False)
    with pytest.raises(PermissionError):
        own.adopting.go_back("demo-office", "demo", earlier.version.id)
    own.adopting.go_back("demo-chair", "demo", earlier.version.id)
    assert "version 2026" in answer(any_world, PUPIL)
    with any_world.store.look() as work:
        assert [row.action for row in work.audit.rows("demo")][-1] == "policy.gone_back"
        texts = [work.own.text(draft.text_id).document for draft in work.own.drafts("demo")]
    assert {"must not" in text.clauses[0].text for text in texts} == {True, False}


def test_two_versions_cannot_have_one_name(any_world: World, own: OwnDesk) -> None:
    """Acknowledgements name the version: the head is told to give this one another name, and nothing is signed."""
    adopt(own, bring(own).draft.id, "2026")
    any_world.clock.move(minutes=1)
    again = bring(own).draft
    with pytest.raises(NotNow, match="version_taken"):
        own.adopting.sign("demo-head", "demo", again.id, version="2026")
    assert own.adopting.part("demo-head", "demo", again.id) == "headteacher"


def test_a_policy_whose_reports_reach_nobody_cannot_be_adopted(any_world: World, own: OwnDesk) -> None:
    """The bot would not start with it: so it is said before, and both signatures wait."""
    draft = bring(own).draft
    with any_world.store.begin() as work:
        school = work.schools.get("demo")
        assert school is not None
        work.schools.put(replace(school, contacts=()))
        work.people.end_role("demo-vice", "vice_chair", dt.date(2026, 9, 1))
        work.commit()
    with pytest.raises(NotNow, match="routes"):
        own.adopting.sign("demo-head", "demo", draft.id)


def test_an_example_that_no_longer_holds_is_named(own: OwnDesk) -> None:
    """It is kept with its rule, and asked again among the findings."""
    draft = bring(own).draft
    own.reviewing.example("demo-office", "demo", draft.id, 0, 0, Example(PUPIL, "prohibited"))
    opened = own.reviewing.open("demo-office", "demo", draft.id)
    assert own.findings(opened).missed == ()
    norm = opened.entries[0].norms[0].norm
    own.reviewing.change(
        "demo-office", "demo", draft.id, 0, 0, type(norm)("permitted", norm.acts, "You may.", examples=norm.examples)
    )
    (missed,) = own.findings(own.reviewing.open("demo-office", "demo", draft.id)).missed
    assert (missed.clause, missed.example.ask, missed.verdict) == ("1.1", PUPIL, "permitted")


def test_a_material_version_starts_a_round_that_shows_the_changes(any_world: World, own: OwnDesk) -> None:
    """Whoever read the first version is asked again and sees the clause that changed; a small change asks nobody."""
    first = bring(own).draft
    accept_all(own, first.id)
    adopt(own, first.id, "2026")
    with any_world.store.look() as work:
        (campaign,) = work.rereads.campaigns("demo")
    any_world.press("teacher", "reread.confirm", campaign.id)
    any_world.clock.move(minutes=1)
    small = bring(own, TEXT.replace("each year", "every spring")).draft
    adopt(own, small.id, "2027", material=False)
    with any_world.store.look() as work:
        assert [c.version for c in work.rereads.campaigns("demo")] == ["2026"]
    any_world.clock.move(minutes=1)
    large = bring(own, TEXT.replace("must not add pupils", "must never add pupils")).draft
    adopt(own, large.id, "2028", material=True)
    any_world.clock.move(hours=1)
    any_world.deliver()
    card = [card for card in any_world.inbox("teacher") if "reread.confirm" in buttons(card)][-1]
    assert "Changed, clause 1.1: Staff must never add pupils" in words(card)


def test_routes_and_declaration_come_from_the_own_policy(any_world: World, own: OwnDesk) -> None:
    """Everything that asks the shelf gets the version in force: reports, the policy's pages, the re-read."""
    draft = bring(own).draft
    adopt(own, draft.id)
    with any_world.store.look() as work:
        policy = any_world.shelf.policy(work.schools.get("demo"))  # type: ignore[arg-type]
    assert (policy.id, policy.head.version, policy.head.school) == ("pages", "2026", "Larkfield Primary School (demo)")
    assert any_world.report("teacher")
    assert len(RULES) == 9
