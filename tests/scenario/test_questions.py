"""Questions, second turns, "ask the headteacher", and the school's own rulings, through the one way in."""

from __future__ import annotations

import pytest

from bot.answering import Answering
from bot.ask_talk import AskTalk
from bot.conversation import Conversation
from bot.delivery import Relay
from bot.messages import Ask, Asked, Card, Form, Pressed, Say, Show, Submitted, Where
from bot.notices import TEMPLATES
from knowledge import pack, reader
from tests.fakes import DESK, World, buttons, words

QUESTION = "can i add one of my year 5s on snapchat"
SECRET = "is my timetable clash with the marigold parade a breach"


def with_answers(world: World) -> World:
    """Give a world the real engine in the place of the echo."""
    engine = Answering({name: pack.load_installed(name) for name in pack.installed()}, reader.installed())
    answers = AskTalk(world.store, world.sealer, world.clock, world.shelf, engine)
    world.bot = Conversation(world.store, world.sealer, world.clock, world.shelf, answers)
    world.relay = Relay(world.store, world.clock, world.shelf, world.senders, TEMPLATES, world.chasing.unreachable)
    return world


@pytest.fixture
def asking(any_world: World) -> World:
    """The demo school with the real engine, once on each database."""
    return with_answers(any_world)


def ask(world: World, who: str, text: str, where: Where = DESK) -> Card:
    """Ask, and return the one card that answers."""
    (out,) = world.say(who, Asked(text), where)
    assert isinstance(out, Say)
    return out.card


def put_to_head(world: World, text: str, name: str = "named") -> None:
    """Have the teacher put a question to the head after asking the bot."""
    ask(world, "teacher", QUESTION)
    form = world.form("teacher", "ask.head")
    world.send("teacher", form, question=text, name=name)
    world.deliver()


def open_question(world: World) -> Form:
    """Return the form in which the head reads the newest question and replies."""
    (question,) = [buttons(card)["ask.open"] for card in world.inbox("head") if "ask.open" in buttons(card)]
    return world.form("head", "ask.open", question)


def test_an_answer_shows_verdict_reading_rule_and_clause(asking: World) -> None:
    """Verdict in words first, then how the question was read, the rule and the clause with its number."""
    card = ask(asking, "teacher", QUESTION)
    assert card.summary.startswith("No")
    said = words(card)
    assert "I read your question as" in said
    assert "Clause 6." in said
    assert {"ask.not_meant", "ask.head", "report.start"} <= set(buttons(card))


def test_a_second_turn_completes_the_first(asking: World) -> None:
    """A fact said afterwards belongs to the question before it."""
    first = ask(asking, "teacher", "can i check facebook on my own phone at work")
    second = ask(asking, "teacher", "what about in my lunch break?")
    assert first.summary != second.summary
    assert second.summary.startswith("Yes")


def test_two_conversations_are_kept_apart(asking: World) -> None:
    """Nobody's second turn completes somebody else's question."""
    ask(asking, "teacher", "can i check facebook on my own phone at work")
    alone = ask(asking, "colleague", "what about in my lunch break?")
    again = ask(asking, "teacher", "what about in my lunch break?", Where("desk", "another"))
    assert alone.summary == again.summary


def test_a_clause_is_shown_whole(asking: World) -> None:
    """The clause button opens the clause with its section."""
    (out,) = asking.press("teacher", "ask.clause", "6.2")
    assert isinstance(out, Show)
    assert "6.2" in words(out.card)


def test_an_unknown_clause_is_no_error(asking: World) -> None:
    """A clause of another policy, or an old button, is answered calmly."""
    (out,) = asking.press("teacher", "ask.clause", "99.9")
    assert isinstance(out, Show)


def test_not_what_i_meant_offers_near_readings(asking: World) -> None:
    """The near readings can be chosen, and the choice is answered."""
    ask(asking, "teacher", QUESTION)
    (near,) = asking.press("teacher", "ask.not_meant")
    assert isinstance(near, Say)
    (answer,) = asking.press("teacher", "ask.meant", "follow")
    assert isinstance(answer, Say)
    assert "following somebody" in words(answer.card)


def test_a_fact_button_settles_what_was_asked(asking: World) -> None:
    """Pressing yes to the open condition answers the question again with it."""
    card = ask(asking, "teacher", "can i start a twitter account for our class")
    assert card.summary == "It depends."
    (out,) = asking.press("teacher", "ask.fact", "time:break")
    assert isinstance(out, Say)


def test_buttons_after_the_conversation_is_forgotten_say_so(asking: World) -> None:
    """An old button asks for the question again instead of failing."""
    ask(asking, "teacher", QUESTION)
    asking.clock.move(hours=2)
    for action, value in (("ask.not_meant", ""), ("ask.meant", "follow"), ("ask.fact", "time:break")):
        (out,) = asking.press("teacher", action, value)
        assert isinstance(out, Say)
        assert "Please type a question" in words(out.card)


