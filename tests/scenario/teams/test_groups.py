"""The bot named in a channel or group chat: nobody reads along."""

from __future__ import annotations

import json
from typing import Any

from adapters.teams.elements import LARGEST, size
from bot.messages import Bullets, Card, Inbound, Outbound, Say, Where
from tests.cardschema import buttons, words
from tests.fakes import World
from tests.teamsclient import APP_ID, Client, running

MENTION = {"type": "mention", "text": "<at>Can I?</at>", "mentioned": {"id": f"28:{APP_ID}", "name": "Can I?"}}
GROUP: dict[str, Any] = {"conversation": {"id": "channel", "conversationType": "channel"}, "entities": [MENTION]}
NAMED = "<at>Can I?</at> may&nbsp;I?"


class Fixed:
    """Says the same to everything."""

    def __init__(self, said: Outbound) -> None:
        self.said = said

    def handle(self, _person: str, _where: Where, _said: Inbound) -> tuple[Outbound, ...]:
        return (self.said,)


async def test_a_question_in_a_channel_is_answered_in_a_chat_of_its_own(teams: Client) -> None:
    """The answer goes to the asker, a pointer without the question to the channel; the chat is kept for later."""
    await teams.say(NAMED, **GROUP)
    assert "6 characters" in words(teams.service.cards("own:29:teacher")[0])
    (pointer,) = teams.service.cards("channel")
    assert "so that nobody else reads along" in words(pointer)
    assert teams.world.echo.asked == [("demo-teacher", "may I?")]
    with teams.world.store.look() as work:
        account = next(a for a in work.people.roster("demo").accounts if a.address == "aad-teacher")
    assert json.loads(account.details)["conversation_id"] == "own:29:teacher"


async def test_where_the_bot_may_not_write_to_somebody(teams: Client) -> None:
    """Without a chat of their own there is no answer in the open, but what to do about it."""
    teams.service.faults = [(403, {}, {"error": {"code": "BotNotInConversationRoster"}})]
    await teams.say(NAMED, **GROUP)
    (only,) = teams.service.cards()
    assert "Please add me for yourself first" in words(only)


async def test_the_bots_name_alone(teams: Client) -> None:
    """Named without a question, the bot asks for one."""
    (card,) = await teams.say("<at>Can I?</at>", **GROUP)
    assert "write your question after my name" in words(card)


async def test_answers_in_the_thread_where_the_school_wants_it(world: World) -> None:
    """With the setting the answer stands below the question for all; reports are still made elsewhere."""
    async with running(world, group_answers="thread") as teams:
        (card,) = await teams.say(NAMED, **GROUP)
        assert "6 characters" in words(card)
        assert teams.service.opened == []
        (card,) = await teams.say("<at>Can I?</at> Report something", **GROUP)
        assert "first:" not in json.dumps(card)


async def test_a_press_in_a_group_shows_its_answer_to_the_presser_only(teams: Client) -> None:
    """The answer is the response to the press, which Teams shows to one person; nothing is written to the group."""
    (home,) = await teams.say("Help")
    sent = len(teams.service.sent)
    answer = await teams.press(buttons(home)["Ask a question"], "head", **GROUP)
    assert answer["type"] == "application/vnd.microsoft.card.adaptive"
    refused = await teams.press(buttons(home)["My reports"], "head", **GROUP)
    assert "See where it stands" not in words(refused["value"])
    assert len(teams.service.sent) == sent
    assert teams.service.updated == []


async def test_a_large_answer_to_a_press_in_a_group_is_cut(world: World) -> None:
    """What is too large for Teams is shown as far as it goes, and says where the rest stands."""
    talk = Fixed(Say(Card("Long.", (Bullets(tuple(f"Line {n} {'ö' * 900}" for n in range(100))),))))
    async with running(world, talk=talk) as teams:
        press = {"verb": "x", "data": {"canI": {"action": "ask.meant", "value": "a", "drawn": "d"}}}
        answer = await teams.press(press, **GROUP)
        assert size(answer) < LARGEST
        assert "The desk shows all of it" in words(answer["value"])


async def test_somebody_unknown_in_a_group_is_asked_in_private(teams: Client) -> None:
    """Who somebody is is never asked in front of others."""
    found = {"id": "29:new", "aadObjectId": "aad-new", "email": "len.frost@larkfield.example"}
    teams.service.people = [found]
    await teams.say(NAMED, "new", **GROUP)
    assert teams.service.cards("channel") == []
    assert "I take you for Len Frost" in words(teams.service.cards("own:29:new")[0])
