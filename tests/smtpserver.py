"""A real SMTP server on loopback with a certificate of its own, that can be told to refuse."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from adapters.mail import Server
from tests.certificates import serving, trusting

USER, PASSWORD = "can-i", "correct horse"


@contextmanager
def receiving(sender: str) -> Iterator[tuple[Inbox, Server]]:
    """What a server of its own takes, and the settings with which mail from ``sender`` reaches it."""
    taken = Inbox()
    controller = started(taken)
    yield taken, Server("127.0.0.1", controller.port, "starttls", USER, PASSWORD, sender, trusting())
    controller.stop()


@dataclass
class Inbox:
    """What the server took, and the answer that it gives to recipients and to messages."""

    taken: list[EmailMessage] = field(default_factory=list)
    to_recipient: str = "250 OK"
    to_message: str = "250 OK"

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if self.to_recipient.startswith("2"):
            envelope.rcpt_tos.append(address)
        return self.to_recipient

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - as above
        if self.to_message.startswith("2"):
            assert isinstance(envelope.content, bytes)
            self.taken.append(message_from_bytes(envelope.content, policy=policy.default))
        return self.to_message


def _allow(_server: SMTP, _session: Session, _envelope: Envelope, _how: str, given: object) -> AuthResult:
    right = isinstance(given, LoginPassword) and (given.login, given.password) == (USER.encode(), PASSWORD.encode())
    return AuthResult(success=right, handled=right)


def started(inbox: Inbox) -> Controller:
    """Return the server, started; it wants TLS and a log-in before it takes anything."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(
        inbox,
        hostname="127.0.0.1",
        port=port,
        tls_context=serving(),
        require_starttls=True,
        auth_required=True,
        authenticator=_allow,
    )
    controller.start()
    return controller