def test_the_head_reads_replies_and_the_asker_reads_the_reply(asking: World) -> None:
    """A question goes to the head sealed, the reply comes back, and neither stands in any message."""
    put_to_head(asking, SECRET)
    form = open_question(asking)
    assert SECRET in words(Card("", form.intro))
    assert "Sam Okoro" in words(Card("", form.intro))
    asking.send("head", form, reply="Only in the marigold room.")
    asking.deliver()
    card = asking.inbox("teacher")[-1]
    assert "marigold" not in words(card)
    (out,) = asking.press("teacher", "ask.read", buttons(card)["ask.read"])
    assert isinstance(out, Show)
    assert "Only in the marigold room." in words(out.card)


def test_an_anonymous_question_hides_the_name(asking: World) -> None:
    """The head sees the question, not who asked it."""
    put_to_head(asking, SECRET, name="anonymous")
    form = open_question(asking)
    assert "Sam Okoro" not in words(Card("", form.intro))


def test_a_kept_reply_answers_the_next_person_until_withdrawn(asking: World) -> None:
    """The head's ruling stands above the answer for everybody, and goes when it is withdrawn."""
    put_to_head(asking, QUESTION)
    asking.send("head", open_question(asking), reply="Not even at the disco.", keep="yes")
    assert "Not even at the disco." in words(ask(asking, "colleague", QUESTION))
    (inbox,) = asking.press("head", "ask.inbox")
    assert isinstance(inbox, Say)
    asking.press("head", "ask.withdraw", buttons(inbox.card)["ask.withdraw"])
    assert "disco" not in words(ask(asking, "colleague", QUESTION))


def test_the_same_form_twice_is_one_question(asking: World) -> None:
    """A form sent again by a slow network is the same question."""
    ask(asking, "teacher", QUESTION)
    form = asking.form("teacher", "ask.head")
    for _ in range(2):
        asking.send("teacher", form, question=SECRET)
    asking.deliver()
    assert len([card for card in asking.inbox("head") if "ask.open" in buttons(card)]) == 1


def test_an_empty_question_is_refused_and_kept_open(asking: World) -> None:
    """The form comes back with its error at the field."""
    form = asking.form("teacher", "ask.head")
    (out,) = asking.send("teacher", form, question="   ")
    assert isinstance(out, Ask)
    assert "question" in out.form.errors


@pytest.mark.parametrize("who", ["teacher", "chair", "deputy", "office", "colleague"])
def test_nobody_else_reads_the_heads_questions(asking: World, who: str) -> None:
    """Opening, replying, listing, counting and withdrawing are the head's alone."""
    put_to_head(asking, SECRET)
    form = open_question(asking)
    question = form.name.removeprefix("ask.reply.")
    outs = [*asking.press(who, "ask.open", question), *asking.press(who, "ask.withdraw", question)]
    outs += [*asking.press(who, "ask.inbox"), *asking.press(who, "ask.counts")]
    outs += asking.say(who, Submitted(form.name, form.key, {"reply": "mine"}))
    for out in outs:
        assert isinstance(out, Show)
        assert "marigold" not in words(out.card)
    if who != "teacher":
        (reply,) = asking.say(who, Pressed("ask.read", question))
        assert isinstance(reply, Show)


def test_counts_hide_small_numbers(asking: World) -> None:
    """The head sees what is asked about often; fewer than five could point to somebody."""
    for _ in range(4):
        ask(asking, "teacher", QUESTION)
    (few,) = asking.press("head", "ask.counts")
    assert isinstance(few, Say)
    assert "too few" in words(few.card)
    ask(asking, "colleague", QUESTION)
    (shown,) = asking.press("head", "ask.counts")
    assert isinstance(shown, Say)
    assert "5 times" in words(shown.card)


@pytest.mark.parametrize("text", ["", "   ", "?", "\x00\x01", "😀" * 50, "a" * 40_000, "' OR 1=1 --", "<b>@here</b>"])
def test_anything_typed_gets_an_answer(asking: World, text: str) -> None:
    """Empty, binary, endless and hostile messages are answered in words."""
    for out in asking.say("teacher", Asked(text)):
        assert isinstance(out, Say)
        assert out.card.summary


def test_two_questions_in_one_message_are_answered_one_by_one(asking: World) -> None:
    """Each gets its own card."""
    outs = asking.say(
        "teacher", Asked("Can I add a pupil on Snapchat? Do I have to set my privacy settings as strict as they go?")
    )
    assert len(outs) == 2


@pytest.mark.parametrize(
    "after",
    ["1", "Thanks!", "Thank you so much for your help", "Regards, Jane", "Kind regards, S. Whitaker", ":)", "hi"],
)
def test_what_stands_behind_a_question_is_no_second_one(asking: World, after: str) -> None:
    """Thanks, a name or a number after a question get no answer of their own, and change none."""
    alone = ask(asking, "teacher", "can i add a pupil's mum on insta?")
    assert ask(asking, "teacher", f"can i add a pupil's mum on insta? {after}").summary == alone.summary
