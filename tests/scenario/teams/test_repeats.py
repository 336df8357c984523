"""What comes twice has one effect: second presses, and turns that Teams sends again, also with a new id."""

from __future__ import annotations

import asyncio
import json
import time

import pytest

from adapters.teams import handler
from adapters.teams.repeats import Repeats
from bot.messages import Card, Inbound, Outbound, Say, Text, Where
from tests.cardschema import buttons, words
from tests.fakes import FakeClock, World
from tests.teamsclient import Client, running

PRESS = {"verb": "x", "data": {"canI": {"action": "ask.meant", "value": "a", "drawn": "d"}}}


class Slow:
    """Answers after a while; what it was asked is kept."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.heard: list[Inbound] = []

    def handle(self, _person: str, _where: Where, said: Inbound) -> tuple[Outbound, ...]:
        self.heard.append(said)
        time.sleep(self.seconds)
        return (Say(Card("Slow.", (Text("Slow."),))),)


async def test_a_turn_sent_again_while_its_answer_is_on_its_way(world: World) -> None:
    """Copies of a message with a new id, during a slow answer, are answered by the first; typing is shown meanwhile."""
    talk = Slow(1.3)
    async with running(world, talk=talk) as teams:
        activity = teams.activity(text="A question", localTimestamp="2026-09-21T10:00:00+01:00")
        copies = [teams.post({**activity, "id": f"copy{number}"}) for number in range(3)]
        assert [status for status, _ in await asyncio.gather(*copies)] == [200, 200, 200]
        assert len(talk.heard) == len(teams.service.messages()) == 1
        assert "typing" in {sent["type"] for sent in teams.service.sent}


async def test_a_message_is_let_go_and_answered_later(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before Teams loses patience the request is let go, with typing shown; the answer comes by itself, once."""
    monkeypatch.setattr(handler, "TYPING_AFTER", 0.02)
    monkeypatch.setattr(handler, "LET_GO_AFTER", 0.1)
    async with running(world, talk=Slow(1.0)) as teams:
        data, headers = json.dumps(teams.activity(text="A question")), {"Content-Type": "application/json"}
        async with teams.http.post(teams.url, data=data, headers=headers) as answer:
            assert answer.status == 200
        assert [sent["type"] for sent in teams.service.sent] == ["typing"]
        await teams.teams.settled()
        assert [sent["type"] for sent in teams.service.sent] == ["typing", "message"]


async def test_a_turn_sent_again_after_its_answer(teams: Client) -> None:
    """A copy that comes later, with its old id or a new one, is known by its id or by when it was typed."""
    activity = teams.activity(text="A question", localTimestamp="2026-09-21T10:00:00+01:00")
    for copy in (activity, activity, {**activity, "id": "new"}):
        assert (await teams.post(copy))[0] == 200
    assert len(teams.service.messages()) == 1


async def test_another_process_knows_it_too(world: World) -> None:
    """A copy that reaches another instance over the same database has no effect there."""
    async with running(world) as one, running(world) as other:
        activity = one.activity(text="A question")
        await one.post(activity)
        await other.post({**activity, "serviceUrl": other.service_url})
        assert len(one.service.messages()) + len(other.service.messages()) == 1


async def test_the_same_question_asked_again_is_answered_again(teams: Client) -> None:
    """Asking twice on purpose is no copy."""
    assert len(await teams.say("A question")) == 1
    assert len(await teams.say("A question")) == 1


async def test_a_button_pressed_many_times(teams: Client) -> None:
    """Two hundred presses of fifty drawings, at once and again, with ids of their own: one effect for each drawing."""
    drawn = [{**PRESS, "data": {"canI": {**PRESS["data"]["canI"], "drawn": f"d{n}"}}} for n in range(50)]  # type: ignore[index]
    await asyncio.gather(*(teams.press(press) for press in drawn * 4))
    assert len(teams.world.echo.asked) == 50
    assert len(teams.service.messages()) == 50


async def test_two_people_who_press_the_same_button_are_two(teams: Client) -> None:
    """A key belongs to whoever presses."""
    await teams.press(PRESS)
    await teams.press(PRESS, "head")
    assert len(teams.world.echo.asked) == 2


async def test_a_copy_of_what_failed_fails_with_it() -> None:
    """Whoever waits for a first that breaks is told so, and the next try is made anew."""
    repeats: Repeats[str] = Repeats(FakeClock())

    async def breaks() -> str:
        await asyncio.sleep(0.01)
        raise LookupError

    async def works() -> str:
        await asyncio.sleep(0)
        return "well"

    both = await asyncio.gather(repeats.once("k", breaks), repeats.once("k", works), return_exceptions=True)
    assert [type(one) for one in both] == [LookupError, LookupError]
    assert await repeats.once("k", works) == ("well", True)


async def test_a_window_that_takes_too_long_says_so(world: World) -> None:
    """Past its time a form is answered "this takes longer", and in the chat that it went through once it did."""
    async with running(world, talk=Slow(0.4), patience=0.05) as teams:
        data = {"canI": {"form": "report.breach", "key": "k", "drawn": "d"}, "in_one_what": "canary"}
        answer = await teams.invoke("task/submit", {"data": data})
        assert "takes longer than usual" in answer["task"]["value"]
        assert "What you did just now went through" in words(teams.service.cards()[-1])


async def test_a_card_can_be_pressed_again_after_a_while(teams: Client) -> None:
    """A press is only a copy for some seconds: later, the same button does its work again."""
    (home,) = await teams.say("Help")
    await teams.press(buttons(home)["Ask a question"])
    teams.world.clock.move(minutes=1)
    await teams.press(buttons(home)["Ask a question"])
    assert teams.world.echo.asked == [("demo-teacher", "ask.start")] * 2
