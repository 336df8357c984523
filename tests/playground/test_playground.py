"""The whole of what the bot does in Teams, through Microsoft's own local client, with authentication on."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import expect

from tests.playground.conftest import Staged
from tests.playground.stage import Stage, Window

pytestmark = [pytest.mark.browser, pytest.mark.node]

QUESTION = "can i add a pupil's mum on insta?"
SECRET = "heron-2291 wrote about my class"
ALERT = "A report is waiting for you."


async def file_report(window: Window, about: str, person: str = "") -> str:
    """File a report by the command of the message box, and return its reference."""
    dialog = await window.command("report")
    await dialog.get_by_role("button", name="Something that somebody who works here did or posted").click()
    await dialog.get_by_role("button", name="I think that it breaks the policy").click()
    await dialog.get_by_label("What happened?").fill(SECRET)
    await dialog.get_by_role("button", name="Send the report").click()
    await expect(dialog.get_by_text("Please choose one.").first).to_be_visible()
    await dialog.get_by_role("radio", name=about, exact=True).check()
    if person:
        await dialog.get_by_role("combobox", name="If it is somebody who works here, who?").click()
        await window.page.get_by_role("option", name=person).click()
    await dialog.get_by_role("radio", name="Give my name").check()
    await dialog.get_by_role("button", name="Send the report").click()
    await expect(dialog.get_by_role("heading", name="Your report is in")).to_be_visible()
    found = re.search(r"\b[0-9A-Z]{4}(-[0-9A-Z]{4}){3}\b", await dialog.inner_text())
    assert found
    await window.close()
    return found[0]


async def read_and_take_up(window: Window, reference: str) -> None:
    """Open the one report that waits for somebody, and take it up."""
    dialog = await window.command("inbox")
    await dialog.get_by_role("button", name="Open").click()
    await expect(dialog).to_contain_text(SECRET)
    await expect(dialog).to_contain_text(reference)
    await dialog.get_by_role("button", name="I am taking this up").click()
    await expect(dialog).to_contain_text("Where it stands: taken up")


def nothing_was_refused(on: Stage) -> None:
    """Find that every request came through the proxy signed and was answered 200."""
    assert on.handed_on
    assert {status for _, status in on.handed_on} == {200}


async def test_asking_reading_and_a_channel(staged: Staged) -> None:
    """A question, its follow-up, "not what I meant", a clause's window; a re-read in place; a mention's pointer."""
    async with staged("teacher") as on:
        window = on.windows["teacher"]
        await window.say(QUESTION)
        await window.shows("This would change the answer")
        await on.look("question")
        await window.button("Yes").click()
        await expect(window.page.get_by_role("button", name="Not what I meant")).to_have_count(2)
        await on.look("follow-up")
        await window.button("Not what I meant").click()
        await window.shows("Did you mean")
        await on.look("not-what-i-meant")

        dialog = await window.command("ask")
        await dialog.get_by_label("Your question").fill(QUESTION)
        await dialog.get_by_role("button", name="Ask", exact=True).click()
        clause = dialog.get_by_role("button", name=re.compile(r"^Clause \d")).first
        number = (await clause.inner_text()).removeprefix("Clause ")
        await clause.click()
        await expect(dialog.get_by_role("heading", name=number)).to_be_visible()
        await on.look("clause")
        await window.close()

        world = on.client.world
        world.press("head", "reread.start")
        world.clock.move(hours=1)
        world.bot.rereading.plan("demo")
        assert await on.client.deliver()
        confirm = window.button("I have read it")
        await expect(confirm).to_be_visible()
        await on.look("re-read")
        await confirm.click()
        await expect(window.page.get_by_role("heading", name="Read and confirmed")).to_be_visible()
        await expect(confirm).to_have_count(0)
        await on.look("re-read-confirmed")

        await window.place("General")
        await window.shows("I am here now. Write my name and a question")
        await window.name_the_bot("can I post a class photo?")
        await window.shows("I have answered in our own chat, so that nobody else reads along.")
        await on.look("channel")
        nothing_was_refused(on)


async def test_reports_and_reminders(staged: Staged) -> None:
    """A colleague's goes to the head, who is reminded and takes it up; one about the head goes to the chair alone."""
    async with staged("teacher", "head", "chair") as on:
        teacher, head, chair = (on.windows[who] for who in ("teacher", "head", "chair"))
        about_colleague = await file_report(teacher, "Somebody who works here", "Beth Lindqvist")
        about_head = await file_report(teacher, "The headteacher")
        await on.client.deliver()
        await head.shows(ALERT, about_colleague)
        await chair.shows(ALERT, about_head)
        await on.look("alert")

        world = on.client.world
        world.clock.move(days=2)
        world.chasing.chase("demo")
        await on.client.deliver()
        await head.shows("Reminder: a report is still waiting.")
        await on.look("reminder")

        await read_and_take_up(head, about_colleague)
        await on.look("taken-up")
        await head.close()
        await head.shows("Taken up by Ruth Abara")
        await read_and_take_up(chair, about_head)
        await chair.close()
        await teacher.command("mine")
        await on.look("mine")
        await expect(head.chat).not_to_contain_text(about_head)
        for window in on.windows.values():
            await expect(window.chat).not_to_contain_text(SECRET)
        nothing_was_refused(on)
