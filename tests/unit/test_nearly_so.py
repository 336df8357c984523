"""What is nearly but not quite so is no yes; what is truly so is one, however it is put."""

from __future__ import annotations

import pytest

from knowledge import pack, reader
from knowledge.judgement import judge
from knowledge.ruling import Rulebook


def verdict(policy: str, text: str) -> str:
    """Return the verdict on a question under an installed policy."""
    return judge(reader.installed().read(text), Rulebook(pack.load_installed(policy))).verdict


@pytest.mark.parametrize(
    ("policy", "text"),
    [
        ("longmans-hill", "I wrote to ask the painter if we may use his owl on our Facebook, no reply yet. Put it up?"),
        ("longmans-hill", "Our deputy is mad about TikTok and told me to set it up for school, so I go ahead?"),
        ("learning-alliance", "My head of department says I can message two parents on Facebook about the trip. Okay?"),
        ("learning-alliance", "They gave me a work mobile. My own Instagram on it at weekends, all right?"),
        ("learning-alliance", "I'd rather message a boy's mum on Facebook, she never picks up. Fine?"),
        ("learning-alliance", "My phone is silent in my pocket while I teach, no need to turn it off, is there?"),
        (
            "beaumont",
            "There's a photo of me drunk in a fountain on my Facebook from years ago, can I just leave it up?",
        ),
        ("beaumont", "An artist said I may share her poster on my page. I'd put it up and leave her name off, fine?"),
        ("neath-port-talbot", "I haven't told the head yet, can I message my niece in Year 3 on WhatsApp?"),
        ("stockham", "My Year 5 girl is in hospital, can I message her on Instagram after school from home?"),
        ("beaumont", "A colleague tagged me in a photo of the class, may I tag the pupils in it too?"),
        ("learning-alliance", "The head wants me to take it down from my Facebook, can I refuse?"),
        ("longmans-hill", "The head told me to hold off. Can I open an Instagram page for the class?"),
        ("learning-alliance", "If my mum were taken ill, may I have my phone on while I teach?"),
        ("neath-port-talbot", "A dad has sent me a friend request, he's a nice man and it feels rude to ignore it."),
        ("stockham", "It's not break as such but I'm at a loose end in the office, so a bit of Facebook?"),
    ],
    ids=[
        "no reply",
        "deputy",
        "head of department",
        "work phone",
        "a parent",
        "silent",
        "left up",
        "no name",
        "untold",
        "pupil ill",
        "tagged",
        "refused",
        "held off",
        "perhaps ill",
        "rude",
        "no break",
    ],
)
def test_what_is_nearly_so_is_no_yes(policy: str, text: str) -> None:
    """Leave awaited or from somebody else, another device, the duty left: none of it is allowed plainly."""
    assert verdict(policy, text) != "permitted"


@pytest.mark.parametrize(
    ("policy", "text"),
    [
        ("neath-port-talbot", "A mate tagged me in a dreadful party picture, can I take the tag off?"),
        (
            "neath-port-talbot",
            "My niece is in Year 3 here and I've told the head she's family. May I message her on WhatsApp?",
        ),
        ("stockham", "At home on my own laptop of an evening, may I use Facebook?"),
        ("beaumont", "Is it OK if I don't reply to the nasty messages about me?"),
        ("learning-alliance", "Can I leave my phone in my locker and not have it with me in class?"),
        (
            "longmans-hill",
            "The head approved this post, and our page is up and running. Can I put it on the school page?",
        ),
        ("beaumont", "I teach most of the day, can I look at Facebook in my lunch break?"),
    ],
    ids=["untag", "niece", "at home", "no reply", "locker", "approved", "lunch"],
)
def test_what_is_truly_so_is_a_yes(policy: str, text: str) -> None:
    """A bot that never says yes is of no use."""
    assert verdict(policy, text) == "permitted"


def test_why_asks_for_a_fact() -> None:
    """Whoever asks why one may not, knows that one may not."""
    assert reader.installed().read("why can't I say where I work on my own page?").kind == "info"


def test_two_negations_ask_whether_something_may_go_on() -> None:
    """That there is no need to stop is that one may go on."""
    assert not reader.installed().read("We've been Facebook friends for years so no need to stop, right?").negated


def test_people_are_dealt_with_for_the_school_only_where_a_word_says_so() -> None:
    """A parent who never answers the phone is not written to in the school's name by that."""
    assert reader.installed().read("a mum never picks up the phone so I message her on Messenger, ok?").capacity != (
        "official",
    )
