"""Several policies of one school's own, in force side by side: answers, versions, re-reading, and who decides."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import msgspec
import pytest

from bot.messages import Asked, Say, Show
from bot.own_adopting import NotNow
from bot.own_desk import OwnDesk
from bot.people import Absence, Holding
from bot.reread_attested import AttestationRegister
from bot.reread_register import Register
from tests.fakes import FakeClock, World, buttons, words
from tests.ownpolicies import CONDUCT, TEXT, accept_all, adopt, answering_desk, bring

PUPIL = "can i add a pupil as a friend on my own account?"
FOLLOW = "can i follow the school's own page on my own account?"
SEPTEMBER = dt.datetime(2026, 9, 14, 8, 0, tzinfo=dt.UTC)


@pytest.fixture
def any_world(database_url: str) -> Iterator[World]:
    """The demo school on the day on which the year's re-read begins, once on each database."""
    with World(database_url, clock=FakeClock(SEPTEMBER)) as made:
        yield made


@pytest.fixture
def own(any_world: World) -> OwnDesk:
    """Own policies of the demo school, with the real engine for questions."""
    return answering_desk(any_world)


def both(world: World, own: OwnDesk) -> None:
    """Adopt two policies, one after the other."""
    for name, text in (("pages", TEXT), ("conduct", CONDUCT)):
        draft = bring(own, text, name=name).draft
        accept_all(own, draft.id)
        adopt(own, draft.id, f"{name} 2026")
        world.clock.move(minutes=1)


def answer(world: World, text: str) -> str:
    """Return what the bot answers a teacher."""
    (out,) = world.say("teacher", Asked(text))
    assert isinstance(out, Say)
    return words(out.card)


@pytest.mark.parametrize("text", ["hello", "how many days of annual leave do i get?"])
def test_what_the_bot_answers_from_is_named(any_world: World, own: OwnDesk, text: str) -> None:
    """A greeting, and a question on something else, name the policies that stand side by side."""
    assert "social media policy" in answer(any_world, text)
    both(any_world, own)
    said = answer(any_world, text)
    assert "from Pages and Posts and Code of Conduct." in said
    assert "social media policy" not in said


def test_a_question_is_ruled_on_by_both(any_world: World, own: OwnDesk) -> None:
    """Where they agree both clauses stand, each by its policy and version; where they differ the stricter rules."""
    both(any_world, own)
    said = answer(any_world, PUPIL)
    assert "Pages and Posts, clause 1.1, Contact" in said
    assert "Code of Conduct, clause 1.1, Friends" in said
    assert "Pages and Posts, version pages 2026" in said
    assert "Code of Conduct, version conduct 2026" in said
    assert "differ" not in said
    said = answer(any_world, FOLLOW)
    assert said.startswith("No, the policy does not allow this.")
    assert "Do not follow the school's page." in said
    assert "You may follow the school's page." in said
    assert "The school's policies differ here. The stricter one counts." in said


def test_a_clause_of_the_second_policy_is_shown_by_its_button(any_world: World, own: OwnDesk) -> None:
    """Not the clause of the same number in the first."""
    both(any_world, own)
    (out,) = any_world.press("teacher", "ask.clause", "conduct:1.1")
    assert isinstance(out, Show)
    assert "Nobody adds pupils anywhere, ever." in words(out.card)
    assert "Code of Conduct" in words(out.card)


def test_the_next_version_of_one_replaces_that_one_alone(any_world: World, own: OwnDesk) -> None:
    """The other stays, and going back touches one policy only."""
    both(any_world, own)
    draft = bring(own, CONDUCT.replace("is not followed by staff", "is a good thing"), name="conduct").draft
    accept_all(own, draft.id)
    adopt(own, draft.id, "conduct 2027")
    assert answer(any_world, FOLLOW).startswith("Yes")
    assert [(v.policy, v.version) for v in own.adopting.standing("demo")] == [
        ("pages", "pages 2026"),
        ("conduct", "conduct 2027"),
    ]
    earlier = next(v for v in own.adopting.versions("demo") if v.version.version == "conduct 2026")
    own.adopting.go_back("demo-head", "demo", earlier.version.id)
    assert answer(any_world, FOLLOW).startswith("No")
    assert "Pages and Posts" in answer(any_world, PUPIL)


