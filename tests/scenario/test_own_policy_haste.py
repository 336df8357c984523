"""A school's own policy under haste: buttons pressed many times at once, from two instances over one database."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from bot.audit import verify
from bot.own_review import Closed
from bot.ports import StoreBusy
from tests.fakes import World
from tests.ownpolicies import CONDUCT, TEXT, accept_all, bring, desk_of

PRESSES = 12


def test_the_chairs_button_pressed_many_times_adopts_once(database_url: str) -> None:
    """One version, one row in the audit chain; every other press is refused."""
    with World(database_url) as first, World(database_url, fresh=False) as second:
        desks = (desk_of(first), desk_of(second))
        draft = bring(desks[0]).draft
        accept_all(desks[0], draft.id)
        desks[0].adopting.sign("demo-head", "demo", draft.id, version="2026")

        def press(turn: int) -> str:
            for _ in range(20):
                try:
                    return desks[turn % 2].adopting.sign("demo-chair", "demo", draft.id)
                except PermissionError:
                    return "refused"
                except StoreBusy:
                    continue
            return "busy"

        with ThreadPoolExecutor(PRESSES) as pool:
            outcomes = sorted(pool.map(press, range(PRESSES)))
        assert outcomes == ["adopted", *["refused"] * (PRESSES - 1)]
        assert len(desks[1].adopting.versions("demo")) == 1
        with first.store.look() as work:
            actions = [row.action for row in work.audit.rows("demo")]
            assert actions.count("policy.adopted") == 1
            assert not list(verify("demo", work.audit.rows("demo"), work.audit.head("demo")))


def test_nothing_changes_behind_a_signature(database_url: str) -> None:
    """Whoever reviews at the very moment of the signature is either before it or refused."""
    with World(database_url) as first, World(database_url, fresh=False) as second:
        own, other = desk_of(first), desk_of(second)
        draft = bring(own).draft

        def review(place: int) -> bool:
            for _ in range(40):
                try:
                    return other.reviewing.accept("demo-office", "demo", draft.id, [place]) == 1
                except Closed:
                    return False
                except StoreBusy:
                    continue
            return False

        def sign() -> int:
            for _ in range(40):
                try:
                    own.adopting.sign("demo-head", "demo", draft.id, version="2026")
                    break
                except StoreBusy:
                    continue
            with first.store.look() as work:
                return sum(not entry.waits for entry in work.own.entries(draft.id))

        with ThreadPoolExecutor(10) as pool:
            reviewing = [pool.submit(review, place) for place in range(9)]
            signed_with = pool.submit(sign)
            accepted = sum(each.result() for each in reviewing)
        assert signed_with.result() == accepted


def test_two_policies_adopted_at_once_are_both_in_force(database_url: str) -> None:
    """By two instances at the same moment: neither pushes the other out."""
    with World(database_url) as first, World(database_url, fresh=False) as second:
        desks = (desk_of(first), desk_of(second))
        drafts = [bring(desks[0], text, name=name).draft for name, text in (("pages", TEXT), ("conduct", CONDUCT))]
        for draft in drafts:
            desks[0].adopting.sign("demo-head", "demo", draft.id, version="2026")

        def press(turn: int) -> str:
            for _ in range(20):
                try:
                    return desks[turn].adopting.sign("demo-chair", "demo", drafts[turn].id)
                except StoreBusy:
                    continue
            return "busy"

        with ThreadPoolExecutor(2) as pool:
            assert list(pool.map(press, range(2))) == ["adopted", "adopted"]
        assert {version.policy for version in desks[1].adopting.standing("demo")} == {"pages", "conduct"}
