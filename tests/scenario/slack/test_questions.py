"""Questions in Slack: by direct message, mention, command, shortcut, home; second turns; files."""

from __future__ import annotations

import asyncio

from tests.fakes import World
from tests.slackpeer.peer import Peer
from tests.slackpeer.reading import actions, said
from tests.slackpeer.rig import Rig, running

QUESTION = "can I add a pupil's mum on facebook?"
MANY_MEANINGS = "can i tweet about the school trip"


async def test_a_question_by_direct_message(rig: Rig) -> None:
    """A question is answered in the chat with a verdict, a clause and its number; the top text says the verdict."""
    teacher = rig.person("teacher")
    await teacher.write(QUESTION)
    answer = await teacher.answered()
    assert answer["text"]
    assert "Clause " in said(answer["blocks"])
    assert "I read your question as" in said(answer["blocks"])


async def test_not_what_i_meant(rig: Rig) -> None:
    """A second turn is about the first question: the near readings, and an answer to the one that was chosen."""
    teacher = rig.person("teacher")
    await teacher.write(MANY_MEANINGS)
    answer = await teacher.answered()
    await teacher.press(answer, "ask.not_meant")
    near = await teacher.answered(2)
    act = next(value for action, value in actions(near) if action == "ask.meant")
    await teacher.press(near, "ask.meant", act)
    third = await teacher.answered(3)
    assert "Please type a question" not in said(third)


async def test_a_clause_opens_in_a_dialog(rig: Rig) -> None:
    """The button of a clause shows it in a dialog, not as one more message."""
    teacher = rig.person("teacher")
    await teacher.write(QUESTION)
    answer = await teacher.answered()
    clause = next(value for action, value in actions(answer) if action == "ask.clause")
    await teacher.press(answer, "ask.clause", clause)
    view = await teacher.dialog(clause)
    assert "submit" not in view
    assert len(teacher.chat) == 1


async def test_a_mention_is_answered_to_the_asker_only(rig: Rig) -> None:
    """In a channel the answer is seen by nobody else; its buttons are answered there too."""
    teacher = rig.person("teacher")
    await teacher.mention(MANY_MEANINGS)
    answer = await teacher.seen()
    assert "Clause " in said(answer["blocks"])
    assert not rig.peer.messages["C1"]
    await teacher.press(answer, "ask.not_meant")
    near = await teacher.seen(2)
    assert "ask.meant" in dict(actions(near))
    assert not rig.peer.messages["C1"]


async def test_a_report_begun_in_a_channel_goes_on_in_a_dialog(rig: Rig) -> None:
    """The button to report, pressed on an answer in a channel, opens a dialog that only the presser sees."""
    teacher = rig.person("teacher")
    await teacher.mention(QUESTION)
    answer = await teacher.seen()
    await teacher.press(answer, "report.start")
    view = await teacher.dialog("Before you write")
    assert "report.sort" in dict(actions(view))


async def test_a_mention_where_the_bot_may_not_write(rig: Rig) -> None:
    """A channel that the bot is not in: the answer goes to the asker's own chat."""
    teacher = rig.person("teacher")
    await teacher.mention(QUESTION, "CAWAY")
    answer = await teacher.answered()
    assert "Clause " in said(answer["blocks"])


async def test_mentions_in_the_open_where_the_school_wants_it(world: World, peer: Peer) -> None:
    """With the setting, a mention is answered in its thread, for all to see; a report is still made in a dialog."""
    async with running(world, peer, openly=True) as rig:
        teacher = rig.person("teacher")
        await teacher.mention(QUESTION)
        await peer.until(lambda: peer.messages["C1"])
        (answer,) = peer.messages["C1"]
        assert answer["thread_ts"].startswith("1600000000")
        await teacher.press(answer, "report.start")
        assert "Before you write" in said(await teacher.dialog("Before"))
        assert len(peer.messages["C1"]) == 1


async def test_a_question_by_command(rig: Rig) -> None:
    """/can-i answers where only the asker sees it; without words it says what it is for."""
    teacher = rig.person("teacher")
    await teacher.command("/can-i", QUESTION)
    answer = await teacher.seen()
    assert answer["response_type"] == "ephemeral"
    assert "Clause " in said(answer["blocks"])
    await teacher.command("/can-i")
    assert "I answer from its clauses" in said((await teacher.seen(2))["blocks"])


