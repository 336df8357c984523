"""A trust's policy as the base of a school's: single clauses of the school's own, and the trust's next version."""

from __future__ import annotations

import msgspec
import pytest

from bot import own_pack
from bot.messages import Asked, Say
from bot.own_desk import OwnDesk
from bot.own_import import NotTaken, TakenIn
from bot.own_overriding import NotOverridden
from bot.own_review import Closed, NoDraft, Opened
from knowledge.model import Clause
from tests.fakes import World, words
from tests.ownpolicies import accept_all, adopt, answering_desk
from tests.trustpack import CLAUSES, rule, trust

PUPIL = "can i add a pupil as a friend on my own account?"
FOLLOW = "can i follow the school's own page on my own account?"
GROUP = "can i run a staff group chat?"


@pytest.fixture
def own(any_world: World) -> OwnDesk:
    """Own policies of the demo school, once on each database, with the real engine for questions."""
    return answering_desk(any_world)


def take_in(own: OwnDesk, data: bytes, *, base: bool = True, who: str = "office") -> TakenIn:
    """Bring a pack, as the trust's."""
    return own.importing.take_in("demo", f"demo-{who}", data, "trust.toml", "online", base=base)


def opened(own: OwnDesk, draft_id: str) -> Opened:
    """Return the draft as the office sees it."""
    return own.reviewing.open("demo-office", "demo", draft_id)


def place(own: OwnDesk, draft_id: str, number: str) -> int:
    """Return where a clause stands."""
    return [clause.id for clause in opened(own, draft_id).document.clauses].index(number)


def override(own: OwnDesk, draft_id: str) -> None:
    """Replace 2.1, leave out 1.2, add one behind 1.1."""
    ids = ("demo-office", "demo", draft_id)
    own.overriding.replace(*ids, place(own, draft_id, "2.1"), "Staff may run a chat group of staff if it is kind.")
    own.overriding.leave_out(*ids, place(own, draft_id, "1.2"))
    own.overriding.add(*ids, place(own, draft_id, "1.1"), "Nobody writes about confidential matters online.")


def answer(world: World, text: str) -> str:
    """Return what the bot answers a teacher."""
    (out,) = world.say("teacher", Asked(text))
    assert isinstance(out, Say)
    return words(out.card)


def states(own: OwnDesk, draft_id: str) -> dict[str, tuple[str | None, str]]:
    """Return of each clause whose it is, and how its review stands."""
    found = opened(own, draft_id)
    return {c.id: (c.origin, e.state) for c, e in zip(found.document.clauses, found.entries, strict=True)}


def test_clauses_of_the_schools_own_take_the_place_of_the_trusts(any_world: World, own: OwnDesk) -> None:
    """Its own words and rules answer; what is left out does not; every answer says whose the clause is."""
    draft = take_in(own, trust("1")).draft
    override(own, draft.id)
    assert states(own, draft.id) == {
        "1.1": ("trust", "drafted"),
        "1.1-S1": ("school", "drafted"),
        "1.2": ("left_out", "changed"),
        "2.1": ("school", "drafted"),
        "2.2": ("trust", "drafted"),
    }
    accept_all(own, draft.id)
    adopt(own, draft.id, "1, ours")
    assert "Clause 1.1, Contact (from Oak Trust)" in answer(any_world, PUPIL)
    said = answer(any_world, GROUP)
    assert said.startswith("Yes")
    assert "Clause 2.1, Groups (the school's own)" in said
    assert "not run" not in said
    assert "may be followed" not in answer(any_world, FOLLOW)
    assert "Online conduct, version 1, ours" in said


