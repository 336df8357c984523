"""A trust says on its own desk which clauses of its policy a school may leave out, and its schools are held to it."""

from __future__ import annotations

import msgspec
import pytest

from bot import own_pack
from bot.own_desk import OwnDesk
from bot.own_overriding import NotOverridden
from bot.own_review import Closed, NoDraft
from tests.fakes import World
from tests.ownpolicies import TEXT, accept_all, adopt, bring, desk_of
from tests.trustpack import trust


@pytest.fixture
def own(any_world: World) -> OwnDesk:
    """Own policies of the demo school, once on each database."""
    return desk_of(any_world)


def let(own: OwnDesk, draft_id: str, number: str, *, optional: bool = True, who: str = "office") -> str:
    """Say of a clause whether schools may leave it out."""
    place = [clause.id for clause in own.reviewing.open("demo-office", "demo", draft_id).document.clauses].index(number)
    return own.reviewing.optional(f"demo-{who}", "demo", draft_id, place, optional=optional)


def optional(own: OwnDesk, draft_id: str) -> list[str]:
    """Return the clauses of a draft that schools may leave out."""
    return [each.id for each in own.reviewing.open("demo-office", "demo", draft_id).document.clauses if each.optional]


def test_what_is_optional_is_kept_and_can_be_taken_back(any_world: World, own: OwnDesk) -> None:
    """It is in the draft's text at once; the text as it was stays; the review of the clause is not touched."""
    draft = bring(own).draft
    own.reviewing.accept("demo-office", "demo", draft.id, (0,))
    assert let(own, draft.id, "1.3") == "1.3"
    assert let(own, draft.id, "2.3") == "2.3"
    let(own, draft.id, "2.3", optional=False)
    assert optional(own, draft.id) == ["1.3"]
    after = own.reviewing.open("demo-office", "demo", draft.id)
    assert [entry.state for entry in after.entries[:2]] == ["accepted", "drafted"]
    with any_world.store.look() as work:
        before, now = work.own.text(draft.text_id), work.own.text(after.draft.text_id)
    assert not any(clause.optional for clause in before.document.clauses)
    assert (now.digest, now.by) == (before.digest, "demo-office")


def test_the_next_version_keeps_it_where_the_words_stayed(own: OwnDesk) -> None:
    """Of a clause with new words it must be said again; a pack that is brought says it of itself."""
    draft = bring(own).draft
    let(own, draft.id, "1.3")
    let(own, draft.id, "2.4")
    newer = TEXT.replace("if it is kind", "if the headteacher knows of it")
    assert optional(own, bring(own, newer).draft.id) == ["1.3"]
    take = own.importing.take_in("demo", "demo-office", trust("1"), "trust.toml", "pages")
    assert optional(own, take.draft.id) == ["1.2"]


def test_the_pack_that_a_trust_publishes_lets_its_schools_leave_it_out(own: OwnDesk) -> None:
    """What the trust has said on its desk holds at a school that takes the adopted policy as its base."""
    draft = bring(own).draft
    let(own, draft.id, "1.3")
    accept_all(own, draft.id)
    adopt(own, draft.id)
    published = own_pack.written(own.reviewing.open("demo-office", "demo", draft.id).as_draft)
    base = own.importing.take_in("demo", "demo-office", published.encode(), "trust.toml", "base", base=True).draft
    assert own.overriding.leave_out("demo-office", "demo", base.id, 2) == "1.3"
    with pytest.raises(NotOverridden, match="not_optional"):
        own.overriding.leave_out("demo-office", "demo", base.id, 1)


def test_only_whoever_reviews_says_it_and_only_of_an_open_draft(own: OwnDesk) -> None:
    """Not a teacher, not once it is signed, not of a clause that is not there, and not of another trust's policy."""
    draft = bring(own).draft
    with pytest.raises(NoDraft):
        let(own, draft.id, "1.3", who="teacher")
    with pytest.raises(NoDraft):
        own.reviewing.optional("demo-office", "demo", draft.id, 99, optional=True)
    accept_all(own, draft.id)
    adopt(own, draft.id)
    with pytest.raises(Closed):
        let(own, draft.id, "1.3")
    base = own.importing.take_in("demo", "demo-office", trust("1"), "trust.toml", "base", base=True).draft
    with pytest.raises(NoDraft):
        let(own, base.id, "1.1")


def test_the_file_says_it_as_a_person_reads_it(own: OwnDesk) -> None:
    """The exported pack has ``optional = true`` in that clause and in no other."""
    draft = bring(own).draft
    let(own, draft.id, "1.3")
    policy = own.reviewing.open("demo-office", "demo", draft.id).as_draft
    only = msgspec.structs.replace(policy, clauses=policy.clauses[2:3])
    assert own_pack.written(policy).count("optional = true") == 1
    assert "optional = true" in own_pack.written(only)
