"""Talking with the bot in its own chat, and being met for the first time."""

from __future__ import annotations

import json

from adapters.teams.services import Services
from bot.ports import StoreBusy
from tests.cardschema import buttons, words
from tests.fakes import World
from tests.teamsclient import TENANT, Client, running

NEW = {"id": "29:new", "aadObjectId": "aad-new", "email": "len.frost@larkfield.example", "userRole": "user"}


async def test_a_question_is_answered_with_a_card(teams: Client) -> None:
    """A typed question comes back as one Adaptive Card in the asker's own chat; HTML entities are characters again."""
    (card,) = await teams.say("Can I add a pupil&#39;s mum on insta?")
    assert card["version"] == "1.5"
    assert "33 characters" in words(card)
    (message,) = teams.service.messages("chat-teacher")
    assert message["summary"] == "An answer."


async def test_the_commands_of_the_menu(teams: Client) -> None:
    """A title of the menu is a button, not a question."""
    (home,) = await teams.say("help")
    assert {"Ask a question", "Report something", "My reports", "My re-reading"} <= set(buttons(home))
    (mine,) = await teams.say("  My   reports ")
    assert "characters" not in words(mine)
    await teams.say("Report something")
    assert teams.world.echo.asked == []


async def test_a_button_is_answered_below_and_the_pressed_card_stays(teams: Client) -> None:
    """A press whose answer is a new card is told so at once, and the card follows in the chat."""
    (home,) = await teams.say("Help")
    answer = await teams.press(buttons(home)["Ask a question"])
    assert answer["value"] == "I have answered below."
    assert "ask.start" in words(teams.service.cards()[-1])


async def test_pictures_are_not_looked_at(teams: Client) -> None:
    """A message with a file and no words is answered with what to do about pictures of children."""
    (card,) = await teams.say("", attachments=[{"contentType": "image/png", "contentUrl": "https://x.example/p"}])
    assert "designated safeguarding lead" in words(card)


async def test_an_old_client_presses_with_a_message(teams: Client) -> None:
    """Where a client knows no Execute, its button comes as a message and is answered just so."""
    (home,) = await teams.say("Help")
    data = buttons(home)["My reports"]["fallback"]["data"]
    before = len(teams.service.cards())
    await teams.post(teams.activity(value=data))
    assert len(teams.service.cards()) == before + 1


async def test_a_client_without_dialogs_is_told_where_they_open(teams: Client) -> None:
    """A dialog's button that comes as a message shows nothing confidential in the chat, but the way to the commands."""
    (home,) = await teams.say("Help")
    await teams.post(teams.activity(value=buttons(home)["Report something"]["data"]))
    assert "characters" not in words(teams.service.cards()[-1])
    (home,) = (await teams.say("Help"))[-1:]
    reference = teams.world.report("teacher")
    opened = {**buttons(home)["Report something"]["data"]}
    opened["canI"] = {"action": "report.open", "value": reference, "drawn": "d"}
    await teams.post(teams.activity("head", value=opened))
    card = teams.service.cards("chat-head")[-1]
    assert "Its words never stand in the chat" in words(card)
    assert "Something happened" not in json.dumps(teams.service.sent)


async def test_somebody_new_is_asked_who_they_are(teams: Client) -> None:
    """An address on the staff list is asked back; after a yes the account is known and its chat is kept."""
    teams.service.people = [NEW]
    (card,) = await teams.say("A question", "new")
    assert "By your e-mail address I take you for" in words(card)
    answer = await teams.press(buttons(card)["Yes, that is me"], "new")
    assert "I know you from now on" in words(answer["value"])
    assert "characters" in words((await teams.say("A question, again", "new"))[0])
    with teams.world.store.look() as work:
        (account,) = [a for a in work.people.roster("demo").accounts if a.address == "aad-new"]
        noted = [row for row in work.audit.rows("demo") if row.action == "account.linked"]
    assert json.loads(account.details)["conversation_id"] == "chat-new"
    assert [row.actor_id for row in noted] == ["demo-caretaker"]


async def test_a_no_links_nobody(teams: Client) -> None:
    """After a no the account stays unknown."""
    teams.service.people = [NEW]
    (card,) = await teams.say("A question", "new")
    answer = await teams.press(buttons(card)["No"], "new")
    assert "Nothing was noted" in words(answer["value"])
    (again,) = await teams.say("Another", "new")
    assert "By your e-mail address" in words(again)


