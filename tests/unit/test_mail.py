"""Mail over a real SMTP server: what it says, what it never says, and what each answer of the server comes to."""

from __future__ import annotations

import re
import ssl
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller

import app
from adapters import desk
from adapters.desk.services import DESK
from adapters.mail import MailSender, Post, Server, words
from bot.messages import Bullets, Button, Buttons, Card, Facts, Heading, Quote, Text, Typed
from bot.people import Account
from bot.ports import Gone, Refused, RetryLater
from tests.certificates import trusting
from tests.deskclient import Served
from tests.fakes import World
from tests.smtpserver import PASSWORD, USER, Inbox, started

HEAD = Account("a1", "demo-head", "mail", "ruth.abara@larkfield.example")
ALERT = Card("A report is waiting", (Heading("A report is waiting"), Facts((("Reference", "AB12"),))))
PUBLIC = "https://desk.school.example"


@pytest.fixture
def inbox() -> Inbox:
    """What the server takes."""
    return Inbox()


@pytest.fixture
def smtp(inbox: Inbox) -> Iterator[Controller]:
    """The server."""
    controller = started(inbox)
    yield controller
    controller.stop()


@pytest.fixture
def server(smtp: Controller) -> Server:
    """The settings with which the server is reached."""
    return Server("127.0.0.1", smtp.port, "starttls", USER, PASSWORD, "can-i@larkfield.example", trusting())


def sender(server: Server) -> MailSender:
    """Return a sender whose links lead to one place."""
    return MailSender(Post(server), lambda person, _card: f"{PUBLIC}/sign-in/secret-of-{person}")


def test_an_alert_says_that_something_waits_and_where(server: Server, inbox: Inbox) -> None:
    """Over TLS and signed in: our own words, the link, and nothing more."""
    sender(server).send(HEAD, ALERT, "report/AB12/head")
    (mail,) = inbox.taken
    text = mail.get_content()
    assert mail["To"] == "ruth.abara@larkfield.example"
    assert mail["From"] == "Can I? <can-i@larkfield.example>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert "Reference: AB12" in text
    assert f"{PUBLIC}/sign-in/secret-of-demo-head" in text


def test_what_somebody_typed_is_never_mailed() -> None:
    """Quotes and typed text are left out, wherever in a card they stand."""
    typed = Typed("canary")
    card = Card("S", (Text(typed), Quote(typed), Bullets((typed, "ours")), Facts((("L", typed), ("M", "ours too")))))
    assert words(card) == "- ours\nM: ours too"
    assert words(Card("Summary", (Quote(typed, "canary"), Buttons((Button("B", "home"),))))) == "Summary"


def test_somebody_outside_gets_no_link(server: Server, inbox: Inbox) -> None:
    """A contact without a place on the staff list is told, and cannot sign in."""
    sender(server).send(replace(HEAD, person_id=""), ALERT, "k")
    assert "sign-in" not in inbox.taken[0].get_content()


def test_a_second_copy_can_be_told(server: Server, inbox: Inbox) -> None:
    """The same notice has the same Message-ID, another one another; mail cannot be asked whether it arrived."""
    ours = sender(server)
    for key in ("one", "one", "two"):
        ours.send(HEAD, ALERT, key)
    ids = [mail["Message-ID"] for mail in inbox.taken]
    assert ids[0] == ids[1] != ids[2]
    assert ours.arrived(HEAD, "one") is None


@pytest.mark.parametrize(
    ("to_recipient", "to_message", "comes_to"),
    [
        ("550 no such mailbox canary", "250 OK", Gone),
        ("452 full", "250 OK", RetryLater),
        ("250 OK", "451 later canary", RetryLater),
        ("250 OK", "554 refused canary", Refused),
        ("571 blocked", "250 OK", Refused),
    ],
)
def test_every_answer_has_its_consequence(
    server: Server, inbox: Inbox, to_recipient: str, to_message: str, comes_to: type[Exception]
) -> None:
    """No mailbox: another account. Not now: later. Never: dead. And nothing that the server said is passed on."""
    inbox.to_recipient, inbox.to_message = to_recipient, to_message
    with pytest.raises(comes_to) as caught:
        sender(server).send(HEAD, ALERT, "k")
    assert "canary" not in str(caught.value)
    assert inbox.taken == []


@pytest.mark.parametrize(
    "changed",
    [{"password": "wrong"}, {"port": 1}, {"trust": ssl.create_default_context()}, {"tls": "tls"}],
    ids=["wrong password", "nobody there", "certificate unknown", "no TLS there"],
)
def test_a_server_that_cannot_be_used_is_tried_again(server: Server, inbox: Inbox, changed: dict[str, object]) -> None:
    """Nothing is sent in the clear or to a stranger; the notice waits until the school has mended it."""
    with pytest.raises(RetryLater):
        sender(replace(server, **changed)).send(HEAD, ALERT, "k")  # type: ignore[arg-type]
    assert inbox.taken == []


@pytest.mark.parametrize("address", ["", "no address", "a@b.example\nBcc: c@d.example", "a@b.example, c@d.example"])
def test_an_address_cannot_bring_headers_along(server: Server, inbox: Inbox, address: str) -> None:
    """What is no single address is nobody's: nothing is sent."""
    with pytest.raises(Gone):
        sender(server).send(replace(HEAD, address=address), ALERT, "k")
    assert inbox.taken == []


async def test_from_the_mail_to_the_report(server: Server, inbox: Inbox, tmp_path: Path) -> None:
    """A chair without a chat account is mailed, follows the link once, and stands before the code that readers need."""
    with World(f"sqlite:///{tmp_path / 'can-i.sqlite3'}") as world:
        async with Served(world, demo=False) as served:
            services = replace(served.desk.services, public_url=PUBLIC)
            world.relay._senders = {"mail": MailSender(Post(server), lambda *of: desk.way_in(services, *of))}
            with world.store.begin() as work:
                work.people.account(Account("m1", "demo-chair", "mail", "marion.castell@larkfield.example"))
                work.commit()
            reference = world.report("teacher", about="headteacher", what="canary-report-text")
            world.deliver()
            (mail,) = inbox.taken
            text = mail.get_content()
            assert reference in text
            assert "canary" not in mail.as_string()
            (link,) = re.findall(rf"{PUBLIC}(/sign-in/\S+)", text)
            assert link.endswith(f"?next=%2Freports%2F{reference}")
            browser = served.browser()
            await browser.get(link)
            page = await browser.press("Come in")
            assert page.url.path == "/sign-in/code"
            await browser.get(link)
            assert (await browser.press("Come in")).status == 410


def test_a_link_that_was_asked_for(server: Server, inbox: Inbox) -> None:
    """The message holds the address and says what it is for."""
    Post(server).send_link("sam@larkfield.example", f"{PUBLIC}/sign-in/x")
    assert f"{PUBLIC}/sign-in/x" in inbox.taken[0].get_content().splitlines()


@pytest.mark.usefixtures("logging_as_it_was")
@pytest.mark.parametrize("mail", [True, False], ids=["mail", "no mail"])
def test_serve_sends_links_where_mail_is_set_up(tmp_path: Path, *, mail: bool) -> None:
    """The desk can send a link exactly where the settings name a mail server."""
    settings = {"CAN_I_MAIL_HOST": "127.0.0.1", "CAN_I_MAIL_FROM": "can-i@larkfield.example"} if mail else {}
    house = app.House({"CAN_I_DEMO": "true", **settings}, tmp_path)
    served = house.application()[DESK]
    house.close()
    assert (served.services.send_link is not None) is mail
