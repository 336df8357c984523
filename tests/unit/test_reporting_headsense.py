"""Prose about the headteacher is noticed before anybody is told; an innocent mention mostly is not asked about."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from bot.headsense import seems_about

NAMES = ("Ruth Abara",)
PROSE = Path(__file__).parent / "prose"
ABOUT = (PROSE / "about_head.txt").read_text("utf-8").splitlines()
MENTIONS = (PROSE / "mentions_head.txt").read_text("utf-8").splitlines()
WHO = (
    "The headteacher",
    "the head",
    "Our head teacher",
    "my head-teacher",
    "Mrs Abara",
    "Ruth Abara",
    "Ms Abarra",
    "The headteecher",
    "The principal",
    "HT",
)
DID = (
    "has been messaging pupils on Snapchat.",
    "posted a photo of my class on her own page.",
    "bullies me in the staff group chat",
    "shares pupils' names on Facebook",
    "keeps commenting on a pupil's pictures",
    "added half of year 6 on Insta",
    "put confidential stuff on the village group",
    "made a racist joke on Twitter",
    "was drunk on a live stream that pupils watched",
    "wrote that parents are idiots",
    "uses a fake account to attack staff",
    "tagged me in something vile",
    "filmed children with her own phone and put it up",
    "asked a pupil for her number",
)
TOLD = (
    "I told",
    "I have already told",
    "I showed it to",
    "I rang",
    "I spoke to",
    "I passed it on to",
    "I reported it to",
)


def ways_about() -> list[str]:
    made = [f"{who} {did}" for who in WHO for did in DID]
    return ABOUT + random.Random(1).sample(made, 200 - len(ABOUT))  # noqa: S311 - a fixed choice, not a secret


def ways_mentioned() -> list[str]:
    made = [f"A colleague posted it. {told} {who.replace('The', 'the')}." for told in TOLD for who in WHO]
    made += [f"Parents are rude about {who.replace('The', 'the')} online, case {n}" for n, who in enumerate(WHO)]
    made += [
        f"{who} {knows}" for who in WHO for knows in ("knows about this", "has been told", "asked me to report it")
    ]
    made += [f"I wrote it down for {who.replace('The', 'the')}, number {n}" for n, who in enumerate(WHO)]
    return MENTIONS + random.Random(1).sample(made, 200 - len(MENTIONS))  # noqa: S311 - as above


@pytest.mark.parametrize("prose", ways_about())
def test_two_hundred_ways_to_name_the_head_are_noticed(prose: str) -> None:
    """By title, by name, by a misspelt name or title: asked every time."""
    assert seems_about(prose, NAMES)


def test_two_hundred_innocent_mentions_are_asked_about_one_time_in_ten_at_most() -> None:
    """Who was told, who already knows, who is the victim, other heads: mostly let through."""
    prose = ways_mentioned()
    asked = [text for text in prose if seems_about(text, NAMES)]
    assert len(prose) == 200
    assert len(asked) <= 20, "\n".join(asked)


def test_a_name_is_only_sought_where_somebody_bears_it() -> None:
    """Without a head of that name nothing is noticed; short names must stand as written."""
    assert not seems_about("Mrs Abara posted pupils", ("Tom Lee",))
    assert seems_about("Mr Lee posted pupils", ("Tom Lee",))
    assert not seems_about("Mr Leo posted pupils", ("Tom Lee",))
    assert not seems_about("", NAMES)
    assert not seems_about("A colleague posted a photo of a pupil.", ())