def test_the_trusts_next_version_keeps_what_is_the_schools(any_world: World, own: OwnDesk) -> None:
    """Unchanged behind an own clause: kept without a word. Changed: kept, named, and to be looked at first."""
    draft = take_in(own, trust("1")).draft
    override(own, draft.id)
    accept_all(own, draft.id)
    adopt(own, draft.id, "1, ours")
    any_world.clock.move(minutes=1)
    second = (
        Clause("1.0", "Contact", "A word about names comes first."),
        msgspec.structs.replace(CLAUSES[0], id="1.1"),
        msgspec.structs.replace(CLAUSES[1], text="The trust's page and channel may be followed."),
        msgspec.structs.replace(CLAUSES[2], text="Chat groups are not run by anybody of the staff."),
        CLAUSES[3],
    )
    taken = take_in(own, trust("2", second))
    assert set(taken.review) == {"1.2", "2.1"}
    found = states(own, taken.draft.id)
    assert found == {
        "1.0": ("trust", "drafted"),
        "1.1": ("trust", "accepted"),
        "1.1-S1": ("school", "accepted"),
        "1.2": ("left_out", "drafted"),
        "2.1": ("school", "drafted"),
        "2.2": ("trust", "accepted"),
    }
    now = opened(own, taken.draft.id)
    own_clause, entry = now.document.clauses[4], now.entries[4]
    assert own_clause.text == "Staff may run a chat group of staff if it is kind."
    assert own_clause.theirs is not None
    assert own_clause.theirs.text == "Chat groups are not run by anybody of the staff."
    assert not entry.sure
    assert "The trust has changed the clause that this one replaces" in (entry.doubt or "")
    assert [each.norm.acts for each in entry.norms] == [("run_staff_group",)]
    assert now.draft.head.base is not None
    assert (now.draft.head.base.trust, now.draft.head.base.version) == ("Oak Trust", "2")
    assert "version 1, ours" in answer(any_world, GROUP)
    accept_all(own, taken.draft.id)
    adopt(own, taken.draft.id, "2, ours")
    assert "version 2, ours" in answer(any_world, GROUP)
    assert answer(any_world, GROUP).startswith("Yes")


def test_an_unchanged_base_asks_nothing_again(own: OwnDesk) -> None:
    """The same clauses under other numbers: all that is the school's stays, and nothing waits."""
    draft = take_in(own, trust("1")).draft
    override(own, draft.id)
    accept_all(own, draft.id)
    moved = tuple(msgspec.structs.replace(each, id=f"9.{each.id}") for each in CLAUSES)
    taken = take_in(own, trust("2", moved))
    assert taken.review == ()
    assert opened(own, taken.draft.id).waiting == ()
    assert list(states(own, taken.draft.id)) == ["9.1.1", "1.1-S1", "9.1.2", "9.2.1", "9.2.2"]


def test_a_clause_that_the_trust_dropped_or_no_longer_leaves_open(own: OwnDesk) -> None:
    """The school's words for a dropped clause stay as added ones; what may no longer be left out applies again."""
    draft = take_in(own, trust("1")).draft
    override(own, draft.id)
    accept_all(own, draft.id)
    second = (CLAUSES[0], msgspec.structs.replace(CLAUSES[1], optional=False), CLAUSES[3])
    taken = take_in(own, trust("2", second))
    assert set(taken.review) == {"1.2", "2.1"}
    assert states(own, taken.draft.id) == {
        "1.1": ("trust", "accepted"),
        "1.1-S1": ("school", "accepted"),
        "1.2": ("trust", "drafted"),
        "2.1": ("school", "drafted"),
        "2.2": ("trust", "accepted"),
    }
    assert opened(own, taken.draft.id).document.clauses[3].theirs is None


def test_rules_that_the_trust_changed_under_the_same_words_are_taken_over(own: OwnDesk) -> None:
    """What the school had only accepted is the trust's new rule, to be accepted anew; what it had changed is kept."""
    draft = take_in(own, trust("1")).draft
    accept_all(own, draft.id)
    own.reviewing.change("demo-office", "demo", draft.id, 3, 0, rule("recommended", "keep_evidence", "Better keep it."))
    second = tuple(
        msgspec.structs.replace(each, norms=tuple(msgspec.structs.replace(n, says=f"{n.says}!") for n in each.norms))
        for each in CLAUSES
    )
    taken = take_in(own, trust("2", second))
    now = opened(own, taken.draft.id)
    assert [entry.state for entry in now.entries] == ["drafted"] * 4
    assert now.entries[0].norms[0].norm.says == "Add no pupils.!"
    assert now.entries[3].norms[0].norm.says == "Better keep it."
    assert taken.review == ("2.2",)


def test_everything_can_be_put_back(own: OwnDesk) -> None:
    """The trust's words and rules stand again, the added clause is gone, and no entry is left over."""
    draft = take_in(own, trust("1")).draft
    before = opened(own, draft.id)
    override(own, draft.id)
    ids = ("demo-office", "demo", draft.id)
    for number in ("1.1-S1", "1.2", "2.1"):
        own.overriding.put_back(*ids, place(own, draft.id, number))
    after = opened(own, draft.id)
    assert after.document.clauses == before.document.clauses
    assert [e.norms for e in after.entries] == [e.norms for e in before.entries]
    with pytest.raises(NotOverridden) as error:
        own.overriding.put_back(*ids, 0)
    assert error.value.why == "nothing"


