"""Mail by the settings."""

from __future__ import annotations

from typing import Literal, Protocol

from adapters.mail import Post, Server


class Password(Protocol):
    """A password that is shown nowhere by accident."""

    def reveal(self) -> str:
        """Return it."""
        ...


class Settings(Protocol):
    """What mail needs of the settings."""

    @property
    def mail_host(self) -> str:
        """The SMTP server."""
        ...

    @property
    def mail_port(self) -> int:
        """Its port."""
        ...

    @property
    def mail_tls(self) -> Literal["starttls", "tls", "none"]:
        """How the way there is secured."""
        ...

    @property
    def mail_user(self) -> str:
        """Who we are there; empty for nobody."""
        ...

    @property
    def mail_password(self) -> Password:
        """Our password there."""
        ...

    @property
    def mail_from(self) -> str:
        """The address that mail comes from."""
        ...


def connect(settings: Settings) -> Post:
    """Return what sends mail. Nothing is connected before the first message."""
    return Post(
        Server(
            settings.mail_host,
            settings.mail_port,
            settings.mail_tls,
            settings.mail_user,
            settings.mail_password.reveal(),
            settings.mail_from,
        )
    )
