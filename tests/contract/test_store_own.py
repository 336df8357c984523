"""Where a school's own policies are kept: texts for ever, drafts, entries; and which version a school uses."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from bot.own_policy import Draft, Entry, PolicyText
from bot.people import School
from knowledge.importing.model import DraftedNorm, ImportedClause, ImportedPolicy, LeftOut, TrackedChange
from knowledge.model import Declaration, Norm, PolicyHead, Rereading, Review
from tests.fakes import MONDAY, World

NORM = DraftedNorm(Norm("prohibited", ("befriend",), "You must not.", conditions=("approval",)), "must not", 0.75)
DOCUMENT = ImportedPolicy(
    "Pages",
    (ImportedClause("1.1", "Contact", "Words, “kept”\nas they are.", "A stem:", printed=True, page=3),),
    left_out=(LeftOut("Page 3", "a page number"),),
    tracked=(TrackedChange("insertion", "perhaps", "1.1", "A. Body"),),
)
HEAD = PolicyHead("pages", "Pages", "Oak", "1", Review("Each year."), Rereading(12, "Each year."), Declaration(("I.",)))
TEXT = PolicyText("t", "demo", "pages", "pages.docx", "ab" * 32, MONDAY, "demo-office", DOCUMENT)
DRAFT = Draft("d", "demo", "pages", "t", MONDAY, "demo-office", "open", HEAD)


@pytest.fixture
def world(database_url: str) -> Iterator[World]:
    """The demo school, once on each database."""
    made = World(database_url)
    yield made
    made.close()


def test_what_is_kept_comes_back_as_it_was(world: World) -> None:
    """Text, draft and entries, word for word; an entry that is put again is changed; drafts come latest first."""
    entry = Entry("d", 0, "drafted", (NORM,), (NORM,), "a doubt")
    with world.store.begin() as work:
        work.own.put_text(TEXT)
        work.own.put_draft(DRAFT)
        work.own.put_draft(replace(DRAFT, id="e", state="dropped", at=MONDAY.replace(hour=8)))
        work.own.put_entries([entry, replace(entry, place=1, norms=())])
        work.own.put_entries([replace(entry, state="unclear", carried=True, by="demo-head", at=MONDAY)])
        work.commit()
    with world.store.look() as work:
        assert work.own.text("t") == TEXT
        assert [draft.id for draft in work.own.drafts("demo")] == ["d", "e"]
        assert work.own.draft("d") == DRAFT
        changed = replace(entry, state="unclear", carried=True, by="demo-head", at=MONDAY)
        assert work.own.entries("d") == (changed, replace(entry, place=1, norms=()))
        assert work.own.drafts(None) == ()
        assert work.own.draft("none") is None
        with pytest.raises(KeyError):
            work.own.text("none")


def test_before_there_is_a_school_a_draft_belongs_to_none(world: World) -> None:
    """It is found as such, and not among a school's."""
    with world.store.begin() as work:
        work.own.put_text(replace(TEXT, school_id=None, by=None))
        work.own.put_draft(replace(DRAFT, school_id=None, by=None))
        work.commit()
    with world.store.look() as work:
        assert [draft.id for draft in work.own.drafts(None)] == ["d"]
        assert work.own.drafts("demo") == ()


def test_a_school_names_the_version_that_it_answers_from(world: World) -> None:
    """And goes back to none where it answers from a pack."""
    for version in ("v1", ""):
        with world.store.begin() as work:
            work.schools.put(School("b", "B", "pages", policy_version=version))
            work.commit()
        with world.store.look() as work:
            school = work.schools.get("b")
        assert school is not None
        assert school.policy_version == version
