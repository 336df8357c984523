"""Staff without a chat account are mailed by the bot itself: a link to the policy and the declaration, nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from email.message import EmailMessage

import pytest

from adapters import desk
from adapters.mail import MailSender, Post, Server
from bot.people import Account
from tests.deskclient import Browser, Served
from tests.fakes import World
from tests.scenario.desk.test_reread_links import read_to_the_end
from tests.smtpserver import Inbox, receiving

PUBLIC = "https://desk.school.example"


@pytest.fixture
def inbox() -> Iterator[tuple[Inbox, Server]]:
    """A real SMTP server and what it takes."""
    with receiving("can-i@larkfield.example") as found:
        yield found


@pytest.fixture
def mailed(world: World, signed: Served, inbox: tuple[Inbox, Server]) -> Inbox:
    """The caretaker has a mail address and no chat account; a round has begun, and its cards have left."""
    taken, server = inbox
    services = replace(signed.desk.services, public_url=PUBLIC)
    world.relay._senders = {"mail": MailSender(Post(server), lambda *of: desk.way_in(services, *of))}
    with world.store.begin() as work:
        work.people.account(Account("m1", "demo-caretaker", "mail", "len.frost@larkfield.example"))
        work.commit()
    world.press("head", "reread.start")
    world.clock.move(minutes=10)
    world.deliver()
    return taken


def link(mail: EmailMessage) -> str:
    (found,) = re.findall(rf"{PUBLIC}(/reread/link/\S+)", mail.get_content())
    return str(found)


async def come(signed: Served, mail: EmailMessage) -> Browser:
    guest = signed.browser()
    await guest.get(link(mail))
    await guest.press("Open the policy")
    return guest


async def test_from_the_mail_to_the_receipt(mailed: Inbox, signed: Served, world: World) -> None:
    """Asked, read and signed by the mailed link alone; marked as come by a link, recorded by nobody else; as a file."""
    (mail,) = mailed.taken
    assert mail["Subject"] == "Can I?: please read the school's policy"
    assert "To be read by: 19 October 2026" in mail.get_content()
    assert "sign-in" not in mail.get_content()
    guest = await come(signed, mail)
    await read_to_the_end(guest)
    page = await guest.press("I have read it")
    assert "Read and confirmed" in page.main
    with world.store.look() as work:
        (ack,) = work.rereads.acknowledgements("demo")
        made = [(row.action, row.actor_id) for row in work.audit.of_thing("demo", "demo-caretaker")]
    assert (ack.person_id, ack.how, ack.recorded_by) == ("demo-caretaker", "mail", None)
    assert made == [("reread.link_mailed", None), ("reread.link_used", "demo-caretaker")]
    plain = await guest.follow("Keep it as plain text")
    assert "Confirmed: by a one-time link" in plain.html
    async with guest.client.get("/reread/by-link/receipt.pdf") as answer:
        assert (await answer.read()).startswith(b"%PDF-")
    assert (await signed.browser().get("/reread/by-link/receipt.pdf")).status == 404


async def test_the_link_opens_nothing_else(mailed: Inbox, signed: Served) -> None:
    """No page of the desk, and once only; the next reminder brings a fresh one."""
    guest = await come(signed, mailed.taken[0])
    for closed in ("/chat", "/mine", "/reread/register"):
        assert (await guest.get(closed)).url.path == "/sign-in"
    other = signed.browser()
    await other.get(link(mailed.taken[0]))
    assert (await other.press("Open the policy")).status == 410


async def test_a_reminder_brings_a_fresh_link(mailed: Inbox, signed: Served, world: World) -> None:
    """Also when the first was never used."""
    world.clock.move(days=21)
    world.bot.rereading.plan("demo")
    world.clock.move(minutes=10)
    world.deliver()
    first, second = mailed.taken
    assert link(first) != link(second)
    assert "Len Frost" in (await come(signed, second)).page.main


async def test_who_cannot_agree_is_not_at_a_dead_end(mailed: Inbox, signed: Served, world: World) -> None:
    """The head is told, the guest is told so, and nothing is signed."""
    guest = await come(signed, mailed.taken[0])
    page = await guest.press("I cannot agree, or need help")
    assert "The headteacher has been told that you need help." in page.main
    with world.store.look() as work:
        assert not work.rereads.acknowledgements("demo")
        assert [row.actor_id for row in work.audit.rows("demo") if row.action == "reread.help_wanted"] == [
            "demo-caretaker"
        ]