def test_what_the_trust_does_not_allow_is_refused(own: OwnDesk) -> None:
    """A clause that may not be left out, no words, a number twice, a policy without a base, somebody else, too late."""
    draft = take_in(own, trust("1")).draft
    ids = ("demo-office", "demo", draft.id)
    for why, act in (
        ("not_optional", lambda: own.overriding.leave_out(*ids, 0)),
        ("empty", lambda: own.overriding.replace(*ids, 0, " \n ")),
        ("number_taken", lambda: own.overriding.add(*ids, 0, "Words.", "2.2")),
    ):
        with pytest.raises(NotOverridden) as error:
            act()
        assert error.value.why == why
    for who in ("teacher", "chair"):
        with pytest.raises(NoDraft):
            own.overriding.replace(f"demo-{who}", "demo", draft.id, 0, "Words.")
    with pytest.raises(NoDraft):
        own.overriding.leave_out(*ids, 99)
    own.adopting.sign("demo-head", "demo", draft.id)
    with pytest.raises(Closed):
        own.overriding.replace(*ids, 0, "Words.")
    plain = own.importing.take_in("demo", "demo-office", trust("1"), "trust.toml", "plain").draft
    with pytest.raises(NotOverridden) as error:
        own.overriding.replace("demo-office", "demo", plain.id, 0, "Words.")
    assert error.value.why == "not_base"
    with pytest.raises(NotTaken):
        own.importing.take_in("demo", "demo-office", b"1.1 Words.", "trust.txt", "online", base=True)


def test_a_new_draft_begins_from_the_version_in_force(any_world: World, own: OwnDesk) -> None:
    """With all that was reviewed; what stood in force answers until the new one is adopted."""
    with pytest.raises(NoDraft):
        own.overriding.again("demo-office", "demo", "online")
    draft = take_in(own, trust("1")).draft
    accept_all(own, draft.id)
    adopt(own, draft.id, "1")
    any_world.clock.move(minutes=1)
    again = own.overriding.again("demo-office", "demo", "online")
    assert own.overriding.again("demo-office", "demo", "online").id == again.id
    assert opened(own, again.id).waiting == ()
    override(own, again.id)
    assert answer(any_world, GROUP).startswith("No")
    accept_all(own, again.id)
    adopt(own, again.id, "1, ours")
    assert answer(any_world, GROUP).startswith("Yes")
    found = own.adopting.versions("demo")
    assert [(v.version.version, v.in_force) for v in found] == [("1, ours", True), ("1", False)]
    with any_world.store.look() as work:
        actions = [row.action for row in work.audit.rows("demo")]
    assert actions.count("policy.overridden") == 3
    assert "policy.begun_again" in actions


def test_a_pack_carries_what_is_the_schools(own: OwnDesk) -> None:
    """Exported and read in elsewhere it is the same policy over the same base, and can still be put back."""
    draft = take_in(own, trust("1")).draft
    override(own, draft.id)
    accept_all(own, draft.id)
    written = own_pack.written(opened(own, draft.id).as_draft).encode()
    other = own.importing.take_in("demo", "demo-office", written, "ours.toml", "copy").draft
    assert {number: whose for number, (whose, _) in states(own, other.id).items()} == {
        "1.1": "trust",
        "1.1-S1": "school",
        "1.2": "left_out",
        "2.1": "school",
        "2.2": "trust",
    }
    own.overriding.put_back("demo-office", "demo", other.id, 3)
    assert opened(own, other.id).document.clauses[3].text == "Chat groups are not run."


def test_routes_that_the_school_has_set_are_kept(own: OwnDesk) -> None:
    """Who is told of reports is the school's to say: the trust's next version does not change it back."""
    draft = take_in(own, trust("1")).draft
    head = draft.head
    told = tuple(
        msgspec.structs.replace(route, to=("deputy", "headteacher")) if route.kind == "breach" else route
        for route in head.routes
    )
    own.reviewing.about("demo-office", "demo", draft.id, msgspec.structs.replace(head, routes=told))
    taken = take_in(own, trust("2"))
    assert next(route.to for route in taken.draft.head.routes if route.kind == "breach")[0] == "deputy"
