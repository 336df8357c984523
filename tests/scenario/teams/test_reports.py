"""Reports in Teams: made, told, opened and settled in windows; their words never stand in a chat."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.cardschema import buttons, card_of, inputs, words
from tests.fakes import World
from tests.teamsclient import Client, running

CANARY = "canary-9431 she wrote about my class"
FILLED = {"in_one_about": "staff", "in_one_person": "demo-colleague", "in_one_named": "with_name"}


async def form(teams: Client, who: str = "teacher") -> dict[str, Any]:
    """Go from the home card through the sorter to the form of a breach."""
    (home,) = (await teams.say("Help", who))[-1:]
    first = await teams.open(buttons(home)["Report something"], who)
    second = await teams.submit(_button(first, "first:somebody"), who)
    found: dict[str, Any] = await teams.submit(_button(second, "colleague:rule"), who)
    return found


def _button(card: Any, value: str) -> dict[str, Any]:  # noqa: ANN401
    return next(b for b in buttons(card).values() if b["data"]["canI"].get("value") == value)


def send(card: dict[str, Any]) -> dict[str, Any]:
    """Return the button that sends a form."""
    return next(b for b in buttons(card).values() if "form" in b["data"]["canI"])


async def report(teams: Client, who: str = "teacher", **values: str) -> str:
    """File a report and return its reference."""
    shown = await teams.submit(send(await form(teams, who)), who, **FILLED, in_one_what=CANARY, **values)
    with teams.world.store.look() as work:
        reference = work.reports.all("demo")[0].reference
    assert reference in words(shown)
    return reference


@pytest.fixture(autouse=True)
async def no_words_in_chats(teams: Client) -> AsyncIterator[None]:
    """After each of these tests: what was typed into a report is in nothing that was written into a chat."""
    yield
    assert "canary-9431" not in json.dumps([teams.service.sent, teams.service.updated])


async def test_a_report_from_first_press_to_reference(teams: Client) -> None:
    """Sorter and form follow each other in the window; the form has labels and errors; a reference ends it."""
    card = await form(teams)
    fields = inputs(card)
    assert {"about", "person", "what", "named"} <= set(fields)
    assert all(field["label"] for field in fields.values())
    wrong = await teams.submit(send(card), in_one_what=CANARY)
    assert "Nothing has been sent yet" in words(wrong)
    assert inputs(wrong)["what"]["value"] == CANARY
    done = await teams.submit(send(wrong), **FILLED, in_one_what=CANARY)
    assert "Reference" in words(done)


async def test_sent_twice_it_is_one_report(teams: Client) -> None:
    """The same form sent in again, at once or by a second press much later, makes one report with one reference."""
    button = send(await form(teams))
    first = await teams.submit(button, **FILLED, in_one_what=CANARY)
    again = await teams.submit(button, **FILLED, in_one_what=CANARY)
    teams.world.clock.move(minutes=5)
    later = await teams.submit(button, **FILLED, in_one_what=CANARY)
    with teams.world.store.look() as work:
        (only,) = work.reports.all("demo")
    assert all(only.reference in words(card) for card in (first, again, later))


async def test_a_form_can_be_kept_half_filled(teams: Client) -> None:
    """Kept by its own button with what is needed still missing; told to nobody, and there again when one comes back."""
    card = await form(teams)
    assert not any("isRequired" in field for field in inputs(card).values())
    kept = await teams.submit(buttons(card)["Keep it for later"], in_one_what=CANARY)
    assert "Nothing was sent and nobody was told" in words(kept)
    await teams.deliver()
    with teams.world.store.look() as work:
        assert work.reports.all("demo") == ()
    (home,) = (await teams.say("Help"))[-1:]
    start = await teams.open(buttons(home)["Report something"])
    again = await teams.submit(buttons(start)["Carry on with what I had begun"])
    assert inputs(again)["what"]["value"] == CANARY


async def test_the_head_is_told_opens_it_and_confirms(teams: Client) -> None:
    """An alert without words comes by proactive message; the window shows the words; the alert changes in place."""
    reference = await report(teams)
    await teams.deliver()
    (alert,) = [a for a in teams.service.messages() if "attachments" in a and reference in json.dumps(a)]
    assert alert["_to"] == "own:aad-head"
    card = alert["attachments"][0]["content"]
    opened = await teams.open(buttons(card)["Open"], "head", replyToId="m-alert")
    assert CANARY in words(opened)
    acknowledge = next(b for b in buttons(opened).values() if b["data"]["canI"]["action"] == "report.acknowledge")
    after = await teams.submit(acknowledge, "head")
    assert "report.acknowledge" not in json.dumps(after)
    with teams.world.store.look() as work:
        (only,) = work.reports.all("demo")
        opens = [row for row in work.audit.rows("demo") if row.action == "report.opened"]
    assert only.acknowledged_by == "demo-head"
    assert opens


async def test_taken_up_from_a_command_the_alert_in_the_chat_changes_too(teams: Client) -> None:
    """Somebody who finds a report by the command of the message box sees their alert of it change in its place."""
    await teams.say("Help", "head")
    await report(teams)
    await teams.deliver()
    inbox = await teams.invoke("composeExtension/fetchTask", {"commandId": "inbox"}, "head")
    opened = await teams.submit(buttons(inbox)["Open"], "head")
    assert teams.service.updated == []
    await teams.submit(buttons(opened)["I am taking this up"], "head")
    ((message, after),) = teams.service.updated
    assert "Taken up by Ruth Abara" in words(card_of(after))
    assert message == f"m{len(teams.service.messages())}"


async def test_a_report_about_the_head_goes_past_the_head(teams: Client) -> None:
    """The alert goes to the chair; the head gets none, and a made-up button opens nothing."""
    button = send(await form(teams))
    await teams.submit(button, in_one_about="headteacher", in_one_named="with_name", in_one_what=CANARY)
    await teams.deliver()
    with teams.world.store.look() as work:
        (only,) = work.reports.all("demo")
    assert teams.service.cards("own:aad-head") == []
    assert only.reference in words(teams.service.cards("own:aad-chair")[0])
    made_up = {"data": {"canI": {"action": "report.open", "value": only.reference, "drawn": "x"}}}
    shown = await teams.invoke("task/fetch", made_up, "head")
    assert CANARY not in json.dumps(shown)
    assert only.reference not in words(shown)


async def test_the_reporter_follows_it_and_adds_to_it(teams: Client) -> None:
    """My reports lists references without words in the chat; the state opens in a window, and can be added to."""
    reference = await report(teams)
    (mine,) = (await teams.say("My reports"))[-1:]
    assert reference in json.dumps(mine)
    status = next(b for b in buttons(mine).values() if b["data"]["canI"]["action"] == "report.status")
    shown = await teams.open(status)
    add = next(b for b in buttons(shown).values() if b["data"]["canI"]["action"] == "report.add")
    asked = await teams.submit(add)
    after = await teams.submit(send(asked), in_one_text=f"{CANARY} and again")
    assert f"{CANARY} and again" in words(after)


@pytest.mark.parametrize("command", ["report", "mine", "inbox", "reading", "ask", "unknown"])
async def test_every_command_of_the_message_box_opens_a_window(teams: Client, command: str) -> None:
    """Each command is answered with a window, in any chat; one that nobody knows with the bot's home."""
    value = {"commandId": command, "commandContext": "compose"}
    card = await teams.invoke("composeExtension/fetchTask", value, "head")
    assert card["type"] == "AdaptiveCard"
    assert teams.service.sent == []


