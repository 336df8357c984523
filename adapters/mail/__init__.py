"""Mail: for people without a chat account. It says that something is waiting and where, never what.

One message at a time over a connection of its own, sealed by TLS unless the server is this machine.
"""

from __future__ import annotations

import hashlib
import re
import smtplib
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from typing import Final, Literal

from bot.messages import Bullets, Buttons, Card, Facts, Heading, Line, Text
from bot.people import Account
from bot.plain import visible
from bot.ports import Gone, Refused, RetryLater, Sent
from bot.wording import say

TIMEOUT: Final = 10.0
AGAIN_AFTER: Final = 60.0
UNKNOWN: Final = frozenset({550, 551, 553, 556})
"""The answers that mean that there is no such mailbox: https://www.rfc-editor.org/rfc/rfc5321#section-4.2.3"""

_ADDRESS: Final = re.compile(r"(?<=[^\W\d_]):(?=\S)|(?<=\w)[.@](?=\w*[^\W\d_])")
"""What makes a mail program link a word: only the ways in that we write ourselves are to be links."""

WayIn = Callable[[str, Card], str]
"""From a person's id and a card to an address at which that person may deal with it; empty for nobody's id."""


@dataclass(frozen=True, slots=True)
class Server:
    """The SMTP server and who we are there. ``trust`` is moved by tests only."""

    host: str
    port: int = 587
    tls: Literal["starttls", "tls", "none"] = "starttls"
    user: str = ""
    password: str = field(default="", repr=False)
    sender: str = ""
    trust: ssl.SSLContext | None = field(default=None, repr=False)


class Post:
    """Sends plain messages. ``deliver`` may take ten seconds; call it where nothing waits for it."""

    def __init__(self, server: Server) -> None:
        self._server = server

    def deliver(self, to: str, subject: str, text: str, key: str = "") -> None:
        """Hand a message over; the same ``key`` makes the same Message-ID. Raise ``RetryLater``, ``Gone``, ``Refused``.

        What the server says is never passed on: it may repeat what it was sent.
        """
        try:
            message = self._message(to, subject, text, key)
        except (ValueError, HeaderParseError, IndexError):
            raise Gone("no mail address") from None
        try:
            with self._connected() as line:
                line.send_message(message)
        except smtplib.SMTPRecipientsRefused as error:
            codes = {code for code, _ in error.recipients.values()}
            raise (Gone("mailbox unknown") if codes <= UNKNOWN else self._by(max(codes))) from None
        except smtplib.SMTPResponseException as error:
            raise self._by(error.smtp_code) from None
        except (smtplib.SMTPException, OSError) as error:
            raise RetryLater(AGAIN_AFTER, type(error).__name__) from None

    def send_link(self, to: str, address: str) -> None:
        """Mail a sign-in address to somebody who asked for it. Raise as ``deliver`` does."""
        self.deliver(to, say("mail.link.subject"), say("mail.link.text", address=address))

    def _message(self, to: str, subject: str, text: str, key: str) -> EmailMessage:
        message = EmailMessage()
        sender = Address(display_name="Can I?", addr_spec=self._server.sender)
        message["From"] = sender
        message["To"] = Address(addr_spec=to)
        message["Subject"] = subject
        message["Auto-Submitted"] = "auto-generated"
        if key:
            message["Message-ID"] = f"<{hashlib.sha256(key.encode()).hexdigest()[:40]}@{sender.domain}>"
        message.set_content(text)
        return message

    def _connected(self) -> smtplib.SMTP:
        server = self._server
        trust = server.trust or ssl.create_default_context()
        if server.tls == "tls":
            line: smtplib.SMTP = smtplib.SMTP_SSL(server.host, server.port, timeout=TIMEOUT, context=trust)
        else:
            line = smtplib.SMTP(server.host, server.port, timeout=TIMEOUT)
        try:
            if server.tls == "starttls":
                line.starttls(context=trust)
            if server.user:
                line.login(server.user, server.password)
        except BaseException:
            line.close()
            raise
        return line

    @staticmethod
    def _by(code: int) -> Exception:
        """Return what an answer means: 4xx is not now; a refused log-in is the school's to mend, so not now either."""
        settings_at_fault = code in {530, 534, 535, 538}
        return RetryLater(AGAIN_AFTER, f"smtp {code}") if code < 500 or settings_at_fault else Refused(f"smtp {code}")


class MailSender:
    """Tells people by mail (``bot.ports.Sender``)."""

    def __init__(self, post: Post, way_in: WayIn) -> None:
        self._post = post
        self._way_in = way_in

    def send(self, account: Account, card: Card, key: str) -> Sent:
        """Mail what a card says in our own words, and a link to the desk. Raise as ``Post.deliver`` does."""
        parts = [words(card)]
        address = self._way_in(account.person_id, card) if account.person_id else ""
        kind = "policy" if asks_to_read(card) else "alert"
        if address:
            parts.append(say(f"mail.{kind}.open", address=address))
        text = "\n\n".join([*parts, say("mail.alert.end")])
        self._post.deliver(account.address, say(f"mail.{kind}.subject"), text, key)
        return Sent()

    def arrived(self, _account: Account, _key: str) -> None:
        """Mail cannot be asked whether it arrived; the Message-ID is the same, so that a second copy can be told."""


def asks_to_read(card: Card) -> bool:
    """Return whether a card asks somebody to read the policy and to say so."""
    rows = [element.buttons for element in card.body if isinstance(element, Buttons)]
    return any(button.action == "reread.confirm" for row in rows for button in row)


def words(card: Card) -> str:
    """Return the bot's own words of a card as plain text. What a person typed is left out: mail is read by others."""
    lines: list[str] = []
    for element in card.body:
        match element:
            case Heading() | Text():
                lines += _own(element.text)
            case Bullets():
                lines += [f"- {line}" for item in element.items for line in _own(item)]
            case Facts():
                lines += [f"{_apart(label)}: {line}" for label, value in element.rows for line in _own(value)]
            case _:
                pass
    return "\n".join(lines) or _apart(card.summary)


def _own(line: Line) -> list[str]:
    return [_apart(line)] if isinstance(line, str) else []


def _apart(text: str) -> str:
    return _ADDRESS.sub("\\g<0>\u2060", visible(text))
