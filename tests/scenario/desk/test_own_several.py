"""The desk's pages of several own policies side by side, and what the review says of a file and of rules said alike."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import msgspec
import pytest

from bot.own_import import Pressed, Progress
from knowledge.importing.model import TrackedChange
from knowledge.model import Norm
from tests.deskclient import Browser, Served
from tests.deskpolicies import adopt, bring, review_all
from tests.fakes import World
from tests.ownpolicies import CONDUCT, RULES, desk_of
from tests.ownpolicies import bring as bring_file
from tests.trustpack import trust


@pytest.fixture
async def demo(world: World) -> AsyncIterator[Served]:
    """The desk in demo mode, with the pages of own policies."""
    async with Served(world, own=desk_of(world)) as made:
        yield made


async def test_rules_that_are_said_alike_stand_together(world: World, browser: Browser) -> None:
    """One sentence, once, with what each of its rules is about; in lists they are told apart."""
    alike = "Nothing of pupils goes online."
    one = Norm("prohibited", ("post_photo",), alike, person=("pupil",))
    RULES["kettle"] = (one, 0.9)
    await browser.be("office")
    await bring(browser, CONDUCT.encode(), "conduct")
    number = browser.page.url.path.rpartition("/")[2]
    desk_of(world).reviewing.change(
        "demo-office", "demo", number, 1, 1, msgspec.structs.replace(one, acts=("name_pupil",), person=())
    )
    del RULES["kettle"]
    page = await browser.get(f"/own/{number}/clause/1")
    sides = page.main[page.main.index("The bot would say") : page.main.index("Change what the bot says")]
    assert sides.count(alike) == 1
    assert sides.count("It forbids it: you must not.") == 2
    assert f"Change rule 1: {alike} (" in page.main
    assert f"Change rule 2: {alike} (" in page.main


async def test_tracked_changes_are_said_to_be_read_as_accepted(world: World, browser: Browser) -> None:
    """At the top with how they were read, and beside the clause that they are in."""
    tracked = TrackedChange("inserted", "ever", "1.1", "A. Clerk")
    own = desk_of(world)
    press = own.importing._press

    class Tracking:
        def press(self, data: bytes, name: str, policy: str, progress: Progress | None) -> Pressed:
            made = press.press(data, name, policy, progress)
            document = msgspec.structs.replace(made.document, tracked=(tracked,), tracked_as="as if all were accepted")
            return replace(made, document=document)

    own.importing._press = Tracking()
    draft = bring_file(own, CONDUCT, name="conduct").draft
    await browser.be("office")
    page = await browser.get(f"/own/{draft.id}")
    assert "The text was read as if all were accepted." in page.main
    assert "Clause 1.1, inserted by A. Clerk: ever" in page.main
    page = await browser.get(f"/own/{draft.id}/clause/0")
    assert "Tracked change, read as accepted: inserted by A. Clerk" in page.main
    page = await browser.get(f"/own/{draft.id}/clause/1")
    assert "Tracked change" not in page.main


async def test_several_policies_side_by_side(browser: Browser) -> None:
    """The page tells what is in force and what stands beside; each policy and clause has its address."""
    await browser.be("office")
    await bring(browser)
    await review_all(browser)
    await adopt(browser, version="P1")
    await browser.be("office")
    await bring(browser, CONDUCT.encode(), "conduct")
    await review_all(browser)
    path = browser.page.url.path
    page = await browser.get(f"{path}/adopt")
    assert "Pages and Posts: a question is answered from all of them" in page.main
    await browser.get(path)
    await adopt(browser, version="C1")
    page = await browser.get("/policy?of=conduct")
    assert page.main.startswith("Code of Conduct")
    assert "The school answers from these policies too: Pages and Posts, version P1" in page.main
    page = await browser.get("/policy?find=kettle")
    assert "Clause 1.2: Code of Conduct: Staff keep the staff room" in page.main
    page = await browser.get("/policy/clause/conduct:1.2")
    assert "kettle" in page.main
    assert "Next: clause 2.1" in page.main
    await browser.be("head")
    page = await browser.get("/own")
    assert "Where two differ, both are shown and the stricter one counts." in page.main
    assert "Pages and Posts, P1 (pages): says who is told of reports" in page.main
    page = await browser.press("Let it say who is told of reports: Code of Conduct")
    assert "Code of Conduct, C1 (conduct): says who is told of reports" in page.main
    page = await browser.press("Take it out of force: Pages and Posts")
    assert "Taken out of force." in page.main
    assert "Take it out of force" not in page.main
    page = await browser.get("/reread/register?of=conduct")
    assert "Code of Conduct" in page.main


async def test_a_trusts_policy_with_a_clause_of_the_schools_own(browser: Browser) -> None:
    """Brought as the trust's; a clause is replaced, one left out, one added and taken away; answers say whose it is."""
    await browser.be("office")
    page = await bring(browser, trust("1"), "online", "trust.toml", base="yes")
    assert "It stands on Online conduct of Oak Trust, version 1." in page.main
    assert "Every clause is the trust's." in page.main
    path = page.url.path
    page = await browser.get(f"{path}/clause/0")
    assert "The trust does not let schools leave this clause out." in page.main
    assert not page.forms("Leave it out")
    page = await browser.press("Let these words stand here", words="Pupils are added by nobody.")
    assert "The school says" in page.main
    assert "In place of the trust's: No pupil is ever added." in page.main
    await browser.get(f"{path}/clause/1")
    page = await browser.press("Leave it out")
    assert "The trust says, and the school has left it out" in page.main
    page = await browser.press("Add it", words="Nobody adds pupils of other schools.", number="1.3")
    assert page.title.startswith("Clause 1.3")
    page = await browser.get(path)
    for line in ("Clause 1.1: in the school's own words", "Clause 1.2: left out", "Clause 1.3: added by the school"):
        assert line in page.main
    await browser.get(f"{path}/clause/2")
    page = await browser.press("Take this added clause away")
    assert "The added clause is taken away." in page.main
    await browser.get(f"{path}/clause/0")
    page = await browser.press("Put the trust's clause back")
    assert "No pupil is ever added." in page.main
    await browser.get(path)
    await review_all(browser)
    await adopt(browser, version="1, ours")
    page = await browser.get("/policy")
    assert "(from Oak Trust)" in page.main
    assert "This clause of the trust does not apply at this school." in page.main
    page = await browser.get("/policy/clause/1.1")
    assert "(from Oak Trust)" in page.main
    await browser.be("office")
    page = await browser.get("/own")
    assert "over Oak Trust's version 1" in page.main
    page = await browser.press("Change it in a new draft")
    assert "A new draft, from the version in force." in page.main
    page = await bring(browser, b"1.1 Words.", "online", "trust.txt", base="yes")
    assert page.status == 422
    assert "A trust's policy is taken in as a pack" in page.main