def test_one_is_taken_out_of_force_and_the_last_one_stays(any_world: World, own: OwnDesk) -> None:
    """By head or chair, audited; the office may not; what was taken out can be gone back to."""
    both(any_world, own)
    with pytest.raises(PermissionError):
        own.adopting.take_out("demo-office", "demo", "conduct")
    own.adopting.take_out("demo-chair", "demo", "pages")
    said = answer(any_world, PUPIL)
    assert "Pages and Posts" not in said
    assert "Clause 1.1, Friends" in said
    with pytest.raises(NotNow):
        own.adopting.take_out("demo-head", "demo", "conduct")
    with pytest.raises(NotNow):
        own.adopting.take_out("demo-head", "demo", "never-there")
    pages = next(v for v in own.adopting.versions("demo") if v.version.policy == "pages")
    own.adopting.go_back("demo-head", "demo", pages.version.id)
    own.adopting.lead("demo-head", "demo", "pages")
    assert [v.policy for v in own.adopting.standing("demo")] == ["pages", "conduct"]
    assert "Pages and Posts, clause 1.1" in answer(any_world, PUPIL)
    with any_world.store.look() as work:
        actions = [row.action for row in work.audit.rows("demo")][-3:]
    assert actions == ["policy.taken_out", "policy.gone_back", "policy.leads"]


def test_each_is_read_again_by_itself(any_world: World, own: OwnDesk) -> None:
    """A card and a declaration for each policy, with its own version; the register and the receipts tell them apart."""
    both(any_world, own)
    any_world.bot.rereading.plan("demo")
    any_world.clock.move(hours=2)
    any_world.deliver()
    cards = [card for card in any_world.inbox("teacher") if "reread.confirm" in buttons(card)]
    assert sorted("Code of Conduct" in words(card) for card in cards) == [False, True]
    conduct = next(card for card in cards if "Code of Conduct" in words(card))
    assert "conduct 2026" in words(conduct)
    campaign = buttons(conduct)["reread.confirm"]
    (page,) = any_world.press("teacher", "reread.read", f"{campaign}:1")
    assert isinstance(page, Show)
    assert "kettle" in words(page.card)
    any_world.press("teacher", "reread.confirm", campaign)
    with any_world.store.look() as work:
        (ack,) = work.rereads.acknowledgements("demo")
    assert (ack.policy, ack.version) == ("conduct", "conduct 2026")
    left = [words(out.card) for out in any_world.press("teacher", "reread.mine") if isinstance(out, Say)]
    assert len(left) == 1
    assert "Pages and Posts" in left[0]
    register = Register(any_world.store, any_world.clock, any_world.shelf)
    counts = [register.open("demo-head", "demo", None, name).counts["done"] for name in ("", "pages", "conduct")]
    assert counts == [0, 0, 1]
    attested = AttestationRegister(any_world.store, any_world.clock, any_world.shelf)
    found = attested.open("demo-head", "demo", "conduct 2026", "conduct")
    assert found is not None
    assert [entry.name for entry in found.entries] == ["Sam Okoro"]
    assert attested.open("demo-head", "demo", "conduct 2026", "pages") is None
    receipt = register.receipt("demo-teacher", "demo", ack.id)
    assert receipt is not None
    assert "Code of Conduct, conduct 2026" in dict(receipt.facts).values()


def test_the_heads_view_goes_from_policy_to_policy(any_world: World, own: OwnDesk) -> None:
    """Each has a view of its own; a paper is recorded for the policy that was signed."""
    both(any_world, own)
    any_world.bot.rereading.plan("demo")
    (out,) = any_world.press("head", "reread.overview")
    assert isinstance(out, Say)
    assert "Pages and Posts, pages 2026" in words(out.card)
    assert buttons(out.card)["reread.overview_of"] == "conduct"
    (out,) = any_world.press("head", "reread.overview_of", "conduct")
    assert isinstance(out, Say)
    assert "Code of Conduct, conduct 2026" in words(out.card)
    form = any_world.form("office", "reread.paper")
    any_world.send("office", form, signer="demo-caretaker", kept_at="cabinet", policy="conduct")
    with any_world.store.look() as work:
        (ack,) = work.rereads.acknowledgements("demo")
    assert (ack.policy, ack.how) == ("conduct", "paper")


