"""What the bot begins by itself: sent, put in place of an earlier card, held back, or sent another way."""

from __future__ import annotations

import asyncio
import json

import pytest

from adapters.teams.pace import Pace
from adapters.teams.turns import Place
from bot.messages import Card, Text
from bot.people import Account
from bot.ports import Gone, Refused, RetryLater
from tests.cardschema import buttons, words
from tests.fakes import FakeClock, Postbox, World
from tests.teamsclient import TENANT, Client, running

OWN = "own:aad-head"


def states(world: World) -> dict[str, int]:
    """Return how many notices stand in each state."""
    with world.store.look() as work:
        return dict(work.outbox.counts("demo"))


async def test_an_alert_goes_to_the_chat_that_is_known(teams: Client) -> None:
    """Somebody who has written before is written to there; nobody opens another conversation."""
    await teams.say("Help", "head")
    reference = teams.world.report("teacher")
    await teams.deliver()
    assert teams.service.opened == []
    assert reference in words(teams.service.cards("chat-head")[-1])


@pytest.mark.parametrize("status", [412, 429, 502, 504])
async def test_what_teams_cannot_take_now_comes_later_once(teams: Client, status: int) -> None:
    """A refusal for now leaves the notice waiting for at least Retry-After; then it goes out, once."""
    await teams.say("Help", "head")
    teams.world.report("teacher")
    sent = len(teams.service.cards("chat-head"))
    teams.service.faults = [(status, {"Retry-After": "17"}, {})]
    await teams.deliver()
    teams.world.clock.move(seconds=16)
    await teams.deliver()
    assert len(teams.service.cards("chat-head")) == sent
    teams.world.clock.move(seconds=2)
    await teams.deliver()
    assert len(teams.service.cards("chat-head")) == sent + 1
    assert states(teams.world) == {"sent": 1}


async def test_where_the_bot_is_gone_the_person_is_reached_another_way(teams: Client) -> None:
    """A 403 marks the account; the same notice goes to the desk."""
    await teams.say("Help", "head")
    with teams.world.store.begin() as work:
        work.people.account(Account("desk:head", "demo-head", "desk", "demo-head"))
        work.commit()
    reference = teams.world.report("teacher")
    teams.service.faults = [(403, {}, {"error": {"code": "BotNotInConversationRoster"}})]
    await teams.deliver()
    teams.world.clock.move(seconds=1)
    await teams.deliver()
    with teams.world.store.look() as work:
        account = next(a for a in work.people.roster("demo").accounts if a.address == "aad-head")
    assert account.gone
    assert any(reference in json.dumps([str(c) for c in card.body]) for card in teams.world.inbox("head"))


async def test_a_lost_answer_makes_no_second_message(teams: Client) -> None:
    """Sent again under its key, a message takes the place of the one that this process knows; Teams cannot be asked."""
    account = Account("a", "demo-head", "teams", "aad-head", TENANT)
    card, sender = Card("Something waits.", (Text("Something waits."),)), teams.teams.sender
    first = await asyncio.to_thread(sender.send, account, card, "k")
    again = await asyncio.to_thread(sender.send, account, card, "k")
    assert first == again
    assert len(teams.service.messages(OWN)) == 1
    assert [message for message, _ in teams.service.updated] == [first.message]
    assert sender.arrived(account, "k") is None


async def test_an_alert_is_changed_where_it_stands(teams: Client) -> None:
    """Taken up in the window that it opened, an alert says so in place; no further message is sent for it."""
    await teams.say("Help", "head")
    teams.world.report("teacher")
    await teams.deliver()
    alerts = teams.service.messages("chat-head")
    opened = await teams.open(buttons(teams.service.cards("chat-head")[-1])["Open"], "head", replyToId="m2")
    button = next(b for b in buttons(opened).values() if b["data"]["canI"]["action"] == "report.acknowledge")
    await teams.submit(button, "head")
    await teams.deliver()
    assert teams.service.messages("chat-head") == alerts
    message, changed = teams.service.updated[-1]
    assert message == "m2"
    assert "Taken up by Ruth Abara" in words(changed["attachments"][0]["content"])


