"""Reading the policy again and saying so, in Teams."""

from __future__ import annotations

from tests.cardschema import buttons, words
from tests.teamsclient import Client


async def asked(teams: Client, who: str = "teacher") -> dict[str, object]:
    """Begin a campaign as the head and return the card that asks somebody."""
    await teams.say("Help", who)
    teams.world.press("head", "reread.start")
    teams.world.clock.move(hours=1)
    teams.world.bot.rereading.plan("demo")
    await teams.deliver()
    card: dict[str, object] = teams.service.cards(f"chat-{who}")[-1]
    return card


async def test_read_and_confirmed_in_place(teams: Client) -> None:
    """The card comes by itself; the policy is read in a window; the confirmation takes the card's place, once."""
    card = await asked(teams)
    read = next(b for b in buttons(card).values() if b["data"]["canI"]["action"] == "reread.read")
    page = await teams.open(read)
    assert len(words(page)) > 200
    confirm = next(b for b in buttons(card).values() if b["data"]["canI"]["action"] == "reread.confirm")
    sent = len(teams.service.messages())
    answer = await teams.press(confirm, replyToId="m7")
    assert answer["type"] == "application/vnd.microsoft.card.adaptive"
    again = await teams.press(confirm, replyToId="m7")
    assert words(again["value"]) == words(answer["value"])
    with teams.world.store.look() as work:
        (ack,) = work.rereads.acknowledgements("demo")
    assert (ack.person_id, ack.how) == ("demo-teacher", "chat")
    assert {message for message, _ in teams.service.updated} == {"m7"}
    assert len(teams.service.messages()) == sent


async def test_turning_the_pages(teams: Client) -> None:
    """Pages follow each other in the same window."""
    card = await asked(teams)
    read = next(b for b in buttons(card).values() if b["data"]["canI"]["action"] == "reread.read")
    page = await teams.open(read)
    following = [b for b in buttons(page).values() if b["data"]["canI"]["action"] == "reread.read"]
    second = await teams.submit(following[-1])
    assert words(second) != words(page)


async def test_my_reading_at_any_time(teams: Client) -> None:
    """The command shows the same card again, and after the confirmation the receipt."""
    await asked(teams)
    (card,) = (await teams.say("My reading"))[-1:]
    confirm = next(b for b in buttons(card).values() if b["data"]["canI"]["action"] == "reread.confirm")
    answer = await teams.press(confirm)
    (after,) = (await teams.say("My reading"))[-1:]
    assert "reread.confirm" not in [b["data"]["canI"]["action"] for b in buttons(after).values()]
    assert answer["statusCode"] == 200