async def test_a_question_about_a_message(rig: Rig) -> None:
    """The shortcut puts a message into the question's form; it is asked only when the person sends the form."""
    teacher = rig.person("teacher")
    await teacher.shortcut("ask_message", "Shall we tweet about the <https://x.example|school> trip?")
    view = await teacher.dialog("Your question")
    assert "Shall we tweet about the school trip?" in said(view)
    answer = await teacher.submit(view)
    assert answer["response_action"] == "update"
    shown = rig.peer.views[view["id"]]
    assert "Clause " in said(shown)
    await teacher.press(shown, "ask.not_meant")
    assert "ask.meant" in dict(actions(await teacher.dialog("sure that I understood")))


async def test_asking_from_home(rig: Rig) -> None:
    """Home offers to ask; the answer stands in the same dialog, and its buttons go on there."""
    teacher = rig.person("teacher")
    home = await teacher.open_home()
    await teacher.press(home, "ask.start")
    view = await teacher.dialog("Your question")
    await teacher.submit(view, question=QUESTION)
    shown = rig.peer.views[view["id"]]
    clause = next(value for action, value in actions(shown) if action == "ask.clause")
    await teacher.press(shown, "ask.clause", clause)
    top = await rig.peer.until(lambda: next((v for v in rig.peer.views.values() if v["previous_view_id"]), None))
    assert top["previous_view_id"] == view["id"]
    assert clause in said(top)


async def test_an_answer_in_a_thread_stays_there(rig: Rig) -> None:
    """A question in a thread of the direct conversation is answered in that thread."""
    teacher = rig.person("teacher")
    await teacher.write(QUESTION, thread_ts="1500.1")
    assert (await teacher.answered())["thread_ts"] == "1500.1"


async def test_a_question_of_oneself(rig: Rig) -> None:
    """What is written with /me is a question like any other."""
    teacher = rig.person("teacher")
    await teacher.write(QUESTION, subtype="me_message")
    assert "Clause " in said((await teacher.answered())["blocks"])


async def test_files_are_not_taken(rig: Rig) -> None:
    """Somebody who sends a picture is told that it is not taken, and what to do with one of a child."""
    teacher = rig.person("teacher")
    await teacher.write("", subtype="file_share", files=[{"id": "F1"}])
    answer = await teacher.answered()
    assert "cannot take files" in said(answer)
    assert "designated safeguarding lead" in said(answer)


async def test_what_is_not_a_question_is_not_answered(rig: Rig) -> None:
    """Edits, deletions, bots and channels where nobody mentioned us leave us silent, and are acknowledged."""
    teacher = rig.person("teacher")
    await teacher.write("x", subtype="message_changed")
    await teacher.write("x", subtype="message_deleted")
    await teacher.write("x", bot_id="B9")
    await teacher.write("x", channel="C1", channel_type="channel")
    await teacher.event({"type": "reaction_added", "user": teacher.user, "reaction": "eyes"})
    await teacher.write(QUESTION)
    await teacher.answered()
    await asyncio.sleep(0.2)
    assert len(teacher.chat) == 1
    assert not rig.peer.messages["C1"]


async def test_asking_the_headteacher(rig: Rig) -> None:
    """A question goes to the head through a form; the reply comes back as a card and is read in a dialog only."""
    teacher, head = rig.person("teacher"), rig.person("head")
    await teacher.write(QUESTION)
    await teacher.press(await teacher.answered(), "ask.head")
    view = await teacher.dialog("Ask the headteacher")
    await teacher.submit(view, question="May I, as she is my neighbour?")
    assert "Sent to the headteacher" in said(rig.peer.views[view["id"]])
    await rig.relay()
    alert = await head.answered()
    assert "neighbour" not in said(alert)
    await head.press(alert, "ask.open")
    form = await head.dialog("neighbour")
    await head.submit(form, reply="Yes, but not about school.")
    await rig.relay()
    news = await teacher.answered(2)
    assert "not about school" not in said(news)
    await teacher.press(news, "ask.read")
    assert "not about school" in said(await teacher.dialog("not about school"))


async def test_the_assistant_pane(rig: Rig) -> None:
    """Slack's assistant pane greets, proposes questions, and answers in its thread."""
    teacher = rig.person("teacher")
    thread = {"user_id": teacher.user, "channel_id": f"D{teacher.user}", "thread_ts": "1500.2"}
    await teacher.event({"type": "assistant_thread_started", "assistant_thread": thread})
    hello = await teacher.answered()
    assert hello["thread_ts"] == "1500.2"
    await rig.peer.until(lambda: rig.peer.of("assistant.threads.setSuggestedPrompts"))
    (prompts,) = rig.peer.of("assistant.threads.setSuggestedPrompts")
    assert len(prompts["prompts"]) == 3