@pytest.mark.parametrize(
    ("status", "body", "raised"),
    [
        (404, {"error": {"code": "ConversationNotFound"}}, Gone),
        (403, {"error": {"code": "BotNotInConversationRoster"}}, Gone),
        (403, {}, Gone),
        (403, {"error": {"code": "SomethingElse"}}, RetryLater),
        (400, {"error": {"code": "BadSyntax", "message": "canary"}}, Refused),
        (413, {}, Refused),
        (500, "nonsense", RetryLater),
        (503, {}, RetryLater),
    ],
)
async def test_errors_are_told_apart_by_what_to_do(
    teams: Client, status: int, body: object, raised: type[Exception]
) -> None:
    """Gone, refused or later: by status and code word; the words of Teams are not repeated."""
    teams.service.faults = [(status, {}, body)]
    assert teams.teams.acts is not None
    place = Place(teams.service_url, "chat", TENANT, "28:bot")
    with pytest.raises(raised) as caught:
        await teams.teams.acts.line.send(place, {"type": "message"})
    assert "canary" not in str(caught.value)


async def test_the_pace_of_a_chat_is_kept(teams: Client) -> None:
    """An eighth message within a second to one chat waits; a second later it goes out."""
    await teams.say("Help", "head")
    for _ in range(8):
        teams.world.report("teacher")
    await teams.deliver()
    assert states(teams.world)["waiting"] >= 1
    teams.world.clock.move(seconds=6)
    await teams.deliver()
    assert states(teams.world) == {"sent": 8}


def test_the_pace_of_a_tenant_is_kept() -> None:
    """Fifty-one messages to fifty-one chats of one organisation: the last waits a second; another one's does not."""
    clock = FakeClock()
    pace = Pace(clock)
    assert [pace.wait(TENANT, f"chat-{n}") for n in range(50)] == [0.0] * 50
    assert pace.wait(TENANT, "chat-50") == 1.0
    assert pace.wait("another", "chat-51") == 0.0
    clock.move(seconds=1)
    assert pace.wait(TENANT, "chat-50") == 0.0


async def test_one_person_in_slack_and_teams_is_told_once(teams: Client) -> None:
    """Somebody with both accounts gets an alert in one of them, and in Teams where Slack has lost them."""
    slack = Postbox(Gone("left"))
    teams.world.senders["slack"] = slack  # type: ignore[index]
    with teams.world.store.begin() as work:
        work.people.account(Account("slack:head", "demo-head", "slack", "UHEAD", "T1"))
        work.commit()
    lost = teams.world.report("teacher")
    await teams.deliver()
    teams.world.clock.move(seconds=1)
    await teams.deliver()
    assert slack.taken == []
    assert lost in words(teams.service.cards(OWN)[-1])
    with teams.world.store.begin() as work:
        work.people.account(Account("slack:head", "demo-head", "slack", "UHEAD", "T1"))
        work.commit()
    sent = len(teams.service.cards(OWN))
    teams.world.report("teacher")
    await teams.deliver()
    assert (len(slack.taken), len(teams.service.cards(OWN))) == (1, sent)


async def test_before_the_server_runs_nothing_is_lost(world: World) -> None:
    """A sender that is not connected yet asks for a little patience."""
    async with running(world) as teams:
        sender = teams.teams.sender
    with pytest.raises(RetryLater):
        sender.send(Account("a", "p", "teams", "x", TENANT), teams.world.home("head"), "k")


async def test_a_damaged_note_of_a_chat_is_opened_anew(teams: Client) -> None:
    """Columns that cannot be read are no reason to lose an alert."""
    with teams.world.store.begin() as work:
        work.people.account(Account("x", "demo-head", "teams", "aad-head", TENANT, "{damaged"))
        work.commit()
    teams.world.report("teacher")
    await teams.deliver()
    assert len(teams.service.cards(OWN)) == 1