async def test_the_policy_asked_from_the_message_box(teams: Client) -> None:
    """The question's form is answered in its window, and another can be asked there."""
    card = await teams.invoke("composeExtension/fetchTask", {"commandId": "ask"})
    shown = await teams.invoke("composeExtension/submitAction", _sent(send(card), in_one_question="May I?"))
    assert "6 characters" in words(shown)
    again = await teams.submit(buttons(shown)["Ask something else"])
    assert "question" in inputs(again)
    pressed = {"canI": {"action": "ask.not_meant", "drawn": "d"}}
    following = await teams.invoke("composeExtension/submitAction", {"commandId": "ask", "data": pressed})
    assert "Ask something else" in buttons(following)


def _sent(button: dict[str, Any], **values: str) -> dict[str, Any]:
    return {"commandId": "ask", "data": {**button["data"], **values}}


async def test_a_message_that_is_reported_goes_into_the_form(teams: Client) -> None:
    """Its words without markup and its address stand in the form, through the sorter, and nowhere before it is sent."""
    payload = {"body": {"content": f"<p>{CANARY}</p>"}, "linkToMessage": "https://teams.microsoft.com/l/message/1"}
    value = {"commandId": "reportMessage", "messagePayload": payload}
    first = await teams.invoke("composeExtension/fetchTask", value)
    second = await teams.submit(_button(first, "first:somebody"))
    shown = await teams.submit(_button(second, "colleague:rule"))
    assert inputs(shown)["evidence"]["value"] == CANARY
    assert inputs(shown)["address"]["value"] == "https://teams.microsoft.com/l/message/1"


async def test_the_sort_of_a_report_is_offered_in_a_group_in_a_window_only(teams: Client) -> None:
    """Begun in a channel, a report goes on in a window and nothing of it is written there."""
    group = {"id": "channel", "conversationType": "channel"}
    value = {"data": {"canI": {"action": "report.start", "drawn": "x"}}}
    card = await teams.invoke("task/fetch", value, conversation=group)
    assert _button(card, "first:somebody")
    assert teams.service.sent == []


async def test_what_a_window_held_is_given_back_when_the_database_is_busy(world: World) -> None:
    """A form that could not be taken comes back with everything that was typed."""
    async with running(world) as teams:
        button = send(await form(teams))
        with world.store.begin() as held:
            held.events.first_time("test", "lock", world.clock.now())
            shown = await teams.submit(button, **FILLED, in_one_what=CANARY)
        assert CANARY in json.dumps(shown)
        with world.store.look() as work:
            assert work.reports.all("demo") == ()


async def test_people_are_found_by_name(teams: Client) -> None:
    """A list too long for a card asks for those who match: only of the person's own school, only for those known."""
    value = {"queryText": "beth", "kind": "search", "dataset": "people"}
    found = await teams.invoke("application/search", value)
    assert found["value"]["results"] == [{"value": "demo-colleague", "title": "Beth Lindqvist"}]
    nobody = await teams.invoke("application/search", value, "stranger")
    assert nobody["value"]["results"] == []