async def test_a_made_up_yes_links_nobody(teams: Client) -> None:
    """A yes for somebody else's name is refused: the directory is asked for the address once more."""
    teams.service.people = [NEW]
    (card,) = await teams.say("A question", "new")
    yes = json.loads(json.dumps(buttons(card)["Yes, that is me"]).replace("demo-caretaker", "demo-head"))
    await teams.press(yes, "new")
    (again,) = await teams.say("Another", "new")
    assert "By your e-mail address" in words(again)


async def test_a_guest_is_not_believed(teams: Client) -> None:
    """An account of another organisation with a staff member's address is not taken for that person."""
    for changed in ({"userRole": "guest"}, {"userPrincipalName": "head_x#EXT#@school.example"}):
        teams.service.people = [{**NEW, **changed}]
        (card,) = await teams.say(f"A question {changed}", "new")
        assert "You are a guest" in words(card)
        assert buttons(card) == {}


async def test_a_guest_with_a_made_up_yes_is_not_believed(teams: Client) -> None:
    """A guest who sends the button that a member would be shown is linked to nobody."""
    teams.service.people = [NEW]
    (card,) = await teams.say("A question", "new")
    teams.service.people = [{**NEW, "userRole": "guest"}]
    answer = await teams.press(buttons(card)["Yes, that is me"], "new")
    assert "I do not know you yet" in answer["value"]
    with teams.world.store.look() as work:
        assert work.people.by_account("teams", TENANT, "aad-new") is None


async def test_a_stranger_is_told_what_to_do(teams: Client) -> None:
    """Somebody whose address nobody lists, or of whom the directory knows nothing, is sent to the office."""
    teams.service.people = [{**NEW, "email": "nobody@elsewhere.example"}]
    assert "I do not know you yet" in words((await teams.say("A question", "new"))[0])
    assert "I do not know you yet" in words((await teams.say("A question", "other"))[0])
    home = buttons((await teams.say("Help"))[0])
    answer = await teams.press(home["My reports"], "new")
    assert "I do not know you yet" in answer["value"]


async def test_a_busy_database_is_said(world: World) -> None:
    """Where the database cannot be used, a message is answered so, and a press too."""

    class Busy:
        def handle(self, *_: object) -> tuple[()]:
            raise StoreBusy

    async with running(world, talk=Busy()) as teams:
        (card,) = await teams.say("A question")
        assert "Something went wrong on our side" in words(card)
        answer = await teams.press({"verb": "home", "data": {"canI": {"action": "home", "drawn": "d"}}})
        assert "Something went wrong on our side" in answer["value"]


async def test_installed_for_a_whole_team(teams: Client) -> None:
    """Each member on the staff list is met, page by page: the known noted, others asked, guests left alone."""
    people = [
        {**NEW, "id": f"29:{who}", "aadObjectId": f"aad-{who}", "email": f"{who}@elsewhere.example"} for who in "abcde"
    ]
    people[0] |= {"aadObjectId": "aad-head"}
    people[1] |= {"email": "owen.bright@larkfield.example"}
    people[2] |= {"email": "marion.castell@larkfield.example", "userRole": "guest"}
    teams.service.people = people
    team = {"tenant": {"id": TENANT}, "team": {"id": "team"}}
    came = {"conversation": {"id": "channel", "conversationType": "channel"}, "channelData": team}
    bot = {"id": teams.activity()["recipient"]["id"]}
    teams.service.page_faults = [429]
    await teams.post(teams.activity(type="conversationUpdate", membersAdded=[bot], **came))
    await teams.post(teams.activity(type="installationUpdate", action="add", **came))
    assert teams.service.pages == 4
    assert len(teams.service.cards("channel")) == 1
    assert "By your e-mail address" in words(teams.service.cards("own:29:b")[0])
    assert teams.service.cards("own:29:c") == []
    with teams.world.store.look() as work:
        account = next(a for a in work.people.roster("demo").accounts if a.address == "aad-head")
    assert json.loads(account.details)["conversation_id"] == "own:29:a"


async def test_removed_by_somebody(teams: Client) -> None:
    """Whoever removes the bot is reached another way from then on; writing to it again mends that."""
    await teams.say("A question")

    def gone() -> bool:
        with teams.world.store.look() as work:
            return next(a.gone for a in work.people.roster("demo").accounts if a.address == "aad-teacher")

    await teams.post(teams.activity(type="installationUpdate", action="remove"))
    assert gone()
    await teams.say("Another question")
    assert not gone()


def test_services_show_no_secret(world: World) -> None:
    """The client secret is not in what is printed of the settings of the adapter."""
    assert "canary" not in repr(Services(world.bot, world.store, world.clock, password="canary"))