def test_the_vice_chair_signs_while_the_chair_is_away(any_world: World, own: OwnDesk) -> None:
    """Asked and let in on those days only; the audit chain and the version say for whom."""
    draft = bring(own).draft
    own.adopting.sign("demo-head", "demo", draft.id, version="2026")
    assert own.adopting.part("demo-vice", "demo", draft.id) is None
    with pytest.raises(PermissionError):
        own.adopting.sign("demo-vice", "demo", draft.id)
    own.adopting.withdraw("demo-head", "demo", draft.id)
    today = any_world.clock.today("Europe/London")
    with any_world.store.begin() as work:
        work.people.absent(Absence("demo-chair", today, today + dt.timedelta(days=9)))
        work.commit()
    own.adopting.sign("demo-head", "demo", draft.id, version="2026")
    any_world.deliver()
    assert any("policy.sign" in buttons(card) for card in any_world.inbox("vice"))
    assert own.reviewing.open("demo-vice", "demo", draft.id).adopts
    assert own.adopting.part("demo-chair", "demo", draft.id) is None
    assert own.adopting.sign("demo-vice", "demo", draft.id) == "adopted"
    (version,) = own.adopting.versions("demo")
    assert (version.version.second_by, version.draft.chair_for) == ("demo-vice", "demo-chair")
    with any_world.store.look() as work:
        rows = [(row.action, row.actor_id) for row in work.audit.rows("demo") if row.action.startswith("policy.")]
    assert rows[-2:] == [("policy.stood_in", "demo-vice"), ("policy.adopted", "demo-vice")]


def test_a_stand_in_goes_before_the_vice_chair_and_nobody_signs_twice(any_world: World, own: OwnDesk) -> None:
    """Whom the chair has named signs; a head who is vice-chair too cannot be the second."""
    today = any_world.clock.today("Europe/London")
    with any_world.store.begin() as work:
        work.people.absent(Absence("demo-chair", today, today + dt.timedelta(days=9)))
        work.people.hold(Holding("demo-head", "vice_chair"))
        work.commit()
    draft = bring(own).draft
    own.adopting.sign("demo-head", "demo", draft.id)
    with pytest.raises(PermissionError):
        own.adopting.sign("demo-head", "demo", draft.id)
    assert own.adopting.part("demo-vice", "demo", draft.id) == "chair"


def test_the_headteacher_is_asked_to_sign(any_world: World, own: OwnDesk) -> None:
    """By whoever reviews, once a day; the card goes when the draft is signed; nobody else may ask."""
    draft = bring(own).draft
    for who in ("teacher", "chair"):
        with pytest.raises(PermissionError):
            own.adopting.ask_to_sign(f"demo-{who}", "demo", draft.id)
    for _ in range(2):
        own.adopting.ask_to_sign("demo-office", "demo", draft.id)
    any_world.deliver()
    cards = [card for card in any_world.inbox("head") if "policy.open" in buttons(card)]
    assert len(cards) == 1
    assert "Jean Tully asks you to look at it" in words(cards[0])
    any_world.clock.move(days=1)
    own.adopting.ask_to_sign("demo-office", "demo", draft.id)
    own.adopting.sign("demo-head", "demo", draft.id)
    any_world.deliver()
    assert len([card for card in any_world.inbox("head") if "policy.open" in buttons(card)]) == 1
    with pytest.raises(PermissionError):
        own.adopting.ask_to_sign("demo-office", "demo", draft.id)


def test_a_rule_that_is_its_clause_word_for_word_is_read_once(any_world: World, own: OwnDesk) -> None:
    """As the clause, with its number; a rule in other words is said before it."""
    draft = bring(own).draft
    accept_all(own, draft.id)
    said = "Staff must not add pupils as friends on their own accounts."
    norm = own.reviewing.open("demo-office", "demo", draft.id).entries[0].norms[0].norm
    own.reviewing.change("demo-office", "demo", draft.id, 0, 0, msgspec.structs.replace(norm, says=said))
    adopt(own, draft.id)
    assert answer(any_world, PUPIL).count(said) == 1
