"""The settings that Teams is set up by, as this adapter sees them (docs/settings.md)."""

from __future__ import annotations

from typing import Literal, Protocol


class Hidden(Protocol):
    """A secret of the settings."""

    def reveal(self) -> str:
        """Return it."""
        ...


class TeamsSettings(Protocol):
    """What is set about Teams."""

    @property
    def teams_app_id(self) -> str:
        """The bot's application id."""
        ...

    @property
    def teams_app_password(self) -> Hidden:
        """Its client secret."""
        ...

    @property
    def teams_tenant(self) -> str:
        """The tenant that it is registered in."""
        ...

    @property
    def teams_allowed_tenants(self) -> tuple[str, ...]:
        """Who may talk to it."""
        ...

    @property
    def teams_identity(self) -> Literal["secret", "managed"]:
        """How the bot proves who it is."""
        ...

    @property
    def teams_group_answers(self) -> Literal["personal", "thread"]:
        """Where a question in a channel is answered."""
        ...

    @property
    def teams_loopback_test(self) -> bool:
        """Whether unsigned messages from this machine are taken."""
        ...

    @property
    def public_url(self) -> str:
        """The desk's address."""
        ...
